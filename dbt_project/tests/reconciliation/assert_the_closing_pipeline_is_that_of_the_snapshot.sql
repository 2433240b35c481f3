{{ config(meta={'dagster': {'ref': {'name': 'fct_pipeline_movement'}}}) }}

-- Movements and the daily snapshot must tell of the same pipeline. A failing row is a day, owner and closing
-- quarter for which they do not; what moves between deals of one owner nets out and shows in neither.
with calendar as (
    select
        date_day,
        fiscal_quarter_start_date
    from {{ ref('dim_date') }}
),

snapshots as (
    select
        snapshots.snapshot_on as moved_on,
        coalesce(snapshots.owner_id, '(none)') as owner_id,
        coalesce(calendar.fiscal_quarter_start_date, cast('9999-12-31' as date)) as closing_quarter_start,
        count(*) as closing_count,
        sum(coalesce(snapshots.amount, 0)) as closing_amount
    from {{ ref('fct_opportunity_daily_snapshot') }} as snapshots
    left join calendar
        on snapshots.close_date = calendar.date_day
    where snapshots.is_in_pipeline
    group by
        snapshots.snapshot_on,
        coalesce(snapshots.owner_id, '(none)'),
        coalesce(calendar.fiscal_quarter_start_date, cast('9999-12-31' as date))
),

movements as (
    select
        moved_on,
        coalesce(owner_id, '(none)') as owner_id,
        coalesce(closing_quarter_start, cast('9999-12-31' as date)) as closing_quarter_start,
        sum(closing_count) as closing_count,
        sum(closing_amount) as closing_amount
    from {{ ref('fct_pipeline_movement') }}
    group by
        moved_on,
        coalesce(owner_id, '(none)'),
        coalesce(closing_quarter_start, cast('9999-12-31' as date))
)

select
    coalesce(movements.moved_on, snapshots.moved_on) as moved_on,
    coalesce(movements.owner_id, snapshots.owner_id) as owner_id,
    coalesce(movements.closing_quarter_start, snapshots.closing_quarter_start) as closing_quarter_start,
    movements.closing_amount,
    snapshots.closing_amount as snapshot_amount
from movements
full outer join snapshots
    on
        movements.moved_on = snapshots.moved_on
        and movements.owner_id = snapshots.owner_id
        and movements.closing_quarter_start = snapshots.closing_quarter_start
where
    coalesce(movements.closing_count, 0) <> coalesce(snapshots.closing_count, 0)
    or coalesce(movements.closing_amount, 0) <> coalesce(snapshots.closing_amount, 0)
