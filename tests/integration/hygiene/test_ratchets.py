"""Ratchets on small warehouses: told, and never a stop.

Belongs here: what the gate makes of ratchets. Does not belong here: which ratchets are refused
(``test_rules``). Most rules and Great Expectations are left out, for speed.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dagster_project.hygiene import gate
from dagster_project.hygiene.gate import run_gate
from dagster_project.hygiene.result import GateResult
from dagster_project.hygiene.rules import default_rules
from dagster_project.hygiene.settings import GateSettings
from dagster_project.hygiene.waivers import load_waivers
from tests.support.canonical import Warehouse
from tests.support.expectations import count_without_great_expectations


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """Two accounts without a website, of which one is waived, and three without a name."""
    few = tuple(rule for rule in default_rules() if rule.id in ("A01", "A02", "T05"))
    monkeypatch.setattr(gate, "default_rules", lambda: few)
    monkeypatch.setattr(gate, "run_expectations", count_without_great_expectations)
    made = Warehouse(tmp_path / "warehouse.duckdb")
    made.add_valid_records()
    for name in ("W1", "W2"):
        made.add("account", name, website=None, website_domain=None)
    for name in ("N1", "N2", "N3"):
        made.add("account", name, account_name=None)
    (tmp_path / "waivers.csv").write_text(
        "rule_id,record,reason,waived_by,waived_until,entity,source_name\n"
        "A02,W2,A shop,Dana,2026-12-31,,\n"
    )
    return made


def run(warehouse: Warehouse, **ratchets: int) -> GateResult:
    settings = GateSettings(
        as_of_date=date(2026, 3, 1),
        reporting_time_zone="UTC",
        reporting_currency="USD",
        run_id="run-1",
        waivers=load_waivers(warehouse.path.parent / "waivers.csv", default_rules()),
        ratchets={f"account.{rule_id}": level for rule_id, level in ratchets.items()},
    )
    return run_gate(warehouse.path, settings, warehouse.path.parent / "run")


def test_what_is_above_its_level_fails_and_stops_nothing(warehouse: Warehouse) -> None:
    result = run(warehouse, A01=2, A02=1)
    assert not result.is_stopped
    assert warehouse.rows(
        "select check_name, rule_id, severity, is_passed, failed_rows, total_rows "
        "from hygiene.check_result where check_type = 'ratchet' order by 1"
    ) == [
        ("account.A01.ratchet", "A01", "block", False, 3, 2),
        # Two break it; a waived one does not count.
        ("account.A02.ratchet", "A02", "warn", True, 1, 1),
    ]
    message = result.ratchets["account.A01"].message
    assert "broken by 3 records, and 2 may. " in message
    (told,) = warehouse.rows("select thresholds from hygiene.rule where rule_id = 'A02'")
    assert told == ('{"ratchet": 1}',)


def test_a_level_that_can_be_lowered_is_told(warehouse: Warehouse) -> None:
    result = run(warehouse, A01=5)
    assert result.ratchets["account.A01"].is_passed
    assert result.ratchets["account.A01"].message.endswith("5 may; lower the ratchet")
    # A ratchet that the company gives up is not judged any more.
    run(warehouse)
    assert warehouse.rows("select 1 from hygiene.check_result where check_type = 'ratchet'") == []
