"""Evidence and joins: what is refused, in which order it is computed, and what is checked then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from dagster_project.hygiene import sql
from dagster_project.hygiene.evidence import (
    default_evidence,
    load_evidence,
    refresh_evidence,
    used_evidence,
)
from dagster_project.hygiene.rules import default_rules, load_rules
from dagster_project.hygiene.settings import GateSettings
from dagster_project.hygiene.yaml_files import RuleFileError

EVIDENCE = """\
evidence:
  above:
    meaning: What lies above.
    key: [account_id]
    columns: {height: how high}
    query: select below.account_id, below.height + 1 as height from evidence.below as below
  below:
    meaning: What lies below.
    key: [account_id]
    columns: {height: how high}
    query: select 'a' as account_id, 1 as height where date '2026-03-01' = :as_of_date
"""
RULE = """\
entities: [account]
joins:
  above:
    table: evidence.above
    key: {account_id: record.account_id}
rules:
  - id: A01
    title: Is low
    dimension: valid
    severity: warn
    weight: 1
    fixer: owner
    version: 1
    why: Because.
    how_to_fix: Lower it.
    checks:
      - field: account_name
        violation: above.height > 1
"""
SETTINGS = GateSettings(
    as_of_date=date(2026, 3, 1),
    reporting_time_zone="Europe/Berlin",
    reporting_currency="USD",
    run_id="run",
)


def folder_with(tmp_path: Path, name: str, text: str) -> Path:
    folder = tmp_path / name
    folder.mkdir()
    (folder / "account.yml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def test_evidence_is_computed_after_what_it_reads(
    tmp_path: Path, warehouse: duckdb.DuckDBPyConnection
) -> None:
    evidence = load_evidence(folder_with(tmp_path, "evidence", EVIDENCE))
    refresh_evidence(warehouse, used_evidence(["above"], evidence), sql.run_literals(SETTINGS))
    assert warehouse.execute("from evidence.above").fetchall() == [("a", 2)]


def test_only_what_is_used_is_computed(tmp_path: Path) -> None:
    evidence = load_evidence(folder_with(tmp_path, "evidence", EVIDENCE))
    assert list(used_evidence(["below"], evidence)) == ["below"]
    assert list(used_evidence(["above"], evidence)) == ["below", "above"]


def test_every_piece_of_evidence_is_used_by_a_rule() -> None:
    used = {
        join.table_name
        for rule in default_rules()
        for join in rule.used_joins.values()
        if join.schema_name == "evidence"
    }
    assert set(default_evidence()) == set(used_evidence(used, default_evidence()))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("from evidence.below", "from marts.dim_account", "must not read schema 'marts'"),
        ("from evidence.below", "from evidence.nothing", "evidence.nothing, which does not exist"),
        (":as_of_date", ":threshold", "':threshold' is not a parameter"),
        ("'a' as account_id", "'a'::text as account_id", "use cast"),
        ("meaning: What lies above.", "sense: x", "sense"),
        ("where date '2026-03-01' = :as_of_date", "from evidence.above", "reads itself"),
    ],
)
def test_a_mistake_in_evidence_is_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in EVIDENCE
    with pytest.raises(RuleFileError, match=said):
        load_evidence(folder_with(tmp_path, "evidence", EVIDENCE.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("select 'a' as", "select no_column as", "evidence 'below': its SQL cannot run"),
        ("1 as height where", "1 as depth where", "gives account_id, depth; declared: acc.*height"),
        ("select 'a' as", "select unnest(['a', 'a']) as", "several rows for one account_id"),
    ],
)
def test_evidence_that_is_not_as_declared_is_told(
    tmp_path: Path, warehouse: duckdb.DuckDBPyConnection, old: str, new: str, said: str
) -> None:
    assert old in EVIDENCE
    evidence = load_evidence(folder_with(tmp_path, "evidence", EVIDENCE.replace(old, new, 1)))
    with pytest.raises(RuleFileError, match=said):
        refresh_evidence(warehouse, evidence, sql.run_literals(SETTINGS))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("table: evidence.above", "table: evidence.beside", "evidence.beside' does not exist"),
        ("table: evidence.above", "table: marts.dim_account", "table"),
        ("{account_id: rec", "{height: rec", "by the whole key of evidence.above: account_id"),
        ("record.account_id}", "(select 1)}", "must not contain"),
        ("violation: above.height", "violation: above.depth", "'depth' is not a column of above"),
        ("violation: above.height > 1", "violation: 1 in (from evidence.above)", "is joined"),
    ],
)
def test_a_mistake_in_a_join_is_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in RULE
    evidence = load_evidence(folder_with(tmp_path, "evidence", EVIDENCE))
    load_rules(folder_with(tmp_path, "right", RULE), evidence)
    with pytest.raises(RuleFileError, match=said):
        load_rules(folder_with(tmp_path, "wrong", RULE.replace(old, new, 1)), evidence)


def test_the_day_ends_where_the_company_is() -> None:
    assert sql.run_literals(SETTINGS)["as_of_end_at"] == "timestamptz '2026-03-02T00:00:00+01:00'"
