-- Plans name people by their address. An address that several users of the CRM have tells none of them;
-- of somebody who was employed twice it tells the later time.
with users as (
    select
        lower(email) as email,
        case when count(*) = 1 then min(user_id) end as user_id
    from {{ source('resolved', 'user') }}
    where email is not null
    group by lower(email)
),

employees as (
    select
        email,
        {{ latest_filled('employee_id', 'hired_on', 'employee_id') }} as employee_id
    from {{ source('resolved', 'employee') }}
    where email is not null
    group by email
),

final as (
    select
        coalesce(employees.email, users.email) as email,
        employees.employee_id,
        users.user_id
    from employees
    full join users
        on employees.email = users.email
)

select * from final
