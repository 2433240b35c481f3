"""Writing files that are the same byte for byte whenever they hold the same rows.

Belongs here: CSV, gzipped JSON lines and Parquet, and the text of stamps. Does not belong here:
what the rows say. Every query must end in a total ORDER BY.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import duckdb
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


def write_json_lines(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> int:
    """Write the one text column of ``query``, a JSON object a row, gzipped; returns the rows.

    The gzip header has neither name nor time, so that equal rows give equal bytes.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = 0
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
        for batch in connection.execute(query).to_arrow_reader(_BATCH_ROWS):
            lines = batch.column(0).to_pylist()
            if lines:
                packed.write(("\n".join(lines) + "\n").encode())
                rows += len(lines)
    return rows


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
