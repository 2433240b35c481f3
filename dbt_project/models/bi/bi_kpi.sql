with kpi_values as (
    select * from {{ published_ref('fct_kpi') }}
),

definitions as (
    select * from {{ published_ref('dim_kpi') }}
),

final as (
    select
        kpi_values.kpi_value_id,
        kpi_values.kpi_id,
        kpi_values.variant,
        definitions.kpi_name,
        definitions.definition,
        definitions.kpi_type,
        definitions.direction,
        kpi_values.period_grain,
        kpi_values.period_start,
        kpi_values.period_end,
        kpi_values.segment_type,
        kpi_values.segment,
        kpi_values.segment_id,
        kpi_values.value,
        kpi_values.unit,
        kpi_values.numerator,
        definitions.numerator_definition,
        kpi_values.denominator,
        definitions.denominator_definition,
        kpi_values.n,
        kpi_values.is_low_n,
        kpi_values.is_period_complete,
        kpi_values.is_restated,
        kpi_values.frozen_value,
        kpi_values.target_low,
        kpi_values.target_high,
        kpi_values.status,
        kpi_values.is_headline,
        definitions.owner as kpi_owner,
        definitions.version as kpi_version,
        kpi_values.as_of_date
    from kpi_values
    left join definitions
        on kpi_values.kpi_id = definitions.kpi_id and kpi_values.variant = definitions.variant
)

select * from final
