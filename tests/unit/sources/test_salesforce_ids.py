"""15- and 18-character Salesforce ids are one id, in Python's landing and in dbt's staging."""

from __future__ import annotations

import string

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.sources.salesforce_export import eighteen_characters


def in_sql(value: str) -> str:
    row = duckdb.execute(f"select {eighteen_characters('id')} from (select ? as id)", [value])
    return str(row.fetchall()[0][0])


def by_hand(value: str) -> str:
    """The checksum as Salesforce describes it, character by character."""
    alphabet = string.ascii_uppercase + "012345"
    suffix = ""
    for chunk in (value[0:5], value[5:10], value[10:15]):
        bits = "".join("1" if c in string.ascii_uppercase else "0" for c in reversed(chunk))
        suffix += alphabet[int(bits, 2)]
    return value + suffix


def test_digits_alone_have_no_capitals() -> None:
    assert in_sql("001000000000001") == "001000000000001AAA"


@given(st.text(string.ascii_letters + string.digits, min_size=15, max_size=15))
def test_any_id(value: str) -> None:
    assert in_sql(value) == by_hand(value)
    assert in_sql(in_sql(value)) == in_sql(value)


@given(st.text(string.printable, max_size=14))
def test_other_text_stays_as_it_is(value: str) -> None:
    assert in_sql(value) == value
