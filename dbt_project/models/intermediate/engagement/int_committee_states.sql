{{ config(materialized='table') }}

-- One row an open opportunity and day on which states are measured: how many of the people around it were engaged
-- in the days before, and how many functions of ours had touched it by then. Around it are the contacts with a
-- role and those whom its activities name: a role that nobody entered is no reason to overlook anybody. Who came
-- onto a deal later was not around it before, so that no month changes with a role entered afterwards (rule G7).
-- Whose address is dead has left.
with states as (
    select * from {{ ref('int_opportunity_states') }}
    where is_open
),

opportunities as (
    select
        opportunity_id,
        account_id
    from {{ ref('int_opportunities_prepared') }}
),

individuals as (
    select * from {{ ref('int_individuals') }}
),

roles as (
    select
        opportunity_id,
        contact_id,
        cast(null as date) as involved_on
    from {{ source('resolved', 'opportunity_contact_role') }}
),

touches as (
    select * from {{ ref('int_touch_individuals') }}
    where opportunity_id is not null
),

engagements as (
    select distinct
        individual_id,
        company_id,
        occurred_on
    from {{ ref('int_engagements') }}
),

dead_addresses as (
    select
        individual_id,
        min(address_dead_on) as address_dead_on
    from individuals
    -- What a lead's address did before there was a contact is no sign that the contact left.
    where entity = 'contact' and address_dead_on is not null
    group by individual_id
),

involvements as (
    select
        roles.opportunity_id,
        individuals.individual_id,
        roles.involved_on
    from roles
    inner join individuals
        on individuals.entity = 'contact' and roles.contact_id = individuals.record_id
    union all
    select
        opportunity_id,
        individual_id,
        occurred_on as involved_on
    from touches
    where individual_id is not null
),

-- Not every CRM dates a role, so the first activity that names the person does; whom none names was always there.
involved as (
    select
        opportunity_id,
        individual_id,
        coalesce(min(involved_on), cast('1900-01-01' as date)) as involved_on
    from involvements
    group by
        opportunity_id,
        individual_id
),

acts as (
    select
        involved.opportunity_id,
        involved.individual_id,
        involved.involved_on,
        engagements.occurred_on,
        dead_addresses.address_dead_on
    from involved
    inner join opportunities
        on involved.opportunity_id = opportunities.opportunity_id
    inner join engagements
        on
            involved.individual_id = engagements.individual_id
            and opportunities.account_id = engagements.company_id
    left join dead_addresses
        on involved.individual_id = dead_addresses.individual_id
),

engaged as (
    select
        states.measured_on,
        states.opportunity_id,
        count(distinct acts.individual_id) as engaged_individual_count
    from states
    inner join acts
        on
            states.opportunity_id = acts.opportunity_id
            and states.measured_on >= acts.involved_on
            and states.measured_on >= acts.occurred_on
            and states.measured_on < {{ add_days('acts.occurred_on', var('engaged_days')) }}
            and coalesce(states.measured_on < acts.address_dead_on, true)
    group by
        states.measured_on,
        states.opportunity_id
),

own as (
    select
        states.measured_on,
        states.opportunity_id,
        count(distinct touches.user_role) as own_function_count
    from states
    inner join touches
        on
            states.opportunity_id = touches.opportunity_id
            and states.measured_on >= touches.occurred_on
    where touches.is_done_by_us
    group by
        states.measured_on,
        states.opportunity_id
),

final as (
    select
        states.measured_on,
        states.opportunity_id,
        states.owner_id,
        coalesce(engaged.engaged_individual_count, 0) as engaged_individual_count,
        coalesce(own.own_function_count, 0) as own_function_count,
        coalesce(engaged.engaged_individual_count, 0) >= {{ var('multi_threaded_individuals') }} as is_multi_threaded
    from states
    left join engaged
        on
            states.measured_on = engaged.measured_on
            and states.opportunity_id = engaged.opportunity_id
    left join own
        on
            states.measured_on = own.measured_on
            and states.opportunity_id = own.opportunity_id
)

select * from final
