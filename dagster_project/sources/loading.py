"""Loading landed tables into a raw schema with dlt: only what is new, changed or gone.

Belongs here: the difference between a landing and raw, and the dlt pipeline that merges it. Holds
the warehouse. Does not belong here: checks of files, which landing has done.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from dagster_project.company.run import RunSettings
from dagster_project.duckdb_catalog import columns_of
from dagster_project.sources.known import (
    KNOWN_FROM,
    LOADED,
    first_loads_of,
    is_replay,
    keep_superseded,
    make_landed,
    remember_landed,
    remember_load,
    show_as_of,
)
from dagster_project.sources.landing import SYSTEM_COLUMNS
from dagster_project.sources.ledger import Ledger
from dagster_project.sql_text import identifier, literal

BATCH_ROWS = 100_000
os.environ.setdefault("NORMALIZE__PARQUET_NORMALIZER__ADD_DLT_LOAD_ID", "true")
os.environ.setdefault("RUNTIME__DLTHUB_TELEMETRY", "false")
os.environ.setdefault("RUNTIME__LOG_LEVEL", "ERROR")


@dataclass(frozen=True)
class LoadedTable:
    """What a load did to one raw table."""

    table: str
    rows: int
    rows_changed: int
    rows_absent: int
    load_id: str | None
    newest_modified_at: str | None


def raw_arrow_schema(known_columns: Sequence[str]) -> pa.Schema:
    """The columns that a raw table always has."""
    types = {"_is_absent": pa.bool_(), "_absent_since": pa.date32(), KNOWN_FROM: pa.date32()}
    front, back = SYSTEM_COLUMNS[:6], SYSTEM_COLUMNS[6:]
    names = [*front, *known_columns, *back, KNOWN_FROM]
    return pa.schema([(name, types.get(name, pa.string())) for name in names])


def load_schema(
    settings: RunSettings,
    schema: str,
    tables: dict[str, tuple[str, ...]],
    sources: dict[str, bool],
    run_dlt: Callable[[Any, Any], Iterable[Any]],
    progress: Callable[[str], None] = lambda message: None,
) -> list[LoadedTable]:
    """Bring a raw schema up to the landings of ``sources``, and show it as of the run's day.

    A run for a day that nights have passed loads nothing: what came later was not known then.

    Args:
        settings: the run.
        schema: raw schema, such as ``raw_salesforce``.
        tables: raw table → its known columns; each of them exists afterwards.
        sources: the company's sources that feed this schema → whether their exports are full.
        run_dlt: runs a dlt source in a dlt pipeline and yields its events.
        progress: called with a line for people.
    """
    settings.home.root.mkdir(parents=True, exist_ok=True)
    ledgers = {source: Ledger(settings.home.landing / source) for source in sources}
    work = settings.home.landing / f".{schema}"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    replays = is_replay(settings)
    try:
        with duckdb.connect(str(settings.home.warehouse)) as connection:
            deltas = _write_deltas(
                connection,
                schema,
                tables,
                {} if replays else ledgers,
                sources,
                work,
                settings.as_of_date,
                progress,
                keeps_gone=replays,
            )
        changed = {table: _rows(path) for table, path in deltas.items()}
        if deltas:
            # dlt opens the warehouse itself, so our own handle is closed by now.
            for _ in run_dlt(_dlt_source(schema, deltas), _dlt_pipeline(settings, schema)):
                pass
    finally:
        shutil.rmtree(work, ignore_errors=True)
    remember_load(settings)
    with duckdb.connect(str(settings.home.warehouse)) as connection:
        _remember(connection, schema, {} if replays else ledgers, settings.as_of_date)
        first_loads = first_loads_of(connection, schema)
        for table in tables:
            show_as_of(connection, schema, table, first_loads, settings.as_of_date)
        return [_describe(connection, schema, table, changed.get(table, 0)) for table in tables]


def _write_deltas(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    tables: dict[str, tuple[str, ...]],
    ledgers: dict[str, Ledger],
    is_full_export: dict[str, bool],
    work: Path,
    as_of_date: dt.date,
    progress: Callable[[str], None],
    *,
    keeps_gone: bool = False,
) -> dict[str, Path]:
    """Parquet with the rows to merge, for every table that needs a load.

    With ``keeps_gone`` the records of sources that are not among ``ledgers`` stay as they are.
    """
    present = {
        row[0]
        for row in connection.execute(
            "select lower(table_name) from information_schema.tables where table_schema = ?",
            [schema],
        ).fetchall()
    }
    loaded: dict[tuple[str, str], str] = {}
    if LOADED in present:
        rows = connection.execute(
            f"select source_name, table_name, fingerprint from {schema}.{LOADED}"
        ).fetchall()
        loaded = {(source, table): fingerprint for source, table, fingerprint in rows}
    deltas: dict[str, Path] = {}
    for table, known_columns in tables.items():
        exists = table.lower() in present
        declared = raw_arrow_schema(known_columns)
        columns = _columns(connection, schema, table) if exists else {}
        incomplete = any(name.lower() not in columns for name in declared.names)
        parts = []
        for source, ledger in ledgers.items():
            manifest = ledger.pending(table) or ledger.accepted(table)
            if manifest is None:
                continue
            if exists and loaded.get((source, table)) == manifest.fingerprint:
                continue
            parquet = ledger.parquet(table, pending=ledger.pending(table) is not None)
            day = f"date '{as_of_date.isoformat()}' as {KNOWN_FROM}"
            parts.append(f"select *, {day} from read_parquet({literal(str(parquet))})")
            if exists:
                parts[-1] = _changed_rows(schema, table, parquet, as_of_date)
                if is_full_export[source]:
                    parts.append(_gone_rows(schema, table, columns, as_of_date, source, parquet))
        # A source that the company no longer has: its records are kept, and leave the marts.
        for source in {name for name, _ in loaded} - set(ledgers):
            if exists and not keeps_gone:
                parts.append(_gone_rows(schema, table, columns, as_of_date, source))
        if not parts and not incomplete:
            continue
        path = work / f"{table}.parquet"
        if parts:
            query = "\nunion all by name\n".join(parts)
            connection.execute(f"copy ({query}) to {literal(str(path))} (format parquet)")
        else:
            pq.write_table(declared.empty_table(), path)
        to_merge = _rows(path)
        if to_merge or incomplete or not exists:
            deltas[table] = path
            if to_merge and exists:
                keep_superseded(connection, schema, table, columns, path, as_of_date)
            if to_merge:
                progress(f"{schema}.{table}: {to_merge:,} rows new, changed or gone")
    return deltas


def _columns(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> dict[str, str]:
    return {name.lower(): name for name in columns_of(connection, schema, table)}


def _changed_rows(schema: str, table: str, parquet: Path, as_of_date: dt.date) -> str:
    """Landed rows that raw lacks, holds otherwise, or holds as absent."""
    return f"""
    select landed.*, date '{as_of_date.isoformat()}' as {KNOWN_FROM}
    from read_parquet({literal(str(parquet))}) as landed
    left join {schema}.{identifier(table)} as raw
        on raw._source_name = landed._source_name and raw._record_id = landed._record_id
    where raw._record_id is null or raw._row_hash <> landed._row_hash or raw._is_absent
    """


def _gone_rows(
    schema: str,
    table: str,
    columns: dict[str, str],
    as_of_date: dt.date,
    source: str,
    parquet: Path | None = None,
) -> str:
    """Rows of ``source`` that raw holds and the landing does not, marked absent."""
    kept = ", ".join(
        f"raw.{identifier(name)}"
        for lowered, name in columns.items()
        if not lowered.startswith("_dlt")
        and lowered not in ("_is_absent", "_absent_since", KNOWN_FROM)
    )
    still_there = (
        f"exists (select 1 from read_parquet({literal(str(parquet))}) as landed "
        "where landed._record_id = raw._record_id)"
        if parquet is not None
        else "false"
    )
    return f"""
    select {kept}, true as _is_absent, date '{as_of_date.isoformat()}' as _absent_since,
        date '{as_of_date.isoformat()}' as {KNOWN_FROM}
    from {schema}.{identifier(table)} as raw
    where raw._source_name = {literal(source)} and not raw._is_absent and not {still_there}
    """


def _rows(path: Path) -> int:
    return int(pq.read_metadata(path).num_rows) if path.exists() else 0


def _dlt_source(schema: str, deltas: dict[str, Path]) -> Any:
    import dlt

    def resource(table: str, path: Path) -> Any:
        def batches() -> Iterator[pa.Table]:
            with pq.ParquetFile(path) as file:
                if file.metadata.num_rows == 0:
                    yield file.schema_arrow.empty_table()
                for batch in file.iter_batches(BATCH_ROWS):
                    yield pa.Table.from_batches([batch])

        return dlt.resource(
            batches,
            name=table,
            write_disposition={"disposition": "merge", "strategy": "delete-insert"},
            primary_key=["_source_name", "_record_id"],
            schema_contract={"tables": "evolve", "columns": "evolve", "data_type": "freeze"},
        )

    @dlt.source(name=schema)
    def source() -> Any:
        return [resource(table, path) for table, path in deltas.items()]

    return source()


def _dlt_pipeline(settings: RunSettings, schema: str) -> Any:
    import dlt

    return dlt.pipeline(
        schema,
        # "direct" keeps the vendor's own column names.
        destination=dlt.destinations.duckdb(
            str(settings.home.warehouse), naming_convention="direct"
        ),
        dataset_name=schema,
        pipelines_dir=str(settings.home.pipelines),
    )


def _remember(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    ledgers: dict[str, Ledger],
    as_of_date: dt.date,
) -> None:
    connection.execute("begin")
    for source, ledger in ledgers.items():
        for table in ledger.pending_tables():
            ledger.accept(table)
        for table in ledger.tables():
            manifest = ledger.accepted(table)
            if manifest is not None:
                remember_landed(connection, schema, source, table, manifest.fingerprint, as_of_date)
    make_landed(connection, schema)
    connection.execute("commit")


def _describe(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, changed: int
) -> LoadedTable:
    columns = _columns(connection, schema, table)
    stamp = next(
        (
            columns[name]
            for name in ("systemmodstamp", "lastmodifieddate", "modified_at")
            if name in columns
        ),
        None,
    )
    newest = f"max({identifier(stamp)})" if stamp else "null"
    row = connection.execute(
        f"""
        select count(*), count(*) filter (where _is_absent), max(_dlt_load_id), {newest}
        from {schema}.{identifier(table)}
        """
    ).fetchone()
    rows, absent, load_id, modified = row if row else (0, 0, None, None)
    return LoadedTable(table, rows, changed, absent, load_id, modified)
