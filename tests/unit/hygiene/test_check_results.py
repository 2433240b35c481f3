"""Tests of dbt as rows of ``hygiene.check_result``, from what dbt leaves behind."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.hygiene.check_results import (
    DbtTestResult,
    dbt_test_results,
    write_dbt_test_results,
)

DAY = date(2026, 3, 1)


def table(name: str, schema: str) -> dict[str, Any]:
    return {"name": name, "alias": name.removeprefix("canonical_"), "schema": schema,
            "resource_type": "model", "config": {}}  # fmt: skip


def dbt_test(name: str, about: str = "", severity: str = "ERROR", **meta: Any) -> dict[str, Any]:
    return {"name": name, "resource_type": "test", "attached_node": about or None,
            "config": {"severity": severity, "meta": meta}}  # fmt: skip


NODES = {
    "model.cultivar.canonical_lead": table("canonical_lead", "canonical"),
    "model.cultivar.fct_kpi": table("fct_kpi", "marts"),
    "test.cultivar.keys": dbt_test("keys", "model.cultivar.canonical_lead"),
    "test.cultivar.sums": dbt_test("sums", dagster={"ref": {"name": "fct_kpi"}}),
    "test.cultivar.odd": dbt_test("odd", "model.cultivar.fct_kpi", severity="warn"),
    "test.cultivar.lost": dbt_test("lost", "model.cultivar.fct_kpi"),
    "test.cultivar.late": dbt_test("late", "model.cultivar.fct_kpi"),
}
RESULTS = {
    "model.cultivar.fct_kpi": ("success", None),
    "test.cultivar.keys": ("pass", 0),
    "test.cultivar.sums": ("fail", 3),
    "test.cultivar.odd": ("warn", 2),
    "test.cultivar.lost": ("error", None),
    "test.cultivar.late": ("skipped", None),
}


@pytest.fixture
def target(tmp_path: Path) -> Path:
    results = [
        {"unique_id": unique_id, "status": status, "failures": failures}
        for unique_id, (status, failures) in RESULTS.items()
    ]
    (tmp_path / "manifest.json").write_text(json.dumps({"nodes": NODES}))
    (tmp_path / "run_results.json").write_text(json.dumps({"results": results}))
    return tmp_path


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def test_each_test_that_ran_has_a_result_and_what_it_is_about(target: Path) -> None:
    assert dbt_test_results(target) == (
        DbtTestResult("keys", "canonical.lead", "stop", True, 0),
        DbtTestResult("sums", "marts.fct_kpi", "stop", False, 3),
        DbtTestResult("odd", "marts.fct_kpi", "warn", False, 2),
        DbtTestResult("lost", "marts.fct_kpi", "stop", False, None),
    )


def test_a_dbt_that_ended_before_its_tests_has_none(tmp_path: Path) -> None:
    assert dbt_test_results(tmp_path) == ()


def test_results_of_another_run_go_and_those_of_other_layers_and_checks_stay(
    con: duckdb.DuckDBPyConnection,
) -> None:
    before = (DbtTestResult("keys", "canonical.lead", "stop", True, 0),)
    after = (DbtTestResult("sums", "marts.fct_kpi", "stop", False, 3),)
    write_dbt_test_results(con, (*before, *after), DAY, "run-1")
    con.execute(
        "insert into hygiene.check_result (check_name, check_type) values ('A01', 'expectation')"
    )
    for results in (before, after, after):
        write_dbt_test_results(con, results, DAY, "run-2")
    assert con.execute(
        "select * exclude (rule_id, total_rows) from hygiene.check_result "
        "where check_type = 'dbt_test' order by check_name"
    ).fetchall() == [
        ("keys", "dbt_test", "canonical.lead", "stop", True, 0, DAY, "run-2"),
        ("sums", "dbt_test", "marts.fct_kpi", "stop", False, 3, DAY, "run-2"),
    ]
    assert con.execute(
        "select count(*) from hygiene.check_result where check_type = 'expectation'"
    ).fetchone() == (1,)
