-- One row a way of dating and fiscal quarter: what was won in it, when in it, and how evenly. Dated by the
-- close date, and by the day on which the win was entered; backdating shows as a gap between the two. A
-- win whose entry nobody recorded has no day of its own for the second.
with opportunities as (
    select
        opportunity_id,
        close_date,
        coalesce(amount, 0) as amount
    from {{ ref('int_opportunities_prepared') }}
    where is_won
),

entries as (
    select
        opportunity_id,
        max(entered_on) as entered_on
    from {{ ref('int_opportunity_stage_entries') }}
    where state = 'won' and entry_source in ('history', 'field_history', 'version')
    group by opportunity_id
),

calendar as (
    select
        date_day,
        fiscal_quarter_start_date,
        fiscal_quarter_end_date
    from {{ ref('int_calendar_days') }}
),

dated as (
    select
        'close_date' as dated_by,
        close_date as booked_on,
        amount
    from opportunities
    union all
    select
        'system_time' as dated_by,
        entries.entered_on as booked_on,
        opportunities.amount
    from opportunities
    inner join entries
        on opportunities.opportunity_id = entries.opportunity_id
),

-- A fiscal quarter has 13 weeks; the days after them belong to the last one.
placed as (
    select
        dated.dated_by,
        dated.amount,
        calendar.fiscal_quarter_start_date as period_start,
        {{ add_days('calendar.fiscal_quarter_end_date', 1) }} as period_end,
        dated.booked_on >= {{ add_days('calendar.fiscal_quarter_end_date', -13) }} as is_in_last_14_days,
        dated.booked_on >= {{ add_months('calendar.fiscal_quarter_start_date', 2) }} as is_in_month_3,
        cast(
            least(
                floor(
                    {{ safe_divide(
                        days_between('calendar.fiscal_quarter_start_date', 'dated.booked_on'), '7'
                    ) }}
                ),
                12
            ) as integer
        ) as week_number
    from dated
    inner join calendar
        on dated.booked_on = calendar.date_day
),

quarters as (
    select
        dated_by,
        period_start,
        period_end,
        count(*) as won_count,
        sum(amount) as won_amount,
        coalesce(sum(amount) filter (where is_in_last_14_days), 0) as last_14_days_amount,
        coalesce(sum(amount) filter (where is_in_month_3), 0) as month_3_amount
    from placed
    group by
        dated_by,
        period_start,
        period_end
),

booked_weeks as (
    select
        dated_by,
        period_start,
        week_number,
        sum(amount) as amount
    from placed
    group by
        dated_by,
        period_start,
        week_number
),

-- Weeks without a booking rank first and add nothing, so they need no rows: the others are ranked after them.
ranked_weeks as (
    select
        *,
        count(*) over (partition by dated_by, period_start) as week_count,
        row_number() over (partition by dated_by, period_start order by amount, week_number) as place
    from booked_weeks
),

ginis as (
    select
        dated_by,
        period_start,
        {{ safe_divide(
            '2 * sum((13 - week_count + place) * amount)', '13 * sum(amount)'
        ) }} - {{ safe_divide('14', '13') }} as gini
    from ranked_weeks
    group by
        dated_by,
        period_start
),

final as (
    select
        'fiscal_quarter' as period_grain,
        quarters.period_start,
        quarters.period_end,
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        quarters.dated_by,
        quarters.won_count,
        quarters.won_amount,
        quarters.last_14_days_amount,
        quarters.month_3_amount,
        ginis.gini
    from quarters
    inner join ginis
        on
            quarters.dated_by = ginis.dated_by
            and quarters.period_start = ginis.period_start
)

select * from final
