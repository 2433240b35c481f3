{{ config(meta={'dagster': {'ref': {'name': 'int_opportunity_history'}}}) }}

-- An opportunity that never changed is dropped most easily, and nobody misses it. A failing row is an
-- opportunity without history, with one that begins at no instant or after its creation, without exactly one period that
-- goes on, or with one that goes on with other values than the record has.
with opportunities as (
    select * from {{ source('resolved', 'opportunity') }}
),

histories as (
    select
        opportunity_id,
        min(valid_from) as begins_at,
        count(*) filter (where valid_to is null) as present_periods
    from {{ ref('int_opportunity_history') }}
    group by opportunity_id
),

present as (
    select * from {{ ref('int_opportunity_history') }}
    where valid_to is null
)

select
    opportunities.opportunity_id,
    opportunities.created_at,
    histories.begins_at,
    histories.present_periods,
    present.stage
from opportunities
left join histories
    on opportunities.opportunity_id = histories.opportunity_id
left join present
    on opportunities.opportunity_id = present.opportunity_id
where
    histories.opportunity_id is null
    or histories.begins_at is null
    or histories.begins_at > opportunities.created_at
    or histories.present_periods <> 1
    or lower(trim(coalesce(present.stage, ''))) <> lower(trim(coalesce(opportunities.stage, '')))
    or coalesce(present.owner_id, '') <> coalesce(opportunities.owner_id, '')
    or coalesce(present.forecast_category, '') <> coalesce(opportunities.forecast_category, '')
    or coalesce(present.amount_original, -0.01) <> coalesce(opportunities.amount_original, -0.01)
    or coalesce(present.probability, -1) <> coalesce(opportunities.probability, -1)
    or coalesce(present.close_date, cast('1900-01-01' as date))
    <> coalesce(opportunities.close_date, cast('1900-01-01' as date))
