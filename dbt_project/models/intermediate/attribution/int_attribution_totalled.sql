{{ config(materialized='table') }}

-- One row a model, basis (what was created, what was won), segment and period: the credited amounts.
with credits as (
    select * from {{ ref('int_attribution_credits') }}
),

campaigns as (
    select
        campaign_id,
        campaign_name
    from {{ ref('int_campaigns_prepared') }}
),

periods as (
    select * from {{ ref('int_date_periods') }}
    where period_grain <> 'week'
),

all_time as (
    select * from {{ ref('int_all_time_period') }}
),

-- Pipeline is there before anybody knows of a close.
based as (
    select
        'pipeline' as basis,
        created_on as counted_on,
        credits.*
    from credits
    where attribution_model <> 'full_path'
    union all
    select
        'won' as basis,
        close_date as counted_on,
        credits.*
    from credits
    where is_won and close_date is not null
),

segmented as (
    select
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        based.*
    from based
    union all
    select
        'channel' as segment_type,
        channel as segment_id,
        channel as segment,
        based.*
    from based
    union all
    select
        'campaign' as segment_type,
        coalesce(based.campaign_id, '(none)') as segment_id,
        coalesce(campaigns.campaign_name, based.campaign_id, '(none)') as segment,
        based.*
    from based
    left join campaigns
        on based.campaign_id = campaigns.campaign_id
),

days as (
    select
        attribution_model,
        basis,
        segment_type,
        segment_id,
        segment,
        counted_on,
        sum(credited_amount) as credited_amount,
        count(*) as credit_count
    from segmented
    group by
        attribution_model,
        basis,
        segment_type,
        segment_id,
        segment,
        counted_on
),

placed as (
    {{ placed_in_periods('days', 'counted_on') }}
),

final as (
    select
        attribution_model,
        basis,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        sum(credited_amount) as credited_amount,
        sum(credit_count) as credit_count
    from placed
    group by
        attribution_model,
        basis,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment
)

select * from final
