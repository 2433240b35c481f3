-- V06, V07, V08: the waterfall of annual recurring revenue, what expansion is made of, and new against
-- expansion. Of products only expansion is told.
with movements as (
    select * from {{ ref('int_arr_movements_totalled') }}
),

of_customers as (
    select * from movements
    where segment_type <> 'product'
),

levels as (
    select * from {{ ref('int_recurring_revenue_totalled') }}
    where period_grain <> 'day'
),

final as (
    {{ kpi_rows(
        'V06', 'opening', 'levels',
        numerator='12 * opening_mrr_with_grace',
        n='opening_paying_count'
    ) }}
    {%- for movement_type in ['new', 'reactivation', 'expansion', 'contraction', 'churn', 'transfer', 'fx'] %}
        union all
        {{ kpi_rows(
            'V06', movement_type, 'of_customers',
            numerator=movement_type ~ '_arr',
            n=movement_type ~ '_count'
        ) }}
    {%- endfor %}
    union all
    {{ kpi_rows(
        'V06', 'closing', 'levels',
        numerator='12 * mrr_with_grace',
        n='paying_with_grace_count'
    ) }}
    {%- for expansion_type in ['upsell', 'cross_sell', 'price'] %}
        union all
        {{ kpi_rows(
            'V07', expansion_type, 'movements',
            numerator=expansion_type ~ '_arr',
            n=expansion_type ~ '_count'
        ) }}
    {%- endfor %}
    {%- for variant, numerator in [
        ('headline', 'new_arr'),
        ('first_order', 'first_order_arr'),
        ('connected_new', 'connected_new_arr'),
    ] %}
        union all
        {{ kpi_rows(
            'V08', variant, 'of_customers',
            numerator=numerator,
            denominator='(new_arr + expansion_arr)',
            n='(new_count + expansion_count)'
        ) }}
    {%- endfor %}
)

select * from final
