"""The lake: event files that are too many to load, kept as typed Parquet and read in place.

Belongs here: which files are new or replaced, the checks of each, the copy in the lake, and the
ledger of what the lake holds. Does not belong here: what a vendor's files look like (vendor
modules), and anything that adds events up (dbt).

A file is checked and copied once; a file that did not change is not even read. A file that
vanished from the extract stays in the lake: deliveries add to each other. Either every file of a
night is taken over, or none: copies are written beside the lake first, then renamed, and the
ledger is written last.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
from pydantic import BaseModel, ConfigDict

from dagster_project.sources.errors import SourceError
from dagster_project.sql_text import identifier, literal

LAYOUT_VERSION = "1"
"""A change of what the lake's files hold makes every file be copied again."""

CHUNK_BYTES = 1 << 20

RACY_NANOSECONDS = 2_000_000_000
"""A file changed this shortly before its copy was made is hashed again, however old it looks: a
second change within one tick of the clock leaves size and time as they were."""

ROW_GROUP_ROWS = 122_880


@dataclass(frozen=True)
class LakeTable:
    """How one raw table of one source lies in files."""

    table: str
    files: dict[str, Path]
    """Name in the lake (such as 2026-09-30) → file of the extract."""
    columns: dict[str, str]
    """Column → type in the lake."""
    key: str
    """Column that tells events apart; the same event may come twice."""
    occurred: str
    """Column with the instant at which an event happened."""
    needed: tuple[str, ...]
    """Columns that every event must fill."""
    select: Callable[[duckdb.DuckDBPyConnection, Path], str]
    """SQL for a file's rows: the columns, each in its type or NULL where it cannot be read, and
    ``_custom_fields``. Refuses a file whose shape is wrong."""


class LakeFile(BaseModel):
    """One file of the lake."""

    model_config = ConfigDict(frozen=True)

    name: str
    """Its name without the ending."""
    source_file: str
    """The file of the extract that it is a copy of."""
    bytes: int
    modified_ns: int
    sha256: str
    """Of the file of the extract."""
    lake_bytes: int
    rows: int
    distinct_events: int
    first_at: dt.datetime | None
    last_at: dt.datetime | None
    days: dict[dt.date, int]
    """Reporting day on which events happened → rows."""
    known_from: dt.date = dt.date.min
    """Day of the run that copied it as it is."""
    known_until: dt.date | None = None
    """Day of the run that replaced it; none for a file in use."""

    @property
    def path(self) -> str:
        """Where its copy lies in the table's folder; what was replaced lies apart."""
        if self.known_until is None:
            return f"{self.name}.parquet"
        return f"superseded/{self.name}.{self.sha256[:16]}.parquet"


class LakeLedger(BaseModel):
    """What one table of the lake is made of."""

    layout: str
    time_zone: str
    """Reporting time zone, in which ``days`` are counted."""
    files: tuple[LakeFile, ...] = ()
    superseded: tuple[LakeFile, ...] = ()
    """Copies of what files held before they were replaced, for runs for the days before."""

    def known_on(self, day: dt.date) -> tuple[LakeFile, ...]:
        """The files as they were known on ``day``."""
        return tuple(
            file
            for file in (*self.files, *self.superseded)
            if file.known_from <= day and (file.known_until is None or file.known_until > day)
        )

    @property
    def rows(self) -> int:
        """Rows of all files, copies of the same event included."""
        return sum(file.rows for file in self.files)


@dataclass(frozen=True)
class LandedLake:
    """What landing did to one table of the lake."""

    table: str
    rows: int
    files: int
    new: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    repeated: int = 0
    """Rows of tonight's files whose event the same file holds already."""


@dataclass
class _Work:
    found: LakeFile
    copy: Path | None
    is_new: bool = False
    is_replaced: bool = False


@dataclass(frozen=True)
class Lake:
    """The lake of one source."""

    folder: Path
    source: str

    def parquet(self, table: str, name: str) -> Path:
        """Path of a file of the lake."""
        return self.folder / table / f"{name}.parquet"

    def copy_of(self, table: str, file: LakeFile) -> Path:
        """Path of the copy of a file, in use or replaced."""
        return self.folder / table / file.path

    def ledger(self, table: str) -> LakeLedger | None:
        """What the lake holds of ``table``, if anything ever landed."""
        path = self._ledger_path(table)
        if not path.exists():
            return None
        return LakeLedger.model_validate_json(path.read_text(encoding="utf-8"))

    def _ledger_path(self, table: str) -> Path:
        return self.folder / f"{table}.json"

    def land(
        self,
        table: LakeTable,
        time_zone: str,
        as_of_date: dt.date,
        progress: Callable[[str], None] = lambda message: None,
    ) -> LandedLake:
        """Bring the lake up to the extract's files.

        Args:
            table: the table with its files.
            time_zone: reporting time zone, for the days of the ledger.
            as_of_date: the run's day, from which on new files are known.
            progress: called with a line for people.

        Raises:
            SourceError: a file is refused, or a file of the lake is gone; the lake is unchanged.
        """
        (self.folder / table.table).mkdir(parents=True, exist_ok=True)
        previous = self.ledger(table.table)
        layout = hashlib.sha256(repr((LAYOUT_VERSION, table.columns)).encode()).hexdigest()[:16]
        known = {file.name: file for file in previous.files} if previous else {}
        before = dict(known)
        superseded = previous.superseded if previous else ()
        if previous is not None and previous.layout != layout:
            self._refuse_lost_sources(table, previous)
            # Copies in another layout cannot be read beside these, and their sources are gone.
            known, superseded = {}, ()
        elif previous is not None and previous.time_zone != time_zone:
            known = {f.name: f for f in self._recounted(table, known.values(), time_zone)}
            superseded = tuple(self._recounted(table, superseded, time_zone))
        work = self.folder / f".{table.table}.work"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        try:
            done = self._copy_new(table, known, set(before), work, time_zone, progress)
            self._refuse_lost_files(table, known, done)
            for item in done:
                if item.copy is not None:
                    item.found, replaced = _dated(item.found, before, known, as_of_date)
                    if replaced is not None:
                        superseded = (*superseded, replaced)
                        self._keep_superseded(table.table, replaced)
                    os.replace(item.copy, self.parquet(table.table, item.found.name))
            entries = {**known, **{item.found.name: item.found for item in done}}
            files = tuple(entries[name] for name in sorted(entries))
            ledger = LakeLedger(
                layout=layout, time_zone=time_zone, files=files, superseded=superseded
            )
            if previous != ledger:
                pending = work / "ledger.json"
                pending.write_text(ledger.model_dump_json(indent=1), encoding="utf-8")
                os.replace(pending, self._ledger_path(table.table))
        finally:
            shutil.rmtree(work, ignore_errors=True)
        return LandedLake(
            table=table.table,
            rows=ledger.rows,
            files=len(files),
            new=tuple(item.found.name for item in done if item.is_new),
            replaced=tuple(item.found.name for item in done if item.is_replaced),
            repeated=sum(
                item.found.rows - item.found.distinct_events
                for item in done
                if item.is_new or item.is_replaced
            ),
        )

    def _copy_new(
        self,
        table: LakeTable,
        known: dict[str, LakeFile],
        before: set[str],
        work: Path,
        time_zone: str,
        progress: Callable[[str], None],
    ) -> list[_Work]:
        done: list[_Work] = []
        connection: duckdb.DuckDBPyConnection | None = None
        try:
            for number, (name, path) in enumerate(sorted(table.files.items()), 1):
                entry = known.get(name)
                stat = path.stat()
                is_there = entry is not None and self._is_whole(table.table, entry)
                if entry is not None and is_there and self._is_as_before(table, entry, stat):
                    continue
                digest = _sha256(path, self.source)
                if entry is not None and is_there and entry.sha256 == digest:
                    # Touched, not changed: the next night need not hash it again.
                    same = entry.model_copy(update={"modified_ns": stat.st_mtime_ns})
                    done.append(_Work(same, None))
                    continue
                if connection is None:
                    connection = _connect()
                progress(f"{self.source}: {path.name} ({number:,} of {len(table.files):,})")
                copy = work / f"{name}.parquet"
                found = self._copy(connection, table, name, path, copy, digest, stat, time_zone)
                done.append(
                    _Work(found, copy, is_new=name not in before, is_replaced=name in before)
                )
        finally:
            if connection is not None:
                connection.close()
        return done

    def _keep_superseded(self, table: str, replaced: LakeFile) -> None:
        path = self.copy_of(table, replaced)
        path.parent.mkdir(exist_ok=True)
        # A run that died here has kept it already, and may have replaced the file since. Copied,
        # not moved: dying here leaves the lake whole.
        if not path.exists():
            shutil.copyfile(self.parquet(table, replaced.name), path.with_suffix(".part"))
            os.replace(path.with_suffix(".part"), path)

    def _is_whole(self, table: str, entry: LakeFile) -> bool:
        path = self.copy_of(table, entry)
        return path.exists() and path.stat().st_size == entry.lake_bytes

    def _is_as_before(self, table: LakeTable, entry: LakeFile, stat: os.stat_result) -> bool:
        copied_ns = self.parquet(table.table, entry.name).stat().st_mtime_ns
        return (
            stat.st_size == entry.bytes
            and stat.st_mtime_ns == entry.modified_ns
            and stat.st_mtime_ns < copied_ns - RACY_NANOSECONDS
        )

    def _refuse_lost_files(
        self, table: LakeTable, known: dict[str, LakeFile], done: list[_Work]
    ) -> None:
        """Refuse a lake that lost a file which the extract no longer has."""
        copied = {item.found.name for item in done}
        for name, entry in known.items():
            if name not in copied and not self._is_whole(table.table, entry):
                path = self.parquet(table.table, name)
                raise SourceError(
                    self.source,
                    str(path),
                    f"a lake without this file; its {entry.rows:,} events came with "
                    f"{entry.source_file}",
                    "every file of the ledger, as it was written",
                    f"Put {entry.source_file} back into the extract's folder, or restore the lake.",
                )

    def _refuse_lost_sources(self, table: LakeTable, previous: LakeLedger) -> None:
        """Files that must be copied anew must still be in the extract."""
        lost = [file for file in previous.files if file.name not in table.files]
        if lost:
            raise SourceError(
                self.source,
                lost[0].source_file,
                f"no such file ({len(lost):,} such files); the lake is to be built anew, since "
                "the reporting time zone or the lake's columns changed",
                "every file that the lake was made of",
                "Put the earlier files back into the folder for this one night.",
            )

    def _recounted(
        self, table: LakeTable, files: Iterable[LakeFile], time_zone: str
    ) -> list[LakeFile]:
        """The files with their days in another time zone; files that are gone stay as they are."""
        with _connect() as connection:
            return [
                file.model_copy(
                    update={
                        "days": _days(connection, table, self.copy_of(table.table, file), time_zone)
                    }
                )
                if self._is_whole(table.table, file)
                else file
                for file in files
            ]

    def _copy(
        self,
        connection: duckdb.DuckDBPyConnection,
        table: LakeTable,
        name: str,
        path: Path,
        copy: Path,
        digest: str,
        stat: os.stat_result,
        time_zone: str,
    ) -> LakeFile:
        selected = table.select(connection, path)
        names = ", ".join(identifier(column) for column in table.columns)
        try:
            connection.execute(
                f"""
                copy (
                    select {literal(self.source)} as _source_name,
                        {literal(name)} as _lake_file, {names}, _custom_fields
                    from ({selected})
                ) to {literal(str(copy))}
                (
                    format parquet, compression zstd, parquet_version v2,
                    row_group_size {ROW_GROUP_ROWS}
                )
                """
            )
        except duckdb.Error as error:
            raise _unreadable(self.source, path, error) from None
        held = f"read_parquet({literal(str(copy))})"
        lacking = " or ".join(f"{identifier(column)} is null" for column in table.needed)
        row = connection.execute(
            f"""
            select count(*), count(distinct {identifier(table.key)}),
                count(*) filter (where {lacking}),
                min({identifier(table.occurred)}), max({identifier(table.occurred)})
            from {held}
            """
        ).fetchone()
        rows, distinct, incomplete, first, last = row or (0, 0, 0, None, None)
        if incomplete:
            self._refuse_incomplete(connection, table, path, held, incomplete, rows)
        return LakeFile(
            name=name,
            source_file=path.name,
            bytes=stat.st_size,
            modified_ns=stat.st_mtime_ns,
            sha256=digest,
            lake_bytes=copy.stat().st_size,
            rows=rows,
            distinct_events=distinct,
            first_at=first,
            last_at=last,
            days=_days(connection, table, copy, time_zone),
        )

    def _refuse_incomplete(
        self,
        connection: duckdb.DuckDBPyConnection,
        table: LakeTable,
        path: Path,
        held: str,
        incomplete: int,
        rows: int,
    ) -> None:
        for column in table.needed:
            first = connection.execute(
                f"""
                select record from (
                    select {identifier(column)} as value, row_number() over () as record from {held}
                ) where value is null order by record limit 1
                """
            ).fetchone()
            if first is not None:
                what = (
                    "an instant that can be read"
                    if table.columns[column].startswith("timestamp")
                    else "a value"
                )
                raise SourceError(
                    self.source,
                    f"{path.name}, column '{column}', record {first[0]}",
                    f"no {column} that can be read (in {incomplete:,} of {rows:,} records)",
                    f"{what} in every event",
                    "Export this day again.",
                )


def _dated(
    found: LakeFile, before: dict[str, LakeFile], known: dict[str, LakeFile], day: dt.date
) -> tuple[LakeFile, LakeFile | None]:
    """A copied file with the day from which it is known, and what it replaces if that was known.

    Of two runs of one day only the later one's file is kept.
    """
    entry = before.get(found.name)
    if entry is None:
        return found.model_copy(update={"known_from": day}), None
    if entry.sha256 == found.sha256:  # copied again: the lake's layout changed, or a copy was lost
        return found.model_copy(update={"known_from": entry.known_from}), None
    was_known = found.name in known and entry.known_from < day
    return (
        found.model_copy(update={"known_from": day}),
        entry.model_copy(update={"known_until": day}) if was_known else None,
    )


def _connect() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    # One file at a time is small; order within a file is kept, so that copies are the same bytes.
    connection.execute("set preserve_insertion_order = true")
    return connection


def _days(
    connection: duckdb.DuckDBPyConnection, table: LakeTable, copy: Path, time_zone: str
) -> dict[dt.date, int]:
    """Rows of a lake file by the day on which the events happened."""
    rows = connection.execute(
        f"""
        select cast(timezone({literal(time_zone)}, {identifier(table.occurred)}) as date), count(*)
        from read_parquet({literal(str(copy))}) group by 1 order by 1
        """
    ).fetchall()
    return dict(rows)


def _sha256(path: Path, source: str) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
    except OSError as error:
        raise SourceError(
            source,
            path.name,
            f"the file cannot be opened ({error.strerror})",
            "a file that the user of the nightly run may read",
            "Correct its permissions, or the path in the company file.",
        ) from None
    return digest.hexdigest()


def _unreadable(source: str, path: Path, error: duckdb.Error) -> SourceError:
    return SourceError(
        source,
        path.name,
        f"a file that cannot be read: {str(error).splitlines()[0][:160]}",
        "a complete Parquet file, or one JSON object a line",
        "Export this day again; a file that was cut off is unreadable.",
    )
