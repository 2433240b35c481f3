{{ config(meta={'dagster': {'ref': {'name': 'fct_opportunity'}}}) }}

-- Swapped ends of a duration went unseen for years elsewhere. A failing row has a negative duration.
select
    'opportunity' as entity,
    opportunity_id as record_id,
    days_to_close as duration
from {{ ref('fct_opportunity') }}
where days_to_close < 0 or days_open < 0
union all
select
    'stage visit' as entity,
    opportunity_stage_visit_id as record_id,
    days_in_stage as duration
from {{ ref('fct_opportunity_stage_visit') }}
where days_in_stage < 0
union all
select
    'activity' as entity,
    activity_id as record_id,
    duration_seconds as duration
from {{ ref('fct_activity') }}
where duration_seconds < 0
