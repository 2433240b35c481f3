{{ config(meta={'dagster': {'ref': {'name': 'fct_opportunity_daily_snapshot'}}}) }}

-- History leads to the present, or it is not this company's history. A failing row is an open opportunity,
-- not modified after the run's day, that the snapshot of that day lacks or shows otherwise. Without a close
-- date a foreign amount has the rate of another day, so amounts are compared only with one.
with opportunities as (
    select * from {{ ref('fct_opportunity') }}
    where
        is_open
        and created_on is not null
        and coalesce({{ business_date('modified_at') }} <= as_of_date, true)
),

snapshots as (
    select * from {{ ref('fct_opportunity_daily_snapshot') }}
    where snapshot_on = cast('{{ var("as_of_date") }}' as date)
)

select
    opportunities.opportunity_id,
    opportunities.stage,
    snapshots.stage as snapshot_stage,
    opportunities.amount,
    snapshots.amount as snapshot_amount
from opportunities
left join snapshots
    on opportunities.opportunity_id = snapshots.opportunity_id
where
    snapshots.opportunity_id is null
    or opportunities.state <> snapshots.state
    or opportunities.stage <> snapshots.stage
    or opportunities.is_in_pipeline <> snapshots.is_in_pipeline
    or opportunities.is_past_due <> snapshots.is_past_due
    or coalesce(opportunities.owner_id, '') <> coalesce(snapshots.owner_id, '')
    or coalesce(opportunities.amount_original, -0.01) <> coalesce(snapshots.amount_original, -0.01)
    or coalesce(opportunities.close_date, opportunities.as_of_date)
    <> coalesce(snapshots.close_date, opportunities.as_of_date)
    or (
        opportunities.close_date is not null
        and (
            coalesce(opportunities.amount, -0.01) <> coalesce(snapshots.amount, -0.01)
            or coalesce(opportunities.weighted_amount, -0.01) <> coalesce(snapshots.weighted_amount, -0.01)
        )
    )
