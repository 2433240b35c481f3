{{ config(materialized='table') }}

-- One row a segment and period of closing: how long the closed opportunities took. A cycle that ends
-- before it begins is counted as invalid and left out of mean and median.
with entries as (
    select
        opportunity_id,
        state,
        entered_on,
        lead(entered_on) over (partition by opportunity_id order by position) as left_on
    from {{ ref('int_opportunity_stage_entries') }}
),

-- Days that a deal was closed before it was reopened.
gaps as (
    select
        opportunity_id,
        sum({{ days_between('entered_on', 'left_on') }}) as closed_days
    from entries
    where state in ('won', 'lost') and left_on is not null
    group by opportunity_id
),

origins as (
    select * from {{ ref('int_opportunity_origins') }}
),

opportunities as (
    select
        opportunities.opportunity_id,
        opportunities.is_won,
        opportunities.is_lost,
        opportunities.close_date,
        opportunities.days_to_close,
        case
            when opportunities.days_to_close >= coalesce(gaps.closed_days, 0)
                then opportunities.days_to_close - coalesce(gaps.closed_days, 0)
        end as days_without_closed_gaps,
        {%- for origin in ['first_touched', 'accepted'] %}
            case
                when opportunities.close_date >= origins.{{ origin }}_on
                    then {{ days_between('origins.' ~ origin ~ '_on', 'opportunities.close_date') }}
            end as days_from_{{ origin }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from {{ ref('int_opportunities_prepared') }} as opportunities
    left join gaps
        on opportunities.opportunity_id = gaps.opportunity_id
    left join origins
        on opportunities.opportunity_id = origins.opportunity_id
    where opportunities.is_win_rate_eligible
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
        opportunities.days_to_close,
        opportunities.days_without_closed_gaps,
        opportunities.days_from_first_touched,
        opportunities.days_from_accepted
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
        count(days_without_closed_gaps) filter (where is_won) as won_cycle_without_gaps_count,
        {{ median('days_without_closed_gaps', 'is_won') }} as won_cycle_without_gaps_median,
        count(*) filter (where is_won and days_without_closed_gaps is null) as won_without_cycle_without_gaps_count,
        {%- for origin in ['first_touched', 'accepted'] %}
            count(days_from_{{ origin }}) filter (where is_won) as won_from_{{ origin }}_count,
            {{ median('days_from_' ~ origin, 'is_won') }} as won_from_{{ origin }}_median,
            count(*) filter (where is_won and days_from_{{ origin }} is null) as won_without_{{ origin }}_count,
        {%- endfor %}
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
