{{ config(materialized='table') }}

-- One row an opportunity with what came before it: the begin of the prospecting spell out of which it was created, and
-- the day on which sales first accepted a hand-off for it. NULL where there was none.
with opportunities as (
    select
        opportunity_id,
        account_id,
        created_at
    from {{ ref('int_opportunities_prepared') }}
),

spells as (
    select * from {{ ref('int_prospecting_spells') }}
    where account_id is not null
),

accepted as (
    select
        opportunity_id,
        accepted_on
    from {{ ref('int_accepted_opportunities') }}
),

prospected as (
    select
        opportunities.opportunity_id,
        max(spells.started_on) as first_touched_on
    from opportunities
    inner join spells
        on
            opportunities.account_id = spells.account_id
            and opportunities.created_at >= spells.started_at
            and opportunities.created_at
            <= {{ add_seconds('spells.ended_at', 86400 * var('prospecting_quiet_days')) }}
    group by opportunities.opportunity_id
),

final as (
    select
        opportunities.opportunity_id,
        prospected.first_touched_on,
        accepted.accepted_on
    from opportunities
    left join prospected
        on opportunities.opportunity_id = prospected.opportunity_id
    left join accepted
        on opportunities.opportunity_id = accepted.opportunity_id
)

select * from final
