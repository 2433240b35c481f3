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
            when is_deleted then 'deleted'
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
        member_status,
        has_responded,
        first_responded_date,
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
