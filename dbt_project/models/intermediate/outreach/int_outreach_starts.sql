{{ config(materialized='table') }}

-- One row a company: the first time that a person of ours, or a program in their name, turned to it, and what was
-- there by that instant. The account and whose it was are as of then; what the records say of company and person has no
-- history in the sources, and is as they say it now. What no source ever fills, nobody could have checked.
{%- set conditions = {
    'account': 'known.account_id is not null',
    'owner': 'known.owner_id is not null or not known.keeps_owner',
    'title': 'known.title is not null or not known.keeps_title',
    'website': 'known.website_domain is not null or not known.keeps_website',
    'country': 'known.country is not null or not known.keeps_country',
    'industry': 'known.industry is not null or not known.keeps_industry',
    'size': 'known.size is not null or not known.keeps_size',
} %}
with touches as (
    select
        *,
        row_number() over (partition by company_id order by occurred_at, activity_id) as place
    from {{ ref('int_sales_touches') }}
    where
        direction = 'outbound'
        and not is_planned
        and not is_about_opportunity
        and not is_customer_care
        and company_id is not null
        and occurred_at is not null
),

accounts as (
    select
        *,
        coalesce(employee_count, annual_revenue) as size,
        coalesce(sales_development_owner_id, owner_id) as any_owner_id
    from {{ source('resolved', 'account') }}
),

people as (
    select
        source_name,
        contact_id,
        cast(null as varchar) as lead_id,
        title
    from {{ source('resolved', 'contact') }}
    union all
    select
        source_name,
        cast(null as varchar) as contact_id,
        lead_id,
        title
    from {{ source('resolved', 'lead') }}
),

kept_of_accounts as (
    select
        count(any_owner_id) > 0 as keeps_owner,
        count(website_domain) > 0 as keeps_website,
        count(country) > 0 as keeps_country,
        count(industry) > 0 as keeps_industry,
        count(size) > 0 as keeps_size
    from accounts
),

kept_of_people as (
    select count(title) > 0 as keeps_title
    from people
),

owners as (
    select
        account_id,
        user_id,
        valid_from_at,
        valid_to_at
    from {{ ref('int_account_ownership') }}
    where is_prospecting
),

known as (
    select
        touches.company_id,
        touches.activity_id,
        touches.user_id,
        touches.occurred_at,
        touches.occurred_on,
        accounts.account_id,
        owners.user_id as owner_id,
        coalesce(contacts.title, leads.title) as title,
        accounts.website_domain,
        accounts.country,
        accounts.industry,
        accounts.size,
        kept_of_accounts.*,
        kept_of_people.*
    from touches
    cross join kept_of_accounts
    cross join kept_of_people
    left join accounts
        on
            touches.account_id = accounts.account_id
            -- One whose creation nobody tells was always there.
            and coalesce(touches.occurred_at >= accounts.created_at, true)
    left join owners
        on
            accounts.account_id = owners.account_id
            and touches.occurred_at >= owners.valid_from_at
            and (owners.valid_to_at is null or touches.occurred_at < owners.valid_to_at)
    left join people as contacts
        on touches.contact_id = contacts.contact_id
    left join people as leads
        on touches.lead_id = leads.lead_id
    where touches.place = 1
),

checked as (
    select
        known.*,
        {%- for name, condition in conditions.items() %}
            {{ condition }} as has_{{ name }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from known
),

final as (
    select
        company_id,
        activity_id,
        user_id,
        occurred_at as first_touched_at,
        occurred_on as first_touched_on,
        account_id,
        {%- for name in conditions %}
            has_{{ name }},
        {%- endfor %}
        {% for name in var('outreach_checks') -%}
            has_{{ name }}{% if not loop.last %} and {% endif %}
        {%- endfor %} as is_outreach_ready
    from checked
)

select * from final
