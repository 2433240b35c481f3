{{ config(alias='account_contact_relation') }}

with unioned as (
    {% for relation in [
        'stg_salesforce__account_contact_relations',
        'stg_files__account_contact_relations'
    ] %}
        select
            account_contact_relation_id,
            source_name,
            source_record_id,
            account_id,
            contact_id,
            roles,
            is_direct,
            is_active,
            start_date,
            end_date,
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
        account_contact_relation_id,
        source_name,
        source_record_id,
        account_id,
        contact_id,
        roles,
        is_direct,
        is_active,
        start_date,
        end_date,
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
