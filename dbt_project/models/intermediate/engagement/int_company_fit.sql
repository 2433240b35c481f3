-- One row a company: how well it fits by what anybody can know of it, as the list of the market has it, else the
-- account. Points of every attribute add up; the rule that holds on the run's day is named.
with companies as (
    select * from {{ ref('int_companies') }}
),

accounts as (
    select
        account_id,
        industry,
        employee_count
    from {{ source('resolved', 'account') }}
),

domains as (
    select * from {{ ref('int_company_domains') }}
),

market as (
    select
        account_domain,
        industry,
        employee_count
    from {{ ref('int_market_accounts_prepared') }}
    where is_current
),

rules as (
    select * from {{ ref('account_fit_rule') }}
    where
        valid_from <= cast('{{ var("as_of_date") }}' as date)
        and coalesce(valid_until > cast('{{ var("as_of_date") }}' as date), true)
),

listed as (
    select
        domains.company_id,
        min(market.industry) as industry,
        max(market.employee_count) as employee_count
    from domains
    inner join market
        on domains.company_domain = market.account_domain
    group by domains.company_id
),

described as (
    select
        companies.company_id,
        coalesce(listed.industry, accounts.industry, companies.industry) as industry,
        coalesce(listed.employee_count, accounts.employee_count) as employee_count
    from companies
    left join listed
        on companies.company_id = listed.company_id
    left join accounts
        on companies.account_id = accounts.account_id
),

scored as (
    select
        described.company_id,
        rules.attribute,
        max(rules.points) as points,
        max(rules.rule_version) as rule_version
    from described
    inner join rules
        on (
            rules.attribute = 'employee_count'
            and described.employee_count >= rules.number_from
            and coalesce(described.employee_count < rules.number_below, true)
        )
        or (rules.attribute = 'industry' and lower(trim(described.industry)) = lower(rules.text_value))
    group by
        described.company_id,
        rules.attribute
),

totals as (
    select
        company_id,
        sum(points) as fit_score,
        max(rule_version) as fit_rule_version
    from scored
    group by company_id
),

final as (
    select
        companies.company_id,
        coalesce(totals.fit_score, 0) as fit_score,
        totals.fit_rule_version
    from companies
    left join totals
        on companies.company_id = totals.company_id
)

select * from final
