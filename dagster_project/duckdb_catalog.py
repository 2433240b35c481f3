"""What a DuckDB file holds, asked for one table.

Belongs here: questions about single tables and views. ``information_schema`` and
``duckdb_columns()`` bind every view of the file before they answer, a third of a second each in a
warehouse with hundreds of them; ``pragma_table_info`` binds the one that is asked for.
"""

from __future__ import annotations

import duckdb

from dagster_project.sql_text import identifier


def columns_of(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, *, database: str | None = None
) -> dict[str, str]:
    """Columns in their order → data type; empty when there is no such table or view.

    Names of schema and table are compared without case, as DuckDB compares them.
    """
    parts = (database, schema, table) if database else (schema, table)
    try:
        rows = connection.execute(
            "select name, type from pragma_table_info(?) order by cid",
            [".".join(identifier(part) for part in parts)],
        ).fetchall()
    except (duckdb.CatalogException, duckdb.BinderException):
        # The latter where no such database is attached.
        return {}
    return dict(rows)


def is_there(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    """Whether there is such a table or view."""
    return bool(columns_of(connection, schema, table))
