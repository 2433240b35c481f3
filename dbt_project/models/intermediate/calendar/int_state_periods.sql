-- The day whose state a period has: its last one, or the run's day where the period goes on. Beside them
-- the run's day by itself.
with days as (
    select * from {{ ref('int_calendar_days') }}
),

run_date as (
    select cast('{{ var("as_of_date") }}' as date) as as_of_date
),

periods as (
    select * from {{ ref('int_date_periods') }}
    where period_grain <> 'week'
),

measured_days as (
    select distinct least(days.month_end_date, run_date.as_of_date) as measured_on
    from days
    cross join run_date
    where days.date_day <= run_date.as_of_date
),

final as (
    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        max(measured_days.measured_on) as measured_on
    from measured_days
    inner join periods
        on measured_days.measured_on = periods.date_day
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
