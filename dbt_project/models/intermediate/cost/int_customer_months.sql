-- One row a whole month: its customers and recurring revenue at its end, late renewals carried, and what it
-- began with.
with revenue as (
    select
        month_start,
        count(*) filter (where mrr_with_grace > 0) as customer_count,
        sum(mrr_with_grace) as mrr
    from {{ ref('int_recurring_revenue_monthly') }}
    group by month_start
),

months as (
    select
        month_start,
        measured_on
    from {{ ref('int_recurring_revenue_days') }}
    where measured_on = {{ add_days(add_months('month_start', 1), -1) }}
),

final as (
    select
        months.month_start,
        months.measured_on,
        coalesce(revenue.customer_count, 0) as customer_count,
        coalesce(revenue.mrr, 0) as mrr,
        lag(coalesce(revenue.mrr, 0)) over (order by months.month_start) as opening_mrr
    from months
    left join revenue
        on months.month_start = revenue.month_start
)

select * from final
