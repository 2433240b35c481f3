"""Writing files that are the same byte for byte whenever they hold the same rows.

Belongs here: CSV, gzipped JSON lines and Parquet, and the text of stamps. Does not belong here:
what the rows say. Every query must end in a total ORDER BY.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet

_BATCH_ROWS = 50_000
_ROW_GROUP_ROWS = 250_000


def milliseconds(instant: str) -> str:
    """SQL for 2026-09-30T13:05:00.000Z: Salesforce, Segment, HubSpot."""
    return f"strftime({instant}, '%Y-%m-%dT%H:%M:%S.000Z')"


def seconds(instant: str) -> str:
    """SQL for 2026-09-30T13:05:00Z: Marketo."""
    return f"strftime({instant}, '%Y-%m-%dT%H:%M:%SZ')"


def with_offset(instant: str) -> str:
    """SQL for 2026-09-30T13:05:00.000+00:00: Zuora."""
    return f"strftime({instant}, '%Y-%m-%dT%H:%M:%S.000+00:00')"


def day_text(day: str) -> str:
    """SQL for 2026-09-30."""
    return f"strftime({day}, '%Y-%m-%d')"


def write_csv(
    connection: duckdb.DuckDBPyConnection, query: str, path: Path, *, delimiter: str = ","
) -> int:
    """Write the rows of ``query`` with a header, NULL as nothing; returns their number.

    UTF-8 without byte order mark, lines end in a line feed, quotes where they are needed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    target = str(path).replace("'", "''")
    result = connection.execute(
        f"copy ({query}) to '{target}' (format csv, header, delimiter '{delimiter}', nullstr '')"
    ).fetchone()
    return 0 if result is None else int(result[0])


@contextmanager
def _packed(path: Path) -> Iterator[gzip.GzipFile]:
    """The gzipped file at ``path``, to be written anew.

    Its header has neither name nor time, so that equal rows give equal bytes.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
        yield packed


def write_json_lines(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> int:
    """Write the one text column of ``query``, a JSON object a row, gzipped; returns the rows."""
    rows = 0
    with _packed(path) as packed:
        for batch in connection.execute(query).to_arrow_reader(_BATCH_ROWS):
            lines = batch.column(0).to_pylist()
            if lines:
                packed.write(("\n".join(lines) + "\n").encode())
                rows += len(lines)
    return rows


def write_pages(
    connection: duckdb.DuckDBPyConnection,
    queries: Iterable[str],
    path: Path,
    *,
    page_records: int,
    page: Callable[[int, str], str],
) -> int:
    """Write records as the pages of an interface, gzipped, a page a line; returns the records.

    Args:
        connection: where the queries run.
        queries: one after the other; each has one text column, a record of JSON a row, in order.
        path: the file.
        page_records: records a page; only the last has fewer, and there is always one.
        page: number of the page from 0 and its records, joined by commas → the line.
    """
    written = pages = 0
    with (
        _packed(path) as packed,
        # Packing is half of the work; the next records are made meanwhile.
        ThreadPoolExecutor(1) as packer,
    ):
        packing = packer.submit(int)
        for records in _whole_pages(connection, queries, page_records):
            lines = [page(pages + i, text) for i, text in enumerate(_joined(records, page_records))]
            packing.result()
            packing = packer.submit(packed.write, ("\n".join(lines) + "\n").encode())
            written += len(records)
            pages += len(lines)
        packing.result()
        if not pages:
            packed.write((page(0, "") + "\n").encode())
    return written


def count_of(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """How many rows ``query`` has."""
    row = connection.execute(f"select count(*) from ({query})").fetchone()
    return int(row[0]) if row else 0


def _whole_pages(
    connection: duckdb.DuckDBPyConnection, queries: Iterable[str], page_records: int
) -> Iterator[pa.Array]:
    """The texts of ``queries`` in pieces of whole pages; the last piece has the rest."""
    rest: pa.Array = pa.array([], pa.string())
    for query in queries:
        for batch in connection.execute(query).to_arrow_reader(_BATCH_ROWS):
            texts = pa.concat_arrays([rest, batch.column(0).cast(pa.string())])
            whole = len(texts) // page_records * page_records
            if whole:
                yield texts[:whole]
            rest = texts[whole:]
    if len(rest):
        yield rest


def _joined(records: pa.Array, page_records: int) -> list[str]:
    """The records of each page in one text."""
    ends = [*range(0, len(records), page_records), len(records)]
    pages = pa.ListArray.from_arrays(pa.array(ends, pa.int32()), records)
    joined: list[str] = pyarrow.compute.binary_join(pages, ",").to_pylist()
    return joined


def write_parquet(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> int:
    """Write the rows of ``query`` as Parquet (zstd); returns their number."""
    path.parent.mkdir(parents=True, exist_ok=True)
    reader = connection.execute(query).to_arrow_reader(_ROW_GROUP_ROWS)
    rows = 0
    with pyarrow.parquet.ParquetWriter(
        path, reader.schema, compression="zstd", version="2.6", write_statistics=True
    ) as writer:
        for batch in reader:
            writer.write_batch(batch, row_group_size=_ROW_GROUP_ROWS)
            rows += batch.num_rows
    return rows
