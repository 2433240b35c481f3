"""Reading one file as text, strictly.

Belongs here: CSV, JSONL and Parquet into a DuckDB table of text columns, and every reason to
refuse a file as it is. Does not belong here: mapping, and comparing with earlier nights.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dagster_project.sources.errors import SourceError
from dagster_project.sources.pages import PageShape, read_pages
from dagster_project.sql_text import identifier, literal

CHUNK_BYTES = 1 << 20
PREVIEW_CHARACTERS = 60
FORMATS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}


@dataclass(frozen=True)
class FileFacts:
    """What a file looked like; kept in the ledger to recognise it and to compare with."""

    name: str
    sha256: str
    bytes: int
    ends_with_newline: bool


@dataclass(frozen=True)
class ReadFile:
    """A file that was read into table ``relation`` of the landing database."""

    facts: FileFacts
    relation: str
    columns: tuple[str, ...]
    rows: int


def inspect_file(path: Path, source: str, *, may_be_compressed: bool = False) -> FileFacts:
    """Fingerprint ``path`` in one pass, and refuse what no reader could make sense of.

    Args:
        path: the file.
        source: name of the source, for messages.
        may_be_compressed: whether a file that ends in ``.gz`` is unpacked while it is read.

    Raises:
        SourceError: missing, unreadable, empty, compressed, a compressed file that breaks off, a
            web page, not UTF-8 by its first bytes, or with NUL characters.
    """
    name = path.name
    if not path.exists():
        raise SourceError(
            source, name, "no such file", "a readable file", "Export it again, or correct the path."
        )
    digest, size, last, has_nul, head = hashlib.sha256(), 0, b"", False, b""
    unpack = _Unpacking() if may_be_compressed and path.suffix.lower() == ".gz" else None
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
                size += len(chunk)
                for text in unpack.texts(chunk) if unpack is not None else (chunk,):
                    head = head or text[:512]
                    last = text[-1:]
                    has_nul = has_nul or b"\x00" in text
    except zlib.error:
        raise SourceError(
            source,
            name,
            "bytes that are not gzip",
            "a complete gzip file",
            "Transfer it again; a plain file must not end in .gz.",
        ) from None
    except OSError as error:
        raise SourceError(
            source,
            name,
            f"the file cannot be opened ({error.strerror})",
            "a file that the user of the nightly run may read",
            "Correct its permissions, or the path in the company file.",
        ) from None
    if size == 0:
        raise SourceError(
            source,
            name,
            "an empty file (0 bytes)",
            "at least a header",
            "Export it again: the transfer was probably cut off before it began.",
        )
    if unpack is not None and not unpack.is_complete:
        raise SourceError(
            source,
            name,
            f"a compressed file that breaks off after {size:,} bytes",
            "a complete gzip file",
            "Transfer it again: it was cut off.",
        )
    if path.suffix.lower() != ".parquet":
        _refuse_other_contents(source, name, head, has_nul)
    return FileFacts(name, digest.hexdigest(), size, last in (b"\n", b"\r"))


class _Unpacking:
    """Unpacks gzip piece by piece, checksums included; one file may be several put together."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)
        self._is_begun = False

    @property
    def is_complete(self) -> bool:
        """Whether the last member ended with its checksum."""
        return self._member.eof or not self._is_begun

    def texts(self, chunk: bytes) -> Iterator[bytes]:
        """The unpacked pieces that end within ``chunk``, none of them empty."""
        while chunk:
            if self._member.eof:
                self._member = zlib.decompressobj(wbits=31)
            self._is_begun = True
            if text := self._member.decompress(chunk):
                yield text
            chunk = self._member.unused_data


def _refuse_other_contents(source: str, name: str, head: bytes, has_nul: bool) -> None:
    text = head.lstrip(b"\xef\xbb\xbf \r\n\t")
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise SourceError(
            source, name, "UTF-16 text", "UTF-8 text", "Export it again with UTF-8 encoding."
        )
    if head[:2] == b"PK" or head[:2] == b"\x1f\x8b":
        raise SourceError(
            source, name, "a compressed archive", "plain text", "Unpack it into the folder first."
        )
    if text[:1] == b"<":
        raise SourceError(
            source,
            name,
            f"a web page or XML, beginning {_preview(text.decode('utf-8', 'replace'))}",
            "the export's own text",
            "Download it again while logged in: this is probably a login or error page.",
        )
    if has_nul:
        raise SourceError(
            source,
            name,
            "NUL characters",
            "text without NUL characters",
            "Export it again: the file was damaged on its way, or is not a text file.",
        )


def read_file(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    facts: FileFacts,
    relation: str,
    *,
    source: str,
    delimiter: str = ",",
    earlier_columns: Sequence[str] = (),
    pages: PageShape | None = None,
) -> ReadFile:
    """Read ``path`` into table ``relation``: every column text, blank as NULL, order kept.

    Args:
        connection: the landing database.
        path: the file.
        facts: what ``inspect_file`` found.
        relation: name of the table to write.
        source: name of the source, for messages.
        delimiter: separator of a CSV.
        earlier_columns: fields that this file had on earlier nights. JSON leaves out what a record
            does not have, so one that no record has tonight is an empty column, not a lost one.
        pages: how the pages look, if every line is a page of records rather than a record.

    Raises:
        SourceError: the format is unknown, or the contents break it; names the row and column.
    """
    # Compressed files have passed inspection only where they may be so.
    inner = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    file_format = FORMATS.get(inner.suffix.lower())
    if pages is not None:
        columns = read_pages(connection, path, relation, source, pages, earlier_columns)
    elif file_format == "csv":
        columns = _read_csv(connection, path, relation, source, delimiter)
    elif file_format == "jsonl":
        columns = _read_jsonl(connection, path, relation, source, earlier_columns)
    elif file_format == "parquet":
        columns = _read_parquet(connection, path, relation, source)
    else:
        raise SourceError(
            source,
            path.name,
            f"a file of kind '{path.suffix or 'none'}'",
            ", ".join(FORMATS),
            "Export it in one of these formats.",
        )
    rows = _count(connection, f"select count(*) from {identifier(relation)}")
    return ReadFile(facts, relation, columns, rows)


def _read_csv(
    connection: duckdb.DuckDBPyConnection, path: Path, relation: str, source: str, delimiter: str
) -> tuple[str, ...]:
    columns = _csv_header(path, source, delimiter)
    types = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in columns)
    # Rejected rows are collected rather than raised, so that the message can name the first one.
    connection.execute(
        f"""
        create or replace table {identifier(relation)} as
        select * from read_csv(
            {literal(str(path))}, auto_detect = false, header = true, columns = {{{types}}},
            delim = {literal(delimiter)}, quote = '"', escape = '"', nullstr = [''],
            strict_mode = true, store_rejects = true, max_line_size = 16777216,
            rejects_table = 'rejected_row', rejects_scan = 'rejected_scan'
        )
        """
    )
    first = connection.execute(
        """
        select line, column_name, error_type, error_message
        from rejected_row order by line, column_idx limit 1
        """
    ).fetchone()
    rejected = _count(connection, "select count(distinct line) from rejected_row")
    connection.execute("drop table rejected_row; drop table rejected_scan")
    if first is not None:
        raise _rejected(source, path.name, columns, first, rejected)
    return columns


def _csv_header(path: Path, source: str, delimiter: str) -> tuple[str, ...]:
    try:
        # Bytes that are no UTF-8 pass here, so that the reader can name the row they are in.
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            columns = [name.strip() for name in next(csv.reader(file, delimiter=delimiter), [])]
    except csv.Error as error:
        raise SourceError(
            source,
            f"{path.name}, row 1",
            f"a header that breaks off ({error})",
            "one row of column names",
            "Export it again.",
        ) from None
    if any("\udc80" <= character <= "\udcff" for column in columns for character in column):
        raise SourceError(
            source,
            f"{path.name}, row 1",
            "bytes that are not UTF-8",
            "UTF-8 text",
            "Export it again with UTF-8 encoding.",
        )
    if not any(columns):
        raise SourceError(
            source,
            f"{path.name}, row 1",
            "no header",
            "column names in the first row",
            "Export it again with column names.",
        )
    if len(columns) == 1:
        other = next((d for d in (",", ";", "\t", "|") if d != delimiter and d in columns[0]), None)
        if other is not None:
            raise SourceError(
                source,
                f"{path.name}, row 1",
                f"columns separated by {_name(other)}",
                f"columns separated by {_name(delimiter)}",
                "Export it with that separator; a 'files' source may set 'delimiter' instead.",
            )
    blank = [str(i + 1) for i, column in enumerate(columns) if not column]
    if blank:
        raise SourceError(
            source,
            f"{path.name}, row 1",
            f"no name for column {', '.join(blank)}",
            "a name for every column",
            "Name the column, or remove it from the export.",
        )
    lowered = [column.lower() for column in columns]
    twice = [column for column in columns if lowered.count(column.lower()) > 1]
    if twice:
        raise SourceError(
            source,
            f"{path.name}, row 1",
            f"column '{twice[0]}' more than once",
            "every column name once, capitals or not",
            "Rename one of the columns, or remove it from the export.",
        )
    return tuple(columns)


def _rejected(
    source: str, name: str, columns: tuple[str, ...], first: tuple[object, ...], count: int
) -> SourceError:
    # The row's text is not shown: it may hold personal data.
    line, column_name, error_type, message = first
    where = f"{name}, row {line}"
    if column_name:
        where += f", column '{column_name}'"
    others = f" ({count} rows in all)" if count > 1 else ""
    if error_type in ("MISSING COLUMNS", "TOO MANY COLUMNS"):
        number = str(message).rsplit("Found: ", 1)[-1]
        return SourceError(
            source,
            where,
            f"{number} values{others}",
            f"{len(columns)} values, as the header has",
            "Export it again; if this is the last row, the file was cut off. A text that holds the "
            "separator or a line break must be quoted.",
        )
    if error_type == "UNQUOTED VALUE":
        return SourceError(
            source,
            where,
            f"a quotation mark that is not closed{others}",
            'quoted texts closed by ", and quotation marks inside them doubled',
            "Export it again; if this is near the end, the file was cut off.",
        )
    if error_type in ("INVALID ENCODING", "INVALID UNICODE"):
        return SourceError(
            source,
            where,
            f"bytes that are not UTF-8{others}",
            "UTF-8 text",
            "Export it again with UTF-8 encoding.",
        )
    return SourceError(
        source,
        where,
        f"{str(message).splitlines()[0]}{others}",
        "a row as the header announces",
        "Correct the row, or export the file again.",
    )


def _read_jsonl(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    relation: str,
    source: str,
    earlier_columns: Sequence[str],
) -> tuple[str, ...]:
    try:
        connection.execute(
            f"""
            create or replace table {identifier(relation + "__json")} as
            select json as document, row_number() over () as record
            from read_ndjson_objects({literal(str(path))}, maximum_object_size = 67108864)
            """
        )
    except duckdb.Error:
        row, reason = _first_broken_line(path)
        raise SourceError(
            source,
            f"{path.name}, row {row}",
            f"no valid JSON: {reason}",
            "one JSON object a line",
            "Export it again; if this is the last row, the file was cut off.",
        ) from None
    documents = identifier(relation + "__json")
    other = connection.execute(
        f"select record, json_type(document) from {documents} "
        "where json_type(document) <> 'OBJECT' order by record limit 1"
    ).fetchone()
    if other is not None:
        raise SourceError(
            source,
            f"{path.name}, row {other[0]}",
            f"a JSON {str(other[1]).lower()}",
            "one JSON object a line",
            "Write every record as an object with named fields.",
        )
    columns = tuple(
        row[0]
        for row in connection.execute(
            f"""
            select key from (
                select unnest(json_keys(document)) as key, record from {documents}
            ) group by key order by min(record), key
            """
        ).fetchall()
    )
    # A night on which nothing changed brings a file without records; whether that may be is judged
    # when it is compared with the last one.
    columns = tuple(dict.fromkeys([*columns, *earlier_columns]))
    if not columns:
        raise SourceError(
            source, path.name, "no fields", "objects with named fields", "Export it again."
        )
    # ->> gives the text of a scalar, and the JSON text of anything nested.
    values = ", ".join(
        f"nullif(document ->> {literal(_json_path(column))}, '') as {identifier(column)}"
        for column in columns
    )
    connection.execute(
        f"""
        create or replace table {identifier(relation)} as select {values} from {documents}
        order by record; drop table {documents}
        """
    )
    return columns


def _first_broken_line(path: Path) -> tuple[int, str]:
    """The first line that is no JSON, and why; only read when the engine has refused the file."""
    with gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                if line.strip():
                    json.loads(line)
            except (json.JSONDecodeError, UnicodeDecodeError) as error:
                return number, getattr(error, "msg", "bytes that are not UTF-8")
    return 1, "an object that is too large, or fields nested too deeply"


def _json_path(key: str) -> str:
    return '$."' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _read_parquet(
    connection: duckdb.DuckDBPyConnection, path: Path, relation: str, source: str
) -> tuple[str, ...]:
    try:
        described = connection.execute(
            f"describe select * from read_parquet({literal(str(path))})"
        ).fetchall()
        columns = tuple(row[0] for row in described)
        values = ", ".join(
            f"nullif({_as_text(identifier(row[0]), row[1])}, '') as {identifier(row[0])}"
            for row in described
        )
        connection.execute(
            f"create or replace table {identifier(relation)} as "
            f"select {values} from read_parquet({literal(str(path))})"
        )
    except duckdb.Error as error:
        raise SourceError(
            source,
            path.name,
            f"no readable Parquet: {str(error).splitlines()[0]}",
            "a complete Parquet file",
            "Write it again; without its last bytes it is unreadable.",
        ) from None
    return columns


def _as_text(column: str, data_type: str) -> str:
    if data_type.endswith("[]") or data_type.startswith(("STRUCT", "MAP", "UNION")):
        return f"cast(to_json({column}) as varchar)"
    return f"cast({column} as varchar)"


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def _preview(text: str) -> str:
    line = " ".join(text.split())
    return repr(line[:PREVIEW_CHARACTERS] + ("…" if len(line) > PREVIEW_CHARACTERS else ""))


def _name(delimiter: str) -> str:
    return {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}.get(delimiter, delimiter)
