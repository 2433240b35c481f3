{{ config(meta={'dagster': {'ref': {'name': 'int_opportunity_history'}}}) }}

-- Periods are half-open and in order. A failing row ends where the next one does not begin (a gap or an
-- overlap), before it began, or never although another one follows.
with periods as (
    select
        opportunity_id,
        period_number,
        valid_from,
        valid_to,
        lead(valid_from) over (partition by opportunity_id order by period_number) as next_valid_from,
        lead(period_number) over (partition by opportunity_id order by period_number) as next_period_number
    from {{ ref('int_opportunity_history') }}
)

select *
from periods
where
    valid_to <= valid_from
    or valid_to <> next_valid_from
    or (valid_to is null) <> (next_period_number is null)
    or (valid_from is null and period_number > 1)
    or next_period_number <> period_number + 1
