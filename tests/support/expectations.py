"""Great Expectations' part of the gate for tests of what comes after it.

Belongs here: the counts that it would give, by the rules' own statements. Does not belong here:
tests of the counts (``test_gate`` lets the two count against each other).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from dagster_project.hygiene import sql
from dagster_project.hygiene.expectation_run import ExpectationCounts
from dagster_project.hygiene.placeholders import bind
from dagster_project.hygiene.rules import Rule, is_tolerated, tolerance
from dagster_project.hygiene.settings import GateSettings


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
            found = bind(sql.violation_sql(rule, rules), values)
            applicable = bind(sql.applicable_sql(rule), values)
            findings, failed = _one(
                con,
                f"select count(*), count(distinct coalesce(record_id, '')) from ({found}) as found",
            )
            (judged,) = _one(con, applicable)
            is_passed = is_tolerated(failed, judged, *tolerance(rule, settings))
            counts[rule.check_name] = ExpectationCounts(findings, failed, judged, is_passed)
    return counts, run_dir / "index.html"


def _one(con: duckdb.DuckDBPyConnection, statement: str) -> tuple[int, ...]:
    row = con.execute(statement).fetchone()
    assert row is not None
    return row
