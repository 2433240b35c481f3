"""Leads, contacts, hand-offs with the deals they make, and entries into the CRM.

Belongs here: tables of records without versions. Does not belong here: their versions
(``build_versions``).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from cultivar_demo.world.demand.build import Builder, key, stamp, texts
from cultivar_demo.world.demand.log import NEVER, NONE, rank_within
from cultivar_demo.world.demand.rates import DAY, JOIN_DAYS, OUTBOUND, REJECTION, SOURCE
from cultivar_demo.world.foundation.ownership import enter_crm


def enter_accounts(builder: Builder) -> None:
    """Let accounts enter the CRM when the sdrs first needed them."""
    entries = builder.state.log.read("entry")
    order = np.lexsort((entries["account"], entries["at"]))
    builder.stage("early", {"account": np.unique(entries["account"])})
    # Some were to come in by a list, later: our own acts are earlier.
    for statement in (
        "delete from account_ownership where account_id in "
        "(select account + 1 from demand_log.early)",
        "update account set entered_crm_at = null, account_source = null "
        "where account_id in (select account + 1 from demand_log.early)",
    ):
        builder.run(statement)
    enter_crm(
        builder.world,
        entries["account"][order] + 1,
        entries["at"][order].astype("datetime64[s]"),
        pa.array(SOURCE).take(pa.array(entries["source"][order])),
    )


def add_people(builder: Builder) -> None:
    """Add lead and contact; make lead_of and contact_of (by job, with ``id``)."""
    state = builder.state
    builder.make(
        "lead_of",
        f"""
        select row_number() over (order by instant, job) as id, *
        from demand_log.lead where instant < {builder.end} order by id
    """,
    )
    conversion, direct = state.log.read("conversion"), state.log.read("direct_contact")
    converted = ~np.isin(conversion["job"], direct["job"])
    job = np.concatenate([direct["job"], conversion["job"][converted]])
    at = np.concatenate([direct["at"], conversion["at"][converted]])
    is_direct = np.arange(len(job)) < len(direct["job"])
    order = np.lexsort((job, at))
    builder.stage("contact_of", {
        "id": np.arange(1, len(job) + 1), "job": job[order], "at": at[order],
        "is_direct": is_direct[order],
    })  # fmt: skip
    builder.add("lead", f"""
        select l.id as lead_id, e.person_id, e.employment_id, e.account_id,
            {stamp('l.instant')} as created_at,
            if(l.source = {OUTBOUND}, 'outbound', 'inbound') as motion,
            {texts(SOURCE)}[l.source + 1] as lead_source, {key('l.campaign')} as campaign_id
        from demand_log.lead_of as l join employment as e on e.employment_id = l.job + 1
        where l.id between {{low}} and {{high}} order by l.id
    """, "lead_of")  # fmt: skip
    builder.add("contact", f"""
        select c.id as contact_id, e.person_id, e.employment_id, e.account_id,
            {stamp('c.instant')} as created_at, if(c.is_direct, null, l.id) as from_lead_id,
            if(c.is_direct, 'Outbound', {texts(SOURCE)}[l.source + 1]) as lead_source
        from demand_log.contact_of as c join employment as e on e.employment_id = c.job + 1
        left join demand_log.lead_of as l using (job)
        where c.id between {{low}} and {{high}} order by c.id
    """, "contact_of")  # fmt: skip


def number_deals(builder: Builder) -> None:
    """Make hand_off_of: hand-offs by ``id`` with the deal that each made or joined.

    Deals are numbered in order of the acceptance that made them; an acceptance at the account
    within ``JOIN_DAYS`` of it joins.
    """
    state = builder.state
    found = state.log.read("hand_off")
    order = np.lexsort((found["job"], found["at"]))
    found = {name: values[order] for name, values in found.items()}
    account = state.job_account[found["job"]]
    yes = np.flatnonzero(found["decision"] == 1)
    yes = yes[np.lexsort((found["job"][yes], found["decided"][yes]))]
    account, decided = account[yes], found["decided"][yes]
    rank = rank_within(account, np.arange(len(yes)))
    began = np.full(state.accounts, -NEVER)
    # The acceptance (its place in ``yes``) that made the deal of each.
    maker, latest = np.zeros(len(yes), np.int64), np.zeros(state.accounts, np.int64)
    for number in range(int(rank.max()) + 1 if len(rank) else 0):
        rows = np.flatnonzero(rank == number)
        new = rows[decided[rows] - began[account[rows]] > JOIN_DAYS * DAY]
        began[account[new]], latest[account[new]] = decided[new], new
        maker[rows] = latest[account[rows]]
    makes = maker == np.arange(len(yes))
    deal = np.full(len(found["job"]), NONE)
    deal[yes] = np.cumsum(makes)[maker]
    made = np.zeros(len(deal), bool)
    made[yes] = makes
    builder.stage("hand_off_of", {
        "id": np.arange(1, len(deal) + 1), **found, "deal": deal, "made": made,
    })  # fmt: skip


def add_hand_offs(builder: Builder) -> None:
    """Add hand_off; the awareness then is looked up in awareness_change."""
    builder.add(
        "hand_off",
        f"""
        select h.id as hand_off_id, l.id as lead_id, e.person_id, e.account_id,
            h.sdr + 1 as from_user_id, h.ae + 1 as to_user_id,
            {stamp("h.instant")} as handed_off_at, h.attempt, a.stage as awareness_stage,
            h.filled as context_fields_filled,
            ['rejected', 'accepted'][h.decision + 1] as decision,
            {stamp("h.decided")} as decided_at,
            {texts(REJECTION)}[h.reason + 1] as rejection_reason,
            nullif(h.deal, {NONE}) as opportunity_id
        from demand_log.hand_off_of as h
        join employment as e on e.employment_id = h.job + 1
        join demand_log.lead_of as l on l.job = h.job
        asof left join awareness_change as a
            on a.person_id = e.person_id and a.changed_at <= make_timestamp(h.instant * 1000000)
        order by h.id
    """,
    )
