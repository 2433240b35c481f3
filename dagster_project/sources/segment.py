"""Segment: product events by day, and the calls that describe workspaces and their users.

Belongs here: which files are read and what their rows look like. Does not belong here: keeping
events (``lake``), loading calls (``landing``, ``loading``), typing of traits (dbt staging).

``tracks/<day>.parquet`` has the columns of Segment's warehouse table ``tracks``;
``tracks/<day>.jsonl`` (or ``.jsonl.gz``) one track call a line, as Segment's storage destinations
write them. ``groups.jsonl`` and ``identifies.jsonl`` hold group and identify calls.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb

from dagster_project.company.model import Company, SegmentExport
from dagster_project.contract import raw_tables
from dagster_project.sources.errors import SourceError
from dagster_project.sources.lake import LakeTable
from dagster_project.sources.landing import SourcePlan, TablePlan
from dagster_project.sources.mapping import Place, resolve_column
from dagster_project.sources.vendor import Vendor
from dagster_project.sql_text import identifier, literal

SCHEMA = "raw_segment"
TRACKS = "tracks"
CALLS = {"groups": "group", "identifies": "identify"}
"""Raw table, which is also the file's name → type of its calls."""

_INSTANT = "timestamp with time zone"

TRACK_COLUMNS = {
    "message_id": "varchar",
    "event": "varchar",
    "event_text": "varchar",
    "user_id": "varchar",
    "anonymous_id": "varchar",
    "context_group_id": "varchar",
    "context_traits_email": "varchar",
    "timestamp": _INSTANT,
    "received_at": _INSTANT,
    "sent_at": _INSTANT,
    "original_timestamp": _INSTANT,
    "properties": "varchar",
}
"""Columns of Segment's warehouse table ``tracks`` that are kept apart; others are carried along."""

NEEDED = ("message_id", "event_text", "timestamp", "received_at")

_DAY_FILE = re.compile(r"^(\d{4}-\d{2}-\d{2}([-_.].+)?)\.(parquet|jsonl|jsonl\.gz)$")
_MAXIMUM_CALL_BYTES = 1 << 24

_KEPT_OF_CONTEXT = {"groupId": None, "traits": {"email": None}}
_CALL_PATHS = {
    "message_id": "$.messageId",
    "event_text": "$.event",
    "user_id": "$.userId",
    "anonymous_id": "$.anonymousId",
    "context_group_id": "$.context.groupId",
    "context_traits_email": "$.context.traits.email",
    "timestamp": "$.timestamp",
    "received_at": "$.receivedAt",
    "sent_at": "$.sentAt",
    "original_timestamp": "$.originalTimestamp",
    "properties": "$.properties",
}


def plan_segment(source: SegmentExport, company: Company) -> SourcePlan:
    """Plan the landing of calls and the copying of day files.

    Raises:
        SourceError: no folder, nothing of Segment in it, two files for one day, a strange name.
    """
    folder = company.source_folder(source)
    if not folder.is_dir():
        raise SourceError(
            source.name,
            str(folder),
            "no such folder",
            "a folder with tracks/<day>.parquet, groups.jsonl and identifies.jsonl",
            "Correct path of this source in the company file, or put the export there.",
        )
    files = {table: _calls_file(folder, table) for table in CALLS}
    days = _day_files(source, folder / TRACKS)
    if not days and not any(files.values()):
        raise SourceError(
            source.name,
            str(folder),
            "neither events nor calls",
            "tracks/<day>.parquet or tracks/<day>.jsonl, groups.jsonl, identifies.jsonl",
            "Put Segment's files there, or correct path of this source in the company file.",
        )
    known = raw_tables(SCHEMA)
    return SourcePlan(
        source=source.name,
        time_zone=source.time_zone or "UTC",
        date_order="ymd",
        max_row_drop_share=source.max_row_drop_share,
        max_row_drop_minimum=source.max_row_drop_minimum,
        is_full_export=source.is_full_export,
        tables=tuple(
            TablePlan(
                table=table,
                files=(path,),
                known_columns=known[table],
                mappings=_mappings(source, company, table),
                key="messageId",
                key_sql=identifier("messageId"),
                takes_same_names=True,
                keeps_source_row=False,
                dropped_columns=source.dropped_columns.get(table, ()),
                may_be_compressed=True,
                key_check=_call_check(source.name, table),
            )
            for table, path in files.items()
            if path is not None
        ),
        lake=LakeTable(
            table=TRACKS,
            files=days,
            columns=TRACK_COLUMNS,
            key="message_id",
            occurred="timestamp",
            needed=NEEDED,
            select=lambda connection, path: _select(connection, path, source.name),
        ),
    )


def _calls_file(folder: Path, table: str) -> Path | None:
    found = (folder / f"{table}{suffix}" for suffix in (".jsonl", ".jsonl.gz"))
    return next((path for path in found if path.is_file()), None)


def _day_files(source: SegmentExport, folder: Path) -> dict[str, Path]:
    files: dict[str, Path] = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name.startswith(".") or not path.is_file():
            continue
        match = _DAY_FILE.match(path.name)
        if match is None:
            raise SourceError(
                source.name,
                f"{folder.name}/{path.name}",
                "a file that is not named after a day",
                "2026-01-31.parquet, 2026-01-31.jsonl or 2026-01-31.jsonl.gz, also with a part "
                "such as 2026-01-31-07.parquet",
                "Rename it to the day on which its events were received, or take it away.",
            )
        name = match.group(1)
        if name in files:
            raise SourceError(
                source.name,
                f"{folder.name}/{path.name}",
                f"two files for {name}: {files[name].name} and {path.name}",
                "each day, or part of a day, once",
                "Take one of them away, or name them as parts, such as 2026-01-31-1.parquet.",
            )
        files[name] = path
    return files


def _mappings(source: SegmentExport, company: Company, table: str):  # type: ignore[no-untyped-def]
    known = raw_tables(SCHEMA)[table]
    for name in source.columns:
        if name not in CALLS:
            raise Place(source.name, company.path.name, name, "").error(
                f"a mapping for '{name}'",
                ", ".join(CALLS),
                "Correct the name under columns in the company file.",
            )
    return {
        resolve_column(name, known, Place(source.name, company.path.name, table, name)): mapping
        for name, mapping in source.columns.get(table, {}).items()
    }


def _call_check(source: str, table: str):  # type: ignore[no-untyped-def]
    kind = CALLS[table]
    subject = "groupId" if kind == "group" else "userId"

    def check(
        connection: duckdb.DuckDBPyConnection, relation: str, names: str
    ) -> SourceError | None:
        # A user may be known by a cookie only; a group always has its id.
        nobody = (
            f"{identifier(subject)} is null"
            if kind == "group"
            else "userId is null and anonymousId is null"
        )
        wrong = connection.execute(
            f"""
            select record, type, {nobody} as is_nobody from (
                select *, row_number() over () as record from {identifier(relation)}
            )
            where coalesce(type, '{kind}') <> '{kind}' or {nobody}
            order by record limit 1
            """
        ).fetchone()
        if wrong is None:
            return None
        record, found, is_nobody = wrong
        return SourceError(
            source,
            f"{names}, record {record}",
            f"no {subject}" if is_nobody else f"a call of type '{found}'",
            f"{kind} calls, each with its {subject}",
            "Export the calls again, by their type.",
        )

    return check


def _select(connection: duckdb.DuckDBPyConnection, path: Path, source: str) -> str:
    if path.suffix == ".parquet":
        return _select_parquet(connection, path, source)
    return _select_calls(connection, path, source)


def _select_parquet(connection: duckdb.DuckDBPyConnection, path: Path, source: str) -> str:
    relation = f"read_parquet({literal(str(path))})"
    try:
        described = connection.execute(f"describe select * from {relation}").fetchall()
    except duckdb.Error as error:
        raise SourceError(
            source,
            path.name,
            f"no readable Parquet: {str(error).splitlines()[0]}",
            "a complete Parquet file",
            "Export this day again; without its last bytes it is unreadable.",
        ) from None
    own = {row[0].lower(): (row[0], row[1]) for row in described}
    if "event_text" not in own and "event" in own:
        own["event_text"] = own["event"]
    missing = [column for column in NEEDED if column not in own]
    if missing:
        raise SourceError(
            source,
            f"{path.name}, column '{missing[0]}'",
            f"no such column among {', '.join(row[0] for row in described)}",
            ", ".join(NEEDED),
            "Export Segment's table tracks with these columns.",
        )
    values = [
        f"{_typed(identifier(own[column][0]), data_type, own[column][1])} as {identifier(column)}"
        if column in own
        else f"cast(null as {data_type}) as {identifier(column)}"
        for column, data_type in TRACK_COLUMNS.items()
    ]
    further = [row[0] for row in described if row[0].lower() not in TRACK_COLUMNS]
    pairs = ", ".join(f"{literal(name)}, {identifier(name)}" for name in further)
    custom = (
        f"nullif(cast(json_merge_patch('{{}}', json_object({pairs})) as varchar), '{{}}')"
        if further
        else "cast(null as varchar)"
    )
    return f"select {', '.join(values)}, {custom} as _custom_fields from {relation}"


def _select_calls(connection: duckdb.DuckDBPyConnection, path: Path, source: str) -> str:
    relation = (
        f"read_ndjson_objects({literal(str(path))}, maximum_object_size = {_MAXIMUM_CALL_BYTES})"
    )
    try:
        other = connection.execute(
            f"""
            select record, kind, type from (
                select row_number() over () as record, json_type(json) as kind,
                    json ->> '$.type' as type
                from {relation}
            )
            where kind <> 'OBJECT' or coalesce(type, 'track') <> 'track'
            order by record limit 1
            """
        ).fetchone()
    except duckdb.Error as error:
        raise SourceError(
            source,
            path.name,
            f"no valid JSON: {str(error).splitlines()[0][:160]}",
            "one track call a line, as a JSON object",
            "Export this day again; if the last row is meant, the file was cut off.",
        ) from None
    if other is not None:
        record, kind, call = other
        raise SourceError(
            source,
            f"{path.name}, row {record}",
            f"a call of type '{call}'" if kind == "OBJECT" else f"a JSON {str(kind).lower()}",
            "track calls",
            "Export track calls by themselves; page and screen calls are not read.",
        )
    values = []
    for column, data_type in TRACK_COLUMNS.items():
        if column == "event":
            # The warehouse's spelling of an event: report_created for Report Created.
            snake = "regexp_replace(lower(trim(json ->> '$.event')), '[^a-z0-9]+', '_', 'g')"
            values.append(f"nullif(trim({snake}, '_'), '') as event")
            continue
        text = f"(json ->> {literal(_CALL_PATHS[column])})"
        values.append(f"{_typed(text, data_type)} as {identifier(column)}")
    return (
        f"select {', '.join(values)}, nullif(cast({_rest('json')} as varchar), '{{}}') "
        f"as _custom_fields from {relation}"
    )


def _rest(call: str) -> str:
    """SQL for what no column holds of a call."""
    # Merging null into a key drops it.
    gone = dict.fromkeys(path[2:] for path in _CALL_PATHS.values() if path.count(".") == 1)
    emptied = json.dumps({"type": None, **gone, "context": _KEPT_OF_CONTEXT})
    rest = f"json_merge_patch({call}, {literal(emptied)})"
    for path, nested in (("$.context.traits", {"context": {"traits": None}}),
                         ("$.context", {"context": None})):  # fmt: skip
        without = f"json_merge_patch({rest}, {literal(json.dumps(nested))})"
        rest = f"case when ({rest} ->> {literal(path)}) = '{{}}' then {without} else {rest} end"
    return rest


def _typed(value: str, data_type: str, found: str = "VARCHAR") -> str:
    if data_type == _INSTANT and found.startswith("TIMESTAMP"):
        return f"cast({value} as {data_type})"
    text = f"nullif(trim({value if found == 'VARCHAR' else f'cast({value} as varchar)'}), '')"
    return f"try_cast({text} as {data_type})" if data_type == _INSTANT else text


VENDOR = Vendor(
    source_type="segment_export",
    label="segment",
    schema=SCHEMA,
    plan=plan_segment,
    lake_columns={TRACKS: TRACK_COLUMNS},
    feeds={
        TRACKS: {"product_event": "count(*)"},
        # A call is a version of a workspace or user, not one itself.
        "groups": {"workspace": "count(distinct groupId)"},
        "identifies": {"workspace_user": "count(distinct userId)"},
    },
)
