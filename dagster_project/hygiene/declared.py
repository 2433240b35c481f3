"""Writing a table of schema ``hygiene`` in the columns that dbt's YAML declares for it.

Belongs here: the one way in which columns and types of these tables are decided. Does not belong
here: what they hold.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from dagster_project.contract import hygiene_columns

if TYPE_CHECKING:
    import duckdb


def write_declared(
    con: duckdb.DuckDBPyConnection, table: str, query: str, as_of_date: date | None
) -> None:
    """Write ``hygiene.<table>`` anew from ``query``, which may use ``$as_of_date``."""
    columns = ", ".join(
        f"cast({column.name} as {column.data_type}) as {column.name}"
        for column in hygiene_columns(table)
    )
    parameters = {"as_of_date": as_of_date} if "$as_of_date" in query else {}
    con.execute(
        f"create or replace table hygiene.{table} as select {columns} from ({query}) as written",
        parameters,
    )
