{{ config(alias='market_account') }}

with records as (
    select * from {{ ref('stg_files__market_accounts') }}
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
        market_account_id,
        source_name,
        source_record_id,
        account_domain,
        account_name,
        industry,
        employee_count,
        annual_revenue_original,
        currency_code,
        country_code,
        region,
        account_segment,
        is_serviceable,
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
