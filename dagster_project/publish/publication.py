"""The atomic swap: a new DuckDB file and a new Parquet version, then one rename each.

Belongs here: what is published, masking, the manifest, keeping the last nights. Does not belong
here: deciding whether to publish (the asset graph does, by blocking checks).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
from pydantic import BaseModel, ConfigDict

from dagster_project.company.run import RunSettings
from dagster_project.duckdb_catalog import columns_of
from dagster_project.sql_text import identifier, literal

SCHEMA_VERSION = 1
"""Raised with every change that breaks a published table; see CHANGELOG.md."""

PUBLISHED_SCHEMAS = ("marts", "hygiene")
VIEW_SCHEMA = "bi"
"""Views of what is published, for BI tools; copied as they are."""

MASK = "***"
CHUNK_BYTES = 1 << 20


class PublishedTable(BaseModel):
    """One table of a version."""

    model_config = ConfigDict(frozen=True)

    name: str
    rows: int
    sha256: str
    """Of its Parquet file."""


class Version(BaseModel):
    """One published night."""

    model_config = ConfigDict(frozen=True)

    version: str
    as_of_date: dt.date
    run_id: str
    schema_version: int
    tables: tuple[PublishedTable, ...]


class PublicationManifest(BaseModel):
    """What readers of Parquet are pinned by: the current version and those kept beside it."""

    current: str
    versions: tuple[Version, ...]

    def version(self, name: str) -> Version:
        """The version called ``name``."""
        return next(version for version in self.versions if version.version == name)


@dataclass(frozen=True)
class ColumnPolicy:
    """What dbt declares of the published columns: comments, which are personal, never NULL."""

    table_comments: Mapping[str, str]
    column_comments: Mapping[tuple[str, str], str]
    personal: frozenset[tuple[str, str]]
    filled: frozenset[tuple[str, str]] = frozenset()


def read_manifest(published: Path) -> PublicationManifest | None:
    """The manifest of a published folder, if anything was published yet."""
    path = published / "manifest.json"
    if not path.exists():
        return None
    return PublicationManifest.model_validate_json(path.read_text(encoding="utf-8"))


def publish(
    settings: RunSettings,
    run_id: str,
    policy: ColumnPolicy,
    progress: Callable[[str], None] = lambda message: None,
) -> Version:
    """Publish the warehouse's marts and findings as of this run.

    Readers see the old night until the renames at the end, and the new one after them; whoever
    has the old file open keeps reading it.

    Returns:
        The new version, with rows and checksums per table.
    """
    home = settings.home
    home.published.mkdir(parents=True, exist_ok=True)
    version = f"{settings.as_of_date.isoformat()}_{run_id[:8]}"
    parquet = home.published / "parquet" / version
    shutil.rmtree(parquet, ignore_errors=True)
    parquet.mkdir(parents=True)
    clear = replace(policy, personal=frozenset())
    is_masked = settings.company.publication.personal_data == "masked"
    new_database = home.published / f".cultivar.{run_id[:8]}.new"
    tables = _write_database(
        new_database, home.warehouse, policy if is_masked else clear, parquet, progress
    )
    _publish_restricted(settings, run_id, clear, progress)
    published = Version(
        version=version,
        as_of_date=settings.as_of_date,
        run_id=run_id,
        schema_version=SCHEMA_VERSION,
        tables=tuple(tables),
    )
    manifest = _next_manifest(home.published, published, settings.company.publication.keep_nights)
    new_manifest = home.published / f".manifest.{run_id[:8]}.new"
    new_manifest.write_text(manifest.model_dump_json(indent=2), encoding="utf-8")
    os.replace(new_database, home.published_database)
    os.replace(new_manifest, home.published / "manifest.json")
    _remove_old(home.published, manifest)
    return published


def _publish_restricted(
    settings: RunSettings,
    run_id: str,
    clear: ColumnPolicy,
    progress: Callable[[str], None],
) -> None:
    """The same tables whole, in a folder that nobody but its owner opens, if the company asks."""
    restricted = settings.home.restricted_database
    if not settings.company.publication.has_restricted_file:
        # What is no longer asked for must not stay.
        restricted.unlink(missing_ok=True)
        return
    restricted.parent.mkdir(mode=0o700, exist_ok=True)
    new_database = restricted.parent / f".{restricted.stem}.{run_id[:8]}.new"
    _write_database(new_database, settings.home.warehouse, clear, None, progress)
    new_database.chmod(0o600)
    os.replace(new_database, restricted)


def _write_database(
    path: Path,
    warehouse: Path,
    policy: ColumnPolicy,
    parquet: Path | None,
    progress: Callable[[str], None],
) -> list[PublishedTable]:
    """Write all tables and views to a new file, and the tables to ``parquet`` if it is given."""
    path.unlink(missing_ok=True)
    connection = duckdb.connect(str(path))
    try:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach {literal(str(warehouse))} as warehouse (read_only)")
        tables = []
        # One transaction: all tables come from one state of the warehouse.
        connection.execute("begin")
        for schema, table in _tables(connection):
            connection.execute(f"create schema if not exists {schema}")
            _publish_table(connection, policy, schema, table)
            if parquet is not None:
                tables.append(_write_parquet(connection, schema, table, parquet))
                progress(f"{schema}.{table}: {tables[-1].rows:,} rows")
        _publish_views(connection, policy)
        connection.execute("commit")
        connection.execute("detach warehouse")
    finally:
        connection.close()
    return tables


def _tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return connection.execute(
        """
        select table_schema, table_name from information_schema.tables
        where table_catalog = 'warehouse' and table_schema in (select unnest(?))
            and table_type = 'BASE TABLE'
            -- Quarantined records are whole records: they stay in the warehouse.
            and not starts_with(table_name, 'quarantined_')
        order by table_schema, table_name
        """,
        [list(PUBLISHED_SCHEMAS)],
    ).fetchall()


def _publish_table(
    connection: duckdb.DuckDBPyConnection, policy: ColumnPolicy, schema: str, table: str
) -> None:
    name = f"{schema}.{identifier(table)}"
    columns = columns_of(connection, schema, table, database="warehouse")
    selected = ", ".join(
        _masked(column, data_type) if (table, column) in policy.personal else identifier(column)
        for column, data_type in columns.items()
    )
    connection.execute(f"create table {name} as select {selected} from warehouse.{name}")
    _comment(connection, policy, "table", schema, table)


def _write_parquet(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, parquet: Path
) -> PublishedTable:
    name = f"{schema}.{identifier(table)}"
    folder = parquet / table
    folder.mkdir()
    file = folder / f"{table}.parquet"
    connection.execute(
        f"copy (from {name}) to {literal(str(file))} (format parquet, compression zstd)"
    )
    rows = connection.execute(f"select count(*) from {name}").fetchone()
    return PublishedTable(name=f"{schema}.{table}", rows=rows[0] if rows else 0, sha256=_hash(file))


def _publish_views(connection: duckdb.DuckDBPyConnection, policy: ColumnPolicy) -> None:
    """Views that read what is published, so that what is masked there is masked in them."""
    views = connection.execute(
        "select view_name, sql from duckdb_views() "
        "where database_name = 'warehouse' and schema_name = ? order by view_name",
        [VIEW_SCHEMA],
    ).fetchall()
    if views:
        connection.execute(f"create schema {VIEW_SCHEMA}")
    for view, statement in views:
        connection.execute(statement)
        _comment(connection, policy, "view", VIEW_SCHEMA, view)


def _comment(
    connection: duckdb.DuckDBPyConnection, policy: ColumnPolicy, kind: str, schema: str, table: str
) -> None:
    name = f"{schema}.{identifier(table)}"
    if comment := policy.table_comments.get(table):
        connection.execute(f"comment on {kind} {name} is {literal(comment)}")
    for column in columns_of(connection, schema, table):
        if comment := policy.column_comments.get((table, column)):
            connection.execute(
                f"comment on column {name}.{identifier(column)} is {literal(comment)}"
            )


def _masked(column: str, data_type: str) -> str:
    quoted = identifier(column)
    if data_type == "VARCHAR":
        return f"case when {quoted} is not null then '{MASK}' end as {quoted}"
    return f"cast(null as {data_type}) as {quoted}"


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _next_manifest(published: Path, version: Version, keep_nights: int) -> PublicationManifest:
    """The manifest with ``version`` current; of each night the last run, the last nights only."""
    earlier = read_manifest(published)
    by_night = {v.as_of_date: v for v in earlier.versions} if earlier else {}
    by_night[version.as_of_date] = version
    kept = sorted(by_night.values(), key=lambda v: v.as_of_date, reverse=True)[:keep_nights]
    if version not in kept:  # a past day was run again: it is current, whatever its age
        kept = [*kept[: keep_nights - 1], version]
    return PublicationManifest(current=version.version, versions=tuple(kept))


def _remove_old(published: Path, manifest: PublicationManifest) -> None:
    kept = {version.version for version in manifest.versions}
    for folder in (published / "parquet").iterdir():
        if folder.is_dir() and folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)
    for leftover in published.glob(".*.new"):
        leftover.unlink(missing_ok=True)
