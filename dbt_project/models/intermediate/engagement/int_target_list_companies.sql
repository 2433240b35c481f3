-- One row an account on a target list and span of days, with the company, also where the CRM has no account of it.
with memberships as (
    select * from {{ ref('int_target_list_memberships_prepared') }}
),

domains as (
    select * from {{ ref('int_company_domains') }}
),

final as (
    select
        memberships.target_account_id,
        memberships.target_list_name,
        memberships.account_domain,
        memberships.tier,
        memberships.valid_from,
        memberships.valid_to,
        memberships.is_current,
        coalesce(domains.company_id, {{ surrogate_key("'website'", 'memberships.account_domain') }}) as company_id
    from memberships
    left join domains
        on memberships.account_domain = domains.company_domain
)

select * from final
