with events as (
    select * from {{ ref('int_lead_lifecycle_events') }}
),

final as (
    select
        cast({{ surrogate_key('lead_id', 'event_type') }} as varchar) as lead_lifecycle_event_id,
        cast(lead_id as varchar) as lead_id,
        cast(person_id as varchar) as person_id,
        cast(source_name as varchar) as source_name,
        cast(account_id as varchar) as account_id,
        cast(owner_id as varchar) as owner_id,
        cast(campaign_id as varchar) as campaign_id,
        cast(lead_source as varchar) as lead_source,
        cast(event_type as varchar) as event_type,
        cast(occurred_at as timestamp with time zone) as occurred_at,
        cast(occurred_on as date) as occurred_on,
        is_imputed,
        cast(event_source as varchar) as event_source,
        cast(lead_status as varchar) as lead_status,
        is_created_after_as_of
    from events
)

select * from final
