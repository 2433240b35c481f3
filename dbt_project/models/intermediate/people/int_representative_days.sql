-- One row a role and day on which somebody in it works: how many do. Counted from the month in which the CRM's
-- first opportunity was created, since nothing is known of the work before.
with employees as (
    select * from {{ ref('int_employees_prepared') }}
),

working_days as (
    select
        country_code,
        date_day
    from {{ ref('int_working_days') }}
    where is_working_day and date_day <= cast('{{ var("as_of_date") }}' as date)
),

known_from as (
    select {{ date_start('month', 'min(created_on)') }} as first_on
    from {{ ref('int_opportunities_prepared') }}
),

final as (
    select
        employees.sales_role,
        working_days.date_day,
        count(*) as representative_count
    from employees
    inner join working_days
        on
            coalesce(employees.country_code, '(none)') = working_days.country_code
            and employees.hired_on <= working_days.date_day
            and (employees.left_on is null or employees.left_on > working_days.date_day)
    inner join known_from
        on working_days.date_day >= known_from.first_on
    group by
        employees.sales_role,
        working_days.date_day
)

select * from final
