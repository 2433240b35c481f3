"""Contract of the DuckDB datasource: it leans on private points of Great Expectations.

A failure after an upgrade means that one of those points moved: look at ``get_connection`` and at
how ``dialect_module`` is probed before anything else.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest


@pytest.fixture(scope="module")
def warehouse_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gx") / "w.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("create schema canonical")
        con.execute(
            "create table canonical.thing as select * from (values "
            "('1', 'crm', 'one', 10, date '2026-01-01'), ('2', 'crm', 'two-b', 20, null), "
            "('3', 'crm', null, 30, date '2026-01-03')) as t(thing_id, source_name, word, n, day)"
        )
    return path


@pytest.fixture(scope="module")
def batch(warehouse_path: Path) -> Iterator[Any]:
    from dagster_project.hygiene import gx_duckdb  # noqa: F401

    # isort: split
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    datasource = context.data_sources.add_or_update_duckdb(
        "warehouse",
        connection_string=f"duckdb:///{warehouse_path}",
        schema_name="canonical",
        kwargs={"connect_args": {"read_only": True}},
    )
    asset = datasource.add_table_asset("thing", table_name="thing")
    yield asset.add_batch_definition_whole_table("all").get_batch()
    datasource.close()
    # The file's lock is free: another process may write.
    code = (
        f"import duckdb; duckdb.connect({str(warehouse_path)!r}).execute('create table t(a int)')"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


RULE_QUERY = (
    "select record.thing_id as record_id from {batch} as record "
    "where regexp_matches(record.word, '^[a-z]{{3}}$') and :is_enabled"
)
SCOPE_QUERY = "select count(*) as applicable_rows from {batch} as record"


@pytest.mark.parametrize(
    ("parameters", "success", "findings"),
    [
        ({}, False, 1),
        ({"rule_parameters": {"is_enabled": "false"}}, True, 0),
        # A colon and a brace in a bound literal are text.
        ({"rule_parameters": {"is_enabled": "(true and 'a :b {c} %' is not null)"}}, False, 1),
        ({"tolerated_share": 0.5}, True, 1),
        ({"tolerated_share": 0.33}, False, 1),
        ({"tolerated_share": 0.33, "minimum_rows": 4}, True, 1),
    ],
)
def test_a_rule_is_counted_by_one_statement(
    batch: Any, parameters: dict[str, Any], success: bool, findings: int
) -> None:
    from dagster_project.hygiene.gx_duckdb import ExpectRuleToHold

    result = batch.validate(
        ExpectRuleToHold(
            **{
                "unexpected_rows_query": RULE_QUERY,
                "applicable_rows_query": SCOPE_QUERY,
                "rule_parameters": {"is_enabled": "true"},
                **parameters,
            }
        )
    )
    assert result.success is success, result
    assert result.result["observed_value"] == findings
    assert result.result["details"]["applicable_rows"] == 3


@pytest.mark.parametrize(
    ("name", "arguments", "success"),
    [
        ("ExpectTableRowCountToEqual", {"value": 3}, True),
        ("ExpectColumnToExist", {"column": "word"}, True),
        ("ExpectColumnValuesToNotBeNull", {"column": "word"}, False),
        ("ExpectColumnValuesToBeInSet", {"column": "n", "value_set": [10, 20, 30]}, True),
        ("ExpectColumnValuesToBeBetween", {"column": "n", "min_value": 11}, False),
        ("ExpectColumnValuesToBeOfType", {"column": "word", "type_": "VARCHAR"}, True),
        ("ExpectColumnValuesToBeOfType", {"column": "n", "type_": "INTEGER"}, True),
        ("ExpectColumnValuesToBeOfType", {"column": "day", "type_": "DATE"}, True),
        ("ExpectColumnValuesToBeOfType", {"column": "day", "type_": "VARCHAR"}, False),
        # A partial match passes: with Postgres's `~`, a full match in DuckDB, this would fail.
        ("ExpectColumnValuesToMatchRegex", {"column": "word", "regex": "^(o|t)"}, True),
        ("ExpectColumnValuesToMatchRegex", {"column": "word", "regex": "^[a-z]+$"}, False),
        ("ExpectColumnValuesToNotMatchRegex", {"column": "word", "regex": "x"}, True),
        ("ExpectColumnValuesToMatchLikePattern", {"column": "word", "like_pattern": "%o%"}, True),
        ("UnexpectedRowsExpectation",
         {"unexpected_rows_query": "select * from {batch} where n > 20"}, False),
    ],
)  # fmt: skip
def test_built_in_expectations_are_pushed_down(
    batch: Any, name: str, arguments: dict[str, Any], success: bool
) -> None:
    import great_expectations.expectations as gxe

    result = batch.validate(getattr(gxe, name)(**arguments))
    assert not any(
        isinstance(entry, dict) and entry.get("raised_exception")
        for entry in result.exception_info.values()
    )
    assert result.success is success, result


def test_a_statement_that_cannot_run_is_reported_not_passed(batch: Any) -> None:
    from dagster_project.hygiene.gx_duckdb import ExpectRuleToHold

    result = batch.validate(
        ExpectRuleToHold(
            unexpected_rows_query="select record.nothing as record_id from {batch} as record",
            applicable_rows_query=SCOPE_QUERY,
            rule_parameters={},
        )
    )
    assert not result.success
    assert "nothing" in str(result.exception_info)
