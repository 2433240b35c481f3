"""Rows, and the sum of one column, of published Parquet tables as pandas and as polars read them.

A program of the BI tools' environment. Its argument is a published folder; standard input holds a
JSON object of tables, each with the name of a column. JSON on stdout: library → table → rows, sum.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas
import polars


def current(published: Path) -> Path:
    """The folder of the version that the manifest names: read it first, and stay with it."""
    manifest = json.loads((published / "manifest.json").read_text(encoding="utf-8"))
    return published / "parquet" / manifest["current"]


def read(published: Path, columns: dict[str, str]) -> dict[str, dict[str, list[float]]]:
    """Library → table → its rows and the sum of its column."""
    version = current(published)
    found: dict[str, dict[str, list[float]]] = {"pandas": {}, "polars": {}}
    for table, column in columns.items():
        path = version / table / f"{table}.parquet"
        frame = pandas.read_parquet(path)
        found["pandas"][table] = [len(frame), float(frame[column].dropna().sum())]
        other = polars.read_parquet(path)
        found["polars"][table] = [other.height, float(other[column].sum())]
    return found


if __name__ == "__main__":
    json.dump(read(Path(sys.argv[1]), json.load(sys.stdin)), sys.stdout)
