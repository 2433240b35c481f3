{{ config(alias='holiday') }}

with records as (
    select * from {{ ref('stg_files__holidays') }}
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
        holiday_id,
        source_name,
        source_record_id,
        country_code,
        holiday_on,
        holiday_name,
        is_deleted,
        exclusion_reason is not null as is_excluded,
        exclusion_reason,
        unreadable_values,
        custom_fields
    from excluded
)

select * from final
