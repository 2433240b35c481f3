{{ config(alias='cost_entry') }}

with records as (
    select * from {{ ref('stg_files__cost_entries') }}
),

excluded as (
    select
        *,
        case
            when {{ is_day_after_run_day('incurred_on') }} then 'not_yet_known'
            when is_deleted then 'deleted'
        end as exclusion_reason
    from records
),

final as (
    select
        cost_entry_id,
        source_name,
        source_record_id,
        incurred_on,
        department,
        cost_type,
        cost_bucket,
        amount_original,
        currency_code,
        is_deleted,
        exclusion_reason is not null as is_excluded,
        exclusion_reason,
        unreadable_values,
        custom_fields
    from excluded
)

select * from final
