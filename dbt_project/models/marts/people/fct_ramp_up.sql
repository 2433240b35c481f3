with ramp_ups as (
    select * from {{ ref('int_representative_ramp_ups') }}
),

final as (
    select
        employee_id,
        user_id,
        sales_role,
        hired_on,
        left_on,
        ramped_month,
        is_ramped,
        ramp_months
    from ramp_ups
)

select * from final
