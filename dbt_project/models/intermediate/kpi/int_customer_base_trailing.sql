{{ config(materialized='table') }}

-- One row a segment and complete month with twelve months before it: customers and revenue at its end; those at
-- the beginning of each of the last twelve months, added up; and what of them was lost in the month. Late
-- renewals are carried over.
with revenue as (
    select * from {{ ref('int_recurring_revenue_monthly') }}
    where mrr_with_grace > 0
),

days as (
    select * from {{ ref('int_recurring_revenue_days') }}
    where measured_on = {{ add_days(add_months('month_start', 1), -1) }}
),

movements as (
    select
        customer_id,
        {{ date_start('month', 'moved_on') }} as month_start,
        movement_type,
        arr_change
    from {{ ref('int_arr_movements') }}
    where movement_type in ('churn', 'contraction')
),

segments as (
    select * from {{ ref('int_customer_segments') }}
),

customers as (
    select
        revenue.month_start,
        segments.segment_type,
        segments.segment_id,
        count(*) as customer_count,
        sum(revenue.mrr_with_grace) as mrr
    from revenue
    inner join segments
        on revenue.customer_id = segments.customer_id
    group by
        revenue.month_start,
        segments.segment_type,
        segments.segment_id
),

lost as (
    select
        movements.month_start,
        segments.segment_type,
        segments.segment_id,
        count(distinct movements.customer_id) filter (where movements.movement_type = 'churn') as churned_count,
        -sum(movements.arr_change) as lost_arr
    from movements
    inner join segments
        on movements.customer_id = segments.customer_id
    group by
        movements.month_start,
        segments.segment_type,
        segments.segment_id
),

named_segments as (
    select distinct
        segment_type,
        segment_id,
        segment
    from segments
),

-- Every segment has every month, so that twelve rows are twelve months.
months as (
    select
        days.month_start,
        days.measured_on,
        named_segments.segment_type,
        named_segments.segment_id,
        named_segments.segment,
        coalesce(customers.customer_count, 0) as customer_count,
        coalesce(customers.mrr, 0) as mrr,
        lag(coalesce(customers.customer_count, 0)) over (
            partition by named_segments.segment_type, named_segments.segment_id order by days.month_start
        ) as opening_count,
        lag(coalesce(customers.mrr, 0)) over (
            partition by named_segments.segment_type, named_segments.segment_id order by days.month_start
        ) as opening_mrr,
        coalesce(lost.churned_count, 0) as churned_count,
        coalesce(lost.lost_arr, 0) as lost_arr
    from days
    cross join named_segments
    left join customers
        on
            days.month_start = customers.month_start
            and named_segments.segment_type = customers.segment_type
            and named_segments.segment_id = customers.segment_id
    left join lost
        on
            days.month_start = lost.month_start
            and named_segments.segment_type = lost.segment_type
            and named_segments.segment_id = lost.segment_id
),

pooled as (
    select
        month_start,
        measured_on,
        segment_type,
        segment_id,
        segment,
        customer_count,
        mrr,
        {%- for total, column in [
            ('customer_months', 'opening_count'),
            ('mrr_months', 'opening_mrr'),
            ('churned_count', 'churned_count'),
            ('lost_arr', 'lost_arr'),
        ] %}
            sum({{ column }}) over (
                partition by segment_type, segment_id order by month_start rows between 11 preceding and current row
            ) as {{ total }},
        {%- endfor %}
        count(opening_count) over (
            partition by segment_type, segment_id order by month_start rows between 11 preceding and current row
        ) as month_count
    from months
),

final as (
    select
        month_start,
        measured_on,
        segment_type,
        segment_id,
        segment,
        customer_count,
        mrr,
        customer_months,
        mrr_months,
        churned_count,
        lost_arr
    from pooled
    where month_count = 12
)

select * from final
