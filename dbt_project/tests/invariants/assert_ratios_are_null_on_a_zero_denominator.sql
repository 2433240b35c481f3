{{ config(meta={'dagster': {'ref': {'name': 'fct_kpi'}}}) }}

-- 0 won of 0 closed is not a rate of 0. A failing row is a ratio or median without cases that has a value,
-- or with cases and none.
select kpis.*
from {{ ref('fct_kpi') }} as kpis
inner join {{ ref('dim_kpi') }} as definitions
    on kpis.kpi_id = definitions.kpi_id and kpis.variant = definitions.variant
where
    definitions.kpi_type in ('ratio', 'median')
    and (coalesce(kpis.denominator, 0) = 0) <> (kpis.value is null)
