with definitions as (
    select * from {{ ref('kpi_definition') }}
),

guides as (
    select * from {{ ref('kpi_guide') }}
),

final as (
    select
        {{ surrogate_key('definitions.kpi_id', 'definitions.variant') }} as kpi_variant_id,
        definitions.kpi_id,
        definitions.variant,
        definitions.name as kpi_name,
        definitions.definition,
        definitions.numerator as numerator_definition,
        definitions.denominator as denominator_definition,
        definitions.unit,
        definitions.kpi_type,
        definitions.direction,
        definitions.null_rule,
        definitions.time_basis,
        definitions.needs,
        definitions.is_headline,
        definitions.owner,
        definitions.version,
        guides.grain,
        guides.marts,
        guides.traps,
        guides.benchmark,
        guides.benchmark_strength
    from definitions
    left join guides
        on definitions.kpi_id = guides.kpi_id
)

select * from final
