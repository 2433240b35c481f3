-- V14: what keeping customers costs, a customer and a unit of the recurring revenue there was.
with periods as (
    select * from {{ ref('int_retention_by_period') }}
),

final as (
    {{ kpi_rows(
        'V14', 'per_customer', 'periods',
        numerator='retention_cost',
        denominator='average_customer_count'
    ) }}
    union all
    {{ kpi_rows(
        'V14', 'of_opening_arr', 'periods',
        numerator='retention_cost',
        denominator='opening_arr',
        n='average_customer_count'
    ) }}
)

select * from final
