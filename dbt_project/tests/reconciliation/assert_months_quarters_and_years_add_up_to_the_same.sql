{{ config(meta={'dagster': {'ref': {'name': 'fct_kpi'}}}) }}

-- A ratio is rolled up from summed parts, so the parts must agree on every grain. A failing row is a KPI
-- and segment whose numerators or denominators differ between two grains. States at the start or end of a
-- period, and things that are counted once in every period, do not add up over periods; what
-- has whole periods only has others of them in each grain. A share of the whole (P04) has a row only where there is
-- something to share; the parts of an uplift (A05) are rates themselves. What attribution (M07) shares out is rounded in
-- each cell, by less than a cent in all.
with definitions as (
    select * from {{ ref('kpi_definition') }}
    where
        kpi_type <> 'distinct_count'
        and kpi_id not in ('A05', 'P04')
        and time_basis not like '% at the end of the period'
        and time_basis not like '% at the start of the period'
        and time_basis <> 'whole periods only'
),

totals as (
    select
        kpis.kpi_id,
        kpis.variant,
        kpis.segment_type,
        kpis.segment_id,
        kpis.period_grain,
        sum(coalesce(kpis.numerator, 0)) as numerator,
        sum(coalesce(kpis.denominator, 0)) as denominator
    from {{ ref('fct_kpi') }} as kpis
    inner join definitions
        on kpis.kpi_id = definitions.kpi_id and kpis.variant = definitions.variant
    where kpis.period_grain in ('week', 'month', 'quarter', 'year', 'fiscal_quarter', 'fiscal_year')
    group by kpis.kpi_id, kpis.variant, kpis.segment_type, kpis.segment_id, kpis.period_grain
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
    max(numerator) - min(numerator) > case when kpi_id = 'M07' then 0.01 else 0 end
    or min(denominator) <> max(denominator)
