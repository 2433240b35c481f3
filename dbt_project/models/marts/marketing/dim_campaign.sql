with campaigns as (
    select * from {{ source('gate', 'campaign') }}
),

final as (
    select
        cast(campaign_id as varchar) as campaign_id,
        cast(source_name as varchar) as source_name,
        cast(source_record_id as varchar) as source_campaign_id,
        cast(campaign_name as varchar) as campaign_name,
        cast(parent_campaign_id as varchar) as parent_campaign_id,
        cast(campaign_type as varchar) as campaign_type,
        cast(campaign_status as varchar) as campaign_status,
        cast(owner_id as varchar) as owner_id,
        cast(start_date as date) as start_date,
        cast(end_date as date) as end_date,
        cast(budgeted_cost_original as decimal(18, 2)) as budgeted_cost_original,
        cast(actual_cost_original as decimal(18, 2)) as actual_cost_original,
        is_active,
        cast(created_at as timestamp with time zone) as created_at,
        cast(modified_at as timestamp with time zone) as modified_at
    from campaigns
)

select * from final
