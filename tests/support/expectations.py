"""Great Expectations' part of the gate for tests of what comes after it.

Belongs here: the counts that it would give, by the rules' own statements. Does not belong here:
tests of the counts (``test_gate`` lets the two count against each other).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from dagster_project.hygiene import sql
from dagster_project.hygiene.expectation_run import ExpectationCounts
from dagster_project.hygiene.placeholders import bind
from dagster_project.hygiene.rules import Rule, is_tolerated, tolerance
from dagster_project.hygiene.settings import GateSettings
from dagster_project.hygiene.terms import rule_terms


def count_without_great_expectations(
    warehouse: Path, rules: Sequence[Rule], settings: GateSettings, run_dir: Path, _: Path
) -> tuple[dict[str, ExpectationCounts], Path]:
    """In place of ``run_expectations``; writes no results and no Data Docs."""
    values = sql.literals(rules, settings)
    counts = {}
    run_dir.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(warehouse), read_only=True) as con:
        con.execute("set TimeZone = 'UTC'")
        for rule in rules:
            found = bind(sql.findings_sql([rule], rules), values)
            findings, failed = _one(
                con,
                f"select count(*), count(distinct coalesce(record_id, '')) from ({found}) as found",
            )
            judged = _judged(con, rule, rules, values)
            is_passed = is_tolerated(failed, judged, *tolerance(rule, settings))
            counts[rule.check_name] = ExpectationCounts(findings, failed, judged, is_passed)
    return counts, run_dir / "index.html"


def _judged(
    con: duckdb.DuckDBPyConnection, rule: Rule, rules: Sequence[Rule], values: Mapping[str, str]
) -> int:
    relation = sql.canonical_relation(rule.entity)
    if rule.kind == "primary_key":
        return _one(con, f"select count(*) from {relation}")[0]
    terms = rule_terms(rule, rules)
    scope = f"select count(*) from {relation} as record {' '.join(terms.joins)}"
    return _one(con, bind(f"{scope} where {terms.applies}", values))[0]


def _one(con: duckdb.DuckDBPyConnection, statement: str) -> tuple[int, ...]:
    row = con.execute(statement).fetchone()
    assert row is not None
    return row
