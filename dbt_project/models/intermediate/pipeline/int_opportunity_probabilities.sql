{{ config(materialized='table') }}

-- How often deals that reached a stage were won: of those closed by a day, by type. Beside it what the CRM
-- and the stage map had said when they reached it, so that anyone can see how well these are calibrated.
with states as (
    select * from {{ ref('int_opportunity_states') }}
    where state in ('won', 'lost')
),

reached as (
    select * from {{ ref('int_opportunity_reached_stages') }}
),

spans as (
    select * from {{ ref('int_opportunity_day_spans') }}
),

-- A stage that was passed within a day has no probability of its own.
said as (
    select
        reached.opportunity_id,
        reached.stage,
        reached.stage_order,
        reached.stage_default_probability,
        reached.reached_on,
        spans.probability
    from reached
    left join spans
        on
            reached.opportunity_id = spans.opportunity_id
            and reached.stage = spans.stage
            and reached.reached_on >= spans.from_on
            and coalesce(reached.reached_on < spans.to_on, true)
),

cases as (
    select
        states.measured_on,
        said.stage,
        said.stage_order,
        coalesce(states.opportunity_type, '(none)') as opportunity_type,
        states.is_won,
        said.probability,
        said.stage_default_probability
    from states
    inner join said
        on
            states.opportunity_id = said.opportunity_id
            and states.measured_on >= said.reached_on
),

final as (
    select
        measured_on,
        stage,
        stage_order,
        opportunity_type,
        count(*) filter (where is_won) as won_count,
        count(*) as closed_count,
        cast(
            {{ safe_divide('count(*) filter (where is_won)', 'count(*)') }} as decimal(9, 6)
        ) as empirical_probability,
        -- Of decimals, since a mean of doubles depends on the order in which they are added.
        avg(cast(probability as decimal(9, 6))) as crm_probability_mean,
        count(probability) as crm_probability_count,
        max(stage_default_probability) as stage_default_probability
    from cases
    group by
        measured_on,
        stage,
        stage_order,
        opportunity_type
)

select * from final
