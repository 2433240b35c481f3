with definitions as (
    select * from {{ ref('kpi_definition') }}
),

final as (
    select
        {{ surrogate_key('kpi_id', 'variant') }} as kpi_variant_id,
        kpi_id,
        variant,
        name as kpi_name,
        definition,
        numerator as numerator_definition,
        denominator as denominator_definition,
        unit,
        kpi_type,
        direction,
        null_rule,
        time_basis,
        needs,
        is_headline,
        owner,
        version
    from definitions
)

select * from final
