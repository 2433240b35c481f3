{{ config(materialized='table') }}

-- One row a country in which somebody works and day of the calendar, with whether people work on it there.
-- Without a country only the days of the week tell.
with countries as (
    select distinct coalesce(country_code, '(none)') as country_code
    from {{ source('gate', 'employee') }}
),

days as (
    select
        date_day,
        day_of_week
    from {{ ref('int_calendar_days') }}
),

holidays as (
    select distinct
        country_code,
        holiday_on
    from {{ source('gate', 'holiday') }}
),

final as (
    select
        countries.country_code,
        days.date_day,
        holidays.holiday_on is not null as is_holiday,
        days.day_of_week in ({{ var('business_days') | join(', ') }}) and holidays.holiday_on is null as is_working_day
    from countries
    cross join days
    left join holidays
        on
            countries.country_code = holidays.country_code
            and days.date_day = holidays.holiday_on
)

select * from final
