{{ config(meta={'dagster': {'ref': {'name': 'fct_restatement'}}}) }}

-- Closed books that change silently are no books. A failing row is a frozen value that differs from the last
-- one that fct_kpi_frozen and fct_restatement tell. A run for a past day is left out: it tells what was known
-- then, by the definitions of today.
with last_restatement as (
    select
        kpi_value_id,
        to_value,
        row_number() over (partition by kpi_value_id order by restatement_number desc) as position_from_end
    from {{ ref('fct_restatement') }}
)

select
    kpis.kpi_value_id,
    kpis.kpi_id,
    kpis.variant,
    kpis.period_start,
    kpis.value,
    frozen.value as frozen_value,
    last_restatement.to_value
from {{ ref('fct_kpi') }} as kpis
cross join {{ source('memory', 'run') }} as run
left join {{ ref('fct_kpi_frozen') }} as frozen
    on kpis.kpi_value_id = frozen.kpi_value_id
left join last_restatement
    on
        kpis.kpi_value_id = last_restatement.kpi_value_id
        and last_restatement.position_from_end = 1
where
    kpis.is_frozen
    and not run.is_replay
    and {{ is_value_changed(
        'case when last_restatement.kpi_value_id is not null then last_restatement.to_value else frozen.value end',
        'kpis.value'
    ) }}
