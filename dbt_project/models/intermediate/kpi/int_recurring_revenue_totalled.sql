-- One row a segment and period: the state on the last day of the period, or on the run's day where the
-- period goes on, and what there was at its beginning. A state is never added up over months.
with revenue as (
    select * from {{ ref('int_recurring_revenue_monthly') }}
),

signed as (
    select * from {{ ref('int_recurring_revenue_signed') }}
),

segments as (
    select * from {{ ref('int_customer_segments') }}
),

periods as (
    select * from {{ ref('int_recurring_revenue_periods') }}
),

states as (
    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        revenue.customer_id,
        revenue.mrr,
        revenue.mrr_with_grace,
        revenue.seats,
        revenue.charge_without_rate_count,
        0 as mrr_signed,
        0 as opening_mrr_with_grace
    from periods
    inner join revenue
        on periods.measured_on = revenue.measured_on
    union all
    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        signed.customer_id,
        0 as mrr,
        0 as mrr_with_grace,
        0 as seats,
        0 as charge_without_rate_count,
        signed.mrr_signed,
        0 as opening_mrr_with_grace
    from periods
    inner join signed
        on periods.measured_on = signed.measured_on
    union all
    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        revenue.customer_id,
        0 as mrr,
        0 as mrr_with_grace,
        0 as seats,
        0 as charge_without_rate_count,
        0 as mrr_signed,
        revenue.mrr_with_grace as opening_mrr_with_grace
    from periods
    inner join revenue
        on {{ add_days('periods.period_start', -1) }} = revenue.measured_on
),

final as (
    select
        states.period_grain,
        states.period_start,
        states.period_end,
        segments.segment_type,
        segments.segment_id,
        segments.segment,
        sum(states.mrr) as mrr,
        sum(states.mrr_with_grace) as mrr_with_grace,
        sum(states.mrr_signed) as mrr_signed,
        sum(states.opening_mrr_with_grace) as opening_mrr_with_grace,
        count(*) filter (where states.mrr > 0) as paying_count,
        count(*) filter (where states.mrr_with_grace > 0) as paying_with_grace_count,
        count(*) filter (where states.opening_mrr_with_grace > 0) as opening_paying_count,
        count(distinct states.customer_id) filter (
            where states.mrr > 0 or states.mrr_signed > 0
        ) as contracted_count,
        coalesce(sum(states.seats) filter (where states.mrr > 0), 0) as paid_seats,
        sum(states.charge_without_rate_count) as charge_without_rate_count
    from states
    inner join segments
        on states.customer_id = segments.customer_id
    group by
        states.period_grain,
        states.period_start,
        states.period_end,
        segments.segment_type,
        segments.segment_id,
        segments.segment
)

select * from final
