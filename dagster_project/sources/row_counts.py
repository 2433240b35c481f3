"""What a source says it delivered, against what was read (rule T08).

Belongs here: reading the file with the source's own counts, and refusing files with another number
of rows. Does not belong here: comparing with the delivery before (``landing``).

No vendor's export tells in itself how many records the vendor had, so the company file names a CSV
(``row_count_file``) that whoever exports writes beside it: columns ``file`` and ``rows``.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Mapping
from pathlib import Path

from dagster_project.sources.errors import SourceError

COLUMNS = ("file", "rows")


def expected_rows(source: str, path: Path) -> dict[str, int]:
    """File name → rows, as the source counted them.

    Raises:
        SourceError: the file is missing, or not of this shape.
    """
    shape = "a CSV file with the columns file and rows, one line a file"
    if not path.is_file():
        raise SourceError(
            source,
            str(path),
            "no such file",
            shape,
            "Write it with the export, or remove row_count_file of this source in the company "
            "file.",
        )
    mend = "Correct the file; its path is row_count_file of this source in the company file."
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            header = [name.strip().lower() for name in reader.fieldnames or ()]
            rows = [dict(zip(header, row.values(), strict=False)) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceError(source, path.name, f"no readable CSV: {error}", shape, mend) from None
    if missing := [name for name in COLUMNS if name not in header]:
        raise SourceError(source, f"{path.name}, row 1", f"no column '{missing[0]}'", shape, mend)
    expected: dict[str, int] = {}
    for number, row in enumerate(rows, start=2):
        name, count = str(row["file"] or "").strip(), str(row["rows"] or "").strip()
        if not name or not count.isdecimal():
            found = f"'{count}' rows for '{name}'"
            raise SourceError(
                source, f"{path.name}, row {number}", found, "a file's name and a number", mend
            )
        if name in expected:
            raise SourceError(
                source, f"{path.name}, row {number}", f"'{name}' twice", "each file once", mend
            )
        expected[name] = int(count)
    return expected


def refuse_other_counts(
    source: str, count_file: Path, expected: Mapping[str, int], read: Mapping[str, int]
) -> None:
    """Refuse a file that does not have the rows that the source counted, or was not delivered.

    Args:
        source: name of the source.
        count_file: the file with the counts, for the message.
        expected: file name → rows counted by the source; files that it does not name are taken.
        read: file name → rows read.
    """
    for name, rows in expected.items():
        if name not in read:
            near = difflib.get_close_matches(name, read, 1, 0.6)
            raise SourceError(
                source,
                f"{count_file.name}, '{name}'",
                f"no such file, where the source counted {rows:,} rows",
                f"the files that are read: {', '.join(sorted(read))}",
                (f"Did you mean '{near[0]}'? " if near else "")
                + "Export the file again; or remove its line, if nothing reads it.",
            )
        if read[name] != rows:
            raise SourceError(
                source,
                name,
                f"{read[name]:,} rows, where {count_file.name} says {rows:,}",
                "as many rows as the source counted (T08)",
                "Export both again, the file and its count; one of them is of another time, or "
                "was cut off.",
            )
