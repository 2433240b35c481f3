{{ config(meta={'dagster': {'ref': {'name': 'fct_kpi'}}}) }}

-- Half-open periods of one grain follow each other. A failing row is a period that begins before the one
-- before it ends.
with periods as (
    select distinct
        period_grain,
        period_start,
        period_end
    from {{ ref('fct_kpi') }}
),

ordered as (
    select
        *,
        lag(period_end) over (partition by period_grain order by period_start) as previous_end
    from periods
)

select *
from ordered
where period_end <= period_start or period_start < previous_end
