"""Product use, night by night: what is added up again, what is not, and what a rebuild gives.

The expected rows are added up here from the events themselves, in plain Python.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest

from dagster_project.contract import DBT_PROJECT
from tests.support.nightly import environment
from tests.support.sources import Night

pytestmark = pytest.mark.slow

ZONE = ZoneInfo("America/New_York")
COMPANY = """
name: used
reporting: {time_zone: America/New_York}
sources: [{name: product, type: segment_export, path: export}]
"""

Event = tuple[str, str, str, str]
"""Message id, user, happened, received."""
Row = tuple[dt.date, str, int, int]
"""Day, user, events, copies."""

LONG_BEFORE: list[Event] = [("old", "u1", "2026-05-01 12:00:00", "2026-05-01 12:00:01")]
FIRST: list[Event] = [
    ("a", "u1", "2026-06-01 14:00:00", "2026-06-01 14:00:01"),
    ("b", "u2", "2026-06-01 15:00:00", "2026-06-01 15:00:01"),
    # Received on the second day by UTC, still the first in New York.
    ("c", "u1", "2026-06-02 03:30:00", "2026-06-02 03:30:01"),
]
SECOND: list[Event] = [
    ("d", "u1", "2026-06-02 14:00:00", "2026-06-02 14:00:01"),
    ("d", "u1", "2026-06-02 14:00:00", "2026-06-02 14:05:00"),
    # A copy of an event of the day before, and an event that was late.
    ("b", "u2", "2026-06-01 15:00:00", "2026-06-02 15:00:00"),
    ("e", "u3", "2026-06-01 20:00:00", "2026-06-02 16:00:00"),
]
THIRD: list[Event] = [
    ("f", "u2", "2026-06-03 14:00:00", "2026-06-03 14:00:01"),
    # By its clock the copy happened on the next day.
    ("d", "u1", "2026-06-03 04:10:00", "2026-06-03 05:00:00"),
]
SECOND_AGAIN: list[Event] = [
    ("g", "u3", "2026-06-02 14:00:00", "2026-06-02 14:00:01"),
    ("e", "u3", "2026-06-01 20:00:00", "2026-06-02 16:00:00"),
]


class Company(Night):
    """A product's events, landed and added up."""

    schemas = ("raw_segment",)

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        (folder / "company.yml").write_text(COMPANY)
        (folder / "export/tracks").mkdir(parents=True)

    def write(self, day: str, events: list[Event]) -> None:
        calls = [
            {
                "messageId": message,
                "userId": user,
                "event": "Used",
                "timestamp": f"{happened}Z",
                "receivedAt": f"{received}Z",
                "context": {"groupId": "w"},
            }
            for message, user, happened, received in events
        ]
        path = self.folder / f"export/tracks/{day}.jsonl"
        path.write_text("".join(json.dumps(call) + "\n" for call in calls))

    def add_up(self, *, rebuild: bool = False) -> list[Row]:
        """Land what is there and build the models; the rows of use."""
        self.run(dt.date(2026, 6, 30))
        with duckdb.connect(str(self.home.warehouse)) as connection:
            connection.execute("create schema if not exists config")
            connection.execute("create schema if not exists resolved")
            connection.execute(
                "create or replace table config.lake_file_day as from raw_segment._lake_file_day"
            )
        if not self.rows("select 1 from information_schema.schemata where schema_name = 'staging'"):
            self._dbt("stg_segment__tracks canonical_product_event")
            self.execute("create view resolved.product_event as from canonical.product_event")
        self._dbt(
            "int_product_event_days int_product_use_by_user_and_day",
            *(["--full-refresh"] if rebuild else []),
        )
        return self.use()

    def use(self) -> list[Row]:
        return self.rows(
            "select event_on, source_user_id, event_count, duplicate_count "
            "from intermediate.int_product_use_by_user_and_day order by all"
        )

    def execute(self, statement: str) -> None:
        with duckdb.connect(str(self.home.warehouse)) as connection:
            connection.execute(statement)

    def _dbt(self, models: str, *options: str) -> None:
        command = [
            str(Path(sys.executable).with_name("dbt")),
            *("run", "--profiles-dir", ".", "--target-path", str(self.folder / "target")),
            *("--vars", json.dumps({"reporting_time_zone": "America/New_York"})),
            *("--select", models, *options),
        ]
        done = subprocess.run(
            command,
            cwd=DBT_PROJECT,
            env=environment() | {"CULTIVAR_WAREHOUSE": str(self.home.warehouse)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout


def added_up(*files: list[Event]) -> list[Row]:
    """The rows that these files give: a copy is what came before by receipt, at most a day away."""
    seen: dict[str, list[dt.date]] = {}
    events: Counter[tuple[dt.date, str]] = Counter()
    copies: Counter[tuple[dt.date, str]] = Counter()
    for message, user, happened, _ in sorted(
        (event for file in files for event in file), key=lambda event: event[3]
    ):
        instant = dt.datetime.fromisoformat(happened).replace(tzinfo=dt.UTC)
        day = instant.astimezone(ZONE).date()
        earlier = seen.setdefault(message, [])
        is_copy = any(abs((day - other).days) <= 1 for other in earlier)
        (copies if is_copy else events)[day, user] += 1
        earlier.append(day)
    return sorted(
        (day, user, events[day, user], copies[day, user]) for day, user in {*events, *copies}
    )


def test_nights_add_up_to_what_a_rebuild_gives(tmp_path: Path) -> None:
    company = Company(tmp_path)
    company.write("2026-05-01", LONG_BEFORE)
    company.write("2026-06-01", FIRST)
    assert company.add_up() == added_up(LONG_BEFORE, FIRST)

    # A mark that only adding up again would remove.
    company.execute(
        "update intermediate.int_product_use_by_user_and_day set event_count = 999 "
        "where event_on = date '2026-05-01'"
    )
    company.write("2026-06-02", SECOND)
    second = company.add_up()
    assert [row for row in second if row[0].month == 6] == added_up(FIRST, SECOND)
    assert (dt.date(2026, 5, 1), "u1", 999, 0) in second, "its files did not change"

    company.write("2026-06-03", THIRD)
    assert [row for row in company.add_up() if row[0].month == 6] == added_up(FIRST, SECOND, THIRD)
    before = company.rows("from intermediate.int_product_use_by_user_and_day order by all")
    assert company.add_up(), "a night without anything new"
    after = company.rows("from intermediate.int_product_use_by_user_and_day order by all")
    assert after == before

    # The second day's file is replaced: its events are gone, so that copies of them are none now.
    # The first day's file is taken away, and stays in the lake.
    company.write("2026-06-02", SECOND_AGAIN)
    (tmp_path / "export/tracks/2026-06-01.jsonl").unlink()
    replaced = company.add_up()
    expected = added_up(FIRST, SECOND_AGAIN, THIRD)
    assert [row for row in replaced if row[0].month == 6] == expected

    rebuilt = company.add_up(rebuild=True)
    assert rebuilt == added_up(LONG_BEFORE, FIRST, SECOND_AGAIN, THIRD)
    rows = company.rows("select count(*) from raw_segment.tracks")
    assert rows == [(sum(row[2] + row[3] for row in rebuilt),)], "nothing is lost"
