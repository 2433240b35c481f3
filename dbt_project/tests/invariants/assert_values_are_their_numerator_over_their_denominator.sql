{{ config(meta={'dagster': {'ref': {'name': 'fct_kpi'}}}) }}

-- Numerator and denominator are published beside the value so that anyone can roll it up. A failing row
-- has a value that its own parts do not give. Parts are published to four decimals, so a denominator may be
-- off by 0.00005.
select kpis.*
from {{ ref('fct_kpi') }} as kpis
inner join {{ ref('dim_kpi') }} as definitions
    on kpis.kpi_id = definitions.kpi_id and kpis.variant = definitions.variant
where
    (
        definitions.kpi_type in ('count', 'sum')
        and (kpis.value is null or kpis.denominator is not null or abs(kpis.value - kpis.numerator) > 0.005)
    )
    or (
        definitions.kpi_type = 'ratio'
        and kpis.value is not null
        and abs(kpis.value * kpis.denominator - kpis.numerator) > 0.005 + 0.00005 * abs(kpis.value)
    )
