{{ config(alias='account') }}

with unioned as (
    {% for relation in [
        'stg_salesforce__accounts',
        'stg_hubspot__accounts',
        'stg_files__accounts'
    ] %}
        select
            account_id,
            source_name,
            source_record_id,
            account_name,
            account_type,
            parent_account_id,
            merged_into_account_id,
            industry,
            website,
            website_domain,
            phone,
            street,
            city,
            state,
            postal_code,
            country,
            annual_revenue,
            employee_count,
            ownership,
            rating,
            account_source,
            territory,
            account_segment,
            enriched_on,
            owner_id,
            sales_development_owner_id,
            last_activity_date,
            created_at,
            modified_at,
            is_deleted,
            unreadable_values,
            custom_fields
        from {{ ref(relation) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

{{ values_before_later_changes('account_history', 'account_id', {
    'owner_id': "history.field_name = 'owner_id'",
    'sales_development_owner_id': "history.field_name = 'sales_development_owner_id'",
}, users=['owner_id', 'sales_development_owner_id']) }},

{{ excluded_domains() }},

excluded as (
    select
        unioned.*,
        case when later_value.has_owner_id then later_value.owner_id else unioned.owner_id end as known_owner_id,
        case
            when later_value.has_sales_development_owner_id then later_value.sales_development_owner_id
            else unioned.sales_development_owner_id
        end as known_sales_development_owner_id,
        case
            when {{ is_after_run_day('unioned.created_at') }} then 'not_yet_known'
            when unioned.merged_into_account_id is not null and not {{ is_after_run_day('unioned.modified_at') }}
                then 'merged'
            when unioned.is_deleted and not {{ is_after_run_day('unioned.modified_at') }} then 'deleted'
            else website_exclusion.reason
        end as exclusion_reason
    from unioned
    left join later_value on unioned.account_id = later_value.account_id
    left join excluded_domain as website_exclusion on unioned.website_domain = website_exclusion.domain
),

final as (
    select
        account_id,
        source_name,
        source_record_id,
        account_name,
        account_type,
        parent_account_id,
        merged_into_account_id,
        industry,
        website,
        website_domain,
        phone,
        street,
        city,
        state,
        postal_code,
        country,
        annual_revenue,
        employee_count,
        ownership,
        rating,
        account_source,
        territory,
        account_segment,
        enriched_on,
        known_owner_id as owner_id,
        known_sales_development_owner_id as sales_development_owner_id,
        last_activity_date,
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
