{{ config(materialized='table') }}

-- One row a segment and period of closing: how long the closed opportunities took. A cycle that ends
-- before it begins is counted as invalid and left out of mean and median.
with opportunities as (
    select
        opportunity_id,
        is_won,
        is_lost,
        close_date,
        days_to_close
    from {{ ref('int_opportunities_prepared') }}
    where is_win_rate_eligible and not is_created_after_as_of
),

segments as (
    select * from {{ ref('int_opportunity_segments') }}
),

periods as (
    select * from {{ ref('int_date_periods') }}
    where period_grain <> 'week'
),

all_time as (
    select * from {{ ref('int_all_time_period') }}
),

closed as (
    select
        segments.segment_type,
        segments.segment_id,
        segments.segment,
        opportunities.is_won,
        opportunities.is_lost,
        opportunities.close_date,
        opportunities.days_to_close
    from opportunities
    inner join segments
        on opportunities.opportunity_id = segments.opportunity_id
),

placed as (
    {{ placed_in_periods('closed', 'close_date') }}
),

final as (
    select
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        count(days_to_close) filter (where is_won) as won_cycle_count,
        coalesce(sum(days_to_close) filter (where is_won), 0) as won_cycle_days,
        {{ median('days_to_close', 'is_won') }} as won_cycle_median,
        count(*) filter (where is_won and days_to_close is null) as won_without_cycle_count,
        count(days_to_close) filter (where is_lost) as lost_cycle_count,
        coalesce(sum(days_to_close) filter (where is_lost), 0) as lost_cycle_days,
        {{ median('days_to_close', 'is_lost') }} as lost_cycle_median,
        count(*) filter (where is_lost and days_to_close is null) as lost_without_cycle_count
    from placed
    group by
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment
)

select * from final
