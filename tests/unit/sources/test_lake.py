"""The lake: what a night takes over, what it leaves alone, and what it refuses."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dagster_project.sources import lake as lake_module
from dagster_project.sources.errors import SourceError
from dagster_project.sources.lake import Lake, LakeTable, LandedLake

COLUMNS = {"id": "varchar", "at": "timestamp with time zone"}
LONG_AGO = 1_600_000_000


class Extract:
    """A folder of day files and the lake that is made of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "extract"
        self.folder.mkdir()
        self.lake = Lake(folder / "lake", "product")
        self.reads: list[str] = []

    def write(self, day: str, rows: list[tuple[str | None, str | None]], age: int = 0) -> Path:
        """Write a day's file, made ``age`` seconds after long ago."""
        path = self.folder / f"{day}.parquet"
        pq.write_table(pa.table({"id": [r[0] for r in rows], "at": [r[1] for r in rows]}), path)
        os.utime(path, (LONG_AGO + age, LONG_AGO + age))
        return path

    def land(
        self,
        time_zone: str = "UTC",
        columns: dict[str, str] | None = None,
        day: dt.date = dt.date(2026, 6, 30),
    ) -> LandedLake:
        self.reads.clear()
        return self.lake.land(self.table(columns or COLUMNS), time_zone, day)

    def table(self, columns: dict[str, str]) -> LakeTable:
        def select(_connection: duckdb.DuckDBPyConnection, path: Path) -> str:
            self.reads.append(path.stem)
            values = ", ".join(f'try_cast("{c}" as {kind}) as "{c}"' for c, kind in columns.items())
            return (
                f"select {values}, cast(null as varchar) as _custom_fields "
                f"from read_parquet('{path}')"
            )

        return LakeTable(
            table="tracks",
            files={path.stem: path for path in sorted(self.folder.glob("*.parquet"))},
            columns=columns,
            key="id",
            occurred="at",
            needed=("id", "at"),
            select=select,
        )

    def ids(self, day: str) -> list[str]:
        path = self.lake.parquet("tracks", day)
        return [
            row[0] for row in duckdb.execute(f"select id from read_parquet('{path}')").fetchall()
        ]

    def bytes(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.lake.folder)): path.read_bytes()
            for path in sorted(self.lake.folder.rglob("*"))
            if path.is_file()
        }


@pytest.fixture
def extract(tmp_path: Path) -> Extract:
    return Extract(tmp_path)


def test_the_ledger_says_what_each_file_holds(extract: Extract) -> None:
    extract.write(
        "2026-06-02",
        [
            ("a", "2026-06-02T03:59:59Z"),
            ("b", "2026-06-02T04:00:00Z"),
            ("a", "2026-06-02T05:00:00Z"),
        ],
    )
    landed = extract.land("America/New_York")
    assert (landed.rows, landed.files, landed.new, landed.repeated) == (3, 1, ("2026-06-02",), 1)
    ledger = extract.lake.ledger("tracks")
    assert ledger is not None
    (file,) = ledger.files
    # In New York the first of the three still belongs to the day before.
    assert file.days == {dt.date(2026, 6, 1): 1, dt.date(2026, 6, 2): 2}
    assert (file.rows, file.distinct_events) == (3, 2)
    assert str(file.first_at) == "2026-06-02 03:59:59+00:00"
    assert str(file.last_at) == "2026-06-02 05:00:00+00:00"


def test_a_file_that_did_not_change_is_not_even_opened(
    extract: Extract, monkeypatch: pytest.MonkeyPatch
) -> None:
    extract.write("2026-06-01", [("a", "2026-06-01")])
    extract.land()
    before = extract.bytes()
    hashed: list[str] = []
    monkeypatch.setattr(lake_module, "_sha256", lambda path, _source: hashed.append(path.name))
    landed = extract.land()
    assert (landed.new, landed.replaced) == ((), ())
    assert not hashed
    assert not extract.reads
    assert extract.bytes() == before


def test_a_file_that_was_only_touched_is_hashed_and_left(extract: Extract) -> None:
    path = extract.write("2026-06-01", [("a", "2026-06-01")])
    extract.land()
    copy = extract.lake.parquet("tracks", "2026-06-01").read_bytes()
    os.utime(path, (LONG_AGO + 60, LONG_AGO + 60))
    landed = extract.land()
    assert (landed.new, landed.replaced) == ((), ())
    assert not extract.reads
    assert extract.lake.parquet("tracks", "2026-06-01").read_bytes() == copy


def test_a_file_changed_while_it_was_copied_is_not_trusted_by_its_stamp(extract: Extract) -> None:
    """The same size and the same stamp, but other rows: the clock had not moved on."""
    path = extract.write("2026-06-01", [("a", "2026-06-01")])
    now = path.parent.stat().st_mtime_ns
    os.utime(path, ns=(now, now))
    extract.land()
    size = path.stat().st_size
    extract.write("2026-06-01", [("b", "2026-06-01")])
    os.utime(path, ns=(now, now))
    assert path.stat().st_size == size
    assert extract.land().replaced == ("2026-06-01",)
    assert extract.ids("2026-06-01") == ["b"]


def test_a_replaced_file_replaces_its_copy_and_nothing_else(extract: Extract) -> None:
    extract.write("2026-06-01", [("a", "2026-06-01")])
    extract.write("2026-06-02", [("b", "2026-06-02")])
    extract.land()
    extract.write("2026-06-01", [("a", "2026-06-01"), ("late", "2026-05-30")], age=60)
    landed = extract.land()
    assert (landed.rows, landed.new, landed.replaced) == (3, (), ("2026-06-01",))
    assert extract.reads == ["2026-06-01"]
    assert extract.ids("2026-06-01") == ["a", "late"]


def test_a_file_that_vanished_stays_in_the_lake(extract: Extract) -> None:
    extract.write("2026-06-01", [("a", "2026-06-01")])
    extract.land()
    (extract.folder / "2026-06-01.parquet").unlink()
    extract.write("2026-06-02", [("b", "2026-06-02")])
    landed = extract.land()
    assert (landed.rows, landed.files, landed.new) == (2, 2, ("2026-06-02",))
    assert extract.ids("2026-06-01") == ["a"]


def test_one_refused_file_leaves_the_lake_as_it_was(extract: Extract) -> None:
    extract.write("2026-06-01", [("a", "2026-06-01")])
    extract.land()
    before = extract.bytes()
    extract.write("2026-06-01", [("changed", "2026-06-01")], age=60)
    extract.write("2026-06-02", [("b", "2026-06-02"), ("c", "soon"), (None, "2026-06-02")])
    with pytest.raises(SourceError) as refused:
        extract.land()
    assert "2026-06-02.parquet, column 'id', record 3" in str(refused.value)
    assert extract.bytes() == before


def test_a_crash_before_the_ledger_is_written_is_made_good(
    extract: Extract, monkeypatch: pytest.MonkeyPatch
) -> None:
    extract.write("2026-06-01", [("a", "2026-06-01")])
    extract.land()
    extract.write("2026-06-01", [("b", "2026-06-01")], age=60)
    replace = os.replace

    def power_cut(source: Path, target: Path) -> None:
        if Path(target).suffix == ".json":
            raise KeyboardInterrupt
        replace(source, target)

    monkeypatch.setattr(lake_module.os, "replace", power_cut)
    with pytest.raises(KeyboardInterrupt):
        extract.land()
    monkeypatch.undo()
    landed = extract.land()
    assert landed.replaced == ("2026-06-01",)
    assert extract.ids("2026-06-01") == ["b"]
    assert extract.land().replaced == ()


def test_a_lost_copy_is_made_again_while_the_extract_has_the_file(extract: Extract) -> None:
    extract.write("2026-06-01", [("a", "2026-06-01")])
    extract.land()
    extract.lake.parquet("tracks", "2026-06-01").unlink()
    assert extract.land().replaced == ("2026-06-01",)
    extract.lake.parquet("tracks", "2026-06-01").unlink()
    (extract.folder / "2026-06-01.parquet").unlink()
    with pytest.raises(SourceError, match=r"a lake without this file; its 1 events came with"):
        extract.land()


def test_another_time_zone_counts_the_days_anew_without_the_extract(extract: Extract) -> None:
    extract.write("2026-06-02", [("a", "2026-06-02T03:00:00Z")])
    extract.land("UTC")
    (extract.folder / "2026-06-02.parquet").unlink()
    extract.land("America/New_York")
    ledger = extract.lake.ledger("tracks")
    assert ledger is not None
    assert ledger.files[0].days == {dt.date(2026, 6, 1): 1}
    assert ledger.time_zone == "America/New_York"


def test_other_columns_make_every_file_be_copied_again(extract: Extract) -> None:
    extract.write("2026-06-01", [("a", "2026-06-01")])
    extract.land()
    narrow = {"id": "varchar", "at": "timestamp with time zone"}
    assert extract.land(columns=dict(reversed(narrow.items()))).replaced == ("2026-06-01",)
    (extract.folder / "2026-06-01.parquet").unlink()
    with pytest.raises(SourceError, match="the lake is to be built anew"):
        extract.land(columns=narrow)


def test_what_a_file_held_stays_for_the_days_on_which_it_was_known(extract: Extract) -> None:
    first, second, third = (dt.date(2026, 6, number) for number in (2, 3, 4))

    def known(day: dt.date) -> list[str]:
        ledger = extract.lake.ledger("tracks")
        assert ledger is not None
        paths = [str(extract.lake.copy_of("tracks", file)) for file in ledger.known_on(day)]
        query = f"select id from read_parquet({paths}) order by id" if paths else "select 1 limit 0"
        return [row[0] for row in duckdb.execute(query).fetchall()]

    extract.write("2026-06-01", [("a", "2026-06-01")])
    extract.land(day=first)
    # Corrected twice on one day: what stood in between nobody saw at the end of a day.
    extract.write("2026-06-01", [("b", "2026-06-01")], age=60)
    extract.land(day=second)
    extract.write("2026-06-01", [("c", "2026-06-01"), ("d", "2026-06-01")], age=120)
    extract.write("2026-06-03", [("e", "2026-06-03")])
    extract.land(day=second)
    extract.write("2026-06-04", [("f", "2026-06-04")])
    extract.land(day=third)
    assert known(first) == ["a"]
    assert known(second) == ["c", "d", "e"]
    assert known(third) == ["c", "d", "e", "f"]
    assert known(dt.date(2026, 6, 1)) == []
