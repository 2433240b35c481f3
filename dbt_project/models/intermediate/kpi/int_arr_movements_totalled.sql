{%- set movement_types = ['new', 'reactivation', 'expansion', 'contraction', 'churn', 'transfer', 'fx'] %}
{%- set expansion_types = ['upsell', 'cross_sell', 'price'] %}
-- One row a segment and period: movements of annual recurring revenue added up by type. Products are a segment
-- type of their own beside those of customers.
with movements as (
    select * from {{ ref('int_arr_movements') }}
),

segments as (
    select * from {{ ref('int_customer_segments') }}
),

products as (
    select
        product_id,
        product_name
    from {{ source('resolved', 'product') }}
),

periods as (
    select * from {{ ref('int_date_periods') }}
    where period_grain <> 'week'
),

all_time as (
    select * from {{ ref('int_all_time_period') }}
),

cases as (
    select
        segments.segment_type,
        segments.segment_id,
        segments.segment,
        movements.*
    from movements
    inner join segments
        on movements.customer_id = segments.customer_id
    union all
    select
        'product' as segment_type,
        coalesce(movements.product_id, '(none)') as segment_id,
        coalesce(products.product_name, movements.product_id, '(none)') as segment,
        movements.*
    from movements
    left join products
        on movements.product_id = products.product_id
),

days as (
    select
        segment_type,
        segment_id,
        segment,
        moved_on,
        {%- for movement_type in movement_types %}
            sum(case when movement_type = '{{ movement_type }}' then arr_change else 0 end)
                as {{ movement_type }}_arr,
            count(*) filter (where movement_type = '{{ movement_type }}') as {{ movement_type }}_count,
        {%- endfor %}
        {%- for expansion_type in expansion_types %}
            sum(case when expansion_type = '{{ expansion_type }}' then arr_change else 0 end)
                as {{ expansion_type }}_arr,
            count(*) filter (where expansion_type = '{{ expansion_type }}') as {{ expansion_type }}_count,
        {%- endfor %}
        sum(case when is_first_order then arr_change else 0 end) as first_order_arr,
        sum(case when not is_first_order then arr_change else 0 end) as connected_new_arr
    from cases
    group by
        segment_type,
        segment_id,
        segment,
        moved_on
),

placed as (
    {{ placed_in_periods('days', 'moved_on') }}
),

final as (
    select
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        {%- for movement_type in movement_types + expansion_types %}
            sum({{ movement_type }}_arr) as {{ movement_type }}_arr,
            sum({{ movement_type }}_count) as {{ movement_type }}_count,
        {%- endfor %}
        sum(first_order_arr) as first_order_arr,
        sum(connected_new_arr) as connected_new_arr
    from placed
    group by
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment
)

select * from final
