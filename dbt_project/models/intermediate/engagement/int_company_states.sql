{{ config(materialized='table') }}

-- One row a company and day on which states are measured: how many of its people were engaged in the days before,
-- and whether there was an opportunity, open or won.
with measured_days as (
    select distinct measured_on from {{ ref('int_state_periods') }}
),

engagements as (
    select distinct
        company_id,
        individual_id,
        occurred_on
    from {{ ref('int_engagements') }}
    where company_id is not null
),

engaged as (
    select
        measured_days.measured_on,
        engagements.company_id,
        count(distinct engagements.individual_id) as engaged_individual_count
    from engagements
    inner join measured_days
        on
            engagements.occurred_on <= measured_days.measured_on
            and engagements.occurred_on > {{ add_days('measured_days.measured_on', -var('engaged_days')) }}
    group by
        measured_days.measured_on,
        engagements.company_id
),

opportunities as (
    select
        opportunity_id,
        account_id
    from {{ ref('int_opportunities_prepared') }}
    where account_id is not null
),

deals as (
    select
        states.measured_on,
        opportunities.account_id as company_id,
        bool_or(states.is_open or states.is_won) as has_opportunity,
        bool_or(states.is_won) as has_won
    from {{ ref('int_opportunity_states') }} as states
    inner join opportunities
        on states.opportunity_id = opportunities.opportunity_id
    group by
        states.measured_on,
        opportunities.account_id
),

final as (
    select
        coalesce(engaged.measured_on, deals.measured_on) as measured_on,
        coalesce(engaged.company_id, deals.company_id) as company_id,
        coalesce(engaged.engaged_individual_count, 0) as engaged_individual_count,
        coalesce(deals.has_opportunity, false) as has_opportunity,
        coalesce(deals.has_won, false) as has_won
    from engaged
    full join deals
        on
            engaged.measured_on = deals.measured_on
            and engaged.company_id = deals.company_id
)

select * from final
