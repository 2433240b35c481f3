-- V10: won new business only, and only where an amount is known.
with periods as (
    select * from {{ ref('int_opportunities_totalled_by_close_period') }}
),

final as (
    {{ kpi_rows(
        'V10', 'headline', 'periods',
        numerator='new_business_won_amount',
        denominator='new_business_won_with_amount_count',
        n_excluded='new_business_won_without_amount_count'
    ) }}
)

select * from final
