with probabilities as (
    select * from {{ ref('int_opportunity_probabilities') }}
),

final as (
    select
        {{ surrogate_key(
            'cast(measured_on as ' ~ dbt.type_string() ~ ')', "stage || '|' || opportunity_type"
        ) }} as pipeline_calibration_id,
        measured_on,
        stage,
        cast(stage_order as integer) as stage_order,
        opportunity_type,
        cast(closed_count as bigint) as closed_count,
        cast(won_count as bigint) as won_count,
        cast(empirical_probability as {{ type_double() }}) as empirical_probability,
        cast(crm_probability_mean as {{ type_double() }}) as crm_probability_mean,
        cast(crm_probability_count as bigint) as crm_probability_count,
        cast(stage_default_probability as {{ type_double() }}) as stage_default_probability,
        closed_count < {{ var('low_n') }} as is_low_n
    from probabilities
)

select * from final
