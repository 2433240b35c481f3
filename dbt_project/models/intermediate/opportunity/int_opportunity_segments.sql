{{ config(materialized='table') }}

-- One row an opportunity and segment type, for the opportunities that existed on the run's day. A type
-- that no opportunity of the company has a value for is not a dimension of that company.
{%- set dimensions = {
    'owner': ['owner_id', 'coalesce(owner_name, owner_id)'],
    'industry': ['industry', 'industry'],
    'country': ['country', 'country'],
    'territory': ['territory', 'territory'],
    'account_segment': ['account_segment', 'account_segment'],
    'opportunity_type': ['opportunity_type', 'opportunity_type'],
    'lead_source': ['lead_source', 'lead_source'],
    'product': ['product_name', 'product_name'],
    'campaign': ['campaign_id', 'coalesce(campaign_name, campaign_id)'],
    'motion': ['motion', 'motion'],
    'sourced_by_role': ['sourced_by_role', 'sourced_by_role'],
} %}
with opportunities as (
    select * from {{ ref('int_opportunities_prepared') }}
),

accounts as (
    select
        account_id,
        industry,
        country,
        territory,
        account_segment
    from {{ source('resolved', 'account') }}
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

described as (
    select
        opportunities.opportunity_id,
        opportunities.owner_id,
        users.user_name as owner_name,
        accounts.industry,
        accounts.country,
        accounts.territory,
        accounts.account_segment,
        opportunities.opportunity_type,
        opportunities.lead_source,
        opportunities.product_name,
        opportunities.campaign_id,
        opportunities.motion,
        opportunities.sourced_by_role,
        campaigns.campaign_name
    from opportunities
    left join accounts
        on opportunities.account_id = accounts.account_id
    left join users
        on opportunities.owner_id = users.user_id
    left join campaigns
        on opportunities.campaign_id = campaigns.campaign_id
),

{{ in_segments_of_its_own('described', 'opportunity_id', dimensions) }}

select * from final
