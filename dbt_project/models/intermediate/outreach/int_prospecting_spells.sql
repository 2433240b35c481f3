{{ config(materialized='table') }}

-- One row a prospecting spell of a company: activity without a silence longer than the quiet days. It is inbound
-- where somebody of theirs came first. A customer, or an account with an open opportunity, is not prospected:
-- its spells are expansion.
with activity as (
    select * from {{ ref('int_prospecting_activity') }}
),

companies as (
    select * from {{ ref('int_companies') }}
),

marked as (
    select
        *,
        lag(happened_at) over (partition by company_id order by happened_at) as previous_at
    from activity
),

numbered as (
    select
        *,
        count(*) filter (
            where
            previous_at is null
            or happened_at > {{ add_seconds('previous_at', 86400 * var('prospecting_quiet_days')) }}
        ) over (
            partition by company_id
            order by happened_at
            rows between unbounded preceding and current row
        ) as spell_number
    from marked
),

spells as (
    select
        company_id,
        spell_number,
        min(happened_at) as started_at,
        max(happened_at) as ended_at,
        {{ earliest_filled('is_arrival', 'happened_at', 'happened_at') }} as is_inbound,
        {{ earliest_filled('user_id', 'happened_at', 'happened_at') }} as first_user_id
    from numbered
    group by
        company_id,
        spell_number
),

dated as (
    select
        spells.*,
        companies.account_id,
        {{ business_date('spells.started_at') }} as started_on
    from spells
    left join companies
        on spells.company_id = companies.company_id
),

opportunities as (
    select
        opportunity_id,
        account_id
    from {{ ref('int_opportunities_prepared') }}
    where account_id is not null
),

states as (
    select
        opportunities.account_id,
        entries.state,
        entries.entered_at,
        lead(entries.entered_at) over (
            partition by entries.opportunity_id order by entries.position
        ) as left_at
    from {{ ref('int_opportunity_stage_entries') }} as entries
    inner join opportunities
        on entries.opportunity_id = opportunities.opportunity_id
),

in_states as (
    select
        dated.company_id,
        dated.spell_number,
        bool_or(states.state = 'open') as has_open_opportunity,
        bool_or(states.state = 'won') as has_won_opportunity
    from dated
    inner join states
        on
            dated.account_id = states.account_id
            and dated.started_at > states.entered_at
            and (states.left_at is null or dated.started_at < states.left_at)
    group by
        dated.company_id,
        dated.spell_number
),

charges as (
    select * from {{ ref('int_subscription_charge_spans') }}
),

owners as (
    select
        account_id,
        user_id,
        valid_from_at,
        valid_to_at
    from {{ ref('int_account_ownership') }}
    where is_prospecting
),

in_service as (
    select
        dated.company_id,
        dated.spell_number,
        bool_or(charges.carried_until is null or charges.carried_until > dated.started_on) as has_service
    from dated
    inner join charges
        on
            dated.account_id = charges.account_id
            and dated.started_on >= charges.starts_on
    group by
        dated.company_id,
        dated.spell_number
),

final as (
    select
        {{ surrogate_key('dated.company_id', 'cast(dated.started_at as varchar)') }} as prospecting_spell_id,
        dated.company_id,
        dated.account_id,
        dated.first_user_id,
        -- Credit is as of the event: whoever gets the account later did not begin this.
        owners.user_id as owner_id,
        case when dated.is_inbound then 'inbound' else 'outbound' end as motion,
        coalesce(in_states.has_open_opportunity, false)
        or coalesce(in_service.has_service, false)
        -- Won, and service has not begun yet.
        or (coalesce(in_states.has_won_opportunity, false) and in_service.company_id is null) as is_expansion,
        dated.started_at,
        dated.started_on,
        dated.ended_at
    from dated
    left join owners
        on
            dated.account_id = owners.account_id
            and dated.started_at >= owners.valid_from_at
            and (owners.valid_to_at is null or dated.started_at < owners.valid_to_at)
    left join in_states
        on
            dated.company_id = in_states.company_id
            and dated.spell_number = in_states.spell_number
    left join in_service
        on
            dated.company_id = in_service.company_id
            and dated.spell_number = in_service.spell_number
)

select * from final
