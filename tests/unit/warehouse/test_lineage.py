"""Which columns a column comes from, and that a statement is read once."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import duckdb
import pytest
from sqlglot import MappingSchema

from dagster_project.warehouse import lineage as module
from dagster_project.warehouse.lineage import column_lineage, lineage_table, statement_lineage

TABLES = {
    "canonical": {
        "account": {"account_id": "varchar", "name": "varchar"},
        "opportunity": {"account_id": "varchar", "amount": "double", "is_won": "boolean"},
    }
}
STATEMENT = """
with won as (
    select account_id, sum(amount) as won_amount
    from "warehouse"."canonical"."opportunity" where is_won group by account_id
)
select a.account_id, upper(a.name) as account_name, coalesce(w.won_amount, 0) as won_amount,
    'new' as origin
from "warehouse"."canonical"."account" as a
left join won as w using (account_id)
"""


def test_through_joins_expressions_and_ctes() -> None:
    found = statement_lineage(STATEMENT, MappingSchema(dict(TABLES), dialect="duckdb"))
    assert found["account_name"] == [["canonical", "account", "name"]]
    assert found["won_amount"] == [["canonical", "opportunity", "amount"]]
    assert ["canonical", "account", "account_id"] in found["account_id"]
    assert found["origin"] == []


def test_what_cannot_be_read_has_none() -> None:
    assert statement_lineage("select from where", MappingSchema(dialect="duckdb")) == {}


def test_a_statement_is_read_again_only_when_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema marts; create table marts.old (a int, b int)")
    node = {
        "resource_type": "model",
        "original_file_path": "models/new.sql",
        "schema": "marts",
        "name": "new",
    }
    manifest = {"nodes": {"model.cultivar.new": node}}
    model = tmp_path / "models/new.sql"
    model.parent.mkdir()
    reads = []
    read = statement_lineage

    def counting(statement: str, schema: MappingSchema) -> module.Lineage:
        reads.append(statement)
        return read(statement, schema)

    monkeypatch.setattr(module, "statement_lineage", counting)
    for column, expected_reads in (("a", 1), ("a", 1), ("b", 2)):
        model.write_text(f"select {column} as x from marts.old")
        found = column_lineage(manifest, tmp_path, warehouse, tmp_path / "memory.json")
        deps = found[dg.AssetKey(["marts", "new"])].deps_by_column
        assert deps == {"x": [dg.TableColumnDep(dg.AssetKey(["marts", "old"]), column)]}
        assert len(reads) == expected_reads


def test_as_text_it_is_a_table_that_does_not_grow_without_end() -> None:
    origins = [dg.TableColumnDep(dg.AssetKey(["marts", "old"]), f"c{index}") for index in range(8)]
    told = lineage_table(dg.TableColumnLineage({"x": origins, "y": []}))
    assert told.splitlines()[2:] == [
        f"| x | {', '.join(f'marts.old.c{index}' for index in range(6))} and 2 more |",
        "| y |  |",
    ]
