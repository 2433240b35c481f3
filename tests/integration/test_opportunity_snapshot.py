"""The daily snapshot, night by night: what is written, what is left alone, what a rebuild gives.

The expected days are laid out here from the deals themselves, in plain Python.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from dagster_project.contract import DBT_PROJECT
from tests.support.canonical import Warehouse, key
from tests.support.nightly import environment

pytestmark = pytest.mark.slow

TAIL_DAYS = 7
ENTITIES = ("opportunity", "opportunity_history", "opportunity_field_history", "user")
MODELS = "+fct_opportunity_daily_snapshot,path:models/intermediate fct_opportunity_daily_snapshot"
FIRST = dt.date(2026, 6, 1)


@dataclass(frozen=True)
class Deal:
    """Stage and amount from a day on, in order."""

    name: str
    steps: tuple[tuple[dt.date, str, int], ...] = field(default=())

    def then(self, day: int, stage: str, amount: int) -> Deal:
        return replace(self, steps=(*self.steps, (FIRST + dt.timedelta(day - 1), stage, amount)))


def days_of(deals: list[Deal], as_of: dt.date) -> list[tuple[dt.date, str, str, int]]:
    """Every day of every deal: the last step by then, until a week after it was closed."""
    rows = []
    for deal in deals:
        known = [step for step in deal.steps if step[0] <= as_of]
        is_closed = known[-1][1].startswith("Closed")
        last = min(as_of, known[-1][0] + dt.timedelta(TAIL_DAYS)) if is_closed else as_of
        day = known[0][0]
        while day <= last:
            _, stage, amount = [step for step in known if step[0] <= day][-1]
            rows.append((day, deal.name, stage, amount))
            day += dt.timedelta(1)
    return sorted(rows)


class Pipeline:
    """A warehouse after the gate, and the models of the snapshot over it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.warehouse = Warehouse(folder / "warehouse.duckdb")
        for schema in ("gate", "resolved"):
            self.execute(f"create schema {schema}")
            for entity in ENTITIES:
                self.execute(f'create view {schema}."{entity}" as from canonical."{entity}"')

    def execute(self, statement: str) -> None:
        with self.warehouse.connect() as connection:
            connection.execute(statement)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.warehouse.connect() as connection:
            return connection.execute(query).fetchall()

    def deliver(self, deals: list[Deal], as_of: dt.date) -> None:
        """What the vendor knows at the end of a day: the records, and the history of them."""
        for entity in ENTITIES:
            self.execute(f'delete from canonical."{entity}"')
        for deal in deals:
            known = [step for step in deal.steps if step[0] <= as_of]
            if not known:
                continue
            self.warehouse.add(
                "opportunity",
                deal.name,
                stage=known[-1][1],
                amount_original=known[-1][2],
                close_date=dt.date(2026, 12, 31),
                created_at=f"{known[0][0]} 12:00:00+00",
                modified_at=f"{known[-1][0]} 12:00:00+00",
            )
            for number, (day, stage, amount) in enumerate(known):
                self.warehouse.add(
                    "opportunity_history",
                    f"{deal.name}-{number}",
                    opportunity_id=key(deal.name),
                    stage=stage,
                    amount_original=amount,
                    probability=0.1,
                    close_date=dt.date(2026, 12, 31),
                    changed_at=f"{day} 12:00:00+00",
                )

    def build(self, as_of: dt.date, *options: str, **variables: str) -> list[tuple[Any, ...]]:
        """Build the models for a day; the rows of the snapshot."""
        command = [
            str(Path(sys.executable).with_name("dbt")),
            *("run", "--profiles-dir", ".", "--target-path", str(self.folder / "target")),
            *("--vars", json.dumps({"as_of_date": as_of.isoformat(), **variables})),
            *("--select", MODELS, *options),
        ]
        done = subprocess.run(
            command,
            cwd=DBT_PROJECT,
            env=environment() | {"CULTIVAR_WAREHOUSE": str(self.warehouse.path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return self.snapshot()

    def snapshot(self) -> list[tuple[Any, ...]]:
        return self.rows(
            """
            select snapshot_on, source_opportunity_id, stage, cast(amount as integer)
            from marts.fct_opportunity_daily_snapshot
            inner join (
                select opportunity_id, source_record_id as source_opportunity_id
                from gate.opportunity
            ) using (opportunity_id)
            order by all
            """
        )


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    return Pipeline(tmp_path_factory.mktemp("snapshot"))


def test_nights_write_what_is_new_and_leave_the_rest_alone(pipeline: Pipeline) -> None:
    untouched = Deal("untouched").then(1, "Prospecting", 10)
    moving = Deal("moving").then(2, "Prospecting", 20).then(5, "Prospecting", 25)
    closing = Deal("closing").then(1, "Prospecting", 30).then(3, "Closed Won", 33)
    deals = [untouched, moving, closing]
    night = FIRST + dt.timedelta(5)
    pipeline.deliver(deals, night)
    assert pipeline.build(night) == days_of(deals, night)

    # A mark that only writing the day again would remove.
    pipeline.execute(
        "update marts.fct_opportunity_daily_snapshot set amount = 999 "
        "where snapshot_on = date '2026-06-02'"
    )
    marked = pipeline.rows("from marts.fct_opportunity_daily_snapshot order by all")
    pipeline.build(night)
    again = pipeline.rows("from marts.fct_opportunity_daily_snapshot order by all")
    assert again == marked, "nothing was new"

    # Ten nights were missed; meanwhile one deal was lost and another reopened. Days that nothing
    # changed are as they were, mark and all.
    deals = [
        untouched,
        moving.then(9, "Closed Lost", 25),
        closing.then(14, "Prospecting", 40),
        Deal("new").then(16, "Prospecting", 50),
    ]
    night = FIRST + dt.timedelta(15)
    pipeline.deliver(deals, night)
    unmarked = [row for row in days_of(deals, night) if row[0] != dt.date(2026, 6, 2)]
    built = pipeline.build(night)
    assert [row for row in built if row[0] != dt.date(2026, 6, 2)] == unmarked
    assert {row[3] for row in built if row[0] == dt.date(2026, 6, 2)} == {999}

    # Asked for, a range is written anew; and history that comes late rewrites the days it tells
    # of: the amount had been 11 from the fourth day on, which nobody had told.
    deals[0] = untouched.then(4, "Prospecting", 11)
    pipeline.deliver(deals, night)
    asked = {"rebuild_snapshots_from": "2026-06-02", "rebuild_snapshots_until": "2026-06-03"}
    assert pipeline.build(night, **asked) == days_of(deals, night)


def test_a_run_for_a_past_day_shows_the_past(pipeline: Pipeline) -> None:
    deals = [
        Deal("past").then(1, "Prospecting", 10).then(9, "Closed Won", 20),
        Deal("future").then(10, "Prospecting", 5),
    ]
    last, past = FIRST + dt.timedelta(20), FIRST + dt.timedelta(6)
    pipeline.deliver(deals, last)
    assert pipeline.build(last, "--full-refresh") == days_of(deals, last)
    # With today's files: days after it are gone, and the deal was open.
    assert pipeline.build(past) == days_of([deals[0]], past)


def test_without_history_versions_that_nights_saw_take_its_place(tmp_path: Path) -> None:
    # A warehouse of its own: the nights of the other tests have gone further, and a run for a day
    # that nights have passed adds no version.
    pipeline = Pipeline(tmp_path)
    first = [Deal("seen").then(1, "Prospecting", 10)]
    second = [first[0].then(5, "Prospecting", 14)]
    # The memory of earlier nights outlives a rebuild of everything.
    for deals, night in ((first, FIRST), (second, FIRST + dt.timedelta(7))):
        pipeline.deliver(deals, night)
        pipeline.execute("delete from canonical.opportunity_history")
        assert pipeline.build(night, "--full-refresh") == days_of(deals, night)
    sources = pipeline.rows(
        "select snapshot_on, amount_original_source from marts.fct_opportunity_daily_snapshot "
        "inner join intermediate.int_opportunity_history using (opportunity_id) "
        "where snapshot_on = date '2026-06-08' order by period_number"
    )
    assert [source for _, source in sources] == ["version", "version"]
