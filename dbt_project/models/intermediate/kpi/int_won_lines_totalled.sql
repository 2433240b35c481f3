-- One row a product (or all) and period of closing: units of won new business and their net price. A line without a
-- price or without units is counted apart.
with lines as (
    select * from {{ ref('int_won_lines_prepared') }}
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
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        close_date,
        quantity,
        total_price
    from lines
    union all
    select
        'product' as segment_type,
        coalesce(product_id, '(none)') as segment_id,
        coalesce(product_name, '(none)') as segment,
        close_date,
        quantity,
        total_price
    from lines
),

placed as (
    {{ placed_in_periods('cases', 'close_date') }}
),

final as (
    select
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        count(*) filter (where total_price is not null and quantity > 0) as priced_count,
        count(*) filter (where total_price is null or coalesce(quantity, 0) <= 0) as unpriced_count,
        coalesce(sum(quantity) filter (where total_price is not null and quantity > 0), 0) as units,
        coalesce(sum(total_price) filter (where quantity > 0), 0) as net_price
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
