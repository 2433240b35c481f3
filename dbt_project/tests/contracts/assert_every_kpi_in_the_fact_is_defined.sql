{{ config(meta={'dagster': {'ref': {'name': 'fct_kpi'}}}) }}

-- A number without a definition cannot be defended. A failing row is a KPI and variant that the registry
-- does not know.
select distinct
    kpis.kpi_id,
    kpis.variant
from {{ ref('fct_kpi') }} as kpis
left join {{ ref('kpi_definition') }} as definitions
    on kpis.kpi_id = definitions.kpi_id and kpis.variant = definitions.variant
where definitions.kpi_id is null
