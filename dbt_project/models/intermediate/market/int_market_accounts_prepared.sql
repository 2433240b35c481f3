-- The companies of the addressable market on the run's day, whether on a target list, and whether anything was
-- won with an account of their domain. Several accounts of the CRM may have it: one company is one row.
with market as (
    select * from {{ source('resolved', 'market_account') }}
),

targets as (
    select distinct account_domain
    from {{ ref('int_target_list_memberships_prepared') }}
    where is_current
),

accounts as (
    select
        account_id,
        website_domain
    from {{ source('resolved', 'account') }}
    where website_domain is not null
),

won as (
    select distinct accounts.website_domain
    from {{ ref('int_opportunities_prepared') }} as opportunities
    inner join accounts
        on opportunities.account_id = accounts.account_id
    where
        opportunities.is_won
        and opportunities.close_date <= cast('{{ var("as_of_date") }}' as date)
),

accounts_by_domain as (
    select * from {{ ref('int_accounts_by_domain') }}
),

run_date as (
    select cast('{{ var("as_of_date") }}' as date) as as_of_date
),

final as (
    select
        market.market_account_id,
        market.source_name,
        market.source_record_id,
        market.account_domain,
        accounts_by_domain.account_id,
        market.account_name,
        market.industry,
        market.employee_count,
        market.annual_revenue_original,
        market.currency_code,
        market.country_code,
        market.region,
        market.account_segment,
        coalesce(market.is_serviceable, false) as is_serviceable,
        market.valid_from,
        market.valid_to,
        (market.valid_from is null or market.valid_from <= run_date.as_of_date)
        and (market.valid_to is null or market.valid_to > run_date.as_of_date) as is_current,
        targets.account_domain is not null as is_target,
        won.website_domain is not null as is_won
    from market
    cross join run_date
    left join accounts_by_domain
        on market.account_domain = accounts_by_domain.website_domain
    left join targets
        on market.account_domain = targets.account_domain
    left join won
        on market.account_domain = won.website_domain
)

select * from final
