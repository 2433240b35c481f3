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


RULE = {
    "joins": ["left join {batch} as other on other.n = record.n + :step"],
    "applicable_when": "record.n > 0",
    "findings": [
        ["regexp_matches(record.word, '^[a-z]{{3}}$') and :is_enabled"],
        ["other.word is null and :is_enabled"],
    ],
    "rule_parameters": {"is_enabled": "true", "step": "10"},
}


@pytest.mark.parametrize(
    ("parameters", "success", "findings"),
    [
        # one, whose neighbour has a word; two-b and the last, whose neighbours have none.
        ({}, False, 3),
        ({"rule_parameters": {"is_enabled": "false", "step": "10"}}, True, 0),
        # A colon and a brace in a bound literal are text.
        (
            {"rule_parameters": {"is_enabled": "('a :b {c} %' is not null)", "step": "10"}},
            False,
            3,
        ),
        ({"tolerated_share": 1.01}, True, 3),
        ({"tolerated_share": 1.0}, False, 3),
        ({"tolerated_share": 0.33, "minimum_rows": 4}, True, 3),
    ],
)
def test_a_rule_about_records_is_counted(
    batch: Any, parameters: dict[str, Any], success: bool, findings: int
) -> None:
    from dagster_project.hygiene.gx_duckdb import ExpectRecordsToFollowRule

    result = batch.validate(ExpectRecordsToFollowRule(**{**RULE, **parameters}))
    assert result.success is success, result
    assert result.result["observed_value"] == findings
    assert result.result["details"]["applicable_rows"] == 3


def test_rules_that_need_the_same_joins_are_counted_by_one_statement(
    batch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import great_expectations as gx

    from dagster_project.hygiene import sql
    from dagster_project.hygiene.gx_duckdb import ExpectRecordsToFollowRule

    asked: list[int] = []
    counts_sql = sql.counts_sql

    def watched(terms: Any, relation: str) -> str:
        asked.append(len(terms))
        return counts_sql(terms, relation)

    monkeypatch.setattr(sql, "counts_sql", watched)
    rules = [
        ExpectRecordsToFollowRule(**RULE),
        # The same join, and one condition of the two.
        ExpectRecordsToFollowRule(**{**RULE, "findings": RULE["findings"][1:]}),
        ExpectRecordsToFollowRule(
            joins=[],
            applicable_when="record.word is not null",
            findings=[["len(record.word) > 3"]],
            entry_count="len(record.word) - 3",
            rule_parameters={},
        ),
    ]
    results = batch.validate(gx.ExpectationSuite(name="all", expectations=rules)).results
    assert sorted(asked) == [1, 2]
    # A NULL is no finding: the third record has no word.
    assert [
        tuple(result.result["details"][name] for name in ("findings", "failed_rows"))
        for result in sorted(results, key=lambda result: -result.result["observed_value"])
    ] == [(3, 3), (2, 2), (2, 1)]


@pytest.mark.parametrize(("key", "findings"), [("thing_id", 0), ("source_name", 1), ("word", 1)])
def test_a_key_is_missing_or_not_unique(batch: Any, key: str, findings: int) -> None:
    from dagster_project.hygiene.gx_duckdb import ExpectKeyToIdentifyRecords

    result = batch.validate(
        ExpectKeyToIdentifyRecords(
            unexpected_rows_query=f"select {key} as record_id from {{batch}} as record "
            f"group by 1 having count(*) > 1 or {key} is null",
            rule_parameters={},
        )
    )
    assert result.success is (findings == 0)
    assert result.result["details"] == {
        "findings": findings,
        "failed_rows": findings,
        "applicable_rows": 3,
    }


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
    from dagster_project.hygiene.gx_duckdb import ExpectRecordsToFollowRule

    result = batch.validate(
        ExpectRecordsToFollowRule(**{**RULE, "applicable_when": "record.nothing > 0"})
    )
    assert not result.success
    assert "nothing" in str(result.exception_info)
