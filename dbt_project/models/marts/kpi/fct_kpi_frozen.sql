-- The closed books: what earlier nights froze, and what this one freezes. The published file is the memory,
-- so a night that fails and a warehouse that is built anew lose nothing.
with remembered as (
    select * from {{ source('memory', 'kpi_value_frozen') }}
),

run as (
    select * from {{ source('memory', 'run') }}
),

frozen_periods as (
    select distinct
        kpi_id,
        variant,
        period_grain,
        period_start
    from remembered
),

kpis as (
    select * from {{ ref('fct_kpi') }}
    where is_frozen
),

final as (
    select
        kpi_value_id,
        kpi_id,
        variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment,
        segment_id,
        numerator,
        denominator,
        value,
        n,
        kpi_version,
        frozen_on,
        run_id
    from remembered
    union all
    select
        kpis.kpi_value_id,
        kpis.kpi_id,
        kpis.variant,
        kpis.period_grain,
        kpis.period_start,
        kpis.period_end,
        kpis.segment_type,
        kpis.segment,
        kpis.segment_id,
        kpis.numerator,
        kpis.denominator,
        kpis.value,
        kpis.n,
        kpis.kpi_version,
        kpis.frozen_on,
        run.run_id
    from kpis
    cross join run
    left join frozen_periods
        on
            kpis.kpi_id = frozen_periods.kpi_id
            and kpis.variant = frozen_periods.variant
            and kpis.period_grain = frozen_periods.period_grain
            and kpis.period_start = frozen_periods.period_start
    where frozen_periods.kpi_id is null
)

select * from final
