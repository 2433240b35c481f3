{{ config(meta={'dagster': {'ref': {'name': 'fct_kpi'}}}) }}

-- Every deal has one motion and one sourcing role, or (none). A failing row is a period in which the shares of P04
-- leave something out or count it twice.
select
    variant,
    period_grain,
    period_start,
    segment_type,
    sum(numerator) as numerator,
    max(denominator) as denominator
from {{ ref('fct_kpi') }}
where kpi_id = 'P04'
group by
    variant,
    period_grain,
    period_start,
    segment_type
having sum(numerator) <> max(denominator) or min(denominator) <> max(denominator)
