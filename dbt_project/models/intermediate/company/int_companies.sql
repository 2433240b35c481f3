{{ config(materialized='table') }}

-- One row a company that an account or a lead tells of, with what it is cut by: as its account has it, else as
-- the list of the market does, else as its latest lead does.
with accounts as (
    select * from {{ source('resolved', 'account') }}
),

lead_companies as (
    select * from {{ ref('int_lead_companies') }}
    where account_id is null
),

leads as (
    select
        lead_id,
        industry,
        country,
        created_at
    from {{ source('resolved', 'lead') }}
),

market as (
    select
        account_domain,
        min(account_segment) as account_segment,
        min(industry) as industry,
        min(country_code) as country_code
    from {{ ref('int_market_accounts_prepared') }}
    where is_current
    group by account_domain
),

leads_told as (
    select
        lead_companies.company_id,
        min(lead_companies.company_domain) as company_domain,
        {{ latest_filled('leads.industry', 'leads.created_at', 'leads.lead_id') }} as industry,
        {{ latest_filled('leads.country', 'leads.created_at', 'leads.lead_id') }} as country
    from lead_companies
    inner join leads
        on lead_companies.lead_id = leads.lead_id
    group by lead_companies.company_id
),

final as (
    select
        account_id as company_id,
        account_id,
        website_domain as company_domain,
        account_segment,
        industry,
        country
    from accounts
    union all
    select
        leads_told.company_id,
        cast(null as varchar) as account_id,
        leads_told.company_domain,
        market.account_segment,
        coalesce(market.industry, leads_told.industry) as industry,
        coalesce(market.country_code, leads_told.country) as country
    from leads_told
    left join market
        on leads_told.company_domain = market.account_domain
)

select * from final
