"""What accounts are to us over time, and how the CRM shows them.

Belongs here: account_type_change and account_version. Does not belong here: ownership
(``stewards``), contracts.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from cultivar_demo.settings import cutoff
from cultivar_demo.world.business.contracts import GRACE_DAYS
from cultivar_demo.world.world import World

PARTNER_SHARE = 0.015
"""Of companies in the CRM with which there is no other business."""
ENRICHED_AT_ENTRY_SHARE = 0.7
REFRESHED_SHARE = 0.8
"""Companies whose data are refreshed every year; the others keep what they have."""


def write_account_types(world: World) -> None:
    """Add account_type_change."""
    random = world.settings.random("business/partners")
    limit = cutoff(world.settings.last_day)
    free = world.columns(
        """
        select account_id, entered_crm_at from account
        where entered_crm_at is not null
            and account_id not in (select account_id from draft.deal)
            and account_id not in (select account_id from lead)
            and account_id not in (
                select account_id from draft.workspace where account_id is not null
            )
        order by account_id
        """
    )
    order = np.argsort(random.random(len(free["account_id"])), kind="stable")
    count = min(len(order), max(2, round(PARTNER_SHARE * len(order))))
    chosen = np.sort(order[:count])
    at = free["entered_crm_at"][chosen].astype("datetime64[s]") + random.integers(
        2 * 86_400, 60 * 86_400, count
    ).astype("timedelta64[s]")
    world.connection.register(
        "_partners",
        pa.table(
            {"account_id": free["account_id"][chosen], "changed_at": at.astype("datetime64[us]")}
        ),
    )
    world.add(
        "account_type_change",
        world.sql(
            f"""
            with step as (
                select
                    version.account_id, version.subscription_id, version.version_at,
                    version.status = 'Active' as is_active,
                    lag(version.status = 'Active') over (
                        partition by version.subscription_id order by version.version_at
                    ) as was_active
                from subscription_version as version
            ),

            -- The CRM knows of a customer as soon as the deal is won, billing a little later.
            change as (
                select
                    step.account_id, step.subscription_id, step.is_active,
                    case when step.was_active is null
                        then coalesce(deal.closed_at + interval 60 second, step.version_at)
                        else step.version_at end as happened_at
                from step
                left join draft.subscription as own using (subscription_id)
                left join draft.deal as deal on deal.opportunity_id = own.opportunity_id
                where step.is_active is distinct from step.was_active
            ),

            service as (
                select account_id, happened_at as begin_at,
                    coalesce(lead(happened_at) over (
                        partition by subscription_id order by happened_at, is_active
                    ), timestamp '2200-01-01') as end_at,
                    is_active
                from change
                qualify is_active
            ),

            reached as (
                select *, max(end_at) over (
                    partition by account_id order by begin_at, end_at
                    rows between unbounded preceding and 1 preceding
                ) as end_before
                from service
            ),

            numbered as (
                select *, count(*) filter (
                    where end_before is null
                        or begin_at > end_before + interval {GRACE_DAYS + 1} day
                ) over (
                    partition by account_id order by begin_at, end_at
                    rows between unbounded preceding and current row
                ) as spell
                from reached
            ),

            spell as (
                select account_id, min(begin_at) as begin_at, max(end_at) as end_at
                from numbered group by account_id, spell
            )

            select account_id, entered_crm_at as changed_at, 'Prospect' as account_type
            from account where entered_crm_at is not null
            union all
            select account_id, begin_at, 'Customer' from spell
            union all
            select account_id, end_at, 'Former Customer' from spell where end_at <= ?
            union all
            select account_id, changed_at, 'Partner' from _partners where changed_at <= ?
            order by account_id, changed_at
            """,
            [limit, limit],
        ),
    )
    world.connection.unregister("_partners")


def write_account_versions(world: World) -> None:
    """Add account_version."""
    world.connection.register("_enrichment", _enrichments(world))
    limit = cutoff(world.settings.last_day)
    world.add("account_version", world.sql(_VERSIONS, [limit]))
    world.connection.unregister("_enrichment")


def _enrichments(world: World) -> pa.Table:
    """account_id and instants at which the CRM's data of an account are enriched."""
    random = world.settings.random("business/enrichment")
    known = world.columns(
        "select account_id, entered_crm_at from account where entered_crm_at is not null "
        "order by account_id"
    )
    count = len(known["account_id"])
    entered = known["entered_crm_at"].astype("datetime64[s]")
    at_entry = random.random(count) < ENRICHED_AT_ENTRY_SHARE
    first = entered + random.integers(20 * 86_400, 120 * 86_400, count).astype("timedelta64[s]")
    at = [np.where(at_entry, entered, first)]
    which = [np.arange(count)]
    refreshed = random.random(count) < REFRESHED_SHARE
    for year in range(1, world.settings.months // 12 + 1):
        lag = random.integers(-10 * 86_400, 20 * 86_400, count) + year * 365 * 86_400
        which.append(np.flatnonzero(refreshed))
        at.append((at[0] + lag.astype("timedelta64[s]"))[refreshed])
    rows = np.concatenate(which)
    return pa.table(
        {
            "account_id": known["account_id"][rows],
            "since": np.concatenate(at).astype("datetime64[us]"),
        }
    )


_VERSIONS = """
with tier as (
    select account_id, tier, valid_from + interval 15 hour as since from target_list_membership
    union all
    -- Leaving the list; whoever changes the tier the same day does not leave.
    select gone.account_id, null, gone.valid_to + interval 15 hour
    from target_list_membership as gone
    anti join target_list_membership as next
        on next.account_id = gone.account_id and next.valid_from = gone.valid_to
    where gone.valid_to is not null
),

parent as (
    select child.account_id, child.parent_account_id, parent.entered_crm_at as since
    from account as child
    join account as parent on parent.account_id = child.parent_account_id
    where child.entered_crm_at is not null and parent.entered_crm_at is not null
),

change as (
    select account_id, entered_crm_at as since from account where entered_crm_at is not null
    union
    select account_id, valid_from_at from account_ownership where role = 'owner'
    union
    select account_id, changed_at from account_type_change
    union
    select account_id, since from tier
    union
    select account_id, since from parent
    union
    select account_id, since from _enrichment
),

stamp as (
    select change.account_id, change.since
    from change
    join account using (account_id)
    where change.since >= account.entered_crm_at and change.since <= ?
),

active as (
    select account_id, greatest(created_at, occurred_at) as since from touch
)

select
    stamp.account_id,
    stamp.since as version_at,
    account.account_name,
    kind.account_type,
    case when parent.since <= stamp.since then account.parent_account_id end as parent_account_id,
    own.user_id as owner_user_id,
    account.industry,
    'https://www.' || account.domain as website,
    account.phone, account.street, account.city, account.state, account.postal_code,
    account.country, account.employee_count, account.annual_revenue_usd, account.account_source,
    enrichment.since::date as enriched_on,
    account.segment,
    territory.territory_name,
    tier.tier as target_tier,
    active.since::date as last_activity_on,
    false as is_deleted
from stamp
join account using (account_id)
join territory using (territory_id)
left join parent on parent.account_id = stamp.account_id
asof left join account_type_change as kind
    on kind.account_id = stamp.account_id and stamp.since >= kind.changed_at
asof left join (from account_ownership where role = 'owner') as own
    on own.account_id = stamp.account_id and stamp.since >= own.valid_from_at
asof left join _enrichment as enrichment
    on enrichment.account_id = stamp.account_id and stamp.since >= enrichment.since
asof left join tier
    on tier.account_id = stamp.account_id and stamp.since >= tier.since
asof left join active
    on active.account_id = stamp.account_id and stamp.since >= active.since
order by stamp.account_id, stamp.since
"""
