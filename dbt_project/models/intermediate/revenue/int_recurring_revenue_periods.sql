-- The day whose state a period has: its last one, or the run's day where the period goes on.
with days as (
    select * from {{ ref('int_recurring_revenue_days') }}
),

periods as (
    select * from {{ ref('int_date_periods') }}
    where period_grain <> 'week'
),

final as (
    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        max(days.measured_on) as measured_on
    from days
    inner join periods
        on days.measured_on = periods.date_day
    group by
        periods.period_grain,
        periods.period_start,
        periods.period_end
    union all
    select
        {{ as_of_period() }},
        cast('{{ var("as_of_date") }}' as date) as measured_on
)

select * from final
