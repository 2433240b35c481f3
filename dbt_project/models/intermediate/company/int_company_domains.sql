-- One row a domain that tells a company: the account that it tells, else the one company of the leads that have it
-- as their website.
with account_domains as (
    select * from {{ ref('int_account_domains') }}
),

lead_domains as (
    select
        company_domain,
        min(company_id) as company_id
    from {{ ref('int_lead_companies') }}
    where company_domain is not null
    group by company_domain
    having count(distinct company_id) = 1
),

final as (
    select
        coalesce(account_domains.company_domain, lead_domains.company_domain) as company_domain,
        coalesce(account_domains.account_id, lead_domains.company_id) as company_id
    from account_domains
    full join lead_domains
        on account_domains.company_domain = lead_domains.company_domain
)

select * from final
