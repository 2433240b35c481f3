{{ config(alias='contact_history') }}

with unioned as (
    {% for relation in [
        'stg_salesforce__contact_history',
        'stg_hubspot__contact_history',
        'stg_files__contact_history'
    ] %}
        select
            contact_history_id,
            source_name,
            source_record_id,
            contact_id,
            field_name,
            old_value,
            new_value,
            changed_at,
            changed_by_user_id,
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
        contact_history_id,
        source_name,
        source_record_id,
        contact_id,
        field_name,
        old_value,
        new_value,
        changed_at,
        changed_by_user_id,
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
