{{ config(materialized='table') }}

-- Closed cohorts: who had revenue on a month's last day, and what of it is there twelve months later. Late
-- renewals are carried over both days. What came from another customer is not theirs, and what went to another
-- one is not lost; it counts at the value of the day on which it went.
with revenue as (
    select
        customer_id,
        account_id,
        month_start,
        measured_on,
        mrr_with_grace,
        mrr_with_grace_at_rate_year_before
    from {{ ref('int_recurring_revenue_monthly') }}
    where measured_on = {{ add_days(add_months('month_start', 1), -1) }}
),

days as (
    select
        month_start,
        measured_on
    from {{ ref('int_recurring_revenue_days') }}
    where measured_on = {{ add_days(add_months('month_start', 1), -1) }}
),

movements as (
    select * from {{ ref('int_arr_movements') }}
    where movement_type in ('churn', 'transfer')
),

cohorts as (
    select
        opening.customer_id,
        opening.account_id,
        days.month_start,
        opening.measured_on as opening_on,
        days.measured_on as closing_on,
        12 * opening.mrr_with_grace as opening_arr,
        12 * coalesce(closing.mrr_with_grace, 0) as closing_arr,
        12 * coalesce(closing.mrr_with_grace_at_rate_year_before, 0) as closing_arr_constant_currency
    from revenue as opening
    inner join days
        on {{ add_months('opening.month_start', 12) }} = days.month_start
    left join revenue as closing
        on
            days.measured_on = closing.measured_on
            and opening.customer_id = closing.customer_id
    where opening.mrr_with_grace > 0
),

moved as (
    select
        cohorts.customer_id,
        cohorts.closing_on,
        coalesce(sum(movements.arr_change) filter (where movements.movement_type = 'transfer'), 0) as transferred_arr,
        count(*) filter (where movements.movement_type = 'churn') > 0 as has_churned
    from cohorts
    inner join movements
        on
            cohorts.customer_id = movements.customer_id
            and cohorts.opening_on < movements.moved_on
            and cohorts.closing_on >= movements.moved_on
    group by
        cohorts.customer_id,
        cohorts.closing_on
),

kept as (
    select
        cohorts.*,
        coalesce(moved.transferred_arr, 0) as transferred_arr,
        coalesce(moved.has_churned, false) as has_churned,
        greatest(cohorts.closing_arr - coalesce(moved.transferred_arr, 0), 0) as net_retained_arr,
        greatest(
            cohorts.closing_arr_constant_currency - coalesce(moved.transferred_arr, 0), 0
        ) as net_retained_arr_constant_currency
    from cohorts
    left join moved
        on
            cohorts.customer_id = moved.customer_id
            and cohorts.closing_on = moved.closing_on
),

judged as (
    select
        *,
        case when has_churned then 0 else net_retained_arr end as net_retained_arr_strict
    from kept
),

final as (
    select
        customer_id,
        account_id,
        month_start,
        opening_on,
        closing_on,
        opening_arr,
        closing_arr,
        transferred_arr,
        has_churned,
        net_retained_arr,
        least(opening_arr, net_retained_arr) as gross_retained_arr,
        net_retained_arr > 0 as is_retained,
        net_retained_arr_strict,
        least(opening_arr, net_retained_arr_strict) as gross_retained_arr_strict,
        net_retained_arr_strict > 0 as is_retained_strict,
        net_retained_arr_constant_currency,
        least(opening_arr, net_retained_arr_constant_currency) as gross_retained_arr_constant_currency
    from judged
)

select * from final
