with definitions as (
    select * from {{ ref('kpi_definition') }}
),

final as (
    select
        cast({{ surrogate_key('kpi_id', 'variant') }} as varchar) as kpi_variant_id,
        cast(kpi_id as varchar) as kpi_id,
        cast(variant as varchar) as variant,
        cast(name as varchar) as kpi_name,
        cast(definition as varchar) as definition,
        cast(numerator as varchar) as numerator_definition,
        cast(denominator as varchar) as denominator_definition,
        cast(unit as varchar) as unit,
        cast(kpi_type as varchar) as kpi_type,
        cast(direction as varchar) as direction,
        cast(null_rule as varchar) as null_rule,
        cast(time_basis as varchar) as time_basis,
        cast(needs as varchar) as needs,
        is_headline,
        cast(owner as varchar) as owner,
        cast(version as varchar) as version
    from definitions
)

select * from final
