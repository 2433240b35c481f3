{{ config(materialized='table') }}

{%- set nobodys_domains = text_list(var('free_mail_domains') + var('shared_domains')) %}

-- One row a domain and account that has it: by the account's website, or, where no account has it as its website, by
-- the addresses of people who are all with that account. A domain of mail that anybody can have, or of pages that
-- many companies have, is nobody's.
with accounts as (
    select
        account_id,
        website_domain,
        created_at
    from {{ source('resolved', 'account') }}
),

contacts as (
    select
        account_id,
        email_domain
    from {{ source('resolved', 'contact') }}
    where email_domain is not null
),

-- Compared whole, never in part; subdomains lie in them.
nobodys as (
    select domain
    from {{ source('reference', 'domain') }}
    where
        domain in ({{ nobodys_domains }})
        or registrable_domain in ({{ nobodys_domains }})
),

websites as (
    select
        accounts.website_domain as company_domain,
        accounts.account_id,
        accounts.created_at
    from accounts
    left join nobodys
        on accounts.website_domain = nobodys.domain
    where
        accounts.website_domain is not null
        and nobodys.domain is null
),

addresses as (
    select
        contacts.email_domain as company_domain,
        min(accounts.account_id) as account_id
    from contacts
    inner join accounts
        on contacts.account_id = accounts.account_id
    left join websites
        on contacts.email_domain = websites.company_domain
    left join nobodys
        on contacts.email_domain = nobodys.domain
    where
        websites.company_domain is null
        and nobodys.domain is null
    group by contacts.email_domain
    having count(distinct accounts.account_id) = 1
),

final as (
    select
        company_domain,
        account_id,
        'website' as domain_source,
        row_number() over (partition by company_domain order by created_at asc nulls last, account_id asc) as place,
        count(*) over (partition by company_domain) as account_count
    from websites
    union all
    select
        company_domain,
        account_id,
        'address' as domain_source,
        1 as place,
        1 as account_count
    from addresses
)

select * from final
