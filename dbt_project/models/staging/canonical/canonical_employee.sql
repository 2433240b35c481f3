{{ config(alias='employee') }}

with records as (
    select * from {{ ref('stg_files__employees') }}
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
        employee_id,
        source_name,
        source_record_id,
        full_name,
        email,
        title,
        department,
        sales_role,
        team,
        region,
        country_code,
        time_zone,
        manager_email,
        hired_on,
        left_on,
        ramp_months,
        is_deleted,
        exclusion_reason is not null as is_excluded,
        exclusion_reason,
        unreadable_values,
        custom_fields
    from excluded
)

select * from final
