"""Planted defects that take more than new values of one record's columns.

Belongs here: loops of parents (A09), licences exceeded (A18), renewals entered as something else
(O23), people with another company's address (P09), people whom the marketing tool holds otherwise
than the CRM (P31). Does not belong here: what a ``Defect`` can say.
"""

from __future__ import annotations

import numpy as np

from cultivar_demo.dirt.pools import LIVE_CONTACTS, LIVE_LEADS, PROSPECTS, deals
from cultivar_demo.dirt.records import Records
from cultivar_demo.dirt.traffic import recent_use

LOOP_SHARE = 0.004
EXCEEDED_SHARE = 0.05
FORGOTTEN_SHARE = 0.1
STRANGER_SHARE = 0.02
STUCK_SHARE = 0.03
MISSING_SHARE = 0.02
DUE_DAYS = 90
SPARE = 1.1
"""Users a licence that are still tolerated."""

_CHILDLESS = f"""
    select account_id from ({PROSPECTS}) where account_id not in (
        select parent_account_id from main.account where parent_account_id is not null
    )
"""


def plant_special(records: Records) -> None:
    """Plant and label the defects of this module."""
    _loops(records)
    _licences(records)
    _renewals(records)
    _strangers(records)
    _drifted(records)


def _loops(records: Records) -> None:
    """Two companies that are each other's parent."""
    ids = records.pick("A09", "account", _CHILDLESS, share=LOOP_SHARE, at_least=2)
    ids = ids[: len(ids) // 2 * 2]
    pairs = ids.reshape(-1, 2)
    of = records.given(account_id=pairs.ravel(), parent=pairs[:, ::-1].ravel())
    records.own("account_version")
    records.connection.execute(
        "update record.account_version as altered set parent_account_id = pair.parent "
        f"from {of} as pair where altered.account_id = pair.account_id"
    )
    records.label("A09", "account", ids, "parent_account_id", "a loop, or too deep")


def _licences(records: Records) -> None:
    """Fewer licences at a higher price, so that revenue stays what it is."""
    records.connection.register("_use", recent_use(records.world))
    today = f"date '{records.world.settings.last_day}'"
    ends = "least(charge.effective_to, coalesce(charge.amended_effective_to, charge.effective_to))"
    found = records.connection.execute(
        f"""
        with used as (
            select workspace.account_id, count(*) as users
            from _use join main.workspace using (workspace_id)
            where workspace.paid_at is not null and workspace.closed_at is null
            group by all
        ),
        licence as (
            select charge.account_id, max(charge.charge_id) as charge_id
            from main.subscription_charge as charge
            semi join (
                select product_id from main.product where product_family = 'Platform'
            ) as goods on goods.product_id = charge.product_id
            where {today} >= charge.effective_from and {today} < {ends}
            group by charge.account_id having count(*) = 1
        )
        select account_id, charge_id, max(seats) as seats
        from used join licence using (account_id)
        join main.subscription_charge as charge using (charge_id)
        cross join (select unnest(range(1, 200)) as seats)
        -- A price in whole cents.
        where users > {SPARE} * seats and cast(100 * charge.mrr as bigint) % seats = 0
            and seats < charge.quantity and charge.account_id = licence.account_id
        group by account_id, charge_id order by account_id
        """
    ).fetchnumpy()
    records.connection.unregister("_use")
    number = max(1, round(EXCEEDED_SHARE * len(found["account_id"])))
    random = records.world.settings.random("dirt", "A18")
    chosen = random.choice(len(found["account_id"]), min(number, len(found["account_id"])), False)
    accounts, charges, seats = (
        np.asarray(found[name], dtype=np.int64)[np.sort(chosen)]
        for name in ("account_id", "charge_id", "seats")
    )
    records.own("subscription_charge")
    fewer = records.given(charge_id=charges, seats=seats)
    records.connection.execute(
        "update record.subscription_charge as altered set quantity = fewer.seats, "
        "unit_price = cast(altered.mrr / fewer.seats as decimal(18, 2)) "
        f"from {fewer} as fewer where altered.charge_id = fewer.charge_id"
    )
    records.reserve("subscription_charge", charges)
    records.label("A18", "account", accounts, "account_id")


def _renewals(records: Records) -> None:
    """Renewals in preparation that were entered as something else: the one that is due has none."""
    due = deals(
        f"""
        not latest.is_closed and deal.opportunity_type = 'Renewal'
        and deal.renewed_subscription_id in (
            select subscription_id from main.subscription_version group by subscription_id
            having arg_max(status, version_at) = 'Active'
                and arg_max(term_months, version_at) > 1
                and arg_max(cancel_notice_on, version_at) is null
                and arg_max(term_ends_on, version_at) between
                    date '{records.world.settings.last_day}'
                    and date '{records.world.settings.last_day}' + {DUE_DAYS}
        )
        """
    )
    ids = records.pick("O23", "opportunity", due, share=FORGOTTEN_SHARE)
    subscriptions = records.linked("opportunity", "renewed_subscription_id", ids)
    records.alter(
        "opportunity", "opportunity_id", ids,
        {"opportunity_type": "'Expansion'", "renewed_subscription_id": "null"},
    )  # fmt: skip
    records.label("O23", "subscription", subscriptions, "term_ends_on")


def _strangers(records: Records) -> None:
    """People whose address is of another company; their accounts keep their websites."""
    ids = records.pick("P09", "contact", LIVE_CONTACTS, share=STRANGER_SHARE, at_least=2)
    records.reserve("account", np.unique(records.linked("contact", "account_id", ids)))
    jobs = records.linked("contact", "employment_id", ids)
    address = "split_part(altered.email, '@', 1) || '@elsewhere-consulting.com'"
    records.alter("employment", "employment_id", jobs, {"email": address})
    records.label("P09", "contact", ids, "email")


def _drifted(records: Records) -> None:
    """People whose changes of status the synchronisation lost, and people whom it never brought.

    What the marketing tool did with somebody stays: it did nothing with those who are missing.
    """
    quiet = f"timestamp '{records.world.settings.last_day}' - interval 3 day"
    for entity, pool in (("lead", LIVE_LEADS), ("contact", LIVE_CONTACTS)):
        missing = records.pick(
            f"P31/{entity}/missing", entity,
            f"""
            select {entity}_id from ({pool}) join main.{entity} using ({entity}_id)
            semi join (
                select {entity}_id from main.{entity}_version group by {entity}_id
                having max(version_at) < {quiet}
            ) as rested using ({entity}_id)
            anti join main.email_send using (employment_id)
            anti join main.web_visit using (person_id)
            """,
            share=MISSING_SHARE,
        )  # fmt: skip
        jobs = records.linked(entity, "employment_id", missing)
        records.write("marketing_drift", jobs, lead_status=None)
        records.label(
            "P31", entity, missing, "is_synchronised_with_marketing", "not in the marketing tool"
        )
    stuck = records.pick(
        "P31/lead/stuck", "lead",
        f"""
        select lead_id from ({LIVE_LEADS}) join main.lead using (lead_id)
        semi join (
            select lead_id from main.lead_version group by lead_id
            having max(version_at) < {quiet} and arg_max(lead_status, version_at) <> 'New'
        ) as rested using (lead_id)
        anti join (
            select employment_id from main.email_send where sent_at > {quiet} - interval 30 day
        ) as mailed using (employment_id)
        """,
        share=STUCK_SHARE, at_least=2,
    )  # fmt: skip
    jobs = records.linked("lead", "employment_id", stuck)
    records.write("marketing_drift", jobs, lead_status="New")
    records.label("P31", "lead", stuck, "lead_status", "another stage in the marketing tool")
