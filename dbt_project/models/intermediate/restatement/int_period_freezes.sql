{{ config(materialized='table') }}

-- The day at whose end the figures of a period are frozen: some business day of the month after its last
-- one. Business days are those of the week, since holidays differ between the countries of a company.
with days as (
    select * from {{ ref('int_calendar_days') }}
),

periods as (
    select distinct
        period_grain,
        period_start,
        period_end
    from {{ ref('int_date_periods') }}
),

business_days as (
    select
        date_day,
        month_start_date,
        row_number() over (partition by month_start_date order by date_day) as business_day_number
    from days
    where day_of_week in ({{ var('business_days') | join(', ') }})
),

final as (
    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        business_days.date_day as freezes_on
    from periods
    inner join business_days
        on
            {{ add_months(date_start('month', add_days('periods.period_end', -1)), 1) }}
            = business_days.month_start_date
            and business_days.business_day_number = {{ var('month_freeze_business_day') }}
)

select * from final
