-- V13 and V16: what a new customer, and a unit of new recurring revenue, costs, and how many months of its
-- margin pay that back.
with periods as (
    select
        *,
        {{ safe_divide('new_arr', '12') }} * gross_margin as new_monthly_margin
    from {{ ref('int_acquisition_by_period') }}
),

final as (
    {{ kpi_rows(
        'V13', 'per_customer', 'periods',
        numerator='acquisition_cost',
        denominator='new_customer_count'
    ) }}
    union all
    {{ kpi_rows(
        'V13', 'cac_ratio', 'periods',
        numerator='acquisition_cost',
        denominator='new_arr',
        n='new_customer_count'
    ) }}
    union all
    {{ kpi_rows(
        'V16', 'months', 'periods',
        numerator='acquisition_cost',
        denominator='new_monthly_margin',
        n='new_customer_count'
    ) }}
)

select * from final
