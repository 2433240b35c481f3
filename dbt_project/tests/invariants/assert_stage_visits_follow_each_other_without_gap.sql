{{ config(meta={'dagster': {'ref': {'name': 'fct_opportunity_stage_visit'}}}) }}

-- Visits are half-open and in order. A failing row leaves at another instant than the next one enters, or
-- before it entered, or has a gap in its numbering.
with visits as (
    select
        opportunity_stage_visit_id,
        opportunity_id,
        visit_number,
        entered_at,
        left_at,
        is_current,
        lead(entered_at) over (partition by opportunity_id order by visit_number) as next_entered_at,
        lead(visit_number) over (partition by opportunity_id order by visit_number) as next_visit_number
    from {{ ref('fct_opportunity_stage_visit') }}
)

select *
from visits
where
    left_at < entered_at
    or left_at <> next_entered_at
    or (left_at is null and next_entered_at is not null)
    or (left_at is not null and next_visit_number is null)
    or next_visit_number <> visit_number + 1
    or is_current <> (next_visit_number is null)
