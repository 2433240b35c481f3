with campaigns as (
    select * from {{ ref('int_campaigns_prepared') }}
),

final as (
    select
        campaign_id,
        source_name,
        source_record_id as source_campaign_id,
        campaign_name,
        parent_campaign_id,
        campaign_type,
        campaign_status,
        owner_id,
        start_date,
        end_date,
        cast(budgeted_cost_original as decimal(18, 2)) as budgeted_cost_original,
        cast(actual_cost_original as decimal(18, 2)) as actual_cost_original,
        is_active,
        created_at,
        modified_at,
        channel,
        channel_detail,
        is_leaf
    from campaigns
)

select * from final
