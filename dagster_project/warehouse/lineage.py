"""Which columns each column of a dbt table comes from, read from the SQL that dbt ran.

Belongs here: asking sqlglot, and remembering what it said of a statement. dagster-dbt's own way
asks the database for every table and takes a second for each. Does not belong here: lineage of
tables, which dagster-dbt has from the manifest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from sqlglot import MappingSchema, exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.lineage import Node, lineage

from dagster_project.markdown import table
from dagster_project.warehouse.translator import asset_key

DIALECT = "duckdb"
SHOWN_ORIGINS = 6

Lineage = dict[str, list[list[str]]]
"""Column → schema, table and column of each that it comes from."""


def column_lineage(
    manifest: Mapping[str, Any], compiled: Path, warehouse: Path, memory: Path
) -> dict[dg.AssetKey, dg.TableColumnLineage]:
    """The lineage of every model that a run of dbt has compiled.

    Args:
        manifest: dbt's manifest.
        compiled: dbt's folder of compiled statements of the project.
        warehouse: where the tables are whose columns the statements name.
        memory: a file that keeps what was found; a statement that did not change is not read
            again.
    """
    known: dict[str, Lineage] = {}
    if memory.is_file():
        known = json.loads(memory.read_text(encoding="utf-8"))
    schema: MappingSchema | None = None
    found: dict[dg.AssetKey, dg.TableColumnLineage] = {}
    used: dict[str, Lineage] = {}
    for node in manifest["nodes"].values():
        path = compiled / node["original_file_path"]
        if node["resource_type"] != "model" or not path.is_file():
            continue
        statement = path.read_text(encoding="utf-8")
        key = hashlib.sha256(statement.encode()).hexdigest()
        if key not in known:
            schema = schema or _schema(warehouse)
            known[key] = statement_lineage(statement, schema)
        used[key] = known[key]
        model = asset_key(node)
        found[model] = _as_dagster_tells(known[key], model)
    memory.write_text(json.dumps(used), encoding="utf-8")
    return found


def statement_lineage(statement: str, schema: MappingSchema) -> Lineage:
    """The lineage of one statement; empty if it cannot be read."""
    try:
        query = parse_one(statement, dialect=DIALECT)
        for named in query.find_all(exp.Table):
            named.set("catalog", None)  # the warehouse is the only database
        nodes = lineage(None, query, schema=schema, dialect=DIALECT, copy=False, trim_selects=False)
    except SqlglotError:
        return {}
    return {column: sorted(_origins(node.walk())) for column, node in nodes.items()}


def _origins(nodes: Iterable[Node]) -> list[list[str]]:
    origins = {
        (node.expression.db, node.expression.name, node.name.rsplit(".", 1)[-1].strip('"'))
        for node in nodes
        if isinstance(node.expression, exp.Table) and node.expression.db
    }
    return [list(origin) for origin in origins]


def _schema(warehouse: Path) -> MappingSchema:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(
            "select schema_name, table_name, column_name, data_type from duckdb_columns() "
            "where not internal"
        ).fetchall()
    tables: dict[str, Any] = {}
    for name, relation, column, data_type in rows:
        tables.setdefault(name, {}).setdefault(relation, {})[column] = data_type
    return MappingSchema(tables, dialect=DIALECT)


def _as_dagster_tells(columns: Lineage, model: dg.AssetKey) -> dg.TableColumnLineage:
    return dg.TableColumnLineage(
        {
            column: [
                dg.TableColumnDep(dg.AssetKey([schema, name]), origin)
                for schema, name, origin in origins
                # What an incremental table takes over from itself tells nothing.
                if dg.AssetKey([schema, name]) != model
            ]
            for column, origins in columns.items()
        }
    )


def lineage_table(columns: dg.TableColumnLineage) -> str:
    """The lineage as text: Dagster's own server keeps it, but draws it nowhere."""
    return table(
        ("Column", "Comes from"),
        ((column, _names(origins)) for column, origins in columns.deps_by_column.items()),
    )


def _names(origins: Sequence[dg.TableColumnDep]) -> str:
    names = [".".join([*origin.asset_key.path, origin.column_name]) for origin in origins]
    rest = len(names) - SHOWN_ORIGINS
    return ", ".join(names[:SHOWN_ORIGINS]) + (f" and {rest} more" if rest > 0 else "")
