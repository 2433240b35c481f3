with market as (
    select * from {{ ref('int_market_accounts_prepared') }}
),

final as (
    select
        market_account_id,
        source_name,
        source_record_id as source_market_account_id,
        account_domain,
        account_id,
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
        is_current,
        is_target,
        is_won
    from market
)

select * from final
