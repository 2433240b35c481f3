with events as (
    select * from {{ ref('int_lead_lifecycle_events') }}
),

final as (
    select
        {{ surrogate_key('lead_id', 'event_type') }} as lead_lifecycle_event_id,
        lead_id,
        person_id,
        source_name,
        account_id,
        owner_id,
        campaign_id,
        lead_source,
        event_type,
        occurred_at,
        occurred_on,
        is_imputed,
        event_source,
        re_entry_count,
        lead_status
    from events
)

select * from final
