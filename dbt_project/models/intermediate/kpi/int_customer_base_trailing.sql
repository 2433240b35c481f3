{{ config(materialized='table') }}

-- One row a segment and complete month with twelve months before it: customers at the beginning of each of the
-- last twelve months, added up, and those of them that churned in the month. Late renewals are carried over.
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
        {{ date_start('month', 'moved_on') }} as month_start
    from {{ ref('int_arr_movements') }}
    where movement_type = 'churn'
),

segments as (
    select * from {{ ref('int_customer_segments') }}
),

customers as (
    select
        revenue.month_start,
        segments.segment_type,
        segments.segment_id,
        count(*) as customer_count
    from revenue
    inner join segments
        on revenue.customer_id = segments.customer_id
    group by
        revenue.month_start,
        segments.segment_type,
        segments.segment_id
),

churned as (
    select
        movements.month_start,
        segments.segment_type,
        segments.segment_id,
        count(distinct movements.customer_id) as churned_count
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
        lag(coalesce(customers.customer_count, 0)) over (
            partition by named_segments.segment_type, named_segments.segment_id order by days.month_start
        ) as opening_count,
        coalesce(churned.churned_count, 0) as churned_count
    from days
    cross join named_segments
    left join customers
        on
            days.month_start = customers.month_start
            and named_segments.segment_type = customers.segment_type
            and named_segments.segment_id = customers.segment_id
    left join churned
        on
            days.month_start = churned.month_start
            and named_segments.segment_type = churned.segment_type
            and named_segments.segment_id = churned.segment_id
),

pooled as (
    select
        month_start,
        measured_on,
        segment_type,
        segment_id,
        segment,
        sum(opening_count) over (
            partition by segment_type, segment_id order by month_start rows between 11 preceding and current row
        ) as customer_months,
        sum(churned_count) over (
            partition by segment_type, segment_id order by month_start rows between 11 preceding and current row
        ) as churned_count,
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
        customer_months,
        churned_count
    from pooled
    where month_count = 12
)

select * from final
