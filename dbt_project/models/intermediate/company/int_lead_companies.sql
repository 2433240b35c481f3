{{ config(materialized='table') }}

-- One row a lead: the company that the person works for, and its account where the CRM has one. What the CRM
-- itself linked comes first, then the address, the website, and the name with the country where one account
-- has it. A company without an account is known by its website, else by its name and country.
with leads as (
    select * from {{ source('resolved', 'lead') }}
),

accounts as (
    select
        account_id,
        lower(account_name) as name_key,
        country
    from {{ source('resolved', 'account') }}
),

domains as (
    select * from {{ ref('int_account_domains') }}
),

names as (
    select
        name_key,
        country,
        min(account_id) as account_id
    from accounts
    where name_key is not null
    group by
        name_key,
        country
    having count(*) = 1
),

matched as (
    select
        leads.lead_id,
        leads.source_name,
        leads.website_domain,
        lower(leads.company_name) as name_key,
        leads.country,
        linked.account_id as linked_account_id,
        by_address.account_id as address_account_id,
        by_website.account_id as website_account_id,
        names.account_id as name_account_id
    from leads
    left join accounts as linked
        on leads.converted_account_id = linked.account_id
    left join domains as by_address
        on leads.email_domain = by_address.company_domain
    left join domains as by_website
        on leads.website_domain = by_website.company_domain
    left join names
        on
            lower(leads.company_name) = names.name_key
            and leads.country = names.country
),

final as (
    select
        lead_id,
        coalesce(linked_account_id, address_account_id, website_account_id, name_account_id) as account_id,
        coalesce(
            linked_account_id,
            address_account_id,
            website_account_id,
            name_account_id,
            {{ surrogate_key("'website'", 'website_domain') }},
            {{ surrogate_key("'name'", "name_key || '|' || coalesce(country, '')") }},
            {{ surrogate_key("'lead'", 'lead_id') }}
        ) as company_id,
        website_domain as company_domain,
        case
            when linked_account_id is not null then 'conversion'
            when address_account_id is not null then 'address'
            when website_account_id is not null then 'website'
            when name_account_id is not null then 'name'
            else 'none'
        end as account_match_method
    from matched
)

select * from final
