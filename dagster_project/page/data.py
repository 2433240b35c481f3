"""The published marts as small files of JSON that a page can load without a server.

Belongs here: running the queries of ``queries/`` and naming their results. Does not belong here:
what they say (SQL), and how a page shows it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb

from dagster_project.page.metric_sql import METRIC_SQL
from dagster_project.publish.worklists import worklist_file

_QUERIES = Path(__file__).with_name("queries")
_FILES = ("meta", "cuts", "boards", "forecast", "retention", "hygiene", "health")


def page_data(published_database: Path, low_n: int) -> Iterator[tuple[str, str]]:
    """Name and JSON of every data file of the page.

    Args:
        published_database: the file that BI tools read; opened read-only.
        low_n: below how many cases a number is marked as resting on few.
    """
    with duckdb.connect(str(published_database), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for statement in connection.extract_statements(_query("setup")):
            parameters = {"low_n": low_n} if "low_n" in statement.named_parameters else {}
            connection.execute(statement, parameters)
        _name_worklists(connection)
        for name in _FILES:
            yield from connection.execute(_query(name)).fetchall()


def page_statements(low_n: int) -> dict[str, object]:
    """The SQL behind the page: of each metric, and of the page's own queries.

    The statements stand alone: what the company has chosen is written into them.
    """
    return {
        "metrics": json.loads(METRIC_SQL.read_text(encoding="utf-8")),
        "queries": {
            name: _query(name).replace("$low_n", str(low_n)) for name in ("setup", *_FILES)
        },
    }


def _name_worklists(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill the table of owners and the names of their CSV files, which their writer gives."""
    owners = connection.execute(
        "select owner_id, any_value(owner_name) from marts.fct_worklist_item group by owner_id"
    ).fetchall()
    if owners:
        connection.executemany(
            "insert into worklist_file values (?, ?)",
            [(owner_id, worklist_file(owner_id, name)) for owner_id, name in owners],
        )


def _query(name: str) -> str:
    return (_QUERIES / f"{name}.sql").read_text(encoding="utf-8")
