-- Who covers which territory, in which role and when.
with assignments as (
    select * from {{ source('resolved', 'territory_assignment') }}
),

territories as (
    select * from {{ source('resolved', 'territory') }}
),

staff as (
    select * from {{ ref('int_staff_by_email') }}
),

run_date as (
    select cast('{{ var("as_of_date") }}' as date) as as_of_date
),

final as (
    select
        assignments.territory_assignment_id,
        assignments.source_name,
        assignments.source_record_id,
        assignments.territory_id,
        territories.territory_name,
        assignments.user_email,
        staff.employee_id,
        staff.user_id,
        coalesce(assignments.sales_role, 'unmapped') as sales_role,
        assignments.valid_from,
        assignments.valid_to,
        assignments.valid_from <= run_date.as_of_date
        and (assignments.valid_to is null or assignments.valid_to > run_date.as_of_date) as is_current
    from assignments
    cross join run_date
    left join territories
        on assignments.territory_id = territories.territory_id
    left join staff
        on assignments.user_email = staff.email
)

select * from final
