-- The days on which recurring revenue is looked at: the last of each month since the first charge, and the
-- run's day instead of the end of the month it lies in.
with charges as (
    select min(effective_from) as first_day
    from {{ ref('int_subscription_charges_prepared') }}
),

days as (
    select
        date_day,
        month_start_date,
        month_end_date
    from {{ ref('int_calendar_days') }}
),

final as (
    select
        days.month_start_date as month_start,
        max(days.date_day) as measured_on
    from days
    cross join charges
    where
        days.date_day >= {{ date_start('month', 'charges.first_day') }}
        and days.date_day <= cast('{{ var("as_of_date") }}' as date)
    group by days.month_start_date
)

select * from final
