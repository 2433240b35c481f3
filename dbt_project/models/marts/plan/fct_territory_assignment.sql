with assignments as (
    select * from {{ ref('int_territory_assignments_prepared') }}
),

final as (
    select
        territory_assignment_id,
        source_name,
        source_record_id as source_territory_assignment_id,
        territory_id,
        employee_id,
        user_id,
        sales_role,
        valid_from,
        valid_to,
        is_current
    from assignments
)

select * from final
