"""What intermediate models and marts read: admitted records, each company and person once.

Belongs here: the views of schema ``resolved``, which have the gate's names and columns, and the
maps from records that are another's copies to the survivor. Does not belong here: which records are
one (``clusters``), which survives and with which values (``survivors``).

An account, contact or lead that is a copy of another one is gone, its survivor has the golden
values, and every key that named a copy names the survivor. Leads and contacts of one person stay
two records with one ``person_id``: a lead is work to be done, a contact a person at an account.
Deals are one where the vendor merged them, and keep the survivor's own values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagster_project.duckdb_catalog import columns_of
from dagster_project.hygiene.rules import ENTITIES, STREAMED_ENTITIES
from dagster_project.sql_text import identifier

if TYPE_CHECKING:
    import duckdb

#: Column that holds a key, in whatever entity → the entity whose key it is.
KEYS = {
    "account_id": "account",
    "parent_account_id": "account",
    "converted_account_id": "account",
    "billing_account_id": "account",
    "contact_id": "contact",
    "converted_contact_id": "contact",
    "lead_id": "lead",
    "opportunity_id": "opportunity",
    "converted_opportunity_id": "opportunity",
}

#: Entities of which copies are left out.
COLLAPSED = ("account", "contact", "lead")

#: History of fields → the entity whose record it tells of. What became of a copy's own fields is
#: not what became of the survivor, whose golden state is that of one record.
HISTORIES = {
    "account_history": "account",
    "contact_history": "contact",
    "lead_history": "lead",
    "opportunity_history": "opportunity",
    "opportunity_field_history": "opportunity",
}

_COPIES = {
    "account": "select account_id as record_id, survivor_account_id as survivor_id "
    "from identity.xref_account where account_id <> survivor_account_id",
    "contact": "select record_id, surviving_contact_id as survivor_id from identity.xref_person "
    "where entity = 'contact' and record_id <> surviving_contact_id",
    "lead": "select record_id, surviving_lead_id as survivor_id from identity.xref_person "
    "where entity = 'lead' and record_id <> surviving_lead_id",
    "opportunity": "select opportunity_id as record_id, survivor_opportunity_id as survivor_id "
    "from identity.xref_opportunity where opportunity_id <> survivor_opportunity_id",
}


def write_resolved(con: duckdb.DuckDBPyConnection) -> None:
    """Write ``identity.copy_<entity>`` and the views of schema ``resolved``.

    Needs ``identity.xref_account``, ``xref_person``, ``xref_opportunity`` and the three
    ``golden_<entity>`` tables.
    """
    con.execute("create schema if not exists resolved")
    for entity, copies in _COPIES.items():
        con.execute(f"create or replace table identity.copy_{entity} as {copies}")
    for entity in (*ENTITIES, *STREAMED_ENTITIES):
        columns = list(columns_of(con, "gate", entity))
        con.execute(
            f"create or replace view resolved.{identifier(entity)} as {_view(entity, columns)}"
        )


def _view(entity: str, columns: list[str]) -> str:
    """The query of an entity's view."""
    # The own key of a record that is left is a survivor's already; in a history it is a reference.
    own = f"{entity}_id" if entity in _COPIES else None
    keys = {name: KEYS[name] for name in columns if name in KEYS and name != own}
    selected = ", ".join(
        _survivor(name, own) if name in keys else f"record.{identifier(name)}" for name in columns
    )
    joins = " ".join(
        f"left join identity.copy_{target} as {name}_copy "
        f"on record.{identifier(name)} = {name}_copy.record_id"
        for name, target in keys.items()
    )
    return f"select {selected} from ({_records(entity, columns)}) as record {joins}"


def _survivor(name: str, own: str | None) -> str:
    found = f"coalesce({name}_copy.survivor_id, record.{identifier(name)})"
    # A copy that had the original as its parent must not become its own.
    if name == "parent_account_id" and own is not None:
        found = f"nullif({found}, record.{identifier(own)})"
    return f"{found} as {identifier(name)}"


def _records(entity: str, columns: list[str]) -> str:
    """The rows that are left of an entity, keys still as the gate has them."""
    relation = f"gate.{identifier(entity)}"
    if entity in HISTORIES:
        key = identifier(f"{HISTORIES[entity]}_id")
        if HISTORIES[entity] not in COLLAPSED:
            return (
                f"select history.* from {relation} as history "
                f"where not {_is_copy(HISTORIES[entity], f'history.{key}')}"
            )
        return (
            f"select history.* from {relation} as history "
            f"where not {_is_member(HISTORIES[entity], f'history.{key}')} "
            f"or {_is_leading(HISTORIES[entity], f'history.{key}')}"
        )
    if entity not in COLLAPSED:
        return f"from {relation}"
    key = identifier(f"{entity}_id")
    names = ", ".join(identifier(name) for name in columns)
    return (
        f"select {names} from {relation} as single "
        f"where not {_is_member(entity, f'single.{key}')} "
        f"union all select {names} from identity.golden_{entity}"
    )


def _is_member(entity: str, key: str) -> str:
    """Whether a record is one of several that are the same."""
    return (
        f"({_is_copy(entity, key)} or exists (select 1 from identity.golden_{entity} as golden "
        f"where golden.{entity}_id = {key}))"
    )


def _is_copy(entity: str, key: str) -> str:
    return f"exists (select 1 from identity.copy_{entity} as copy where copy.record_id = {key})"


def _is_leading(entity: str, key: str) -> str:
    """Whether the state of several records is this one's: its history is theirs."""
    leading = "leading_lead_id" if entity == "lead" else f"{entity}_id"
    return (
        f"exists (select 1 from identity.golden_{entity} as golden where golden.{leading} = {key})"
    )
