{{ config(materialized='table') }}

-- What the CRM forecast for a fiscal quarter on four days, and what came of it, by owner. A forecast is what is
-- won by then and closes in the quarter, plus what is open in its categories; it is locked, since the last
-- forecast of a quarter is always right. Only quarters that are over, and that history covers from their
-- first day.
{%- set forecasts = {
    'commit': ['commit'],
    'best_case': ['commit', 'most_likely', 'best_case'],
} %}
with spans as (
    select * from {{ ref('int_opportunity_day_spans') }}
),

opportunities as (
    select
        opportunity_id,
        owner_id,
        close_date,
        coalesce(amount, 0) as amount
    from {{ ref('int_opportunities_prepared') }}
    where is_won
),

first_day as (
    select min(from_on) as first_known_on
    from spans
),

quarters as (
    select distinct
        calendar.fiscal_quarter_start_date as period_start,
        {{ add_days('calendar.fiscal_quarter_end_date', 1) }} as period_end
    from {{ ref('int_calendar_days') }} as calendar
    cross join first_day
    where
        calendar.fiscal_quarter_end_date <= cast('{{ var("as_of_date") }}' as date)
        and calendar.fiscal_quarter_start_date >= first_day.first_known_on
),

locks as (
    select
        period_start,
        period_end,
        'day_1' as lock_name,
        period_start as locked_on
    from quarters
    {%- for days in [30, 60, 90] %}
        union all
        select
            period_start,
            period_end,
            '{{ days }}_days_before' as lock_name,
            {{ add_days('period_end', -days) }} as locked_on
        from quarters
    {%- endfor %}
),

-- Of what was forecast on a day, each kind of forecast counts its own categories.
known as (
    select
        locks.period_start,
        locks.period_end,
        locks.lock_name,
        locks.locked_on,
        coalesce(spans.owner_id, '(none)') as owner_id,
        spans.is_won,
        spans.is_open,
        spans.forecast_category,
        coalesce(spans.amount, 0) as amount
    from locks
    inner join spans
        on
            locks.locked_on >= spans.from_on
            and coalesce(locks.locked_on < spans.to_on, true)
            and locks.period_start <= spans.close_date
            and locks.period_end > spans.close_date
),

-- A win counts for whoever owned it when it was last closed.
closers as (
    select
        last_spans.opportunity_id,
        closing_spans.owner_id
    from spans as last_spans
    inner join spans as closing_spans
        on
            last_spans.opportunity_id = closing_spans.opportunity_id
            and last_spans.closed_on = closing_spans.from_on
    where last_spans.is_last
),

won as (
    select
        opportunities.close_date,
        opportunities.amount,
        coalesce(closers.owner_id, opportunities.owner_id, '(none)') as owner_id
    from opportunities
    left join closers
        on opportunities.opportunity_id = closers.opportunity_id
),

parts as (
    {%- for forecast, categories in forecasts.items() %}
        select
            period_start,
            period_end,
            lock_name,
            locked_on,
            '{{ forecast }}' as forecast,
            owner_id,
            amount as forecast_amount,
            0 as actual_amount
        from known
        where is_won or (is_open and forecast_category in ({{ text_list(categories) }}))
        union all
        select
            locks.period_start,
            locks.period_end,
            locks.lock_name,
            locks.locked_on,
            '{{ forecast }}' as forecast,
            won.owner_id,
            0 as forecast_amount,
            won.amount as actual_amount
        from locks
        inner join won
            on
                locks.period_start <= won.close_date
                and locks.period_end > won.close_date
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

final as (
    select
        period_start,
        period_end,
        lock_name,
        locked_on,
        forecast,
        owner_id,
        sum(forecast_amount) as forecast_amount,
        sum(actual_amount) as actual_amount
    from parts
    group by
        period_start,
        period_end,
        lock_name,
        locked_on,
        forecast,
        owner_id
)

select * from final
