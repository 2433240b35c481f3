-- P09 by account segment, at the end of every month and of the run's day: how much the open pipeline is worth
-- a day, if it is won as often, for as much and as quickly as that of the year before. Everything is as
-- known on that day; renewals are another sale. A deal that is older than two median cycles counts as stale.
with states as (
    select * from {{ ref('int_opportunity_states') }}
    where not is_renewal
),

segments as (
    select
        opportunity_id,
        segment_id as account_segment
    from {{ ref('int_opportunity_segments') }}
    where segment_type = 'account_segment'
),

described as (
    select
        states.*,
        coalesce(segments.account_segment, '(none)') as account_segment,
        case
            when states.close_date >= states.created_on
                then {{ days_between('states.created_on', 'states.close_date') }}
        end as days_to_close
    from states
    left join segments
        on states.opportunity_id = segments.opportunity_id
),

closed as (
    select
        measured_on,
        account_segment,
        {{ safe_divide('count(*) filter (where is_won)', 'count(*)') }} as win_rate,
        avg(amount) filter (where is_won) as won_amount_mean,
        {{ median('days_to_close', 'is_won') }} as cycle_days
    from described
    where
        (is_won or is_lost)
        and close_date > {{ add_months('measured_on', -12) }}
        and close_date <= measured_on
    group by
        measured_on,
        account_segment
),

open_pipeline as (
    select
        described.measured_on,
        described.account_segment,
        count(*) filter (
            where described.days_since_creation <= {{ var('velocity_stale_cycles') }} * closed.cycle_days
        ) as open_count,
        count(*) filter (
            where described.days_since_creation > {{ var('velocity_stale_cycles') }} * closed.cycle_days
        ) as stale_count
    from described
    inner join closed
        on
            described.measured_on = closed.measured_on
            and described.account_segment = closed.account_segment
    where described.is_in_pipeline
    group by
        described.measured_on,
        described.account_segment
),

final as (
    select
        open_pipeline.measured_on,
        open_pipeline.account_segment,
        open_pipeline.open_count,
        open_pipeline.stale_count,
        closed.win_rate,
        closed.won_amount_mean,
        closed.cycle_days,
        {{ safe_divide(
            'open_pipeline.open_count * closed.win_rate * closed.won_amount_mean', 'closed.cycle_days'
        ) }} as amount_per_day
    from open_pipeline
    inner join closed
        on
            open_pipeline.measured_on = closed.measured_on
            and open_pipeline.account_segment = closed.account_segment
)

select * from final
