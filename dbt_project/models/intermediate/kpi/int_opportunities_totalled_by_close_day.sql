{{ config(materialized='table') }}

-- One row a segment and close date: everything the opportunity KPIs add up. Sums of days are summed
-- again into periods, so that no period ever averages averages.
with qualified as (
    select distinct opportunity_id
    from {{ ref('int_opportunity_reached_stages') }}
    where stage_order >= {{ var('pipeline_stage_order') }}
),

opportunities as (
    select
        opportunities.*,
        qualified.opportunity_id is not null as was_qualified
    from {{ ref('int_opportunities_prepared') }} as opportunities
    left join qualified
        on opportunities.opportunity_id = qualified.opportunity_id
),

segments as (
    select * from {{ ref('int_opportunity_segments') }}
),

final as (
    select
        segments.segment_type,
        segments.segment_id,
        segments.segment,
        opportunities.close_date,
        count(*) as opportunity_count,
        count(*) filter (where opportunities.is_won) as won_count,
        sum(opportunities.amount) filter (where opportunities.is_won) as won_amount,
        count(*) filter (where opportunities.is_won and opportunities.amount is null) as won_without_amount_count,
        count(*) filter (where opportunities.is_lost) as lost_count,
        sum(opportunities.amount) filter (where opportunities.is_lost) as lost_amount,
        count(*) filter (where opportunities.is_lost and opportunities.amount is null) as lost_without_amount_count,
        count(*) filter (where opportunities.is_open) as open_count,
        sum(opportunities.amount) filter (where opportunities.is_open) as open_amount,
        count(*) filter (where opportunities.is_open and opportunities.amount is null) as open_without_amount_count,
        count(*) filter (where opportunities.is_in_pipeline) as pipeline_count,
        sum(opportunities.amount) filter (where opportunities.is_in_pipeline) as pipeline_amount,
        count(*) filter (
            where opportunities.is_in_pipeline and opportunities.amount is null
        ) as pipeline_without_amount_count,
        count(*) filter (where opportunities.is_win_rate_eligible and opportunities.is_won) as eligible_won_count,
        count(*) filter (where opportunities.is_win_rate_eligible) as eligible_closed_count,
        count(*) filter (
            where opportunities.is_win_rate_eligible and opportunities.is_won and opportunities.was_qualified
        ) as qualified_won_count,
        count(*) filter (
            where opportunities.is_win_rate_eligible and opportunities.was_qualified
        ) as qualified_closed_count,
        count(*) filter (where opportunities.is_won and opportunities.is_renewal) as renewal_won_count,
        count(*) filter (where opportunities.is_closed and opportunities.is_renewal) as renewal_closed_count,
        -- A negative amount is a mistake that would push the rate beyond 0 to 1.
        sum(opportunities.amount) filter (
            where opportunities.is_win_rate_eligible and opportunities.is_won and opportunities.amount >= 0
        ) as eligible_won_amount,
        sum(opportunities.amount) filter (
            where opportunities.is_win_rate_eligible and opportunities.amount >= 0
        ) as eligible_closed_amount,
        count(*) filter (
            where opportunities.is_win_rate_eligible and opportunities.amount >= 0
        ) as eligible_closed_with_amount_count,
        sum(opportunities.amount) filter (
            where opportunities.is_won and opportunities.is_new_business
        ) as new_business_won_amount,
        count(opportunities.amount) filter (
            where opportunities.is_won and opportunities.is_new_business
        ) as new_business_won_with_amount_count,
        count(*) filter (
            where opportunities.is_won and opportunities.is_new_business and opportunities.amount is null
        ) as new_business_won_without_amount_count
    from opportunities
    inner join segments
        on opportunities.opportunity_id = segments.opportunity_id
    group by
        segments.segment_type,
        segments.segment_id,
        segments.segment,
        opportunities.close_date
)

select * from final
