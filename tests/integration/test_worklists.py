"""Worklists as CSV files: one an owner, in order, safe to open."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from dagster_project.company import Home
from dagster_project.contract import declared_columns
from dagster_project.publish.worklists import COLUMNS, write_worklists


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    home.published.mkdir()
    columns = ", ".join(f"{c.name} {c.data_type}" for c in declared_columns("fct_worklist_item"))
    with duckdb.connect(str(home.published_database)) as connection:
        connection.execute(f"create schema marts; create table marts.fct_worklist_item ({columns})")
    return home


def add(home: Home, *rows: tuple[str | None, str | None, int, str, str]) -> None:
    with duckdb.connect(str(home.published_database)) as connection:
        connection.executemany(
            "insert into marts.fct_worklist_item "
            "(owner_id, owner_name, worklist_position, source_record_id, value) "
            "values (?, ?, ?, ?, ?)",
            rows,
        )


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_owner_has_a_list_in_order(home: Home) -> None:
    add(
        home,
        ("0123456789", "Zoë O'Neil", 2, "second", "a, b"),
        ("0123456789", "Zoë O'Neil", 1, "first", "plain"),
        ("9876543210", "Zoe O'Neil", 1, "other", ""),
        ("5555555555", None, 1, "unnamed", ""),
        (None, None, 1, "nobody's", ""),
    )
    assert write_worklists(home) == {
        "zoe_o_neil-01234567.csv": 2,
        "owner-55555555.csv": 1,
        "zoe_o_neil-98765432.csv": 1,
        "nobody.csv": 1,
    }
    rows = read(home.published / "worklists/zoe_o_neil-01234567.csv")
    assert list(rows[0]) == list(COLUMNS)
    assert [(row["source_record_id"], row["value"]) for row in rows] == [
        ("first", "plain"),
        ("second", "a, b"),
    ]
    assert read(home.published / "worklists/nobody.csv")[0]["source_record_id"] == "nobody's"


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@sum(a1)", "\t=1"])
def test_a_value_is_no_formula(home: Home, value: str) -> None:
    add(home, ("u1", "Ada", 1, "x", value), ("u1", "Ada", 2, "y", "1-1=0"))
    write_worklists(home)
    rows = read(home.published / "worklists/ada-u1.csv")
    assert [row["value"] for row in rows] == [f"'{value}", "1-1=0"]


def test_who_has_nothing_left_to_correct_has_no_file(home: Home) -> None:
    add(home, ("u1", "Ada", 1, "x", ""), ("u2", "Bob", 1, "y", ""))
    write_worklists(home)
    with duckdb.connect(str(home.published_database)) as connection:
        connection.execute("delete from marts.fct_worklist_item where owner_id = 'u1'")
    assert write_worklists(home) == {"bob-u2.csv": 1}
    assert [path.name for path in (home.published / "worklists").iterdir()] == ["bob-u2.csv"]
    assert sorted(path.name for path in home.published.iterdir()) == [
        "cultivar.duckdb",
        "worklists",
    ]
