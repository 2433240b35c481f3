"""People who read what is published, each as a process of its own, while a night runs.

``python -m tests.support.readers KIND PUBLISHED STOP`` reads until the file STOP exists and once
more after it, and prints what it met. Belongs here: reading as clients do and telling what was
wrong. Does not belong here: the night.

A read is *failed* if it raised; *torn* if what one state of the marts says twice does not agree;
*stale* if it shows an older night than what this reader has already been told of.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb

PAUSE_SECONDS = 0.02
"""Between two reads: a machine of two cores has to get on with the night as well."""


class TornReadError(Exception):
    """Two statements about one night contradict each other."""


@dataclass
class Told:
    """What a reader met; dates as text, which sort as they should."""

    kind: str
    reads: int = 0
    failed: int = 0
    torn: int = 0
    stale: int = 0
    nights: list[str] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)


def _agreed(*said: Any) -> Any:
    if len(set(said)) != 1:
        raise TornReadError(f"not one answer: {said}")
    return said[0]


def _of_the_marts(connection: duckdb.DuckDBPyConnection, relation: Callable[[str], str]) -> str:
    """The night that the marts are of, if all of them are of one."""

    def one(query: str) -> tuple[Any, ...]:
        row = connection.execute(query).fetchone()
        assert row is not None
        return row

    connection.execute("begin")
    won, of_opportunities = one(
        f"select count(*) filter (where is_won), max(as_of_date) from {relation('fct_opportunity')}"
    )
    told, of_kpis = one(
        "select max(value) filter (where kpi_id = 'opportunities_won_count' and segment_type = "
        f"'all' and period_grain = 'all_time'), max(as_of_date) from {relation('fct_kpi')}"
    )
    (of_balance,) = one(f"select max(as_of_date) from {relation('fct_row_balance')}")
    connection.execute("commit")
    _agreed(won, told)
    return str(_agreed(of_opportunities, of_kpis, of_balance))


def _current(published: Path) -> dict[str, Any]:
    manifest = json.loads((published / "manifest.json").read_text(encoding="utf-8"))
    return next(v for v in manifest["versions"] if v["version"] == manifest["current"])


def read_database(published: Path) -> tuple[str, str]:
    """Night that was known of, night that was read: as a BI tool opens the file."""
    known = _current(published)["as_of_date"]
    with duckdb.connect(str(published / "cultivar.duckdb"), read_only=True) as connection:
        return known, _of_the_marts(connection, lambda table: f"marts.{table}")


def read_attached(published: Path) -> tuple[str, str]:
    """As an analyst attaches the file to a session of theirs."""
    known = _current(published)["as_of_date"]
    with duckdb.connect() as connection:
        connection.execute(f"attach '{published / 'cultivar.duckdb'}' as published (read_only)")
        night = _of_the_marts(connection, lambda table: f"published.marts.{table}")
        connection.execute("detach published")
    return known, night


def read_parquet(published: Path) -> tuple[str, str]:
    """As a job that is pinned by the manifest reads its version's files."""
    version = _current(published)
    rows = {table["name"].split(".")[1]: table["rows"] for table in version["tables"]}
    folder = published / "parquet" / version["version"]

    def relation(table: str) -> str:
        return f"read_parquet('{folder / table}/*.parquet')"

    with duckdb.connect() as connection:
        night = _of_the_marts(connection, relation)
        table = random.choice(sorted(rows))
        count = connection.execute(f"select count(*) from {relation(table)}").fetchone()
        _agreed(count, (rows[table],))
    _agreed(night, version["as_of_date"])
    return version["as_of_date"], night


def read_page(published: Path) -> tuple[str, str]:
    """As a browser does: the index first, then the files that it names."""
    folder = published / "page"
    index = (folder / "index.html").read_text(encoding="utf-8")
    night = re.search(r'datetime="([^"]+)"', index)
    assert night is not None, "the index names no night"
    sources = re.findall(r'(?:src|href)="([^":,#]+)"', index)
    texts = {source: (folder / source).read_text(encoding="utf-8") for source in sources}
    run_source = next(source for source in sources if source.endswith("data/run.js"))
    run = json.loads(texts[run_source].split(", ", 1)[1].rstrip().removesuffix(");"))
    # Cuts are brought only when somebody chooses them.
    name = random.choice(run["data"])
    text = (folder / run_source).with_name(f"{name}.js").read_text(encoding="utf-8")
    assert text.startswith(f'cultivar.receive("{name}", ')
    assert text.endswith(");\n"), f"{name}.js is cut off"
    _agreed(night[1], run["as_of"])
    return night[1], run["as_of"]


KINDS: dict[str, Callable[[Path], tuple[str, str]]] = {
    "database": read_database,
    "attached": read_attached,
    "parquet": read_parquet,
    "page": read_page,
}


def _read_once(kind: str, published: Path, told: Told) -> None:
    told.reads += 1
    try:
        known, night = KINDS[kind](published)
    except TornReadError as error:
        told.torn += 1
        told.examples.append(str(error))
        return
    except Exception as error:  # whatever it is, a reader's evening is spoilt
        told.failed += 1
        told.examples.append(f"{type(error).__name__}: {error}")
        return
    if night < max([known, *told.nights]):
        told.stale += 1
        told.examples.append(f"{night} after {max([known, *told.nights])}")
    if night not in told.nights:
        told.nights.append(night)


@contextmanager
def reading(published: Path, folder: Path, readers_of_a_kind: int) -> Iterator[list[Told]]:
    """Readers of every kind while the block runs; the list is filled at its end."""
    stop = folder / "stop"
    told: list[Told] = []
    readers = [
        subprocess.Popen(
            [sys.executable, "-m", __name__, kind, str(published), str(stop)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for kind in KINDS
        for _ in range(readers_of_a_kind)
    ]
    try:
        for reader in readers:  # the first line: it has begun
            assert reader.stdout is not None
            assert reader.stdout.readline().strip() == "reading"
        yield told
        stop.touch()
        told += [Told(**json.loads(reader.communicate(timeout=60)[0])) for reader in readers]
    finally:
        for reader in readers:
            reader.kill()


def main(kind: str, published: str, stop: str) -> None:
    told = Told(kind)
    print("reading", flush=True)
    while True:
        is_last = Path(stop).exists()
        _read_once(kind, Path(published), told)
        if is_last:
            break
        time.sleep(PAUSE_SECONDS)
    told.examples = told.examples[:5]
    print(json.dumps(asdict(told)))


if __name__ == "__main__":
    main(*sys.argv[1:])
