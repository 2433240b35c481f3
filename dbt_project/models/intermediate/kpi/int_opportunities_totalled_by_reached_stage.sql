-- One row an open stage and period of closing: what became of the deals that had reached the stage. A deal is
-- in every stage that it reached, so the stages do not add up to anything.
with opportunities as (
    select
        opportunity_id,
        close_date,
        is_won
    from {{ ref('int_opportunities_prepared') }}
    where is_win_rate_eligible
),

reached as (
    select * from {{ ref('int_opportunity_reached_stages') }}
),

periods as (
    select * from {{ ref('int_date_periods') }}
    where period_grain <> 'week'
),

all_time as (
    select * from {{ ref('int_all_time_period') }}
),

days as (
    select
        'stage' as segment_type,
        reached.stage as segment_id,
        reached.stage as segment,
        opportunities.close_date,
        count(*) filter (where opportunities.is_won) as won_count,
        count(*) as closed_count
    from opportunities
    inner join reached
        on opportunities.opportunity_id = reached.opportunity_id
    group by
        reached.stage,
        opportunities.close_date
),

placed as (
    {{ placed_in_periods('days', 'close_date') }}
),

final as (
    select
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        sum(won_count) as won_count,
        sum(closed_count) as closed_count
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
