"""Rules that follow from the contract and so hold for every entity: T05, T07 and X01.

Belongs here: that they are judged for each entity, one by one. Does not belong here: rules that are
written for an entity, and what a stop leaves behind (``test_gate``). Great Expectations' counting
is left out, for speed.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dagster_project.hygiene import gate
from dagster_project.hygiene.gate import run_gate
from dagster_project.hygiene.result import GateResult
from dagster_project.hygiene.rules import ENTITIES, default_rules
from dagster_project.hygiene.settings import GateSettings, ThresholdValue
from dagster_project.hygiene.waivers import Waiver
from tests.support.canonical import Warehouse
from tests.support.expectations import count_without_great_expectations

AS_OF = date(2026, 3, 1)


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """One record of each entity."""
    # Those that block let T07 know what is quarantined; A19's statement joins A12's evidence.
    few = tuple(
        rule
        for rule in default_rules()
        if rule.kind != "checks" or rule.severity == "block" or rule.id == "A12"
    )
    monkeypatch.setattr(gate, "default_rules", lambda: few)
    monkeypatch.setattr(gate, "run_expectations", count_without_great_expectations)
    made = Warehouse(tmp_path / "warehouse.duckdb")
    made.add_valid_records()
    with made.connect():
        for entity in ENTITIES:
            if made.rows(f'select count(*) from canonical."{entity}"') == [(0,)]:
                made.add(entity, "1")
    return made


def run(
    warehouse: Warehouse,
    waivers: tuple[Waiver, ...] = (),
    thresholds: dict[str, ThresholdValue] | None = None,
) -> GateResult:
    settings = GateSettings(
        as_of_date=AS_OF,
        reporting_time_zone="Europe/Berlin",
        reporting_currency="USD",
        run_id="run-1",
        waivers=waivers,
        thresholds=thresholds or {},
    )
    return run_gate(warehouse.path, settings, warehouse.path.parent / "run")


def make_unreadable(warehouse: Warehouse, values: str | None) -> None:
    with warehouse.connect() as con:
        for entity in ENTITIES:
            con.execute(f'update canonical."{entity}" set unreadable_values = ?', [values])


def test_a_value_that_could_not_be_read_is_found_in_every_entity(warehouse: Warehouse) -> None:
    violations = "select entity, field, is_waived from hygiene.violation where rule_id = 'X01'"
    run(warehouse)
    assert warehouse.rows(violations) == []
    make_unreadable(warehouse, "created_at=yesterday")
    run(warehouse)
    assert set(warehouse.rows(violations)) == {(e, "created_at", False) for e in ENTITIES}
    run(warehouse, (Waiver("X01", None, None, "*", "An old import", "Ada", AS_OF),))
    assert set(warehouse.rows(violations)) == {(e, "created_at", True) for e in ENTITIES}
    make_unreadable(warehouse, None)
    run(warehouse)
    assert warehouse.rows(violations) == []


def test_a_key_twice_stops_the_run_in_every_entity(warehouse: Warehouse) -> None:
    with warehouse.connect() as con:
        for entity in ENTITIES:
            con.execute(f'insert into canonical."{entity}" from canonical."{entity}"')
    stops = run(warehouse).stops
    assert [stop.partition(":")[0] for stop in stops] == [
        "T05 The key is unique and never missing"
    ] * len(ENTITIES)
    for entity, stop in zip(ENTITIES, stops, strict=True):
        assert f"broken by 1 of 2 {entity} records" in stop


#: Entity with rules that block → what blocks its record.
BLOCKED = {
    "account": {"account_name": None},
    "contact": {"last_name": None},
    "lead": {"last_name": None},
    "opportunity": {"account_id": None},
    "subscription": {"started_on": None, "signed_on": None},
    "subscription_charge": {"effective_from": None},
    # The other one's identifier.
    "usage_record": {"metering_id": "meter UR1"},
}


def test_every_entity_with_rules_that_block_has_a_largest_share(warehouse: Warehouse) -> None:
    blocking = {rule.entity for rule in default_rules() if rule.severity == "block"}
    assert set(BLOCKED) == blocking
    for entity, values in BLOCKED.items():
        # A good one stays, so that its source fills the column.
        warehouse.add(entity, "blocked", **values)
    judged: dict[str, ThresholdValue] = {"T07.minimum_rows": 2, "T07.tolerated_share": 0.5}
    stops = run(warehouse, thresholds=judged).stops
    assert [stop.partition(" (")[0].rpartition(": ")[2] for stop in stops] == [
        f"broken by 1 of 2 {entity} records" for entity in ENTITIES if entity in BLOCKED
    ]
    assert all(stop.startswith("T07 Few records are quarantined") for stop in stops)
    tolerated: dict[str, ThresholdValue] = {"T07.minimum_rows": 2, "T07.tolerated_share": 0.51}
    assert not run(warehouse, thresholds=tolerated).is_stopped
