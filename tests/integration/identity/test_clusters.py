"""What links make together: chains and circles of merges, people's decisions, survivors.

Belongs here: properties over random links, and cases worked out by hand. Does not belong here: how
alike two records are.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dagster_project.identity.overrides import Override
from dagster_project.identity.run import resolve
from dagster_project.identity.settings import IdentitySettings
from tests.integration.identity.conftest import Behind
from tests.integration.identity.test_scoring import ACME, ADA

FOREVER = dt.date(2099, 12, 31)


def decided(action: str, kind: str, left: str, right: str) -> Override:
    return Override(action, kind, "crm", left, "crm", right, "they said so", "Ada", FOREVER)


def rows(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return con.execute(query).fetchall()


def survivors(con: duckdb.DuckDBPyConnection, entity: str = "account") -> dict[str, str]:
    return dict(rows(con, f"select {entity}_id, survivor_{entity}_id from identity.xref_{entity}"))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    entity=st.sampled_from(("account", "opportunity")),
    merges=st.dictionaries(st.integers(0, 30), st.integers(0, 30), max_size=30),
    seed=st.integers(0, 1000),
)
def test_merges_of_any_shape_leave_a_map_without_circles(
    behind_gate: Behind, entity: str, merges: dict[int, int], seed: int
) -> None:
    """Chains, trees and circles: a survivor is nobody's loser, and whoever hangs on it has it."""
    records = _merged(entity, merges)
    random.Random(seed).shuffle(records)
    con = behind_gate({entity: records})
    resolve(con, IdentitySettings())
    found = survivors(con, entity)
    reached = _reached(merges)
    assert found.keys() == reached.keys()
    for record_id, survivor in found.items():
        assert found[survivor] == survivor
        assert survivor in reached[record_id]
        assert {found[other] for other in reached[record_id]} == {survivor}
        standing = {other for other in reached[record_id] if int(other[1:]) not in merges}
        # At most one of a chain is left; in a circle nobody is.
        assert survivor in standing or not standing


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    entity=st.sampled_from(("contact", "lead")),
    merges=st.dictionaries(st.integers(0, 30), st.integers(0, 30), max_size=30),
)
def test_merged_people_are_one_person_whatever_the_shape(
    behind_gate: Behind, entity: str, merges: dict[int, int]
) -> None:
    con = behind_gate({entity: _merged(entity, merges)})
    resolve(con, IdentitySettings())
    persons = dict(rows(con, "select record_id, person_id from identity.xref_person"))
    reached = _reached(merges)
    assert persons.keys() == reached.keys()
    for one, person in persons.items():
        assert {other for other in persons if persons[other] == person} == reached[one]


def _merged(entity: str, merges: dict[int, int]) -> list[dict[str, str | None]]:
    """Thirty-one records; ``merges`` says who was merged into whom."""
    return [
        {
            f"{entity}_id": f"a{number:02}",
            f"merged_into_{entity}_id": f"a{merges[number]:02}" if number in merges else None,
        }
        for number in range(31)
    ]


def _reached(merges: dict[int, int]) -> dict[str, frozenset[str]]:
    """A reference of its own: everybody who can be reached, in either direction."""
    near: dict[str, set[str]] = {f"a{number:02}": set() for number in range(31)}
    for own, other in merges.items():
        near[f"a{own:02}"].add(f"a{other:02}")
        near[f"a{other:02}"].add(f"a{own:02}")
    reached: dict[str, frozenset[str]] = {}
    for start in near:
        seen, todo = {start}, [start]
        while todo:
            new = near[todo.pop()] - seen
            seen |= new
            todo += new
        reached[start] = frozenset(seen)
    return reached


def test_a_chain_of_a_hundred_merges_ends_at_the_one_that_is_left(behind_gate: Behind) -> None:
    con = behind_gate(
        {
            "account": [
                {
                    "account_id": f"a{number:03}",
                    "merged_into_account_id": f"a{number - 1:03}" if number else None,
                }
                for number in range(100)
            ]
        }
    )
    resolve(con, IdentitySettings())
    assert set(survivors(con).values()) == {"a000"}


COPIES = {
    "account": [{"account_id": f"a{n}", **ACME, "created_at": f"2026-01-0{n}"} for n in (1, 2, 3)]
}


def test_the_oldest_survives_unless_a_source_goes_first(behind_gate: Behind) -> None:
    con = behind_gate(COPIES)
    resolve(con, IdentitySettings())
    assert set(survivors(con).values()) == {"a1"}
    billing = {**COPIES["account"][2], "source_name": "billing"}
    con = behind_gate({"account": [*COPIES["account"][:2], billing]})
    resolve(con, IdentitySettings(source_precedence=("billing", "crm")))
    assert set(survivors(con).values()) == {"a3"}


def everything(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    return {
        table: rows(con, f"from {table} order by all")
        for table in (
            "identity.xref_account",
            "identity.xref_person",
            "identity.golden_account",
            "identity.link",
            "identity.account_pair",
            "hygiene.review_queue",
        )
    }


def test_people_keep_two_records_apart_and_may_think_again(behind_gate: Behind) -> None:
    """Two of three copies are kept apart: the third stays with the one that it is more alike."""
    con = behind_gate(COPIES)
    resolve(con, IdentitySettings())
    before = everything(con)
    resolve(con, IdentitySettings(overrides=(decided("never_merge", "account", "a1", "a3"),)))
    apart = survivors(con)
    assert apart["a1"] != apart["a3"]
    assert apart["a2"] in (apart["a1"], apart["a3"])
    assert len(rows(con, "from identity.link_refused")) == 1
    resolve(con, IdentitySettings())
    assert everything(con) == before


def test_people_say_that_two_are_one_whatever_they_look_like(behind_gate: Behind) -> None:
    con = behind_gate(
        {
            "account": [{"account_id": "a1", "account_name": "IBM"},
                        {"account_id": "a2", "account_name": "Big Blue"}],
            "lead": [{"lead_id": "l1", **ADA}],
            "contact": [{"contact_id": "c1", "last_name": "King"}],
        }
    )  # fmt: skip
    resolve(con, IdentitySettings())
    assert survivors(con) == {"a1": "a1", "a2": "a2"}
    said = (decided("merge", "account", "a2", "a1"), decided("merge", "person", "l1", "c1"))
    resolve(con, IdentitySettings(overrides=said))
    assert survivors(con) == {"a1": "a1", "a2": "a1"}
    assert rows(
        con,
        "select entity, method, surviving_contact_id, surviving_lead_id "
        "from identity.xref_person order by all",
    ) == [("contact", "itself", "c1", "l1"), ("lead", "override", "c1", "l1")]
    assert len(rows(con, "select distinct person_id from identity.xref_person")) == 1


def test_a_cluster_that_would_grow_too_large_is_for_people(behind_gate: Behind) -> None:
    con = behind_gate(COPIES)
    settings = IdentitySettings(largest_cluster={"account": 2, "person": 2})
    result = resolve(con, settings)
    assert result.largest_cluster == 2
    assert [why for (why,) in rows(con, "select why from hygiene.review_queue")] == [
        "the cluster would be too large"
    ]
    # Two pairs, about the same two accounts: one question.
    assert rows(con, "select pair_count from hygiene.review_queue") == [(2,)]


def test_without_matching_what_the_vendor_says_still_holds(behind_gate: Behind) -> None:
    con = behind_gate(
        {
            "account": [*COPIES["account"], {"account_id": "a4", "merged_into_account_id": "a1"}],
            "contact": [{"contact_id": "c1", "last_name": "King"}],
            "lead": [{"lead_id": "l1", "converted_contact_id": "c1"}],
        }
    )
    resolve(con, IdentitySettings(is_enabled=False))
    assert survivors(con) == {"a1": "a1", "a2": "a2", "a3": "a3", "a4": "a1"}
    assert rows(con, "select method, count(*) from identity.link group by 1 order by 1") == [
        ("conversion", 1),
        ("merge", 1),
    ]


def test_golden_values_are_the_survivors_and_what_it_lacks(behind_gate: Behind) -> None:
    first, second = COPIES["account"][:2]
    con = behind_gate(
        {"account": [{**first, "phone": None, "owner_id": None},
                     {**second, "city": "Potsdam", "owner_id": "u2"}]}
    )  # fmt: skip
    resolve(con, IdentitySettings())
    assert rows(con, "select account_id, city, phone, owner_id from identity.golden_account") == [
        ("a1", "Berlin", ACME["phone"], None)
    ]


NEW = {"lead_id": "l1", **ADA, "lead_status": "new", "created_at": "2026-01-01"}
COPY = {"lead_id": "l2", **ADA, "lead_status": "new", "created_at": "2026-02-01"}


def worked(lead_id: str, day: str) -> dict[str, str]:
    return {
        "lead_history_id": f"{lead_id} {day}",
        "lead_id": lead_id,
        "field_name": "lead_status",
        "changed_at": day,
    }


@pytest.mark.parametrize(
    ("leads", "history", "expected"),
    [
        # A copy that nobody touched says nothing, however young it is.
        ([NEW, COPY], [], ("l1", "new", None)),
        ([{**NEW, "lead_status": "working"}, COPY], [worked("l1", "2026-01-05")],
         ("l1", "working", None)),
        ([NEW, {**COPY, "lead_status": "working"}], [worked("l2", "2026-02-05")],
         ("l2", "working", None)),
        # Who was converted is converted, whatever was written on the other record since.
        (
            [{**NEW, "lead_status": "working"},
             {**COPY, "lead_status": "converted", "converted_account_id": "a1"}],
            [worked("l2", "2026-02-05"), worked("l1", "2026-03-05")],
            ("l2", "converted", "a1"),
        ),
    ],
)  # fmt: skip
def test_the_state_of_several_leads_is_that_of_the_one_that_was_worked(
    behind_gate: Behind,
    leads: list[dict[str, Any]],
    history: list[dict[str, Any]],
    expected: tuple[str, str, str | None],
) -> None:
    con = behind_gate({"lead": leads, "lead_history": history})
    resolve(con, IdentitySettings())
    assert rows(
        con,
        "select lead_id, leading_lead_id, lead_status, converted_account_id, created_at = "
        "timestamptz '2026-01-01' from identity.golden_lead",
    ) == [("l1", *expected, True)]


def test_two_leads_that_became_one_contact_are_two_conversions(behind_gate: Behind) -> None:
    """Nothing but the conversions links them; a copy of one of them is still a copy."""
    con = behind_gate(
        {
            "contact": [{"contact_id": "c1", "last_name": "King"}],
            "lead": [
                {"lead_id": "l1", "converted_contact_id": "c1", "created_at": "2025-01-01"},
                {"lead_id": "l2", **ADA, "converted_contact_id": "c1", "created_at": "2026-01-01"},
                {"lead_id": "l3", **ADA, "created_at": "2026-02-01"},
            ],
        }
    )
    resolve(con, IdentitySettings())
    assert rows(
        con, "select record_id, surviving_lead_id from identity.xref_person order by record_id"
    ) == [("c1", "l1"), ("l1", "l1"), ("l2", "l2"), ("l3", "l2")]
    assert rows(con, "select count(distinct person_id) from identity.xref_person") == [(1,)]
    assert rows(con, "select lead_id from identity.golden_lead") == [("l2",)]


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_decides_nothing(behind_gate: Behind, seed: int) -> None:
    records: dict[str, list[dict[str, Any]]] = {
        "account": [dict(row) for row in COPIES["account"]],
        "lead": [{"lead_id": f"l{n}", **ADA} for n in range(6)],
        "contact": [{"contact_id": "c1", **{k: v for k, v in ADA.items() if k != "company_name"}}],
    }
    con = behind_gate(records)
    settings = IdentitySettings(largest_cluster={"account": 2, "person": 3})
    resolve(con, settings)
    expected = everything(con)
    for shuffled in records.values():
        random.Random(seed).shuffle(shuffled)
    con = behind_gate(records)
    con.execute("drop schema identity cascade")
    resolve(con, settings)
    assert everything(con) == expected
