{{ config(alias='email_event') }}

with unioned as (
    {% for relation in [
        'stg_hubspot__email_events',
        'stg_files__email_events',
        'stg_marketo__email_events'
    ] %}
        select
            email_event_id,
            source_name,
            source_record_id,
            event_type,
            occurred_at,
            mail_send_id,
            mail_name,
            campaign_id,
            lead_id,
            contact_id,
            email,
            email_domain,
            link_url,
            user_agent,
            is_machine_by_source,
            bounce_reason,
            created_at,
            modified_at,
            is_deleted,
            unreadable_values,
            custom_fields
        from {{ ref(relation) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

{{ excluded_domains() }},

excluded as (
    select
        unioned.*,
        case
            when {{ is_after_run_day('unioned.occurred_at') }} then 'not_yet_known'
            when unioned.is_deleted and not {{ is_after_run_day('unioned.modified_at') }} then 'deleted'
            else email_exclusion.reason
        end as exclusion_reason
    from unioned
    left join excluded_domain as email_exclusion on unioned.email_domain = email_exclusion.domain
),

final as (
    select
        email_event_id,
        source_name,
        source_record_id,
        event_type,
        occurred_at,
        mail_send_id,
        mail_name,
        campaign_id,
        lead_id,
        contact_id,
        email,
        email_domain,
        link_url,
        user_agent,
        is_machine_by_source,
        bounce_reason,
        created_at,
        modified_at,
        is_deleted,
        exclusion_reason is not null as is_excluded,
        exclusion_reason,
        unreadable_values,
        custom_fields
    from excluded
)

select * from final
