-- One row a lead and segment type, for the leads that existed on the run's day. A type that no lead of
-- the company has a value for is not a dimension of that company.
{%- set dimensions = {
    'owner': ['owner_id', 'coalesce(owner_name, owner_id)'],
    'industry': ['industry', 'industry'],
    'country': ['country', 'country'],
    'lead_source': ['lead_source', 'lead_source'],
    'campaign': ['campaign_id', 'coalesce(campaign_name, campaign_id)'],
    'motion': ['motion', 'motion'],
    'account_segment': ['account_segment', 'account_segment'],
} %}
with leads as (
    select * from {{ ref('int_leads_prepared') }}
),

users as (
    select
        user_id,
        user_name
    from {{ source('resolved', 'user') }}
),

campaigns as (
    select
        campaign_id,
        campaign_name
    from {{ source('resolved', 'campaign') }}
),

lead_companies as (
    select
        lead_companies.lead_id,
        companies.account_segment
    from {{ ref('int_lead_companies') }} as lead_companies
    inner join {{ ref('int_companies') }} as companies
        on lead_companies.company_id = companies.company_id
),

described as (
    select
        leads.lead_id,
        leads.owner_id,
        users.user_name as owner_name,
        leads.industry,
        leads.country,
        leads.lead_source,
        leads.campaign_id,
        campaigns.campaign_name,
        leads.motion,
        lead_companies.account_segment
    from leads
    left join users
        on leads.owner_id = users.user_id
    left join campaigns
        on leads.campaign_id = campaigns.campaign_id
    left join lead_companies
        on leads.lead_id = lead_companies.lead_id
),

{{ in_segments_of_its_own('described', 'lead_id', dimensions) }}

select * from final
