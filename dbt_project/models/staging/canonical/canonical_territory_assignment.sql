{{ config(alias='territory_assignment') }}

with records as (
    select * from {{ ref('stg_files__territory_assignments') }}
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
        territory_assignment_id,
        source_name,
        source_record_id,
        territory_id,
        user_email,
        sales_role,
        valid_from,
        valid_to,
        is_deleted,
        exclusion_reason is not null as is_excluded,
        exclusion_reason,
        unreadable_values,
        custom_fields
    from excluded
)

select * from final
