-- V10: won new business only, and only where an amount is known.
with periods as (
    select * from {{ ref('int_opportunities_totalled_by_close_period') }}
),

final as (
    select
        'V10' as kpi_id,
        'headline' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(new_business_won_amount as decimal(28, 4)) as numerator,
        cast(new_business_won_with_amount_count as decimal(28, 4)) as denominator,
        {{ safe_divide('new_business_won_amount', 'new_business_won_with_amount_count') }} as value,
        new_business_won_with_amount_count as n,
        new_business_won_without_amount_count as n_excluded
    from periods
)

select * from final
