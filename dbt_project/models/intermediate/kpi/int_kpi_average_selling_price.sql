-- V10: won new business only, and only where an amount is known; and the net price of a unit of its lines.
with periods as (
    select * from {{ ref('int_opportunities_totalled_by_close_period') }}
),

lines as (
    select * from {{ ref('int_won_lines_totalled') }}
),

final as (
    {{ kpi_rows(
        'V10', 'headline', 'periods',
        numerator='new_business_won_amount',
        denominator='new_business_won_with_amount_count',
        n_excluded='new_business_won_without_amount_count'
    ) }}
    union all
    {{ kpi_rows(
        'V10', 'per_unit', 'lines',
        numerator='net_price',
        denominator='units',
        n='priced_count',
        n_excluded='unpriced_count'
    ) }}
)

select * from final
