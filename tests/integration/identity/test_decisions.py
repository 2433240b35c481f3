"""What people decide against what a source merged or converted, and against each other.

Belongs here: cases worked out by hand on a few records. Does not belong here: the file of decisions
(``tests/unit/identity/test_overrides.py``), decisions against scores (``test_clusters``).
"""

from __future__ import annotations

import dataclasses
from typing import Any

import duckdb
import pytest

from dagster_project.identity.overrides import OverrideFileError
from dagster_project.identity.run import resolve
from dagster_project.identity.settings import IdentitySettings
from tests.integration.identity.conftest import Behind
from tests.integration.identity.test_clusters import decided, rows, survivors
from tests.integration.identity.test_scoring import ADA


def people(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[str | None, str | None, str]]:
    """Record → the person's contact and lead, and by what it belongs there."""
    return {
        record_id: tuple(found)  # type: ignore[misc]
        for record_id, *found in rows(
            con,
            "select record_id, surviving_contact_id, surviving_lead_id, method "
            "from identity.xref_person",
        )
    }


CONVERTED: dict[str, list[dict[str, Any]]] = {
    "contact": [{"contact_id": "c1", "last_name": "King"}],
    "lead": [{"lead_id": "l1", "converted_contact_id": "c1", "lead_status": "converted"}],
}


def test_people_undo_a_conversion(behind_gate: Behind) -> None:
    con = behind_gate(CONVERTED)
    resolve(con, IdentitySettings())
    assert people(con) == {"c1": ("c1", "l1", "itself"), "l1": ("c1", "l1", "conversion")}
    apart = (decided("never_merge", "person", "l1", "c1"),)
    result = resolve(con, IdentitySettings(overrides=apart))
    assert people(con) == {"c1": ("c1", None, "itself"), "l1": (None, "l1", "itself")}
    assert result.overruled == 0


def test_people_undo_a_conversion_by_way_of_other_links(behind_gate: Behind) -> None:
    """The lead is c1 by people's word and c2 by conversion: they say that those are two."""
    con = behind_gate(
        {
            "contact": [{"contact_id": "c1"}, {"contact_id": "c2"}],
            "lead": [{"lead_id": "l1", "converted_contact_id": "c2"}],
        }
    )
    said = (decided("merge", "person", "l1", "c1"), decided("never_merge", "person", "c1", "c2"))
    resolve(con, IdentitySettings(overrides=said))
    assert people(con) == {
        "c1": ("c1", "l1", "itself"),
        "c2": ("c2", None, "itself"),
        "l1": ("c1", "l1", "override"),
    }


@pytest.mark.parametrize("middle", [None, "a3"])
def test_people_cannot_undo_a_merge_of_the_source(behind_gate: Behind, middle: str | None) -> None:
    """The loser is gone there, whether it was merged at once or through another one."""
    accounts = [
        {"account_id": "a1"},
        {"account_id": "a2", "merged_into_account_id": middle or "a1"},
    ]
    if middle:
        accounts.append({"account_id": middle, "merged_into_account_id": "a1"})
    con = behind_gate({"account": accounts})
    apart = (decided("never_merge", "account", "a1", "a2"),)
    result = resolve(con, IdentitySettings(overrides=apart))
    assert set(survivors(con).values()) == {"a1"}
    assert result.overruled == 1
    assert rows(con, "select is_overruled from identity.override") == [(True,)]


def test_who_is_apart_from_a_loser_is_apart_from_the_winner(behind_gate: Behind) -> None:
    con = behind_gate(
        {
            "contact": [
                {"contact_id": "c1", **ADA},
                {"contact_id": "c2", "merged_into_contact_id": "c1"},
            ],
            "lead": [{"lead_id": "l1", **ADA}],
        }
    )
    resolve(con, IdentitySettings())
    assert people(con)["l1"] == ("c1", "l1", "match")
    apart = (decided("never_merge", "person", "l1", "c2"),)
    resolve(con, IdentitySettings(overrides=apart))
    assert people(con)["l1"] == (None, "l1", "itself")
    assert people(con)["c2"] == ("c1", None, "merge")


def test_decisions_that_contradict_each_other_through_a_merge_write_nothing(
    behind_gate: Behind,
) -> None:
    con = behind_gate(
        {
            "account": [
                {"account_id": "a1"},
                {"account_id": "a2", "merged_into_account_id": "a3"},
                {"account_id": "a3"},
            ]
        }
    )
    resolve(con, IdentitySettings())
    before = rows(con, "from identity.xref_account")
    said = (
        dataclasses.replace(decided("never_merge", "account", "a1", "a3"), row=2),
        dataclasses.replace(decided("merge", "account", "a1", "a2"), row=5),
    )
    with pytest.raises(OverrideFileError) as error:
        resolve(con, IdentitySettings(overrides=said))
    for words in ("row 2: never_merge account a1 (crm) and a3 (crm)", "row 5: merge account a1",
                  "the source itself has merged", "what to do"):  # fmt: skip
        assert words in str(error.value)
    assert rows(con, "from identity.xref_account") == before


def contact(number: int, merged_into: int | None = None) -> dict[str, Any]:
    return {
        "contact_id": f"c{number:02}",
        "merged_into_contact_id": None if merged_into is None else f"c{merged_into:02}",
    }


@pytest.mark.parametrize("length", [1, 2, 9])
def test_who_was_converted_to_a_contact_that_is_merged_is_the_one_left(
    behind_gate: Behind, length: int
) -> None:
    chain = [contact(0), *(contact(number, number - 1) for number in range(1, length + 1))]
    con = behind_gate(
        {"contact": chain, "lead": [{"lead_id": "l1", "converted_contact_id": f"c{length:02}"}]}
    )
    resolve(con, IdentitySettings())
    assert people(con)["l1"] == ("c00", "l1", "conversion")
    assert rows(
        con, "select linked_record_key from identity.xref_person where entity = 'lead'"
    ) == [("contact:c00",)]
    # Apart from the contact that it was converted to is apart from what became of that one.
    apart = (decided("never_merge", "person", "l1", f"c{length:02}"),)
    resolve(con, IdentitySettings(overrides=apart))
    assert people(con)["l1"] == (None, "l1", "itself")


def test_merges_that_lead_to_nobody_link_no_leads(behind_gate: Behind) -> None:
    """Two contacts merged in a circle, and a chain that ends at one that is not there."""
    con = behind_gate(
        {
            "contact": [contact(1, 2), contact(2, 1), contact(3, 4)],
            "lead": [
                {"lead_id": f"l{number}", "converted_contact_id": f"c{number:02}"}
                for number in (1, 2, 3)
            ],
        }
    )
    resolve(con, IdentitySettings())
    found = people(con)
    assert {lead: found[lead] for lead in ("l1", "l2", "l3")} == {
        lead: (None, lead, "itself") for lead in ("l1", "l2", "l3")
    }


def test_what_people_say_of_a_loser_they_say_of_who_is_left(behind_gate: Behind) -> None:
    con = behind_gate(
        {
            "account": [
                {"account_id": "a1"},
                {"account_id": "a2", "merged_into_account_id": "a1"},
                {"account_id": "a3"},
            ]
        }
    )
    resolve(con, IdentitySettings(overrides=(decided("merge", "account", "a2", "a3"),)))
    assert set(survivors(con).values()) == {"a1"}
