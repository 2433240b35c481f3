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

{{ surviving_accounts() }},

excluded as (
    select
        unioned.*,
        coalesce(surviving_account.survivor_account_id, unioned.account_id) as survivor_account_id,
        case
            when {{ is_after_run_day('unioned.created_at') }} then 'not_yet_known'
            when unioned.is_deleted and not {{ is_after_run_day('unioned.modified_at') }} then 'deleted'
        end as exclusion_reason
    from unioned
    left join surviving_account on unioned.account_id = surviving_account.account_id
),

final as (
    select
        account_contact_relation_id,
        source_name,
        source_record_id,
        survivor_account_id as account_id,
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
