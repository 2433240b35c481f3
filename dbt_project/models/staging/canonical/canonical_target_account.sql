{{ config(alias='target_account') }}

with records as (
    select * from {{ ref('stg_files__target_accounts') }}
),

{{ excluded_domains() }},

excluded as (
    select
        records.*,
        case
            when records.is_deleted then 'deleted'
            else account_exclusion.reason
        end as exclusion_reason
    from records
    left join excluded_domain as account_exclusion on records.account_domain = account_exclusion.domain
),

final as (
    select
        target_account_id,
        source_name,
        source_record_id,
        target_list_name,
        account_domain,
        tier,
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
