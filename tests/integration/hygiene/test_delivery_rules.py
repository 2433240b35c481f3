"""Rules about what a source delivered as a whole, on small warehouses.

Belongs here: what the gate makes of deliveries. Does not belong here: refused files, which never
come this far (``test_bad_input``). Most rules about records and Great
Expectations are left out, for speed.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dagster_project.hygiene import gate
from dagster_project.hygiene.delivery import default_delivery_rules
from dagster_project.hygiene.gate import run_gate
from dagster_project.hygiene.result import GateResult
from dagster_project.hygiene.rules import default_rules
from dagster_project.hygiene.settings import GateSettings
from tests.support.canonical import Warehouse
from tests.support.expectations import count_without_great_expectations


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    few = tuple(rule for rule in default_rules() if rule.id in ("A01", "T05"))
    monkeypatch.setattr(gate, "default_rules", lambda: few)
    monkeypatch.setattr(gate, "run_expectations", count_without_great_expectations)
    made = Warehouse(tmp_path / "warehouse.duckdb")
    made.add_valid_records()
    return made


def run(warehouse: Warehouse) -> GateResult:
    settings = GateSettings(
        as_of_date=date(2026, 3, 1),
        reporting_time_zone="Europe/Berlin",
        reporting_currency="USD",
        run_id="run-1",
    )
    return run_gate(warehouse.path, settings, warehouse.path.parent / "run")


def results(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    return warehouse.rows(
        "select rule_id, entity, is_passed, failed_rows, total_rows from hygiene.check_result "
        "where check_type = 'delivery' order by all"
    )


def limit_freshness(warehouse: Warehouse, first_loaded_on: str = "2026-01-01") -> None:
    with warehouse.connect() as con:
        con.execute("update config.source set freshness_limit_days = 3")
        con.execute(f"update config.delivered_entity set first_loaded_on = '{first_loaded_on}'")


def nothing_is_written(warehouse: Warehouse) -> bool:
    """Whether a first run left no table behind."""
    written = "select 1 from information_schema.tables where table_schema in ('gate', 'hygiene')"
    return warehouse.rows(written) == []


def test_what_landing_compared_is_told(warehouse: Warehouse) -> None:
    with warehouse.connect() as con:
        con.execute(
            "insert into config.landed_table values ('crm', 'account', true, 90, 100, 7, 95), "
            "('crm', 'lead', true, 5, null, 3, null), ('crm', 'task', false, 0, 40, 4, null)"
        )
    assert not run(warehouse).is_stopped
    assert results(warehouse) == [
        ("T01", "crm.account", True, 0, 7),
        ("T01", "crm.task", True, 0, 4),
        ("T02", "crm.account", True, 0, 100),
        # What is delivered in parts may hold any number of rows, or none.
        ("T03", "crm.account", True, 10, 100),
        # The file's rows; those of one table may be fewer.
        ("T08", "crm.account", True, 0, 95),
    ]


def test_a_source_without_a_limit_is_as_old_as_it_likes(warehouse: Warehouse) -> None:
    warehouse.update("account", "A1", modified_at="2020-01-01 00:00:00+00")
    assert not run(warehouse).is_stopped
    assert results(warehouse) == []


@pytest.mark.parametrize(
    ("newest", "days", "is_passed"),
    [
        # 23:00 UTC is midnight in Berlin.
        ("2026-02-25 23:00:00+00", 3, True),
        ("2026-02-25 22:59:59+00", 4, False),
    ],
)
def test_a_source_that_stands_still_stops_the_run(
    warehouse: Warehouse, newest: str, days: int, is_passed: bool
) -> None:
    limit_freshness(warehouse)
    warehouse.update("account", "A1", modified_at="2020-01-01 00:00:00+00")
    warehouse.update("lead", "L1", modified_at=newest)
    result = run(warehouse)
    assert result.is_stopped is not is_passed
    if is_passed:
        assert ("T04", "crm", True, days, 3) in results(warehouse)
    else:
        (stop,) = result.stops
        assert stop.startswith("T04 The newest change")
        assert "source crm: it is 4 days old, and 3 are allowed. Start the export again." in stop
        assert "freshness_limit_days" in stop
        assert nothing_is_written(warehouse)


@pytest.mark.parametrize(
    ("stamp", "is_passed"),
    [
        # The first of March ends in Berlin at 23:00 UTC; a day and five minutes later is the limit.
        ("2026-03-02 23:05:00+00", True),
        ("2026-03-02 23:05:01+00", False),
    ],
)
def test_a_stamp_of_the_future_stops_the_run(
    warehouse: Warehouse, stamp: str, is_passed: bool
) -> None:
    limit_freshness(warehouse)
    warehouse.update("account", "A1", modified_at="2026-03-01 00:00:00+00")
    warehouse.update("lead", "L1", modified_at=stamp)
    result = run(warehouse)
    assert result.is_stopped is not is_passed
    if is_passed:
        assert ("T06", "crm", True, 0, 2) in results(warehouse)
    else:
        assert "T06 No record was modified" in result.stops[0]
        assert "source crm: 1 of 2 were. Correct the source's time_zone" in result.stops[0]
        assert nothing_is_written(warehouse)


def test_a_limit_of_a_source_without_stamps_stops_the_run(warehouse: Warehouse) -> None:
    """Nobody would notice that its export stands still."""
    limit_freshness(warehouse)
    (stop,) = run(warehouse).stops
    assert stop.startswith("T04 ")
    assert "source crm: no record of it says when it was changed." in stop
    assert "take it out" in stop


def test_a_day_before_the_first_load_is_not_judged(warehouse: Warehouse) -> None:
    limit_freshness(warehouse, first_loaded_on="2026-03-02")
    warehouse.update("lead", "L1", modified_at="2026-12-31 00:00:00+00")
    assert not run(warehouse).is_stopped
    assert results(warehouse) == []


def test_rules_of_deliveries_have_ids_of_their_own() -> None:
    ids = [rule.id for rule in default_delivery_rules()]
    assert ids == ["T01", "T02", "T03", "T04", "T06", "T08"]
