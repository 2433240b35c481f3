{{ config(alias='opportunity_history') }}

with unioned as (
    {% for relation in [
        'stg_salesforce__opportunity_history',
        'stg_hubspot__opportunity_history',
        'stg_files__opportunity_history'
    ] %}
        select
            opportunity_history_id,
            source_name,
            source_record_id,
            opportunity_id,
            stage,
            amount_original,
            probability,
            expected_revenue_original,
            forecast_category,
            close_date,
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
            when {{ is_after_run_day('changed_at') }} then 'not_yet_known'
            when is_deleted and not {{ is_after_run_day('modified_at') }} then 'deleted'
        end as exclusion_reason
    from unioned
),

final as (
    select
        opportunity_history_id,
        source_name,
        source_record_id,
        opportunity_id,
        stage,
        amount_original,
        probability,
        expected_revenue_original,
        forecast_category,
        close_date,
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
