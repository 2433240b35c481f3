{{ config(alias='campaign_member') }}

with unioned as (
    {% for relation in [
        'stg_salesforce__campaign_members',
        'stg_hubspot__campaign_members',
        'stg_files__campaign_members'
    ] %}
        select
            campaign_member_id,
            source_name,
            source_record_id,
            campaign_id,
            lead_id,
            contact_id,
            member_status,
            has_responded,
            first_responded_date,
            created_at,
            modified_at,
            is_deleted,
            unreadable_values,
            custom_fields
        from {{ ref(relation) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

excluded as (
    select
        *,
        case
            when {{ is_after_run_day('created_at') }} then 'not_yet_known'
            when is_deleted and not {{ is_after_run_day('modified_at') }} then 'deleted'
        end as exclusion_reason
    from unioned
),

final as (
    select
        campaign_member_id,
        source_name,
        source_record_id,
        campaign_id,
        lead_id,
        contact_id,
        -- A status that came with or after a later response is none that was known; which one was is not told.
        case when not {{ is_day_after_run_day('first_responded_date') }} then member_status end as member_status,
        has_responded and not {{ is_day_after_run_day('first_responded_date') }} as has_responded,
        case
            when not {{ is_day_after_run_day('first_responded_date') }} then first_responded_date
        end as first_responded_date,
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
