{{ config(meta={'dagster': {'ref': {'name': 'fct_account_ownership'}}}) }}

-- Credit is as of the event, so who had the account must be told once for the instant of a deal's creation and of its
-- closing. A failing row is a deal with nobody's row, or several, although its account was there.
with events as (
    select
        opportunities.opportunity_id,
        opportunities.account_id,
        'creation' as event,
        opportunities.created_at as happened_at
    from {{ ref('fct_opportunity') }} as opportunities
    where opportunities.created_at is not null
    union all
    select
        opportunities.opportunity_id,
        opportunities.account_id,
        'close' as event,
        visits.entered_at as happened_at
    from {{ ref('fct_opportunity') }} as opportunities
    inner join {{ ref('fct_opportunity_stage_visit') }} as visits
        on opportunities.opportunity_id = visits.opportunity_id
    where opportunities.is_closed and visits.is_current
),

held as (
    select
        events.opportunity_id,
        events.event,
        roles.ownership_role,
        count(ownership.account_ownership_id) as owner_count
    from events
    inner join {{ ref('dim_account') }} as accounts
        on
            events.account_id = accounts.account_id
            and coalesce(events.happened_at >= accounts.created_at, true)
    cross join (
        select distinct ownership_role from {{ ref('fct_account_ownership') }}
    ) as roles
    left join {{ ref('fct_account_ownership') }} as ownership
        on
            events.account_id = ownership.account_id
            and roles.ownership_role = ownership.ownership_role
            and events.happened_at >= ownership.valid_from_at
            and (ownership.valid_to_at is null or events.happened_at < ownership.valid_to_at)
    where events.happened_at is not null
    group by
        events.opportunity_id,
        events.event,
        roles.ownership_role
)

select *
from held
where owner_count <> 1
