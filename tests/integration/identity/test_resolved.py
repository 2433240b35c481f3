"""The records that the marts read: no copies, every key a survivor's, golden values.

Worked out by hand on a few records.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from dagster_project.hygiene.rules import ENTITIES, STREAMED_ENTITIES
from dagster_project.identity.resolved import write_resolved

GATE = {
    "account": "(values ('a1', 'Acme', null), ('a2', 'Acme Ltd', 'a1'), ('b', 'Beta', 'a2')) "
    "t(account_id, account_name, parent_account_id)",
    "contact": "(values ('c1', 'a2'), ('c2', 'a1')) t(contact_id, account_id)",
    "lead": "(values ('l1', 'new', null, null), ('l2', 'working', 'a2', 'c2'), "
    "('l3', 'new', null, null)) "
    "t(lead_id, lead_status, converted_account_id, converted_contact_id)",
    "lead_history": "(values ('h1', 'l1', 'old'), ('h2', 'l2', 'working'), ('h3', 'l3', 'new')) "
    "t(lead_history_id, lead_id, new_value)",
    "contact_history": "(values ('h1', 'c2')) t(contact_history_id, contact_id)",
    "account_history": "(values ('h1', 'a1'), ('h2', 'a2'), ('h3', 'b')) "
    "t(account_history_id, account_id)",
    "activity": "(values ('t1', 'l2', null, 'a2', 'o2'), ('t2', null, 'c2', null, 'o1'), "
    "('t3', 'l3', 'c1', 'gone', null)) "
    "t(activity_id, lead_id, contact_id, account_id, opportunity_id)",
    "sequence_enrollment": "(values ('e1', 'l2', null), ('e2', null, 'c2'), ('e3', 'l3', null)) "
    "t(sequence_enrollment_id, lead_id, contact_id)",
    # The vendor merged o2 into o1, so that the gate no longer has it.
    "opportunity": "(values ('o1', 'a2')) t(opportunity_id, account_id)",
    "opportunity_history": "(values ('h1', 'o1'), ('h2', 'o2')) "
    "t(opportunity_history_id, opportunity_id)",
    "opportunity_field_history": "(values ('h1', 'o2')) "
    "t(opportunity_field_history_id, opportunity_id)",
    "opportunity_line_item": "(values ('i1', 'o2')) t(opportunity_line_item_id, opportunity_id)",
}


@pytest.fixture
def resolved() -> Iterator[duckdb.DuckDBPyConnection]:
    """a2 is a copy of a1, c2 of c1, o2 of o1, l2 of l1, which has l2's state."""
    with duckdb.connect() as con:
        con.execute("create schema gate; create schema identity")
        for entity in (*ENTITIES, *STREAMED_ENTITIES):
            rows = GATE.get(entity, f"(select 'x' as {entity}_id)")
            con.execute(f'create view gate."{entity}" as from {rows}')
        con.execute(
            """
            create table identity.xref_account as
            from (values ('a1', 'a1'), ('a2', 'a1'), ('b', 'b')) t(account_id, survivor_account_id);
            create table identity.xref_person as
            from (values ('contact', 'c1', 'c1', 'l1'), ('contact', 'c2', 'c1', 'l1'),
                ('lead', 'l1', 'c1', 'l1'), ('lead', 'l2', 'c1', 'l1'), ('lead', 'l3', null, 'l3'))
                t(entity, record_id, surviving_contact_id, surviving_lead_id);
            create table identity.xref_opportunity as
            from (values ('o1', 'o1'), ('o2', 'o1')) t(opportunity_id, survivor_opportunity_id);
            create table identity.golden_account as
            select 'a1' as account_id, 'Acme golden' as account_name, 'a2' as parent_account_id;
            create table identity.golden_contact as
            select 'c1' as contact_id, 'a2' as account_id;
            create table identity.golden_lead as
            select 'l1' as lead_id, 'l2' as leading_lead_id, 'working' as lead_status,
                'a2' as converted_account_id, 'c2' as converted_contact_id;
            """
        )
        write_resolved(con)
        yield con


@pytest.mark.parametrize(
    ("entity", "expected"),
    [
        # The copy had the original as its parent; nobody is their own.
        ("account", [("a1", "Acme golden", None), ("b", "Beta", "a1")]),
        ("contact", [("c1", "a1")]),
        ("lead", [("l1", "working", "a1", "c1"), ("l3", "new", None, None)]),
        # The state of the two leads is that of l2, and so is their history.
        ("lead_history", [("h2", "l1", "working"), ("h3", "l3", "new")]),
        ("account_history", [("h1", "a1"), ("h3", "b")]),
        ("contact_history", []),
        # A key of nobody's stays what it is: it is for the references' own test to tell.
        (
            "activity",
            [
                ("t1", "l1", None, "a1", "o1"),
                ("t2", None, "c1", None, "o1"),
                ("t3", "l3", "c1", "gone", None),
            ],
        ),
        (
            "sequence_enrollment",
            [("e1", "l1", None), ("e2", None, "c1"), ("e3", "l3", None)],
        ),
        ("opportunity", [("o1", "a1")]),
        ("opportunity_line_item", [("i1", "o1")]),
        # What became of the deal that was merged away is not what became of the one that is left.
        ("opportunity_history", [("h1", "o1")]),
        ("opportunity_field_history", []),
        ("holiday", [("x",)]),
    ],
)
def test_what_is_left_of_an_entity(
    resolved: duckdb.DuckDBPyConnection, entity: str, expected: list[tuple[str | None, ...]]
) -> None:
    assert resolved.execute(f'from resolved."{entity}" order by all').fetchall() == expected


def test_columns_are_those_of_the_gate_in_their_order(resolved: duckdb.DuckDBPyConnection) -> None:
    for entity in (*ENTITIES, *STREAMED_ENTITIES):
        gate, after = (
            [row[0] for row in resolved.execute(f'describe from {schema}."{entity}"').fetchall()]
            for schema in ("gate", "resolved")
        )
        assert gate == after
