{{ config(materialized='table') }}

-- One row a person in an outreach sequence, with what came of it within its days.
with enrollments as (
    select * from {{ ref('int_sequence_enrollments_begun') }}
),

steps as (
    select
        sequence_enrollment_id,
        count(*) as step_count,
        max(step_number) as last_step_number,
        count(*) filter (where touch_kind = 'email') as mail_count,
        count(*) filter (where is_delivered) as delivered_mail_count
    from {{ ref('int_sequence_steps_done') }}
    group by sequence_enrollment_id
),

replies as (
    select
        activities.sequence_enrollment_id,
        replies.reply_kind,
        replies.replied_at,
        replies.replied_on,
        row_number() over (
            partition by activities.sequence_enrollment_id
            order by replies.replied_at, replies.reply_activity_id
        ) as place
    from {{ ref('int_sequence_replies') }} as replies
    inner join {{ source('resolved', 'activity') }} as activities
        on replies.step_activity_id = activities.activity_id
),

first_replies as (
    select * from replies
    where place = 1
),

-- The person was in another sequence at the same time: what either of them brought cannot be told apart.
overlapping as (
    select distinct one.sequence_enrollment_id
    from enrollments as one
    inner join enrollments as other
        on
            one.individual_id = other.individual_id
            and one.sequence_enrollment_id <> other.sequence_enrollment_id
            and (other.ended_at is null or one.enrolled_at < other.ended_at)
            and (one.ended_at is null or one.ended_at > other.enrolled_at)
),

final as (
    select
        enrollments.*,
        coalesce(steps.step_count, 0) as step_count,
        steps.last_step_number,
        coalesce(steps.mail_count, 0) as mail_count,
        coalesce(steps.delivered_mail_count, 0) as delivered_mail_count,
        coalesce(steps.delivered_mail_count, 0) > 0 as is_delivered,
        first_replies.replied_at,
        first_replies.reply_kind,
        coalesce(
            first_replies.replied_on <= {{ add_days('enrollments.enrolled_on', var('sequence_days')) }}, false
        ) as is_replied,
        coalesce(
            first_replies.replied_on <= {{ add_days('enrollments.enrolled_on', var('sequence_days')) }}
            and first_replies.reply_kind = 'positive',
            false
        ) as is_replied_positively,
        coalesce(
            enrollments.exit_reason = 'meeting'
            and enrollments.ended_on <= {{ add_days('enrollments.enrolled_on', var('sequence_days')) }},
            false
        ) as has_meeting,
        overlapping.sequence_enrollment_id is not null as is_in_two_sequences
    from enrollments
    left join steps
        on enrollments.sequence_enrollment_id = steps.sequence_enrollment_id
    left join first_replies
        on enrollments.sequence_enrollment_id = first_replies.sequence_enrollment_id
    left join overlapping
        on enrollments.sequence_enrollment_id = overlapping.sequence_enrollment_id
)

select * from final
