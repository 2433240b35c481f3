with touches as (
    select * from {{ ref('int_touches') }}
),

final as (
    select
        touch_id,
        touch_kind,
        channel,
        direction,
        is_automated,
        is_personalised,
        outreach_temperature,
        source_name,
        source_key,
        user_id,
        user_role,
        person_id,
        company_id,
        account_id,
        opportunity_id,
        campaign_id,
        content_name,
        reply_kind,
        meeting_outcome,
        occurred_at,
        occurred_on
    from touches
)

select * from final
