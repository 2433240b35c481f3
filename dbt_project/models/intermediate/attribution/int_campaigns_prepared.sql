{{ config(materialized='table') }}

-- One row a campaign, with the channel that it belongs to: the campaign at the top of its branch. A campaign without a
-- parent is its own channel. Branches deeper than four campaigns are cut there, and so is one that runs in a circle.
with campaigns as (
    select * from {{ source('resolved', 'campaign') }}
),

parents as (
    select distinct parent_campaign_id as campaign_id
    from campaigns
    where parent_campaign_id is not null
),

final as (
    select
        campaigns.*,
        coalesce(
            third.campaign_name,
            second.campaign_name,
            first.campaign_name,
            campaigns.campaign_name,
            campaigns.campaign_id
        ) as channel,
        case
            when third.campaign_id is not null then second.campaign_name
            when second.campaign_id is not null then first.campaign_name
            when first.campaign_id is not null then campaigns.campaign_name
        end as channel_detail,
        parents.campaign_id is null as is_leaf
    from campaigns
    left join campaigns as first
        on campaigns.parent_campaign_id = first.campaign_id
    left join campaigns as second
        on first.parent_campaign_id = second.campaign_id
    left join campaigns as third
        on second.parent_campaign_id = third.campaign_id
    left join parents
        on campaigns.campaign_id = parents.campaign_id
)

select * from final
