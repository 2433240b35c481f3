{{ config(meta={'dagster': {'ref': {'name': 'fct_opportunity_daily_snapshot'}}}) }}

-- An open deal that nobody touched is what a daily history loses first. A failing row is an opportunity that
-- is not there at all, or not on every day from its creation to the run's day, or to the last day on which
-- a closed one is shown.
with opportunities as (
    select
        opportunity_id,
        greatest(created_on, cast('1990-01-01' as date)) as created_on
    from {{ ref('fct_opportunity') }}
    where created_on is not null
),

run_date as (
    select cast('{{ var("as_of_date") }}' as date) as as_of_date
),

days as (
    select
        opportunity_id,
        min(snapshot_on) as first_day,
        max(snapshot_on) as last_day,
        count(*) as day_count,
        max(case when state not in ('won', 'lost') then snapshot_on end) as last_day_before_closing
    from {{ ref('fct_opportunity_daily_snapshot') }}
    group by opportunity_id
),

expected as (
    select
        opportunities.opportunity_id,
        opportunities.created_on,
        days.first_day,
        days.last_day,
        days.day_count,
        case
            when days.last_day_before_closing = days.last_day then run_date.as_of_date
            else least(
                {{ add_days(
                    "coalesce(" ~ add_days('days.last_day_before_closing', 1) ~ ", days.first_day)",
                    var('opportunity_snapshot_tail_days')
                ) }},
                run_date.as_of_date
            )
        end as expected_last_day
    from opportunities
    cross join run_date
    left join days
        on opportunities.opportunity_id = days.opportunity_id
)

select *
from expected
where
    first_day is null
    or first_day > created_on
    or last_day <> expected_last_day
    or day_count <> {{ days_between('first_day', 'last_day') }} + 1
