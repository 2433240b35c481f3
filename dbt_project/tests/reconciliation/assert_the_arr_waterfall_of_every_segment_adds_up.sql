{{ config(meta={'dagster': {'ref': {'name': 'fct_kpi'}}}) }}

-- Opening and movements make up the closing of every period and segment, so that no movement is missing from
-- a cut. A failing row is a segment and period whose waterfall does not close.
with levels as (
    select
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        case when variant = 'closing' then -numerator else numerator end as amount
    from {{ ref('fct_kpi') }}
    where kpi_id = 'V06' and period_grain <> 'all_time'
)

select
    period_grain,
    period_start,
    period_end,
    segment_type,
    segment_id,
    sum(amount) as gap
from levels
group by
    period_grain,
    period_start,
    period_end,
    segment_type,
    segment_id
having sum(amount) <> 0
