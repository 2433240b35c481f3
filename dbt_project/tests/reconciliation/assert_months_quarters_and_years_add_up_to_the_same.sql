{{ config(meta={'dagster': {'ref': {'name': 'fct_kpi'}}}) }}

-- A ratio is rolled up from summed parts, so the parts must agree on every grain. A failing row is a KPI
-- and segment whose numerators or denominators differ between two grains.
with totals as (
    select
        kpi_id,
        variant,
        segment_type,
        segment_id,
        period_grain,
        sum(coalesce(numerator, 0)) as numerator,
        sum(coalesce(denominator, 0)) as denominator
    from {{ ref('fct_kpi') }}
    where period_grain in ('week', 'month', 'quarter', 'year', 'fiscal_quarter', 'fiscal_year')
    group by kpi_id, variant, segment_type, segment_id, period_grain
)

select
    kpi_id,
    variant,
    segment_type,
    segment_id,
    min(numerator) as smallest_numerator,
    max(numerator) as largest_numerator,
    min(denominator) as smallest_denominator,
    max(denominator) as largest_denominator
from totals
group by kpi_id, variant, segment_type, segment_id
having
    min(numerator) <> max(numerator)
    or min(denominator) <> max(denominator)
