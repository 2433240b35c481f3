{{ config(meta={'dagster': {'ref': {'name': 'fct_kpi'}}}) }}

-- The tall table must tell what the deals tell. A failing row is a KPI over all time that a plain sum over
-- fct_opportunity does not give, or one of the run's day that the snapshot of that day does not give.
with facts as (
    select
        count(*) filter (where is_won) as won_count,
        count(*) filter (where is_lost) as lost_count,
        coalesce(sum(amount) filter (where is_won), 0) as won_amount,
        coalesce(sum(amount) filter (where is_lost), 0) as lost_amount,
        {{ safe_divide(
            'count(*) filter (where is_win_rate_eligible and is_won)',
            'count(*) filter (where is_win_rate_eligible)'
        ) }} as win_rate
    from {{ ref('fct_opportunity') }}
),

states as (
    select
        count(*) filter (where is_open) as open_count,
        coalesce(sum(amount) filter (where is_open), 0) as open_amount,
        coalesce(sum(amount) filter (where is_in_pipeline), 0) as pipeline_amount,
        coalesce(sum(weighted_amount) filter (where is_open), 0) as weighted_amount
    from {{ ref('fct_opportunity_daily_snapshot') }}
    where snapshot_on = cast('{{ var("as_of_date") }}' as date)
),

expected as (
    select
        'opportunities_won_count' as kpi_id,
        cast(won_count as {{ type_double() }}) as expected
    from facts
    union all
    select
        'opportunities_lost_count' as kpi_id,
        cast(lost_count as {{ type_double() }}) as expected
    from facts
    union all
    select
        'opportunities_open_count' as kpi_id,
        cast(open_count as {{ type_double() }}) as expected
    from states
    union all
    select
        'opportunities_won_amount' as kpi_id,
        cast(won_amount as {{ type_double() }}) as expected
    from facts
    union all
    select
        'opportunities_lost_amount' as kpi_id,
        cast(lost_amount as {{ type_double() }}) as expected
    from facts
    union all
    select
        'opportunities_open_amount' as kpi_id,
        cast(open_amount as {{ type_double() }}) as expected
    from states
    union all
    select
        'pipeline_open_amount' as kpi_id,
        cast(pipeline_amount as {{ type_double() }}) as expected
    from states
    union all
    select
        'P06' as kpi_id,
        cast(weighted_amount as {{ type_double() }}) as expected
    from states
    union all
    select
        'P08' as kpi_id,
        win_rate as expected
    from facts
),

published as (
    select
        kpi_id,
        value
    from {{ ref('fct_kpi') }}
    where is_headline and segment_type = 'all' and period_grain in ('all_time', 'day')
)

select
    expected.kpi_id,
    expected.expected,
    published.value
from expected
left join published
    on expected.kpi_id = published.kpi_id
where
    abs(expected.expected - published.value) > 0.000001
    or (expected.expected is null and published.value is not null)
    or (expected.expected <> 0 and published.value is null)
