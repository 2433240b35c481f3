{{ config(meta={'dagster': {'ref': {'name': 'fct_kpi'}}}) }}
-- depends_on: {{ ref('fct_kpi') }}
-- (Dagster shows a test with an asset only where the test reads it.)

-- Two targets on one day double the rows of their KPI; a target for an unknown KPI is never shown. A failing
-- row is such a target.
with targets as (
    select
        *,
        lead(valid_from) over (
            partition by kpi_id, variant, segment_type, segment order by valid_from
        ) as next_valid_from
    from {{ ref('kpi_target') }}
)

select targets.*
from targets
left join {{ ref('kpi_definition') }} as definitions
    on targets.kpi_id = definitions.kpi_id and targets.variant = definitions.variant
where
    definitions.kpi_id is null
    or targets.valid_until <= targets.valid_from
    or (targets.next_valid_from is not null and coalesce(targets.valid_until > targets.next_valid_from, true))
    or targets.target_low > targets.target_high
    or (targets.target_low is null and targets.target_high is null)
