"""Raw as it was: what each night saw is what a run for its day sees, whatever came later.

The expected contents are what each night itself showed, kept here in plain Python.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.sources.known import keep_superseded, known_until, show_as_of
from tests.support.sources import Night

FIRST = dt.date(2026, 6, 1)
RECORDS = ("a", "b", "c")

COMPANY = """
name: known
reporting: {time_zone: UTC}
sources: [{name: desk, type: salesforce_export, path: export}]
"""

Content = dict[str, int]
"""Record → its value."""


def day(number: int) -> dt.date:
    return FIRST + dt.timedelta(number)


class Raw:
    """A raw table that is merged as loading does it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.loads = 0
        self.connection = duckdb.connect()
        self.connection.execute("create schema raw_crm")
        self.connection.execute(
            "create table raw_crm.account (_source_name varchar, _record_id varchar, value integer,"
            " _known_from date)"
        )

    def load(self, delivery: Content, on: dt.date, *, dies: bool = False) -> None:
        """Merge what is new or changed; with ``dies``, end before raw is touched."""
        held = dict(
            self.connection.execute("select _record_id, value from raw_crm.account").fetchall()
        )
        changed = {record: value for record, value in delivery.items() if held.get(record) != value}
        # A path of its own each time: the engine keeps what it read of a file by path and second.
        self.loads += 1
        path = self.folder / f"delta_{self.loads}.parquet"
        table = pa.table(
            {
                "_source_name": pa.array(["crm"] * len(changed), pa.string()),
                "_record_id": pa.array(list(changed), pa.string()),
                "value": pa.array(list(changed.values()), pa.int32()),
                "_known_from": pa.array([on] * len(changed), pa.date32()),
            }
        )
        pq.write_table(table, path)
        columns = {"_known_from": "_known_from"}
        keep_superseded(self.connection, "raw_crm", "account", columns, path, on)
        if dies:
            return
        self.connection.execute(
            f"delete from raw_crm.account where _record_id in "
            f"(select _record_id from read_parquet('{path}'))"
        )
        self.connection.execute(f"insert into raw_crm.account from read_parquet('{path}')")

    def as_of(self, on: dt.date, first: dt.date) -> list[tuple[str, int]]:
        show_as_of(self.connection, "raw_crm", "account", {("crm", "account"): first}, on)
        return self.connection.execute(
            "select _record_id, value from raw_crm_as_of.account order by all"
        ).fetchall()


deliveries = st.dictionaries(st.sampled_from(RECORDS), st.integers(0, 2))
nights = st.lists(st.tuples(st.integers(0, 2), deliveries, st.booleans()), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(nights)
def test_every_day_shows_what_its_last_night_saw(
    series: list[tuple[int, Content, bool]],
) -> None:
    """Days with several runs, days without one, and runs that die half-way are among them."""
    with tempfile.TemporaryDirectory() as folder:
        raw = Raw(Path(folder))
        now, content, first = 0, {}, None
        seen: dict[dt.date, list[tuple[str, int]]] = {}
        for step, delivery, dies in series:
            now += step
            raw.load(delivery, day(now), dies=dies)
            if dies:
                continue
            first = first or day(now)
            content = {**content, **delivery}
            seen[day(now)] = sorted(content.items())
        for on, expected in seen.items():
            assert first is not None
            assert raw.as_of(on, first) == expected, on


def test_before_the_first_night_its_load_is_the_nearest_there_is(tmp_path: Path) -> None:
    raw = Raw(tmp_path)
    raw.load({"a": 1}, day(5))
    raw.load({"a": 2, "b": 1}, day(7))
    assert raw.as_of(day(0), day(5)) == [("a", 1)]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (day(9), day(9)),
        # Its source was watched already, so what came with a later night was not known.
        (day(3), day(3)),
        # Nobody watched: the table's first load is the nearest.
        (day(1), day(6)),
    ],
)
def test_a_table_that_came_later_is_known_from_its_first_night(
    on: dt.date, expected: dt.date
) -> None:
    assert known_until(on, first_of_source=day(2), first_of_table=day(6)) == expected


class Desk(Night):
    """One table of accounts."""

    schemas = ("raw_salesforce",)

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        (folder / "company.yml").write_text(COMPANY)
        (folder / "export").mkdir()

    def write(self, **names: str) -> None:
        rows = "".join(f"00100000000000{key}AAA,{name}\n" for key, name in names.items())
        (self.folder / "export/Account.csv").write_text(f"Id,Name\n{rows}")

    def see(self, on: dt.date) -> list[tuple[str, bool]]:
        self.run(on)
        return self.rows("select Name, _is_absent from raw_salesforce_as_of.account order by 1")


def test_a_run_for_a_day_that_nights_have_passed_reads_no_files(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write(a="ash", b="birch")
    first = desk.see(day(0))
    assert first == [("ash", False), ("birch", False)]
    desk.write(a="ash tree", c="cedar")
    second = desk.see(day(1))
    assert second == [("ash tree", False), ("birch", True), ("cedar", False)]
    # The next file lies there already; on neither day was it known.
    desk.write(a="ash tree", c="cedar", d="dogwood")
    raw = desk.raw()
    assert desk.see(day(0)) == first
    assert desk.raw() == raw
    assert desk.see(day(1)) == [*second, ("dogwood", False)], "the last night again, and it reads"
    assert desk.see(day(0)) == first
