with steps as (
    select * from {{ ref('int_sequence_steps_done') }}
),

final as (
    select
        activity_id,
        sequence_enrollment_id,
        sequence_name,
        cast(step_number as bigint) as step_number,
        message_variant,
        touch_kind,
        enrolled_on,
        occurred_at,
        occurred_on,
        is_delivered,
        replied_at,
        is_replied,
        is_replied_positively,
        is_last_step,
        is_mature
    from steps
)

select * from final
