{{ config(materialized='table') }}

-- One row a country in which somebody works and day of the calendar, with whether people work on it there, and
-- how many working days there were up to and with it: the difference of two days is the working days between
-- them. Without a country only the days of the week tell.
with countries as (
    select coalesce(country_code, '(none)') as country_code
    from {{ source('resolved', 'employee') }}
    union distinct
    select '(none)' as country_code
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
    from {{ source('resolved', 'holiday') }}
),

judged as (
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
),

final as (
    select
        *,
        count(*) filter (where is_working_day) over (
            partition by country_code
            order by date_day
            rows between unbounded preceding and current row
        ) as working_days_so_far
    from judged
)

select * from final
