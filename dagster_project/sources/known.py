"""What was known on the run's day: raw as the nights up to then had loaded it.

Belongs here: which day the nights have reached, the rows that later loads replaced, and the views
``<raw schema>_as_of`` that staging reads. Does not belong here: loading itself (``loading``), and
what a record's own stamps and history tell of the time before the first night (dbt).

A night never forgets: what it replaces in raw goes to ``<raw schema>_superseded`` with the day
until which it was known. So a run for a day that a night watched sees just what that night saw,
late rows and later corrections left out. For a day before the first night the first load is the
nearest there is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import duckdb

from dagster_project.company.run import Home, RunSettings
from dagster_project.duckdb_catalog import is_there
from dagster_project.sql_text import identifier, literal

LOADED = "_landed"
"""Table in each raw schema: which landing of each source was loaded last, and the first day."""

KNOWN_FROM = "_known_from"
"""Column of a raw row: day of the run that loaded it as it is."""
KNOWN_UNTIL = "_known_until"
"""Column of a superseded row: day of the run that replaced it."""

_EVER = "date '0001-01-01'"
"""For rows loaded before this column existed: nobody knows since when, so always."""


def superseded_schema(schema: str) -> str:
    """Schema with the rows of a raw schema that later loads replaced."""
    return f"{schema}_superseded"


def as_of_schema(schema: str) -> str:
    """Schema with a view for every raw table, as it was on the run's day."""
    return f"{schema}_as_of"


def last_loaded_on(home: Home) -> dt.date | None:
    """The latest day for which a run has loaded anything."""
    path = _last_load(home)
    return dt.date.fromisoformat(path.read_text(encoding="utf-8")) if path.exists() else None


def is_replay(settings: RunSettings) -> bool:
    """Whether nights have gone beyond the run's day: then its files tell nothing that was known."""
    last = last_loaded_on(settings.home)
    return last is not None and settings.as_of_date < last


def remember_load(settings: RunSettings) -> None:
    """Note that a run for its day has loaded."""
    if not is_replay(settings):
        path = _last_load(settings.home)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(settings.as_of_date.isoformat(), encoding="utf-8")


def _last_load(home: Home) -> Path:
    return home.landing / "last_load.txt"


def remember_landed(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    source: str,
    table: str,
    fingerprint: str,
    as_of_date: dt.date,
) -> None:
    """Note that ``source`` delivered ``table``, and which landing of it was loaded."""
    make_landed(connection, schema)
    connection.execute(
        f"""
        merge into {schema}.{LOADED} as landed
        using (select ? as source_name, ? as table_name, ? as fingerprint, ? as first_on) as new
            on landed.source_name = new.source_name and landed.table_name = new.table_name
        when matched then update set
            fingerprint = new.fingerprint, first_on = coalesce(landed.first_on, new.first_on)
        when not matched then insert
        """,
        [source, table, fingerprint, as_of_date],
    )


def make_landed(connection: duckdb.DuckDBPyConnection, schema: str) -> None:
    """Make the table of landings if it is not there."""
    connection.execute(
        f"create table if not exists {schema}.{LOADED} "
        "(source_name varchar, table_name varchar, fingerprint varchar, first_on date)"
    )
    connection.execute(f"alter table {schema}.{LOADED} add column if not exists first_on date")


def first_loads_of(
    connection: duckdb.DuckDBPyConnection, schema: str
) -> dict[tuple[str, str], dt.date]:
    """(source, table) → day of the first run that loaded it."""
    rows = connection.execute(
        f"select source_name, table_name, first_on from {schema}.{LOADED} "
        "where first_on is not null"
    ).fetchall()
    return {(source, table): first_on for source, table, first_on in rows}


def known_until(as_of_date: dt.date, first_of_source: dt.date, first_of_table: dt.date) -> dt.date:
    """The day up to whose loads the rows of a source's table are known on ``as_of_date``.

    Before the source's first night nobody watched, and the table's first load is the nearest to
    that day that there is; what it tells of the time after is undone by stamps and history.
    """
    return as_of_date if as_of_date >= first_of_source else max(first_of_table, first_of_source)


def keep_superseded(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    table: str,
    columns: Mapping[str, str],
    replacing: Path,
    as_of_date: dt.date,
) -> None:
    """Keep the rows of a raw table that the rows of ``replacing`` are about to replace.

    Two runs of one day leave the later one's row only: nobody looks at the end of a day twice.

    Args:
        connection: to the warehouse.
        schema: raw schema.
        table: raw table; it exists.
        columns: its columns, lower case → as spelled.
        replacing: Parquet with the rows to merge.
        as_of_date: the run's day.
    """
    raw = f"{schema}.{identifier(table)}"
    kept = f"{superseded_schema(schema)}.{identifier(table)}"
    day = f"date '{as_of_date.isoformat()}'"
    connection.execute(f"create schema if not exists {superseded_schema(schema)}")
    connection.execute(
        f"create table if not exists {kept} as "
        f"select *, cast(null as date) as {KNOWN_UNTIL} from {raw} limit 0"
    )
    have = {row[0].lower() for row in connection.execute(f"describe {kept}").fetchall()}
    for name, kind, *_ in connection.execute(f"describe {raw}").fetchall():
        if name.lower() not in have:
            connection.execute(f"alter table {kept} add column {identifier(name)} {kind}")
    if KNOWN_FROM not in columns:
        return
    connection.execute("begin")
    _forget_leftovers(connection, schema, table)
    connection.execute(
        f"""
        insert into {kept} by name
        select raw.*, {day} as {KNOWN_UNTIL}
        from {raw} as raw
        where coalesce(raw.{KNOWN_FROM}, {_EVER}) < {day}
            and exists (
                select 1 from read_parquet({literal(str(replacing))}) as landed
                where landed._source_name = raw._source_name
                    and landed._record_id = raw._record_id
            )
        """
    )
    connection.execute("commit")


def show_as_of(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    table: str,
    first_loads: Mapping[tuple[str, str], dt.date],
    as_of_date: dt.date,
) -> None:
    """Make the view of a raw table as it was on the run's day.

    Args:
        connection: to the warehouse.
        schema: raw schema.
        table: raw table; it exists.
        first_loads: (source, table) → day of its first load.
        as_of_date: the run's day.
    """
    raw = f"{schema}.{identifier(table)}"
    kept = f"{superseded_schema(schema)}.{identifier(table)}"
    until = _until_sql(table, first_loads, as_of_date)
    parts = [f"select * from {raw} where coalesce({KNOWN_FROM}, {_EVER}) <= {until}"]
    if is_there(connection, superseded_schema(schema), table):
        _forget_leftovers(connection, schema, table)
        parts.append(
            f"select * exclude ({KNOWN_UNTIL}) from {kept} "
            f"where coalesce({KNOWN_FROM}, {_EVER}) <= {until} and {KNOWN_UNTIL} > {until}"
        )
    connection.execute(f"create schema if not exists {as_of_schema(schema)}")
    connection.execute(
        f"create or replace view {as_of_schema(schema)}.{identifier(table)} as "
        + "\nunion all by name\n".join(parts)
    )


def first_of_source(
    first_loads: Mapping[tuple[str, str], dt.date], source: str, *, default: dt.date
) -> dt.date:
    """Day of the first load of any table of ``source``; ``default`` without one."""
    return min((day for (name, _), day in first_loads.items() if name == source), default=default)


def _forget_leftovers(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> None:
    """Drop what was kept by a run that died before it replaced the rows."""
    connection.execute(
        f"""
        delete from {superseded_schema(schema)}.{identifier(table)} as kept
        using {schema}.{identifier(table)} as raw
        where kept._source_name = raw._source_name and kept._record_id = raw._record_id
            and kept.{KNOWN_FROM} is not distinct from raw.{KNOWN_FROM}
        """
    )


def _until_sql(
    table: str, first_loads: Mapping[tuple[str, str], dt.date], as_of_date: dt.date
) -> str:
    day = f"date '{as_of_date.isoformat()}'"
    others = [
        (source, until)
        for (source, name), first in sorted(first_loads.items())
        if name == table
        and (
            until := known_until(
                as_of_date, first_of_source(first_loads, source, default=first), first
            )
        )
        != as_of_date
    ]
    if not others:
        return day
    cases = " ".join(
        f"when {literal(source)} then date '{until.isoformat()}'" for source, until in others
    )
    return f"case _source_name {cases} else {day} end"
