with employees as (
    select * from {{ ref('int_employees_prepared') }}
),

final as (
    select
        employee_id,
        source_name,
        source_record_id as source_employee_id,
        user_id,
        full_name,
        email,
        title,
        department,
        sales_role,
        team,
        region,
        country_code,
        time_zone,
        manager_employee_id,
        hired_on,
        left_on,
        ramp_months,
        is_employed
    from employees
)

select * from final
