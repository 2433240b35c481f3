{{ config(alias='quota') }}

with records as (
    select * from {{ ref('stg_files__quotas') }}
),

excluded as (
    select
        *,
        case
            when is_deleted then 'deleted'
        end as exclusion_reason
    from records
),

final as (
    select
        quota_id,
        source_name,
        source_record_id,
        user_email,
        quota_metric,
        period_start,
        period_end,
        quota_original,
        currency_code,
        set_on,
        is_deleted,
        exclusion_reason is not null as is_excluded,
        exclusion_reason,
        unreadable_values,
        custom_fields
    from excluded
)

select * from final
