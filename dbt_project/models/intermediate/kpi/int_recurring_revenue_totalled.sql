-- One row a segment and period: the state on the last day of the period, or on the run's day where the
-- period goes on. A state is never added up over months.
with revenue as (
    select * from {{ ref('int_recurring_revenue_monthly') }}
),

segments as (
    select * from {{ ref('int_customer_segments') }}
),

periods as (
    select * from {{ ref('int_recurring_revenue_periods') }}
),

final as (
    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        segments.segment_type,
        segments.segment_id,
        segments.segment,
        sum(revenue.mrr) as mrr,
        count(*) filter (where revenue.mrr > 0) as paying_count,
        coalesce(sum(revenue.seats) filter (where revenue.mrr > 0), 0) as paid_seats,
        sum(revenue.charge_without_rate_count) as charge_without_rate_count
    from periods
    inner join revenue
        on periods.measured_on = revenue.measured_on
    inner join segments
        on revenue.customer_id = segments.customer_id
    group by
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        segments.segment_type,
        segments.segment_id,
        segments.segment
)

select * from final
