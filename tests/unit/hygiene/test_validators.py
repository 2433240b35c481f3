"""What the field validators say of a value, and that each value is judged once."""

from __future__ import annotations

from pathlib import Path

import pytest

from dagster_project.hygiene import validators
from tests.support.canonical import Warehouse


@pytest.mark.parametrize(
    ("email", "is_valid", "reason"),
    [
        ("rose@edge.com", True, None),
        ("rose.o'hara+crm@edge.co.uk", True, None),
        ("müller@müller.de", True, None),
        ("rose@@edge.com", False, "syntax"),
        ("rose", False, "syntax"),
        ("rose@edge", False, "syntax"),
        ("rose@example.com", False, "reserved_domain"),
        ("rose@crm.test", False, "reserved_domain"),
        ("rose@localhost", False, "reserved_domain"),
    ],
)
def test_email(email: str, is_valid: bool, reason: str | None) -> None:
    assert validators.check_email(email)[1:3] == (is_valid, reason)


@pytest.mark.parametrize(
    ("phone", "country", "is_possible", "e164"),
    [
        ("(512) 757-6000", "US", True, "+15127576000"),
        ("0221 123456", "DE", True, "+49221123456"),
        ("+49 221 123456", "US", True, "+49221123456"),
        ("12", "US", False, None),
        ("call me", "US", False, None),
        ("(512) 757-6000 99 99 99 99", "US", False, None),
    ],
)
def test_phone(phone: str, country: str, is_possible: bool, e164: str | None) -> None:
    judged = validators.check_phone(phone, country)
    assert (judged[2], judged[4]) == (is_possible, e164)


@pytest.mark.parametrize(
    ("domain", "registrable"),
    [
        ("mail.edge.co.uk", "edge.co.uk"),
        ("edge.com", "edge.com"),
        ("co.uk", None),
        ("intranet", None),
    ],
)
def test_domain(domain: str, registrable: str | None) -> None:
    judged = validators.check_domain(domain)
    assert judged[1:3] == (registrable is not None, registrable)


@pytest.mark.parametrize(
    ("country", "code"),
    [
        ("US", "US"),
        ("usa", "US"),
        (" United States ", "US"),
        ("Deutschland", "DE"),
        ("Allemagne", "DE"),
        ("U.K.", "GB"),
        ("Russia", "RU"),
        ("South Korea", "KR"),
        ("Atlantis", None),
    ],
)
def test_country(country: str, code: str | None) -> None:
    judged = validators.check_country(country)
    assert judged[1:3] == (code is not None, code)


@pytest.mark.parametrize(
    ("state", "country", "code"),
    [
        ("CA", "US", "US-CA"),
        (" california ", "US", "US-CA"),
        ("US-CA", "US", "US-CA"),
        ("CA", "DE", None),
        ("ZZ", "US", None),
    ],
)
def test_subdivisions_are_those_of_the_country(state: str, country: str, code: str | None) -> None:
    assert validators.check_subdivision(state, country) == (state, country, code is not None, code)


def test_every_alias_is_a_code_of_the_library() -> None:
    for alias, code in validators.COUNTRY_ALIASES.items():
        assert alias == alias.casefold()
        assert validators.check_country(code)[2] == code


def test_only_distinct_values_not_yet_seen_are_judged(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "w.duckdb")
    warehouse.add_valid_records()
    warehouse.add(
        "contact", "C2", email="rose@acme-pumps.com"
    )  # the same address and numbers as the first
    warehouse.add("contact", "C3", email="gone@x.de", is_excluded=True)
    calls: list[tuple[str, int, int]] = []
    with warehouse.connect() as con:
        first = validators.refresh_validators(con, "US", lambda *call: calls.append(call))
        second = validators.refresh_validators(con, "US")
    assert first == {"country": 2, "subdivision": 0, "email": 2, "domain": 2, "phone": 4}
    assert set(second.values()) == {0}
    assert ("checking email values", 2, 2) in calls
    warehouse.add("contact", "C4", email="new@edge.com", phone="+49 221 123456")
    with warehouse.connect() as con:
        third = validators.refresh_validators(con, "US")
    assert (third["email"], third["phone"]) == (1, 1)


def test_a_value_is_judged_again_by_a_new_version_of_its_library(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "w.duckdb")
    warehouse.add_valid_records()
    with warehouse.connect() as con:
        validators.refresh_validators(con, "US")
        con.execute("update reference.email set validator_version = 'email-validator 0'")
        again = validators.refresh_validators(con, "US")
        count = con.execute("select count(*), count(distinct email) from reference.email")
        assert again["email"] == 2
        assert again["phone"] == 0
        assert count.fetchone() == (2, 2)
