{{ config(materialized='table') }}

-- What is there to reach a fiscal quarter's quota with, by owner, at the end of each month, of a day early in
-- each quarter and of the run's day: of the quarter that goes on, and of the next. Open pipeline that closes
-- in it, what is won in it already, and the bookings quota as it was in force on the day; a quota of several
-- months is spread over its days. A deal that should have closed before the day is no pipeline to count on.
with spans as (
    select * from {{ ref('int_opportunity_day_spans') }}
),

looked_at as (
    select measured_on from {{ ref('int_state_periods') }}
    union distinct
    select {{ add_days('fiscal_quarter_start_date', var('coverage_quarter_day') - 1) }} as measured_on
    from {{ ref('int_calendar_days') }}
    where
        {{ add_days('fiscal_quarter_start_date', var('coverage_quarter_day') - 1) }}
        <= cast('{{ var("as_of_date") }}' as date)
),

states as (
    select
        looked_at.measured_on,
        spans.owner_id,
        spans.is_open,
        spans.is_won,
        spans.is_in_pipeline,
        spans.close_date,
        spans.amount
    from spans
    inner join looked_at
        on
            spans.from_on <= looked_at.measured_on
            and coalesce(spans.to_on > looked_at.measured_on, true)
),

-- Before the first deal of all there was nothing to cover a quota with, or nobody who wrote it down.
measured_days as (
    select distinct measured_on from states
),

calendar as (
    select
        date_day,
        fiscal_quarter_start_date,
        {{ add_days('fiscal_quarter_end_date', 1) }} as next_quarter_start_date
    from {{ ref('int_calendar_days') }}
),

quotas as (
    select * from {{ ref('int_quotas_prepared') }}
    where quota_metric = 'bookings' and quota is not null
),

quarters as (
    select
        measured_days.measured_on,
        'current' as quarter,
        calendar.fiscal_quarter_start_date as quarter_start,
        calendar.next_quarter_start_date as quarter_end
    from measured_days
    inner join calendar
        on measured_days.measured_on = calendar.date_day
    union all
    select
        measured_days.measured_on,
        'next' as quarter,
        next_quarters.fiscal_quarter_start_date as quarter_start,
        next_quarters.next_quarter_start_date as quarter_end
    from measured_days
    inner join calendar
        on measured_days.measured_on = calendar.date_day
    inner join calendar as next_quarters
        on calendar.next_quarter_start_date = next_quarters.date_day
),

quota_parts as (
    select
        quarters.measured_on,
        quarters.quarter,
        quotas.user_id as owner_id,
        cast(
            cast(quotas.quota as {{ type_double() }})
            * {{ safe_divide(
                days_between(
                    'greatest(quotas.period_start, quarters.quarter_start)',
                    'least(quotas.period_end, quarters.quarter_end)'
                ),
                days_between('quotas.period_start', 'quotas.period_end')
            ) }}
            as decimal(18, 2)
        ) as quota
    from quarters
    inner join quotas
        on
            quarters.quarter_start < quotas.period_end
            and quarters.quarter_end > quotas.period_start
            and coalesce(quarters.measured_on >= quotas.in_force_from, true)
            and coalesce(quarters.measured_on < quotas.in_force_until, true)
),

deals as (
    select
        quarters.measured_on,
        quarters.quarter,
        states.owner_id,
        coalesce(states.amount, 0) as amount,
        states.is_in_pipeline and states.close_date >= states.measured_on as is_counted,
        states.is_won,
        states.is_open and states.close_date < states.measured_on as is_past_due
    from quarters
    inner join states
        on
            quarters.measured_on = states.measured_on
            and quarters.quarter_start <= states.close_date
            and quarters.quarter_end > states.close_date
),

parts as (
    select
        measured_on,
        quarter,
        owner_id,
        quota,
        0 as pipeline_amount,
        0 as pipeline_count,
        0 as booked_amount,
        0 as past_due_count
    from quota_parts
    union all
    select
        measured_on,
        quarter,
        owner_id,
        0 as quota,
        case when is_counted then amount else 0 end as pipeline_amount,
        case when is_counted then 1 else 0 end as pipeline_count,
        case when is_won then amount else 0 end as booked_amount,
        case when is_past_due then 1 else 0 end as past_due_count
    from deals
),

final as (
    select
        measured_on,
        quarter,
        coalesce(owner_id, '(none)') as owner_id,
        sum(quota) as quota,
        sum(pipeline_amount) as pipeline_amount,
        sum(pipeline_count) as pipeline_count,
        sum(booked_amount) as booked_amount,
        sum(past_due_count) as past_due_count
    from parts
    group by
        measured_on,
        quarter,
        coalesce(owner_id, '(none)')
)

select * from final
