"""What makes two records alike, and that a night looks only at what changed.

Belongs here: pairs and their doubts, worked out by hand; incremental against anew. Does not belong
here: clusters.
"""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dagster_project.identity.features import write_features
from dagster_project.identity.model import Kind
from dagster_project.identity.scoring import score_pairs
from tests.integration.identity.conftest import Behind

ADA = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "email": "ada.lovelace@analytical.org",
    "email_domain": "analytical.org",
    "phone": "+44 20 7946 0001",
    "company_name": "Analytical Engines Ltd.",
}
ACME = {
    "account_name": "Acme Rockets GmbH",
    "website_domain": "acme-rockets.de",
    "phone": "+49 30 1234567",
    "street": "Hauptstr. 1",
    "postal_code": "10115",
    "city": "Berlin",
    "country": "DE",
}


def pairs(con: duckdb.DuckDBPyConnection, kind: Kind) -> list[tuple[Any, ...]]:
    write_features(con, ("gmail.com",))
    score_pairs(con, kind)
    return con.execute(
        f"select record_key_l, record_key_r, match_probability >= 0.99, doubt "
        f"from identity.{kind}_pair order by all"
    ).fetchall()


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({}, (True, None)),
        ({"account_name": "ACME Rockets", "website_domain": None}, (True, None)),
        ({"account_name": "Acme Rokcets", "website_domain": None}, (True, None)),
        # Another company of the house, next door.
        (
            {"account_name": "Acme Rockets Services", "website_domain": "acme-services.de"},
            (True, "the names differ"),
        ),
        # One name, one town of another country.
        (
            {"country": "AT", "city": "Wien", "postal_code": "1010", "street": "Ring 1"},
            (True, "they are in two countries"),
        ),
        ({"parent_account_id": "a1"}, None),
        (
            {
                "account_name": "Beta Motors",
                "website_domain": "beta.de",
                "phone": None,
                "street": "Nebenstr. 2",
            },
            None,
        ),
    ],
)
def test_accounts(
    behind_gate: Behind, other: dict[str, str | None], expected: tuple[bool, str | None] | None
) -> None:
    con = behind_gate(
        {"account": [{"account_id": "a1", **ACME}, {"account_id": "a2", **ACME, **other}]}
    )
    found = pairs(con, "account")
    assert found == ([] if expected is None else [("a1", "a2", *expected)])


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({}, (True, None)),
        ({"phone": None}, (True, None)),
        # Written by hand at a fair: a short name, another address, the same number.
        ({"first_name": "A.", "email": "al@analytical.org"}, (True, None)),
        ({"email": "ada.lovelace@engines.org", "email_domain": "engines.org"}, (True, None)),
        # Two people of one name, at two companies.
        (
            {"email": "ada@babbage.com", "email_domain": "babbage.com", "phone": "+1 555 0100",
             "company_name": "Babbage Inc"},
            None,
        ),
        # Two people of one name at one company: a name is all they share.
        (
            {"email": "al2@analytical.org", "phone": "+44 20 7946 0002"},
            (False, "a name is all they share"),
        ),
        # A mailbox that two people read.
        ({"first_name": "Charles", "last_name": "Babbage"}, (False, "the names differ")),
    ],
)  # fmt: skip
def test_people(
    behind_gate: Behind, other: dict[str, str | None], expected: tuple[bool, str | None] | None
) -> None:
    con = behind_gate({"lead": [{"lead_id": "l1", **ADA}, {"lead_id": "l2", **ADA, **other}]})
    found = [(doubt, is_sure) for _, _, is_sure, doubt in pairs(con, "person")]
    if expected is None:
        # Whatever is left of it is for people to decide.
        assert all(doubt is not None or not is_sure for doubt, is_sure in found)
    else:
        assert [doubt for doubt, _ in found] == [expected[1]]
        assert expected[1] is not None or found[0][1]


def test_a_shared_mailbox_or_a_bare_name_never_links(behind_gate: Behind) -> None:
    info = {"email": "info@analytical.org", "phone": None, "company_name": None}
    con = behind_gate(
        {
            "lead": [
                {"lead_id": "l1", **ADA, **info},
                {"lead_id": "l2", **ADA, **info},
                {"lead_id": "l3", "first_name": "Ada", "last_name": "Lovelace"},
                {"lead_id": "l4", "first_name": "Ada", "last_name": "Lovelace"},
            ]
        }
    )
    assert all(doubt == "a name is all they share" for *_, doubt in pairs(con, "person"))


VALUES = {
    "first_name": ["Ada", "A.", "Bob", "Robert", None],
    "last_name": ["Lovelace", "Lovelcae", "Stone", None],
    "email": ["ada@x.com", "ada@y.org", "bob@x.com", "info@x.com", None],
    "phone": ["0301234567", "+49 30 1234567", "0407654321", None],
    "company_name": ["X GmbH", "X", "Y AG", None],
}
LEADS = st.dictionaries(
    st.sampled_from([f"l{number}" for number in range(6)]),
    st.fixed_dictionaries({name: st.sampled_from(values) for name, values in VALUES.items()}),
    max_size=6,
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(nights=st.lists(LEADS, min_size=2, max_size=3))
def test_what_is_kept_is_what_a_new_run_gives(
    behind_gate: Behind, nights: list[dict[str, dict[str, str | None]]]
) -> None:
    """Records come, change and go; features and pairs of the last night are those of a new run."""

    def scored(leads: dict[str, dict[str, str | None]]) -> list[tuple[Any, ...]]:
        rows = [
            {
                "lead_id": lead_id,
                **lead,
                "email_domain": lead["email"].split("@")[1] if lead["email"] else None,
            }
            for lead_id, lead in leads.items()
        ]
        con = behind_gate({"lead": rows})
        pairs(con, "person")
        return [
            row
            for table in ("person_feature", "person_pair")
            for row in con.execute(f"from identity.{table} order by all").fetchall()
        ]

    kept = [scored(night) for night in nights][-1]
    con = behind_gate({})
    con.execute("drop schema identity cascade")
    assert scored(nights[-1]) == kept
    con.execute("drop schema identity cascade")


def test_a_night_compares_what_changed_alone(behind_gate: Behind) -> None:
    leads = [{"lead_id": f"l{number}", **ADA} for number in range(4)]
    con = behind_gate({"lead": leads})
    write_features(con)
    assert score_pairs(con, "person")["records"] == 4
    con = behind_gate({"lead": [*leads[:3], {**leads[3], "phone": None}]})
    write_features(con)
    assert score_pairs(con, "person") == {"records": 1, "pairs": 6}


def test_texts_are_taken_to_pieces_anew_where_they_or_the_way_changed(behind_gate: Behind) -> None:
    """A contact's company is its account's name; free mail is the company's own list."""
    contact = {"contact_id": "c1", "account_id": "a1", **ADA}
    del contact["company_name"]

    def known(name: str, free_mail: tuple[str, ...]) -> tuple[Any, ...] | None:
        con = behind_gate({"account": [{**ACME, "account_id": "a1", "account_name": name}],
                           "contact": [contact]})  # fmt: skip
        write_features(con, free_mail)
        return con.execute(
            "select company_key, email_domain from identity.person_feature"
        ).fetchone()

    assert known("Acme GmbH", ()) == ("acme", "analytical.org")
    assert known("Acme Rockets GmbH", ()) == ("acme rockets", "analytical.org")
    assert known("Acme Rockets GmbH", ("analytical.org",)) == ("acme rockets", None)
    assert known("Acme Rockets GmbH", ()) == ("acme rockets", "analytical.org")
