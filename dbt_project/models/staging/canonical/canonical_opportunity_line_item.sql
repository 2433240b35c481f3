{{ config(alias='opportunity_line_item') }}

with unioned as (
    {% for relation in [
        'stg_salesforce__opportunity_line_items',
        'stg_hubspot__opportunity_line_items',
        'stg_files__opportunity_line_items'
    ] %}
        select
            opportunity_line_item_id,
            source_name,
            source_record_id,
            opportunity_id,
            product_id,
            quantity,
            unit_price_original,
            list_price_original,
            total_price_original,
            discount_ratio,
            service_date,
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
        opportunity_line_item_id,
        source_name,
        source_record_id,
        opportunity_id,
        product_id,
        quantity,
        unit_price_original,
        list_price_original,
        total_price_original,
        discount_ratio,
        service_date,
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
