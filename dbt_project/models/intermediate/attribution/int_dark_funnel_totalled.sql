{{ config(materialized='table') }}

-- One row a segment and period of creation: opportunities, without renewals, that nothing is known to have brought in
-- the attribution_days before; and those of which anybody of theirs is known at all, without which nothing can be.
with opportunities as (
    select
        opportunity_id,
        created_on,
        coalesce(amount, 0) as amount
    from {{ ref('int_opportunities_prepared') }}
    where not is_renewal
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

touched as (
    select distinct opportunity_id
    from {{ ref('int_attribution_touches') }}
    where
        is_before_creation
        and channel <> 'Direct'
        and created_on <= {{ add_days('occurred_on', var('attribution_days')) }}
),

tracked as (
    select distinct opportunity_id
    from {{ ref('int_opportunity_people') }}
),

judged as (
    select
        opportunities.opportunity_id,
        opportunities.created_on,
        opportunities.amount,
        touched.opportunity_id is null as is_dark,
        tracked.opportunity_id is not null as is_tracked
    from opportunities
    left join touched
        on opportunities.opportunity_id = touched.opportunity_id
    left join tracked
        on opportunities.opportunity_id = tracked.opportunity_id
),

days as (
    select
        segments.segment_type,
        segments.segment_id,
        segments.segment,
        judged.created_on,
        count(*) as opportunity_count,
        count(*) filter (where judged.is_dark) as dark_count,
        count(*) filter (where judged.is_tracked) as tracked_count,
        sum(judged.amount) as amount,
        coalesce(sum(judged.amount) filter (where judged.is_dark), 0) as dark_amount
    from judged
    inner join segments
        on judged.opportunity_id = segments.opportunity_id
    group by
        segments.segment_type,
        segments.segment_id,
        segments.segment,
        judged.created_on
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
        sum(opportunity_count) as opportunity_count,
        sum(dark_count) as dark_count,
        sum(tracked_count) as tracked_count,
        sum(amount) as amount,
        sum(dark_amount) as dark_amount
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
