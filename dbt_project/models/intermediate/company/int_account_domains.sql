{{ config(materialized='table') }}

-- One row a domain that tells an account: that of its website, else that of its people's addresses. Of several
-- accounts with one website the first in the CRM is told; addresses tell one only where all are with it.
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
    where email_domain not in ({{ text_list(var('free_mail_domains')) }})
),

websites as (
    select
        website_domain as company_domain,
        account_id,
        'website' as domain_source,
        row_number() over (partition by website_domain order by created_at asc nulls last, account_id asc) as place
    from accounts
    where website_domain is not null
),

addresses as (
    select
        contacts.email_domain as company_domain,
        min(accounts.account_id) as account_id,
        'address' as domain_source
    from contacts
    inner join accounts
        on contacts.account_id = accounts.account_id
    left join websites
        on contacts.email_domain = websites.company_domain
    where websites.company_domain is null
    group by contacts.email_domain
    having count(distinct accounts.account_id) = 1
),

final as (
    select
        company_domain,
        account_id,
        domain_source
    from websites
    where place = 1
    union all
    select
        company_domain,
        account_id,
        domain_source
    from addresses
)

select * from final
