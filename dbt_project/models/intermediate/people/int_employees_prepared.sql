-- Employees with their login in the CRM, and whether they are employed on the run's day.
with employees as (
    select * from {{ source('resolved', 'employee') }}
),

staff as (
    select * from {{ ref('int_staff_by_email') }}
),

run_date as (
    select cast('{{ var("as_of_date") }}' as date) as as_of_date
),

final as (
    select
        employees.employee_id,
        employees.source_name,
        employees.source_record_id,
        employees.full_name,
        employees.email,
        employees.title,
        employees.department,
        coalesce(employees.sales_role, 'unmapped') as sales_role,
        employees.team,
        employees.region,
        employees.country_code,
        employees.time_zone,
        managers.employee_id as manager_employee_id,
        employees.hired_on,
        employees.left_on,
        employees.ramp_months,
        staff.user_id,
        employees.hired_on <= run_date.as_of_date
        and (employees.left_on is null or employees.left_on > run_date.as_of_date) as is_employed
    from employees
    cross join run_date
    left join staff
        on employees.email = staff.email
    left join staff as managers
        on employees.manager_email = managers.email
)

select * from final
