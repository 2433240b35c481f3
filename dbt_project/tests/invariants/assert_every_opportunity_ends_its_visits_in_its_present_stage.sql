{{ config(meta={'dagster': {'ref': {'name': 'fct_opportunity_stage_visit'}}}) }}

-- The last visit and the record must tell the same. A failing row is an opportunity without a current
-- visit, with more than one, or with one in another stage.
with current_visits as (
    select
        opportunity_id,
        count(*) as visits,
        min(stage) as stage
    from {{ ref('fct_opportunity_stage_visit') }}
    where is_current
    group by opportunity_id
)

select
    opportunities.opportunity_id,
    opportunities.stage,
    current_visits.stage as visit_stage,
    current_visits.visits
from {{ ref('fct_opportunity') }} as opportunities
left join current_visits
    on opportunities.opportunity_id = current_visits.opportunity_id
where
    current_visits.visits is null
    or current_visits.visits <> 1
    or current_visits.stage <> opportunities.stage
