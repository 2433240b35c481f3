{{ config(materialized='table') }}

-- One row a lead: the company that the person works for, and its account where the CRM has one (G18). A company
-- without an account is known by its website, else by its name and country.
with leads as (
    select
        lead_id,
        website_domain,
        lower(company_name) as name_key,
        country
    from {{ source('resolved', 'lead') }}
),

matches as (
    select * from {{ ref('int_lead_account_matches') }}
),

final as (
    select
        leads.lead_id,
        matches.account_id,
        coalesce(
            matches.account_id,
            {{ surrogate_key("'website'", 'leads.website_domain') }},
            {{ surrogate_key("'name'", "leads.name_key || '|' || coalesce(leads.country, '')") }},
            {{ surrogate_key("'lead'", 'leads.lead_id') }}
        ) as company_id,
        leads.website_domain as company_domain,
        matches.account_match_method
    from leads
    inner join matches
        on leads.lead_id = matches.lead_id
)

select * from final
