-- F03, lead to conversion: of the leads created in the period, the share that was converted since.
with cohorts as (
    select * from {{ ref('int_lead_cohorts_totalled') }}
),

final as (
    select
        'F03' as kpi_id,
        'lead_to_conversion' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(converted_count as decimal(28, 4)) as numerator,
        cast(lead_count as decimal(28, 4)) as denominator,
        {{ safe_divide('converted_count', 'lead_count') }} as value,
        lead_count as n,
        0 as n_excluded
    from cohorts
)

select * from final
