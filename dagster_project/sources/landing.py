"""Landing a whole source: read, map, check every table; then, and only then, offer it for loading.

Belongs here: the steps and the checks that compare with the last accepted landing. Takes no lock
and touches no warehouse. Does not belong here: vendors' shapes, and the load into raw.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_UP, Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from dagster_project.company.model import ColumnMapping
from dagster_project.sources.errors import SourceError
from dagster_project.sources.lake import LakeTable
from dagster_project.sources.ledger import LandedFile, Ledger, Manifest
from dagster_project.sources.mapping import ROW, Mapped, Place, check_expression, map_column
from dagster_project.sources.pages import PageShape
from dagster_project.sources.readers import FileFacts, ReadFile, inspect_file, read_file
from dagster_project.sources.record_checks import RecordCheck, check_records
from dagster_project.sources.row_counts import expected_rows, refuse_other_counts
from dagster_project.sql_text import identifier, literal

LAYOUT_VERSION = "1"
"""Part of every fingerprint: a change of what landing writes makes every table land again."""

SYSTEM_COLUMNS = (
    "_source_name",
    "_record_id",
    "_row_hash",
    "_is_absent",
    "_absent_since",
    "_file_name",
    "_custom_fields",
    "_source_row",
    "_source_time_zone",
    "_date_order",
)


@dataclass(frozen=True)
class TablePlan:
    """How one raw table of one source is made from files."""

    table: str
    files: tuple[Path, ...]
    known_columns: tuple[str, ...]
    """Columns that the raw table always has; those that no file has are NULL."""
    mappings: dict[str, ColumnMapping]
    """Known column → where it comes from. Columns without one are taken by name or are NULL."""
    key: str
    """The known column with the record's natural key."""
    key_sql: str
    """SQL for the record id over the mapped columns."""
    takes_same_names: bool
    """Whether file columns named like a known column feed it, and others are carried along."""
    keeps_source_row: bool
    where: str | None = None
    delimiter: str = ","
    pages: PageShape | None = None
    """How the pages look, if the files are an interface's responses; these may be gzip."""
    may_be_compressed: bool = False
    """Whether other files may be gzip too."""
    dropped_columns: tuple[str, ...] = ()
    carries_unmapped: bool = True
    """Whether columns that no mapping of these files reads become custom fields here."""
    elsewhere_used: frozenset[str] = frozenset()
    """Columns that other tables fed by the same files read."""
    key_check: Callable[[duckdb.DuckDBPyConnection, str, str], SourceError | None] | None = None
    """Checks the record ids of a landed relation: (connection, relation, file names)."""
    record_checks: tuple[RecordCheck, ...] = ()
    """What must hold of its records, once all tables of the source are landed."""


@dataclass(frozen=True)
class SourcePlan:
    """A source with all its tables."""

    source: str
    time_zone: str
    date_order: str
    tables: tuple[TablePlan, ...]
    max_row_drop_share: float
    max_row_drop_minimum: int
    is_full_export: bool = True
    lookup_folder_files: dict[str, Path] = field(default_factory=dict)
    lake: LakeTable | None = None
    """Events that are kept in files instead of being loaded."""
    row_count_file: Path | None = None
    """What the source itself counted, where it tells."""


@dataclass(frozen=True)
class LandedTable:
    """What landing found for one table."""

    table: str
    rows: int
    is_changed: bool
    new_columns: tuple[str, ...]


def land_source(
    plan: SourcePlan,
    ledger: Ledger,
    as_of_date: dt.date,
    progress: Callable[[str], None] = lambda message: None,
) -> list[LandedTable]:
    """Land every table of a source, or none.

    Raises:
        SourceError: a file, a mapping or a table is refused; nothing is offered for loading.
    """
    ledger.folder.mkdir(parents=True, exist_ok=True)
    ledger.drop_pending()
    _refuse_missing_tables(plan, ledger)
    facts = _inspect(plan)
    fingerprints = {table.table: _fingerprint(plan, table, facts) for table in plan.tables}
    accepted = {table.table: ledger.accepted(table.table) for table in plan.tables}
    counted = (
        expected_rows(plan.source, plan.row_count_file) if plan.row_count_file is not None else {}
    )
    if all(
        manifest is not None and manifest.fingerprint == fingerprints[name]
        for name, manifest in accepted.items()
    ):
        _refuse_other_counts(
            plan,
            counted,
            {
                file.name: file.rows
                for manifest in accepted.values()
                if manifest is not None
                for file in manifest.files
            },
        )
        progress(f"{plan.source}: unchanged since the last load")
        return [
            LandedTable(name, manifest.rows, False, ())
            for name, manifest in accepted.items()
            if manifest is not None
        ]

    work = ledger.folder / ".work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    connection = duckdb.connect(str(work / "landing.duckdb"))
    try:
        connection.execute("set TimeZone = 'UTC'")
        reads = _read_all(plan, connection, facts, accepted, progress)
        _refuse_other_counts(plan, counted, {path.name: read.rows for path, read in reads.items()})
        # From here on only the tables just read are within reach of the company's expressions.
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        landed = []
        kept = _relations_to_check(plan)
        for table in plan.tables:
            manifest = _land_table(
                plan, table, connection, reads, ledger, fingerprints[table.table], as_of_date
            )
            if table.table in kept:
                connection.execute(f"alter table landed rename to {identifier(kept[table.table])}")
            previous = accepted[table.table]
            _compare_with_previous(plan, table, manifest, previous)
            progress(f"{plan.source}: {table.table} landed, {manifest.rows:,} rows")
            is_changed = previous is None or previous.fingerprint != manifest.fingerprint
            new = (
                ()
                if previous is None
                else tuple(column for column in manifest.columns if column not in previous.columns)
            )
            compared = manifest.model_copy(
                update={
                    "previous_rows": previous.rows if previous is not None else None,
                    "counted_rows": _counted_rows(manifest, counted),
                    "new_columns": new,
                }
            )
            landed.append((compared, LandedTable(table.table, manifest.rows, is_changed, new)))
        checks = {table.table: table.record_checks for table in plan.tables}
        check_records(plan.source, checks, kept, connection)
    except SourceError:
        ledger.drop_pending()
        raise
    finally:
        connection.close()
        shutil.rmtree(work, ignore_errors=True)
    for manifest, _ in landed:
        ledger.write_pending(manifest)
    return [table for _, table in landed]


def _refuse_other_counts(plan: SourcePlan, counted: dict[str, int], read: dict[str, int]) -> None:
    if plan.row_count_file is not None:
        refuse_other_counts(plan.source, plan.row_count_file, counted, read)


def _counted_rows(manifest: Manifest, counted: dict[str, int]) -> int | None:
    """Rows of the table's files as the source counted them; None unless it told of all."""
    if not all(file.name in counted for file in manifest.files):
        return None
    return sum(counted[file.name] for file in manifest.files)


def _relations_to_check(plan: SourcePlan) -> dict[str, str]:
    """Table → the relation in which its records stay until all tables are landed."""
    needed = {check.needs for table in plan.tables for check in table.record_checks}
    return {
        table.table: f"landed_{table.table}"
        for table in plan.tables
        if table.record_checks or table.table in needed
    }


def _refuse_missing_tables(plan: SourcePlan, ledger: Ledger) -> None:
    planned = {table.table for table in plan.tables}
    for name in ledger.tables():
        manifest = ledger.accepted(name)
        if name not in planned and manifest is not None and plan.is_full_export:
            files = ", ".join(file.name for file in manifest.files)
            raise SourceError(
                plan.source,
                files,
                f"no such file; it was delivered on {manifest.as_of_date} with "
                f"{manifest.rows:,} rows",
                "every table that was delivered before",
                f"Export it again. If it is gone for good, remove {ledger.parquet(name)} and "
                f"{ledger.parquet(name).with_suffix('.json').name} beside it; its records stay.",
            )


def _inspect(plan: SourcePlan) -> dict[Path, FileFacts]:
    paths = dict.fromkeys(path for table in plan.tables for path in table.files)
    paths |= dict.fromkeys(plan.lookup_folder_files.values())
    packed = {
        path
        for table in plan.tables
        for path in table.files
        if table.pages is not None or table.may_be_compressed
    }
    return {
        path: inspect_file(path, plan.source, may_be_compressed=path in packed) for path in paths
    }


def _fingerprint(plan: SourcePlan, table: TablePlan, facts: dict[Path, FileFacts]) -> str:
    lookups = [
        facts[plan.lookup_folder_files[mapping.lookup.file]].sha256
        for mapping in table.mappings.values()
        if mapping.lookup is not None
    ]
    parts = [
        LAYOUT_VERSION,
        plan.time_zone,
        plan.date_order,
        *table.known_columns,
        table.key,
        str(table.where),
        table.delimiter,
        str(sorted(table.elsewhere_used)),
        *([repr(table.pages)] if table.pages is not None else []),
        *(
            f"{name}={mapping.model_dump_json()}"
            for name, mapping in sorted(table.mappings.items())
        ),
        *(facts[path].sha256 + facts[path].name for path in table.files),
        *lookups,
    ]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _read_all(
    plan: SourcePlan,
    connection: duckdb.DuckDBPyConnection,
    facts: dict[Path, FileFacts],
    accepted: dict[str, Manifest | None],
    progress: Callable[[str], None],
) -> dict[Path, ReadFile]:
    earlier = {
        file.name: file.columns
        for manifest in accepted.values()
        if manifest is not None
        for file in manifest.files
    }
    delimiters = {path: table.delimiter for table in plan.tables for path in table.files}
    pages = {path: table.pages for table in plan.tables for path in table.files}
    reads: dict[Path, ReadFile] = {}
    for number, (path, fact) in enumerate(facts.items()):
        progress(f"{plan.source}: reading {path.name} ({fact.bytes / 1e6:,.1f} MB)")
        reads[path] = read_file(
            connection,
            path,
            fact,
            f"file_{number}",
            source=plan.source,
            delimiter=delimiters.get(path, ","),
            earlier_columns=earlier.get(path.name, ()),
            pages=pages.get(path),
        )
    return reads


def _land_table(
    plan: SourcePlan,
    table: TablePlan,
    connection: duckdb.DuckDBPyConnection,
    reads: dict[Path, ReadFile],
    ledger: Ledger,
    fingerprint: str,
    as_of_date: dt.date,
) -> Manifest:
    files = [reads[path] for path in table.files]
    names = ", ".join(file.facts.name for file in files)
    extra = _extra_columns(table, files)
    for lookup in {m.lookup.file: m.lookup for m in table.mappings.values() if m.lookup}.values():
        _refuse_duplicate_lookup_keys(plan, connection, reads, lookup.file, lookup.key)
    connection.execute("drop table if exists landed")
    for keep_on_error in (False, True):
        selects = [
            _select(plan, table, file, reads, extra, keep_on_error=keep_on_error) for file in files
        ]
        try:
            connection.execute(
                "create or replace table landed as " + "\nunion all by name\n".join(selects)
            )
            break
        except (
            duckdb.ConversionException,
            duckdb.OutOfRangeException,
            duckdb.InvalidInputException,
        ):
            # Some value does not fit an expression: it is kept as it is and becomes a finding.
            if keep_on_error:
                raise
        except duckdb.Error as error:
            raise SourceError(
                plan.source,
                f"{names}, mapping of {table.table}",
                str(error).splitlines()[0],
                "expressions over the file's text columns",
                "Correct the expressions of this entity in the company file; every column of a "
                "file is text, so cast before computing.",
            ) from None
    _check_keys(plan, table, connection, names)
    rows = connection.execute("select count(*) from landed").fetchone()
    reader = connection.execute("select * from landed").to_arrow_reader(100_000)
    # Written through Arrow: the connection itself may no longer touch files.
    path = ledger.parquet(table.table, pending=True)
    with pq.ParquetWriter(path, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)
    return Manifest(
        source=plan.source,
        table=table.table,
        fingerprint=fingerprint,
        as_of_date=as_of_date,
        rows=int(rows[0]) if rows else 0,
        files=tuple(
            LandedFile(
                name=file.facts.name,
                sha256=file.facts.sha256,
                bytes=file.facts.bytes,
                rows=file.rows,
                columns=file.columns,
                ends_with_newline=file.facts.ends_with_newline,
            )
            for file in files
        ),
    )


def _extra_columns(table: TablePlan, files: Sequence[ReadFile]) -> tuple[str, ...]:
    """Columns of the files beyond the known ones, in their first file's spelling."""
    known = {column.lower() for column in table.known_columns}
    extra: dict[str, str] = {}
    for file in files:
        for column in file.columns:
            if column.lower() not in known and not column.startswith("_"):
                extra.setdefault(column.lower(), column)
    return tuple(extra.values()) if table.takes_same_names else ()


def _select(
    plan: SourcePlan,
    table: TablePlan,
    file: ReadFile,
    reads: dict[Path, ReadFile],
    extra: Sequence[str],
    *,
    keep_on_error: bool,
) -> str:
    def place(column: str) -> Place:
        return Place(plan.source, file.facts.name, table.table, column)

    own = {column.lower(): column for column in file.columns}
    mapped: dict[str, Mapped] = {}
    for column in table.known_columns:
        mapping = table.mappings.get(column)
        if mapping is not None:
            lookup = (
                reads[plan.lookup_folder_files[mapping.lookup.file]] if mapping.lookup else None
            )
            mapped[column] = map_column(
                mapping,
                file.columns,
                place(column),
                keep_on_error=keep_on_error,
                lookup_relation=lookup.relation if lookup else None,
                lookup_columns=lookup.columns if lookup else (),
            )
        elif table.takes_same_names and column.lower() in own:
            name = own[column.lower()]
            sql = f"nullif(trim({ROW}.{identifier(name)}), '')"
            mapped[column] = Mapped(sql, frozenset({name}))
        else:
            mapped[column] = Mapped("cast(null as varchar)", frozenset())
    used = {name for column in mapped.values() for name in column.used} | table.elsewhere_used
    condition = "true"
    if table.where is not None:
        checked, judged = check_expression(table.where, file.columns, place("where"))
        condition, used = f"coalesce(({checked}), false)", used | judged
    if table.takes_same_names:
        custom = [own[column.lower()] for column in extra if column.lower() in own]
    else:
        custom = [name for name in file.columns if name not in used and table.carries_unmapped]
    values = [f"{column.sql} as {identifier(name)}" for name, column in mapped.items()]
    values += [
        f"{ROW}.{identifier(own[column.lower()])} as {identifier(column)}"
        if column.lower() in own
        else f"cast(null as varchar) as {identifier(column)}"
        for column in extra
    ]
    source_row = _json_object(file.columns) if table.keeps_source_row else "cast(null as varchar)"
    hashed = ", ".join(
        f"coalesce({identifier(name)}, chr(30))" for name in [*table.known_columns, *extra]
    )
    joins = "\n".join(column.join for column in mapped.values() if column.join)
    return f"""
    select
        {literal(plan.source)} as _source_name,
        {table.key_sql} as _record_id,
        md5(concat_ws(chr(31), {hashed}, coalesce(_custom_fields, ''))) as _row_hash,
        false as _is_absent,
        cast(null as date) as _absent_since,
        {literal(file.facts.name)} as _file_name,
        *,
        {literal(plan.time_zone)} as _source_time_zone,
        {literal(plan.date_order)} as _date_order
    from (
        select {", ".join(values)}, {_json_object(custom)} as _custom_fields,
            {source_row} as _source_row
        from {identifier(file.relation)} as {ROW} {joins}
        where {condition}
    )
    """


def _json_object(columns: Sequence[str]) -> str:
    """JSON text of the columns that hold something, or NULL if none does."""
    if not columns:
        return "cast(null as varchar)"
    pairs = ", ".join(f"{literal(name)}, {ROW}.{identifier(name)}" for name in columns)
    # Merging into an empty object drops what is NULL.
    merged = f"json_merge_patch('{{}}', json_object({pairs}))"
    return f"nullif(cast({merged} as varchar), '{{}}')"


def _refuse_duplicate_lookup_keys(
    plan: SourcePlan,
    connection: duckdb.DuckDBPyConnection,
    reads: dict[Path, ReadFile],
    file_name: str,
    key: str,
) -> None:
    file = reads[plan.lookup_folder_files[file_name]]
    own = next((column for column in file.columns if column.lower() == key.lower()), None)
    if own is None:
        return  # the mapping itself says so, with a suggestion
    twice = connection.execute(
        f"select {identifier(own)}, count(*) from {identifier(file.relation)} "
        "group by 1 having count(*) > 1 order by 1 limit 1"
    ).fetchone()
    if twice is not None:
        raise SourceError(
            plan.source,
            f"{file.facts.name}, column '{own}'",
            f"{twice[1]} rows with the key '{twice[0]}'",
            "each key once, since it is looked up",
            "Remove the duplicates, or look up another column.",
        )


def _check_keys(
    plan: SourcePlan, table: TablePlan, connection: duckdb.DuckDBPyConnection, names: str
) -> None:
    blank = connection.execute(
        """
        select record, file_name, total from (
            select _record_id, _file_name as file_name,
                row_number() over () as record, count(*) over () as total
            from landed
        ) where _record_id is null order by record limit 1
        """
    ).fetchone()
    where = f"{names}, column '{table.key}'"
    if blank is not None:
        missing = connection.execute(
            "select count(*) from landed where _record_id is null"
        ).fetchone()
        raise SourceError(
            plan.source,
            f"{where}, record {blank[0]}",
            f"no key (in {missing[0] if missing else 1:,} of {blank[2]:,} records)",
            "a key in every record",
            "Export the column with the record's id, or map it in the company file.",
        )
    twice = connection.execute(
        """
        select _record_id, count(*) from landed
        group by _record_id having count(*) > 1 order by _record_id limit 1
        """
    ).fetchone()
    if twice is not None:
        count = connection.execute(
            """
            select count(*) from (
                select _record_id from landed group by _record_id having count(*) > 1
            )
            """
        ).fetchone()
        raise SourceError(
            plan.source,
            where,
            f"the key '{twice[0]}' {twice[1]} times ({count[0] if count else 1:,} such keys)",
            "each key once",
            "Export each record once; if the files overlap, leave one of them out.",
        )
    if table.key_check is not None and (error := table.key_check(connection, "landed", names)):
        raise error


def _compare_with_previous(
    plan: SourcePlan, table: TablePlan, manifest: Manifest, previous: Manifest | None
) -> None:
    if previous is None:
        return
    names = ", ".join(file.name for file in manifest.files)
    dropped = {column.lower() for column in table.dropped_columns}
    now = {column.lower() for column in manifest.columns}
    gone = [
        column
        for column in previous.columns
        if column.lower() not in now and column.lower() not in dropped
    ]
    if gone:
        raise SourceError(
            plan.source,
            f"{names}, row 1",
            f"a changed header: no column {', '.join(repr(column) for column in gone)}, "
            f"which was delivered on {previous.as_of_date}",
            "every column that was delivered before; further ones are fine (T01)",
            "Export the column again. If it is gone for good, list it under dropped_columns of "
            "this source in the company file.",
        )
    if not plan.is_full_export:
        return
    if previous.rows > 0 and manifest.rows == 0:
        raise SourceError(
            plan.source,
            names,
            f"no records, where {previous.rows:,} were delivered on {previous.as_of_date}",
            "records, since a full export without any would delete all (T02)",
            "Export it again; the export probably broke off.",
        )
    # In decimals: in floats, 30 % of 90 records would be less than 27.
    may_lack = int(previous.rows * Decimal(str(plan.max_row_drop_share)))
    allowed = previous.rows - may_lack
    if previous.rows >= plan.max_row_drop_minimum and manifest.rows < allowed:
        raise SourceError(
            plan.source,
            names,
            f"{manifest.rows:,} records, where {previous.rows:,} were delivered on "
            f"{previous.as_of_date}",
            f"at least {allowed:,}, {may_lack:,} fewer than before "
            f"(T03, max_row_drop_share {plan.max_row_drop_share:g})",
            "The file was probably cut off: export it again. If so many records really were "
            f"deleted, set max_row_drop_share of source '{plan.source}' in the company file to "
            f"{_share_to_accept(previous.rows, manifest.rows)} for one night.",
        )
    ended = {file.name: file.ends_with_newline for file in previous.files}
    for file in manifest.files:
        if file.name.lower().endswith(".parquet") or file.ends_with_newline:
            continue
        if ended.get(file.name) and file.rows:
            raise SourceError(
                plan.source,
                f"{file.name}, row {file.rows + 1}",
                "a last row that does not end, where earlier files ended with a line break",
                "a complete last row",
                "The file was probably cut off within a value: export it again.",
            )


def _share_to_accept(rows_before: int, rows: int) -> Decimal:
    """The smallest ``max_row_drop_share`` in hundredths that lets so few rows pass."""
    lacking = Decimal(rows_before - rows) / rows_before
    return lacking.quantize(Decimal("0.01"), rounding=ROUND_UP)
