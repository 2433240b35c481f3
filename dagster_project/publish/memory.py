"""What earlier nights published and must not be forgotten, as tables of schema ``memory``.

Belongs here: bringing months that were frozen, restatements, the episodes of findings and whom
records stood for back from the published file, and which records changed since the last published
night. Does not belong here: deciding what is frozen or restated (dbt's ``fct_kpi``,
``fct_kpi_frozen`` and ``fct_restatement``), what opens or closes an episode (``hygiene.findings``)
and who stands for whom (``fct_record_survivor``).

The published file is what lasts: a night that fails publishes nothing and so forgets nothing, and
a warehouse that is built anew finds its memory there.
"""

from __future__ import annotations

import datetime as dt

import duckdb

from dagster_project.company.run import RunSettings
from dagster_project.contract import DeclaredColumn, declared_columns, hygiene_columns
from dagster_project.duckdb_catalog import columns_of, is_there
from dagster_project.publish.publication import read_manifest
from dagster_project.sources.known import KNOWN_FROM, as_of_schema, is_replay, superseded_schema
from dagster_project.sources.registry import VENDORS
from dagster_project.sql_text import identifier, literal

REMEMBERED = {
    "kpi_value_frozen": ("marts", "fct_kpi_frozen"),
    "kpi_restatement": ("marts", "fct_restatement"),
    "finding": ("hygiene", "finding"),
    "hygiene_scorecard": ("marts", "fct_hygiene_scorecard"),
    "record_survivor": ("marts", "fct_record_survivor"),
}
"""Table of schema ``memory`` → schema and name of the published table that it is read from."""


def write_memory(settings: RunSettings, run_id: str) -> dict[str, int]:
    """Write schema ``memory`` anew; returns rows per table."""
    previous = last_night(settings)
    published = settings.home.published_database
    rows: dict[str, int] = {}
    with duckdb.connect(str(settings.home.warehouse)) as connection:
        if published.exists():
            connection.execute(f"attach {literal(str(published))} as published (read_only)")
        connection.execute("begin")
        connection.execute("create schema if not exists memory")
        queries = {
            table: remembered(connection, *source) for table, source in REMEMBERED.items()
        } | {
            "record_change": _record_changes(connection, previous),
            "run": _run(settings, run_id, previous),
        }
        for table, query in queries.items():
            connection.execute(f"create or replace table memory.{table} as {query}")
            counted = connection.execute(f"select count(*) from memory.{table}").fetchone()
            rows[table] = int(counted[0]) if counted else 0
        connection.execute("commit")
        if published.exists():
            connection.execute("detach published")
    return rows


def last_night(settings: RunSettings) -> dt.date | None:
    """The last published day before the run's, as far as the manifest reaches back."""
    manifest = read_manifest(settings.home.published)
    days = [version.as_of_date for version in (manifest.versions if manifest else ())]
    return max((day for day in days if day < settings.as_of_date), default=None)


def remembered(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> str:
    """The table of the attached ``published`` in its declared columns; one it lacks is NULL."""
    columns: tuple[DeclaredColumn, ...] = (
        hygiene_columns(table) if schema == "hygiene" else declared_columns(table)
    )
    have = columns_of(connection, schema, table, database="published")
    selected = ", ".join(
        f"cast({identifier(c.name) if c.name in have else 'null'} as {c.data_type}) as {c.name}"
        for c in columns
    )
    return f"select {selected} " + (f"from published.{schema}.{table}" if have else "where false")


def _record_changes(connection: duckdb.DuckDBPyConnection, previous: dt.date | None) -> str:
    """Records that loads since the last night brought or changed: why a closed month changes."""
    changes = [
        "select cast(null as varchar) as source_name, cast(null as varchar) as entity, "
        "cast(null as varchar) as record_id, cast(null as boolean) as is_new where false"
    ]
    if previous is None:
        return changes[0]
    for vendor in VENDORS:
        for table in vendor.loaded_tables:
            for entity in vendor.feeds_of(table):
                earlier = f"{superseded_schema(vendor.schema)}.{identifier(table)}"
                is_new = "true"
                if is_there(connection, superseded_schema(vendor.schema), table):
                    is_new = (
                        f"not exists (select 1 from {earlier} as earlier "
                        "where earlier._source_name = raw._source_name "
                        "and earlier._record_id = raw._record_id)"
                    )
                changes.append(
                    f"select _source_name, '{entity}', _record_id, {is_new} "
                    f"from {as_of_schema(vendor.schema)}.{identifier(table)} as raw "
                    f"where {KNOWN_FROM} > date '{previous.isoformat()}'"
                )
    return "\nunion all\n".join(changes)


def _run(settings: RunSettings, run_id: str, previous: dt.date | None) -> str:
    before = literal(previous.isoformat()) if previous else "null"
    return (
        f"select date '{settings.as_of_date.isoformat()}' as as_of_date, "
        f"{literal(run_id)} as run_id, {str(is_replay(settings)).lower()} as is_replay, "
        f"cast({before} as date) as previous_as_of_date"
    )
