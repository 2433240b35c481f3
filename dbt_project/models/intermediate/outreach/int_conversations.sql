-- One row a meaningful conversation (A01): a call with talk that was long enough, a meeting that was held, or an
-- answer that a person wrote. A gatekeeper, a voicemail, an out-of-office answer, a bounce or an opt-out is none.
with touches as (
    select * from {{ ref('int_sales_touches') }}
),

judged as (
    select
        *,
        case
            when
                touch_kind = 'call'
                and call_disposition in ({{ text_list(var('conversation_dispositions')) }})
                and call_duration_seconds >= {{ var('conversation_seconds') }}
                then 'call'
            when is_held_meeting then 'meeting'
            when is_human_reply and in_reply_to_activity_id is not null then 'reply'
        end as conversation_kind
    from touches
    where not is_planned
),

final as (
    select
        activity_id,
        conversation_kind,
        company_id,
        account_id,
        person_id,
        user_id,
        opportunity_id,
        occurred_at,
        occurred_on
    from judged
    where conversation_kind is not null
)

select * from final
