with enrollments as (
    select * from {{ ref('int_sequence_enrollments_judged') }}
),

final as (
    select
        sequence_enrollment_id,
        source_name,
        sequence_name,
        person_id,
        company_id,
        user_id,
        enrolled_at,
        enrolled_on,
        ended_at,
        exit_reason,
        cast(step_count as bigint) as step_count,
        cast(last_step_number as bigint) as last_step_number,
        cast(mail_count as bigint) as mail_count,
        cast(delivered_mail_count as bigint) as delivered_mail_count,
        is_delivered,
        replied_at,
        reply_kind,
        is_replied,
        is_replied_positively,
        has_meeting,
        is_in_two_sequences,
        is_mature
    from enrollments
)

select * from final
