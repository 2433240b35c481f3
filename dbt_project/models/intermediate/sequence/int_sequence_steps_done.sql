{{ config(materialized='table') }}

-- One row a step of a sequence that was done for one person: a mail, a call or a message. A step that somebody
-- skipped left nothing behind and is none; that is no failure of the step.
with touches as (
    select * from {{ ref('int_sales_touches') }}
    where direction = 'outbound' and not is_planned
),

activities as (
    select
        activity_id,
        sequence_enrollment_id,
        sequence_step_number,
        message_variant
    from {{ source('resolved', 'activity') }}
    where sequence_enrollment_id is not null
),

enrollments as (
    select * from {{ ref('int_sequence_enrollments_begun') }}
),

bounces as (
    select distinct in_reply_to_activity_id as activity_id
    from {{ ref('int_sales_touches') }}
    where reply_kind = 'bounce' and in_reply_to_activity_id is not null
),

replies as (
    select
        replies.step_activity_id,
        min(replies.replied_at) as replied_at,
        count(*) filter (where replies.reply_kind = 'positive') > 0 as is_positive
    from {{ ref('int_sequence_replies') }} as replies
    inner join activities
        on replies.step_activity_id = activities.activity_id
    inner join enrollments
        on activities.sequence_enrollment_id = enrollments.sequence_enrollment_id
    where replies.replied_on <= {{ add_days('enrollments.enrolled_on', var('sequence_days')) }}
    group by replies.step_activity_id
),

final as (
    select
        touches.activity_id,
        enrollments.sequence_enrollment_id,
        enrollments.sequence_name,
        activities.sequence_step_number as step_number,
        activities.message_variant,
        touches.touch_kind,
        enrollments.enrolled_on,
        enrollments.is_mature,
        touches.occurred_at,
        touches.occurred_on,
        -- Only of a mail can be told whether it arrived.
        case when touches.touch_kind = 'email' then bounces.activity_id is null end as is_delivered,
        replies.replied_at,
        replies.step_activity_id is not null as is_replied,
        coalesce(replies.is_positive, false) as is_replied_positively,
        row_number() over (
            partition by enrollments.sequence_enrollment_id
            order by touches.occurred_at desc, touches.activity_id desc
        ) = 1 as is_last_step
    from touches
    inner join activities
        on touches.activity_id = activities.activity_id
    inner join enrollments
        on activities.sequence_enrollment_id = enrollments.sequence_enrollment_id
    left join bounces
        on touches.activity_id = bounces.activity_id
    left join replies
        on touches.activity_id = replies.step_activity_id
)

select * from final
