"""What a ledger is read from: the truth, or the records as people keep them.

Belongs here: one temporary view a world table, named like the table, that shows the rows that
count as they were known at the end of a day. Does not belong here: any KPI. Every KPI names the
world tables only, so that the same formula serves both bases.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb

from cultivar_demo.schema import TABLES
from cultivar_demo.settings import REPORTING_TIME_ZONE, cutoff


@dataclass(frozen=True)
class Basis:
    """A reading of the world.

    Args:
        name: what the rows say in column ``basis``.
        schema: schema of the database that holds the tables.
        left_out: entity (``lead``, ``opportunity``, …: a key of ``RECORDS``) → a query with one
            column, the ids of its records that do not count. It may name tables of any schema.
        repointed: table → column → a query with two columns, ids that the column may hold and the
            ids that count in their place.
    """

    name: str
    schema: str
    left_out: Mapping[str, str] = field(default_factory=dict)
    repointed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


RESOLVED = Basis("resolved", "main")
"""Each person, company and deal once, as true."""

RECORDED = Basis("recorded", "record")
"""As kept. Whoever made the dirt adds what does not count, and whose deals are another's."""

RECORDS: dict[str, tuple[str, ...]] = {
    "account": ("account", "account_version", "account_type_change"),
    "campaign": ("campaign",),
    "contact": ("contact", "contact_version"),
    "email_send": ("email_send",),
    "hand_off": ("hand_off",),
    "lead": ("lead", "lead_version"),
    "opportunity": ("opportunity", "opportunity_version", "opportunity_role", "line_item"),
    "subscription": ("subscription_version", "subscription_charge"),
    "subscription_charge": ("subscription_charge",),
    "survey": ("survey_response",),
    "touch": ("touch",),
    "web_visit": ("web_visit",),
    "workspace": ("workspace", "workspace_user"),
}
"""Entity → the tables that hold its records; the key is ``<entity>_id``, or as ``_KEY`` says."""

_KEY = {"web_visit": "visit_id", "email_send": "send_id", "subscription_charge": "charge_id"}

_KNOWN_FROM = {
    "account_type_change": "changed_at",
    "account_version": "version_at",
    "awareness_change": "changed_at",
    "campaign_member_version": "version_at",
    "contact": "created_at",
    "contact_version": "version_at",
    "email_send": "sent_at",
    "enrollment": "enrolled_at",
    "hand_off": "handed_off_at",
    "lead": "created_at",
    "lead_version": "version_at",
    "line_item": "created_at",
    "opportunity": "created_at",
    "opportunity_role": "created_at",
    "opportunity_version": "version_at",
    "spell": "started_at",
    "subscription_charge": "booked_at",
    "subscription_version": "version_at",
    "survey_response": "sent_at",
    "touch": "created_at",
    "web_visit": "occurred_at",
    "workspace": "created_at",
    "workspace_user": "joined_at",
}
"""Table → the stamp from which a row is known."""

_HAPPENS_LATER = {
    "email_send": {
        column: column
        for column in (
            "delivered_at",
            "soft_bounced_at",
            "hard_bounced_at",
            "proxy_opened_at",
            "opened_at",
            "clicked_at",
            "unsubscribed_at",
        )
    },
    "enrollment": {"ended_at": "ended_at", "exit_reason": "ended_at"},
    "hand_off": dict.fromkeys(
        ("decision", "decided_at", "rejection_reason", "opportunity_id"), "decided_at"
    ),
    "subscription_charge": {"amended_effective_to": "amended_at", "amended_at": "amended_at"},
    "survey_response": {"answered_at": "answered_at", "score": "answered_at"},
    "touch": {"meeting_outcome": "outcome_at", "outcome_at": "outcome_at"},
    "workspace": {
        "paid_at": "paid_at",
        "subscription_id": "paid_at",
        "closed_at": "closed_at",
    },
    "workspace_user": {"left_at": "left_at"},
}
"""Table → columns that are filled only from a later stamp on, and that stamp."""


def open_views(connection: duckdb.DuckDBPyConnection, basis: Basis, as_of: dt.date) -> None:
    """Put a temporary view in front of each table of ``basis`` that exists.

    A view shows the rows known by the end of ``as_of``, and of each row what was known then.
    """
    connection.execute("set TimeZone = 'UTC'")
    end = f"timestamp '{cutoff(as_of)}'"
    # With the database's name: temporary views live in a schema that is called main, too.
    (database,) = connection.execute("select current_database()").fetchone() or ("memory",)
    present = {
        name
        for (name,) in connection.execute(
            "select table_name from information_schema.tables where table_schema = ?",
            [basis.schema],
        ).fetchall()
    }
    for name in TABLES:
        if name not in present:
            continue
        later = _HAPPENS_LATER.get(name, {})
        replaced = ", ".join(
            [
                f"case when {stamp} < {end} then {column} end as {column}"
                for column, stamp in later.items()
            ]
            + [
                f"coalesce((select any_value(place.own) from ({query}) as place(own_id, own) "
                f"where place.own_id = {column}), {column}) as {column}"
                for column, query in basis.repointed.get(name, {}).items()
            ]
        )
        conditions = [f"{_KNOWN_FROM[name]} < {end}"] if name in _KNOWN_FROM else []
        conditions += [
            f"{_KEY.get(entity, entity + '_id')} not in ({basis.left_out[entity]})"
            for entity, tables in RECORDS.items()
            if name in tables and entity in basis.left_out
        ]
        connection.execute(
            f"create temp view {name} as select *"
            + (f" replace ({replaced})" if replaced else "")
            + f" from {database}.{basis.schema}.{name}"
            + (f" where {' and '.join(conditions)}" if conditions else "")
        )
    # The list of the market is bought: what the CRM keeps of it, twice or not, does not change it.
    if connection.execute(
        "select count(*) from information_schema.tables "
        "where table_schema = 'main' and table_name = 'account'"
    ).fetchone() != (0,):
        connection.execute(f"create temp view market_list as from {database}.main.account")
    # Openings by machines lie beside the records only; in truth nobody opened.
    machines = (
        f"select send_id, occurred_at from {database}.{basis.schema}.bot_engagement "
        f"where event_type = 'opened' and occurred_at < {end}"
        if "bot_engagement" in present
        else "select 0::bigint as send_id, timestamp '2000-01-01' as occurred_at where false"
    )
    connection.execute(f"create temp view machine_opening as {machines}")
    connection.execute(
        "create temp macro local_time(stamp) as "
        f"timezone('{REPORTING_TIME_ZONE}', timezone('UTC', stamp))"
    )
    connection.execute("create temp macro local_day(stamp) as cast(local_time(stamp) as date)")
