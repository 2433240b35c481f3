{{ config(alias='product') }}

with unioned as (
    {% for relation in [
        'stg_salesforce__products',
        'stg_hubspot__products',
        'stg_files__products',
        'stg_zuora__products'
    ] %}
        select
            product_id,
            source_name,
            source_record_id,
            product_name,
            product_code,
            product_family,
            is_active,
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
        product_id,
        source_name,
        source_record_id,
        product_name,
        product_code,
        product_family,
        is_active,
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
