{{ config(alias='campaign') }}

with unioned as (
    {% for relation in [
        'stg_salesforce__campaigns',
        'stg_hubspot__campaigns',
        'stg_files__campaigns'
    ] %}
        select
            campaign_id,
            source_name,
            source_record_id,
            campaign_name,
            parent_campaign_id,
            campaign_type,
            campaign_status,
            start_date,
            end_date,
            budgeted_cost_original,
            actual_cost_original,
            is_active,
            owner_id,
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
        campaign_id,
        source_name,
        source_record_id,
        campaign_name,
        parent_campaign_id,
        campaign_type,
        campaign_status,
        start_date,
        end_date,
        budgeted_cost_original,
        actual_cost_original,
        is_active,
        owner_id,
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
