"""How many rows a dbt layer wrote, table by table, for the run's metadata.

Belongs here: counting after dbt has ended, since dbt's adapter does not tell. Does not belong
here: how an incremental model notes its rows (macro ``note_rows``).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from dagster_project.duckdb_catalog import is_there
from dagster_project.sql_text import identifier


@dataclass(frozen=True)
class WrittenRows:
    """What a run did to one table."""

    rows: int
    """Rows that it has now."""
    written: int
    """Rows that the run wrote; all of them where the table is built anew."""
    deleted: int
    """Rows that the run took away, of a table that is not."""


def written_rows(warehouse: Path, schemas: tuple[str, ...]) -> dict[str, WrittenRows]:
    """``schema.table`` → its rows, for every table of ``schemas``; views write nothing."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() "
            "where database_name = current_database() and schema_name in (select unnest(?))",
            [list(schemas)],
        ).fetchall()
        noted = _noted(connection)
        return {
            f"{schema}.{table}": noted.get((schema, table))
            or _all_written(connection, schema, table)
            for schema, table in tables
        }


def _noted(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], WrittenRows]:
    """Incremental tables, as their hooks counted: before, after taking away, after adding."""
    if not is_there(connection, "run_log", "row_count"):
        return {}
    rows = connection.execute(
        """
        select table_schema, table_name,
            max(row_count) filter (where moment = 'before'),
            max(row_count) filter (where moment = 'kept'),
            max(row_count) filter (where moment = 'after')
        from run_log.row_count group by all
        """
    ).fetchall()
    return {
        (schema, table): WrittenRows(rows=after, written=after - kept, deleted=before - kept)
        for schema, table, before, kept, after in rows
        if None not in (before, kept, after)
    }


def _all_written(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> WrittenRows:
    row = connection.execute(f"select count(*) from {schema}.{identifier(table)}").fetchone()
    rows = int(row[0]) if row else 0
    return WrittenRows(rows=rows, written=rows, deleted=0)
