"""Comparing what two runs published, in the engine and row for row."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb

RUN_COLUMNS = frozenset({"run_id"})
"""Differs from run to run by its nature, and says nothing about the company."""


def differing_tables(
    one: Path,
    other: Path,
    *,
    without_tables: Collection[str] = (),
    without_columns: Collection[str] = (),
) -> dict[str, int]:
    """Published tables of two files that differ → the number of rows that only one of them has.

    A table or column that only one file has counts as a difference of all its rows.
    """
    with duckdb.connect() as connection:
        for name, path in (("one", one), ("other", other)):
            connection.execute(f"attach '{path}' as {name} (read_only)")
        tables = connection.execute(
            """
            select schema_name || '.' || table_name as name, list(distinct database_name)
            from duckdb_tables() where database_name in ('one', 'other')
            group by name order by name
            """
        ).fetchall()
        assert tables, "nothing was published"
        return {
            name: number
            for name, where in tables
            if name not in without_tables
            and (number := _rows_apart(connection, name, where, without_columns))
        }


def _rows_apart(
    connection: duckdb.DuckDBPyConnection, name: str, where: list[str], left_out: Collection[str]
) -> int:
    if len(where) < 2:
        return _count(connection, f"select count(*) from {where[0]}.{name}") + 1
    columns = [
        [row[0] for row in connection.execute(f"describe {database}.{name}").fetchall()]
        for database in ("one", "other")
    ]
    if columns[0] != columns[1]:
        return len(set(columns[0]) ^ set(columns[1])) + 1
    kept = ", ".join(f'"{c}"' for c in columns[0] if c not in RUN_COLUMNS | set(left_out))
    one, other = (f"(select {kept} from {database}.{name})" for database in ("one", "other"))
    return _count(
        connection,
        f"select (select count(*) from (from {one} except all from {other})) "
        f"+ (select count(*) from (from {other} except all from {one}))",
    )


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
