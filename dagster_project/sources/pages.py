"""Responses of a vendor's interface, kept as they were received: one page of records a line.

Belongs here: the shape of a page, and pages into a DuckDB table of text columns, one row a record.
Does not belong here: files whose lines are records themselves (``readers``), and vendors.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dagster_project.sources.errors import SourceError
from dagster_project.sql_text import identifier, literal

SUFFIXES = (".jsonl", ".jsonl.gz")
MAXIMUM_PAGE_BYTES = 1 << 27


@dataclass(frozen=True)
class PageShape:
    """How the pages of an interface look.

    ``{"results": [{"id": "1", "properties": {"name": "Acme"}, "archived": false}], "paging": …}``
    is ``PageShape("results", key="id", unpacked="properties", next_page="$.paging.next")``: its
    columns are ``id``, ``name`` and ``archived``.
    """

    records: str
    """Key of a page that holds the list of its records."""
    key: str
    """Field of a record that is different in every record."""
    unpacked: str | None = None
    """Field of a record, an object, whose members become columns beside the other fields."""
    next_page: str | None = None
    """JSON path in a page that says whether another follows: neither absent, null nor false."""
    may_lack_records: bool = False
    """Whether a page without records may leave their key out instead of giving an empty list."""


def find_pages(folder: Path, name: str) -> Path | None:
    """The file with the pages of ``name`` in ``folder``, plain or compressed, if there is one."""
    found = [folder / f"{name}{suffix}" for suffix in SUFFIXES]
    return next((path for path in found if path.is_file()), None)


def read_pages(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    relation: str,
    source: str,
    shape: PageShape,
    earlier_columns: Sequence[str],
) -> tuple[str, ...]:
    """Read the records of all pages of ``path`` into table ``relation``, every column text.

    What is nested is JSON text. A record that two pages hold alike, as happens when records are
    changed while pages are fetched, is kept once.

    Args:
        connection: the landing database.
        path: a ``.jsonl`` or ``.jsonl.gz`` file.
        relation: name of the table to write.
        source: name of the source, for messages.
        shape: how the pages look.
        earlier_columns: columns of earlier nights; one that no record has tonight is empty.

    Raises:
        SourceError: a line that is no JSON, an error response, a page without records, a record
            without key or given twice in different ways, a last page that announces another.
    """
    pages = identifier(relation + "__pages")
    records = identifier(relation + "__records")
    try:
        connection.execute(
            f"""
            create or replace table {pages} as
            select json as document, row_number() over () as page
            from read_ndjson_objects(
                {literal(str(path))}, maximum_object_size = {MAXIMUM_PAGE_BYTES}
            )
            """
        )
    except duckdb.Error:
        line, reason = _first_broken_line(path)
        raise SourceError(
            source,
            f"{path.name}, line {line}",
            f"no valid JSON: {reason}",
            "one response of the interface a line, as one JSON object",
            "Fetch it again; if this is the last line, the file was cut off.",
        ) from None
    _refuse_errors(connection, pages, path.name, source, shape)
    _refuse_other_pages(connection, pages, path.name, source, shape)
    every_record = _path(shape.records) + "[*]"
    connection.execute(
        f"""
        create or replace table {records} as
        select page, position, record, record ->> {literal(_path(shape.key))} as key
        from (
            select page, unnest(found) as record, generate_subscripts(found, 1) as position
            from (
                select page, json_extract(document, {literal(every_record)}) as found
                from {pages}
            )
        )
        """
    )
    _refuse_other_records(connection, records, path.name, source, shape)
    columns = _write(connection, records, relation, path.name, source, shape, earlier_columns)
    connection.execute(f"drop table {pages}; drop table {records}")
    return columns


def _refuse_errors(
    connection: duckdb.DuckDBPyConnection, pages: str, name: str, source: str, shape: PageShape
) -> None:
    """Refuse a page on which the interface says that it failed."""
    # Marketo: success false with errors [{code, message}]. HubSpot: status error with a category.
    failed = connection.execute(
        f"""
        select page,
            coalesce(
                document ->> '$.errors[0].code', document ->> '$.category',
                document ->> '$.status', 'no code'
            ),
            coalesce(document ->> '$.errors[0].message', document ->> '$.message', 'no message')
        from {pages}
        where (document ->> '$.success') = 'false'
            or (
                not coalesce(json_exists(document, {literal(_path(shape.records))}), false)
                and (
                    json_exists(document, '$.errors') or (document ->> '$.status') = 'error'
                    or json_exists(document, '$.message')
                )
            )
        order by page limit 1
        """
    ).fetchone()
    if failed is not None:
        page, code, message = failed
        short = " ".join(str(message).split())[:100]
        raise SourceError(
            source,
            f"{name}, line {page} (page {page})",
            f"an error response instead of records: {code}, {short!r}",
            f"pages with '{shape.records}'",
            "Fetch it again from the first page; nothing of a failed page may be left out.",
        )


def _refuse_other_pages(
    connection: duckdb.DuckDBPyConnection, pages: str, name: str, source: str, shape: PageShape
) -> None:
    if connection.execute(f"select 1 from {pages} limit 1").fetchone() is None:
        raise SourceError(
            source,
            name,
            "no page",
            "at least one response of the interface, also if it holds no records",
            "Fetch it again: the transfer was probably cut off before it began.",
        )
    at = literal(_path(shape.records))
    allowed = "'ARRAY', ''" if shape.may_lack_records else "'ARRAY'"
    other = connection.execute(
        f"""
        select page, kind, fields from (
            select page, coalesce(json_type(document, {at}), '') as kind,
                case when json_type(document) = 'OBJECT'
                    then array_to_string(json_keys(document), ', ') end as fields
            from {pages}
        )
        where fields is null or kind not in ({allowed})
        order by page limit 1
        """
    ).fetchone()
    if other is not None:
        page, kind, fields = other
        if fields is None:
            found = "a line that is no JSON object"
        elif kind:
            found = f"'{shape.records}' that is a JSON {kind.lower()}"
        else:
            found = f"a page without '{shape.records}'; it has {fields or 'no fields'}"
        raise SourceError(
            source,
            f"{name}, line {page} (page {page})",
            found,
            f"pages with a list of records under '{shape.records}'",
            "Keep the interface's responses as they are, one a line; fetch the file again.",
        )
    if shape.next_page is None:
        return
    unfinished = connection.execute(
        f"""
        select page from {pages}
        where page = (select max(page) from {pages})
            and coalesce(document ->> {literal(shape.next_page)}, 'false') not in ('false', '')
        """
    ).fetchone()
    if unfinished is not None:
        raise SourceError(
            source,
            f"{name}, line {unfinished[0]} (page {unfinished[0]})",
            "a last page that announces another one",
            "all pages up to the one that announces no further",
            "The fetching broke off: fetch it again, or the missing pages after this one.",
        )


def _refuse_other_records(
    connection: duckdb.DuckDBPyConnection, records: str, name: str, source: str, shape: PageShape
) -> None:
    wrong = connection.execute(
        f"""
        select page, position, json_type(record), key from {records}
        where json_type(record) <> 'OBJECT' or nullif(trim(key), '') is null
        order by page, position limit 1
        """
    ).fetchone()
    if wrong is not None:
        page, position, kind, _ = wrong
        raise SourceError(
            source,
            f"{name}, line {page} (page {page}), record {position}",
            f"no '{shape.key}'" if kind == "OBJECT" else f"a JSON {str(kind).lower()}",
            f"records as objects, each with its '{shape.key}'",
            "Keep the interface's responses as they are, one a line; fetch the file again.",
        )
    differing = connection.execute(
        f"""
        select key, min(page), max(page) from {records}
        where key in (select key from {records} group by key having count(*) > 1)
        group by key having count(distinct cast(record as varchar)) > 1
        order by min(page), key limit 1
        """
    ).fetchone()
    if differing is not None:
        key, first, last = differing
        raise SourceError(
            source,
            f"{name}, line {last} (page {last})",
            f"the record '{key}' once more and otherwise than on page {first}",
            "each record once, or the same each time",
            "Two exports were probably put together, or a record changed while pages were "
            "fetched: fetch the file again.",
        )


def _write(
    connection: duckdb.DuckDBPyConnection,
    records: str,
    relation: str,
    name: str,
    source: str,
    shape: PageShape,
    earlier_columns: Sequence[str],
) -> tuple[str, ...]:
    paths = {
        column: _path(column)
        for column in _keys(connection, records, "record")
        if column != shape.unpacked
    }
    if shape.unpacked is not None:
        inner = f"record -> {literal(_path(shape.unpacked))}"
        for column in _keys(connection, records, inner):
            twice = next((other for other in paths if other.lower() == column.lower()), None)
            if twice is not None:
                raise SourceError(
                    source,
                    name,
                    f"'{column}' under '{shape.unpacked}', beside the records' own '{twice}'",
                    "every name once, capitals or not",
                    "Leave this property out when fetching.",
                )
            paths[column] = _path(shape.unpacked) + _path(column)[1:]
    columns = tuple(dict.fromkeys([*paths, shape.key, *earlier_columns]))
    # All paths of a record at once: one path a column would parse every record once a column. The
    # text of a scalar is given, and the JSON text of anything nested.
    wanted = [column for column in columns if column in paths]
    values = ", ".join(
        f"nullif(texts[{wanted.index(column) + 1}], '') as {identifier(column)}"
        if column in paths
        else f"cast(null as varchar) as {identifier(column)}"
        for column in columns
    )
    texts = ", ".join(literal(paths[column]) for column in wanted)
    repeated = connection.execute(
        f"select 1 from {records} group by key having count(*) > 1 limit 1"
    ).fetchone()
    latest = (
        "qualify row_number() over (partition by key order by page desc, position desc) = 1 "
        "order by page, position"
        if repeated is not None
        else ""
    )
    connection.execute(
        f"""
        create or replace table {identifier(relation)} as
        select {values}
        from (
            select key, page, position,
                json_extract_string(record, cast([{texts}] as varchar[])) as texts
            from {records}
        )
        {latest}
        """
    )
    return columns


def _keys(connection: duckdb.DuckDBPyConnection, records: str, sql: str) -> list[str]:
    """Keys of the objects ``sql`` over the records, in the order in which they first appear."""
    return [
        key
        for (key,) in connection.execute(
            f"""
            select key from (
                select unnest(keys) as key, generate_subscripts(keys, 1) as place, page, position
                from (select json_keys({sql}) as keys, page, position from {records})
            )
            group by key order by min((page, position, place)), key
            """
        ).fetchall()
    ]


def _path(key: str) -> str:
    return '$."' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _first_broken_line(path: Path) -> tuple[int, str]:
    """The first line that is no JSON, and why; only read when the engine has refused the file."""
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                if line.strip():
                    json.loads(line)
            except (json.JSONDecodeError, UnicodeDecodeError) as error:
                return number, getattr(error, "msg", "bytes that are not UTF-8")
    return 1, "a page that is too large, or fields nested too deeply"
