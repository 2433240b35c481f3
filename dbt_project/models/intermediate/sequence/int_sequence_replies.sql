-- One row an answer of a human to a step of a sequence, and the step that it is credited to: the one that it answers,
-- where the CRM tells; else the last mail that reached the person within the days before.
with replies as (
    select * from {{ ref('int_sales_touches') }}
    where is_human_reply and not is_planned
),

bounces as (
    select distinct in_reply_to_activity_id as activity_id
    from {{ ref('int_sales_touches') }}
    where reply_kind = 'bounce' and in_reply_to_activity_id is not null
),

steps as (
    select
        touches.activity_id,
        touches.touch_kind,
        touches.person_id,
        touches.occurred_at,
        bounces.activity_id is null as is_delivered
    from {{ ref('int_sales_touches') }} as touches
    inner join {{ source('resolved', 'activity') }} as activities
        on touches.activity_id = activities.activity_id
    left join bounces
        on touches.activity_id = bounces.activity_id
    where
        touches.direction = 'outbound'
        and not touches.is_planned
        and activities.sequence_enrollment_id is not null
),

told as (
    select
        replies.activity_id as reply_activity_id,
        steps.activity_id as step_activity_id,
        replies.reply_kind,
        replies.occurred_at as replied_at,
        replies.occurred_on as replied_on
    from replies
    inner join steps
        on replies.in_reply_to_activity_id = steps.activity_id
),

guessed as (
    select
        replies.activity_id as reply_activity_id,
        steps.activity_id as step_activity_id,
        replies.reply_kind,
        replies.occurred_at as replied_at,
        replies.occurred_on as replied_on,
        row_number() over (
            partition by replies.activity_id
            order by steps.occurred_at desc, steps.activity_id desc
        ) as place
    from replies
    inner join steps
        on
            replies.person_id = steps.person_id
            and replies.occurred_at >= steps.occurred_at
            and replies.occurred_at < {{ add_seconds('steps.occurred_at', var('sequence_reply_days') * 86400) }}
    where
        replies.in_reply_to_activity_id is null
        and steps.touch_kind = 'email'
        and steps.is_delivered
),

final as (
    select
        reply_activity_id,
        step_activity_id,
        coalesce(reply_kind, 'neutral') as reply_kind,
        replied_at,
        replied_on
    from told
    union all
    select
        reply_activity_id,
        step_activity_id,
        coalesce(reply_kind, 'neutral') as reply_kind,
        replied_at,
        replied_on
    from guessed
    where place = 1
)

select * from final
