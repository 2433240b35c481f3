"""``hygiene.check_result``: every check of a run in one table, whoever made it.

Belongs here: the table, the results of rules, and those of dbt's tests. Does not belong here: what
a check is about (the rules, dbt), ratchets and deliveries, which add their own rows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.hygiene.result import RuleResult

if TYPE_CHECKING:
    from datetime import date

    import duckdb

CREATE_CHECK_RESULT = """
create table if not exists hygiene.check_result (
    check_name varchar,
    check_type varchar,
    rule_id varchar,
    entity varchar,
    severity varchar,
    is_passed boolean,
    failed_rows bigint,
    total_rows bigint,
    as_of_date date,
    run_id varchar
)"""

#: What a failing test of dbt does to the night.
_SEVERITIES = {"error": "stop", "warn": "warn"}


def write_rule_results(
    con: duckdb.DuckDBPyConnection, results: Sequence[RuleResult], as_of_date: date, run_id: str
) -> None:
    """Replace the results of the rules about records."""
    con.execute(CREATE_CHECK_RESULT)
    con.execute("delete from hygiene.check_result where check_type = 'expectation'")
    con.executemany(
        "insert into hygiene.check_result values (?, 'expectation', ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            [
                result.check_name,
                result.rule_id,
                result.entity,
                result.severity,
                result.is_passed,
                result.failed_rows,
                result.total_rows,
                as_of_date,
                run_id,
            ]
            for result in results
        ],
    )


@dataclass(frozen=True)
class DbtTestResult:
    """How a test of dbt went."""

    name: str
    #: Schema and table that it is about.
    table: str | None
    severity: str
    is_passed: bool
    #: Rows that it returned; unknown if it could not be run.
    failed_rows: int | None


def dbt_test_results(target: Path) -> tuple[DbtTestResult, ...]:
    """What an invocation of dbt left in its target folder; nothing if it ended before."""
    if not (target / "run_results.json").is_file():
        return ()
    nodes = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    models = {node["name"]: node for node in nodes.values() if node["resource_type"] != "test"}
    found = []
    for result in json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]:
        node = nodes.get(result["unique_id"], {})
        # What comes after a failed model is skipped, and so was not checked.
        if node.get("resource_type") != "test" or result["status"] == "skipped":
            continue
        about = nodes.get(node.get("attached_node") or "") or models.get(_reference(node))
        found.append(
            DbtTestResult(
                name=node["name"],
                table=f"{about['schema']}.{about['alias']}" if about else None,
                severity=_SEVERITIES[node["config"]["severity"].lower()],
                is_passed=result["status"] == "pass",
                failed_rows=result["failures"],
            )
        )
    return tuple(found)


def _reference(node: Mapping[str, Any]) -> str:
    """The model on which Dagster shows a test that is about several."""
    reference = node["config"].get("meta", {}).get("dagster", {}).get("ref", {})
    return str(reference.get("name", ""))


def write_dbt_test_results(
    con: duckdb.DuckDBPyConnection,
    results: Sequence[DbtTestResult],
    as_of_date: date,
    run_id: str,
) -> None:
    """Replace the results of the same tests, and those of any other run.

    Of a run some layers of dbt may be built again, each of which runs its own tests.
    """
    con.execute("create schema if not exists hygiene")
    con.execute(CREATE_CHECK_RESULT)
    con.execute(
        "delete from hygiene.check_result where check_type = 'dbt_test' "
        "and (run_id <> ? or check_name in (select unnest(?)))",
        [run_id, [result.name for result in results]],
    )
    if results:
        con.executemany(
            "insert into hygiene.check_result values (?, 'dbt_test', null, ?, ?, ?, ?, null, ?, ?)",
            [
                [
                    result.name,
                    result.table,
                    result.severity,
                    result.is_passed,
                    result.failed_rows,
                    as_of_date,
                    run_id,
                ]
                for result in results
            ],
        )
