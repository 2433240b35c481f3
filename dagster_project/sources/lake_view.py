"""The lake in the warehouse: a view over its files, and what each of them holds.

Belongs here: registering a lake under its raw table, without reading its events. Holds the
warehouse. Does not belong here: copying files into the lake (``lake``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

import duckdb
import pyarrow as pa

from dagster_project.company.run import RunSettings
from dagster_project.duckdb_catalog import is_there
from dagster_project.sources.known import (
    as_of_schema,
    first_loads_of,
    first_of_source,
    is_replay,
    known_until,
    remember_landed,
)
from dagster_project.sources.lake import Lake, LakeFile, LakeLedger
from dagster_project.sources.loading import LoadedTable
from dagster_project.sql_text import identifier, literal

LAKE_FILE_DAY = "_lake_file_day"
"""Table in a raw schema with a lake: rows of each file by the day on which events happened."""

_SYSTEM_COLUMNS = ("_source_name", "_lake_file")
_FILE_DAYS = pa.schema(
    [
        ("source_name", pa.string()),
        ("table_name", pa.string()),
        ("lake_file", pa.string()),
        ("fingerprint", pa.string()),
        ("event_on", pa.date32()),
        ("rows_in", pa.int64()),
    ]
)


def register_lake(
    settings: RunSettings,
    schema: str,
    table: str,
    columns: dict[str, str],
    sources: Iterable[str],
    progress: Callable[[str], None] = lambda message: None,
) -> LoadedTable:
    """Make ``schema.table`` show the events of every source's lake; it has no rows without one.

    Beside it, as of the run's day: the same view, and what each file holds.

    Args:
        settings: the run.
        schema: raw schema, such as ``raw_segment``; it exists.
        table: raw table.
        columns: its columns → types.
        sources: the company's sources that feed this schema.
        progress: called with a line for people.
    """
    lakes = {name: Lake(settings.home.lake / name, name) for name in sources}
    ledgers = {
        name: ledger for name, lake in lakes.items() if (ledger := lake.ledger(table)) is not None
    }
    files = [
        str(lakes[name].parquet(table, file.name))
        for name, ledger in sorted(ledgers.items())
        for file in ledger.files
    ]
    replays = is_replay(settings)
    with duckdb.connect(str(settings.home.warehouse)) as connection:
        before = _fingerprints(connection, schema, table)
        connection.execute("begin")
        connection.execute(f"create schema if not exists {schema}")
        connection.execute(
            f"create or replace view {schema}.{identifier(table)} as {_rows(columns, files)}"
        )
        for source in () if replays else ledgers:
            remember_landed(connection, schema, source, table, "lake", settings.as_of_date)
        known = _known_files(connection, schema, table, ledgers, settings.as_of_date)
        copies = [
            str(lakes[name].copy_of(table, file))
            for name, known_files in sorted(known.items())
            for file in known_files
        ]
        shown = f"{as_of_schema(schema)}.{identifier(table)}"
        connection.execute(f"create schema if not exists {as_of_schema(schema)}")
        connection.execute(f"create or replace view {shown} as {_rows(columns, copies)}")
        _write_file_days(connection, schema, table, ledgers, known)
        connection.execute("commit")
    fresh = [
        file
        for name, ledger in ledgers.items()
        for file in ledger.files
        if before.get((name, file.name)) != _fingerprint(ledger, file.sha256)
    ]
    rows = sum(ledger.rows for ledger in ledgers.values())
    changed = sum(file.rows for file in fresh)
    if changed:
        progress(f"{schema}.{table}: {changed:,} rows in {len(fresh):,} new or replaced files")
    newest = max((f.last_at for x in ledgers.values() for f in x.files if f.last_at), default=None)
    return LoadedTable(
        table, rows, changed, 0, None, newest.isoformat() if newest is not None else None
    )


def _known_files(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    table: str,
    ledgers: dict[str, LakeLedger],
    as_of_date: dt.date,
) -> dict[str, tuple[LakeFile, ...]]:
    """Source → the files of its lake as they were known on the run's day."""
    first_loads = first_loads_of(connection, schema)
    known = {}
    for source, ledger in ledgers.items():
        first = first_loads.get((source, table), as_of_date)
        watched_from = min(first, first_of_source(first_loads, source, default=first))
        known[source] = ledger.known_on(known_until(as_of_date, watched_from, first))
    return known


def _rows(columns: dict[str, str], files: list[str]) -> str:
    names = [*_SYSTEM_COLUMNS, *columns, "_custom_fields"]
    types = dict.fromkeys(names, "varchar") | columns
    if not files:
        nulls = ", ".join(f"cast(null as {types[name]}) as {identifier(name)}" for name in names)
        return f"select {nulls} where false"
    listed = ", ".join(literal(file) for file in files)
    return f"select {', '.join(map(identifier, names))} from read_parquet([{listed}])"


def _fingerprint(ledger: LakeLedger, sha256: str) -> str:
    return f"{ledger.layout}/{sha256}"


def _fingerprints(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str
) -> dict[tuple[str, str], str]:
    if not is_there(connection, schema, LAKE_FILE_DAY):
        return {}
    rows = connection.execute(
        f"select distinct source_name, lake_file, fingerprint from {schema}.{LAKE_FILE_DAY} "
        "where table_name = ?",
        [table],
    ).fetchall()
    return {(source, name): fingerprint for source, name, fingerprint in rows}


def _write_file_days(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    table: str,
    ledgers: dict[str, LakeLedger],
    known: dict[str, tuple[LakeFile, ...]],
) -> None:
    rows = [
        {
            "source_name": source,
            "table_name": table,
            "lake_file": file.name,
            "fingerprint": _fingerprint(ledger, file.sha256),
            "event_on": day,
            "rows_in": count,
        }
        for source, ledger in sorted(ledgers.items())
        for file in known[source]
        for day, count in file.days.items()
    ]
    connection.register("file_days", pa.Table.from_pylist(rows, schema=_FILE_DAYS))
    name = f"{schema}.{LAKE_FILE_DAY}"
    connection.execute(f"create table if not exists {name} as select * from file_days limit 0")
    connection.execute(f"delete from {name} where table_name = ?", [table])
    connection.execute(f"insert into {name} select * from file_days")
    connection.unregister("file_days")
