-- One row a segment and period of creation: what became of the opportunities created in it.
with opportunities as (
    select * from {{ ref('int_opportunities_prepared') }}
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

days as (
    select
        segments.segment_type,
        segments.segment_id,
        segments.segment,
        opportunities.created_on,
        count(*) filter (where opportunities.is_win_rate_eligible and opportunities.is_won) as eligible_won_count,
        count(*) filter (where opportunities.is_win_rate_eligible) as eligible_closed_count
    from opportunities
    inner join segments
        on opportunities.opportunity_id = segments.opportunity_id
    group by
        segments.segment_type,
        segments.segment_id,
        segments.segment,
        opportunities.created_on
),

placed as (
    {{ placed_in_periods('days', 'created_on') }}
),

final as (
    select
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        sum(eligible_won_count) as eligible_won_count,
        sum(eligible_closed_count) as eligible_closed_count
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
