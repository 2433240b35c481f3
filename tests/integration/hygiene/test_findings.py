"""The life of findings over ten nights, whose they are, and what is at stake.

Belongs here: what the gate writes to ``hygiene.violation`` and ``hygiene.finding`` night after
night, each night published and read back as in production. Does not belong here: which records
break which rule (``test_gate``). Great Expectations' counting is left out, for speed.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dagster_project.company import Company, Home, RunSettings
from dagster_project.hygiene import gate
from dagster_project.hygiene.gate import run_gate
from dagster_project.hygiene.rules import default_rules
from dagster_project.hygiene.settings import GateSettings
from dagster_project.hygiene.waivers import Waiver
from dagster_project.publish.memory import last_night
from dagster_project.publish.publication import ColumnPolicy, publish
from tests.support.canonical import Warehouse, key
from tests.support.expectations import count_without_great_expectations
from tests.support.places import require_every_record_in_one_place

EPISODES = """
    select rule_id, source_record_id, field, episode_number,
        day(first_seen_on), day(last_seen_on), day(fixed_on), closing_reason
    from {schema}.finding order by all
"""


RULES = {"A01", "A02", "C15", "O01", "O02", "O08", "O12", "O22", "P06", "T05"}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    few = tuple(rule for rule in default_rules() if rule.id in RULES)
    monkeypatch.setattr(gate, "default_rules", lambda: few)
    monkeypatch.setattr(gate, "run_expectations", count_without_great_expectations)


class Nights:
    """Nights of March 2026 over one warehouse: memory, gate, publication."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder)
        self.warehouse = Warehouse(self.home.warehouse)
        self.warehouse.add_valid_records()

    def run(
        self, day: int, *, publishes: bool = True, replays: bool = False, **changes: Any
    ) -> None:
        as_of = date(2026, 3, day)
        source = {"name": "crm", "type": "salesforce_export", "path": "."}
        run = RunSettings(Company(name="acme", sources=[source]), as_of, self.home)
        self.warehouse.remember(
            self.home.published_database, as_of, previous=last_night(run), is_replay=replays
        )
        settings = GateSettings(
            as_of_date=as_of,
            reporting_time_zone="UTC",
            reporting_currency="USD",
            run_id=f"run-{day:04d}",
            **changes,
        )
        assert not run_gate(self.warehouse.path, settings, self.home.hygiene).is_stopped
        require_every_record_in_one_place(self.warehouse.rows)
        if publishes:
            publish(run, settings.run_id, ColumnPolicy({}, {}, frozenset()))

    def episodes(self) -> list[tuple[Any, ...]]:
        return self.warehouse.rows(EPISODES.format(schema="hygiene"))

    def lose_the_warehouse(self) -> None:
        """All that is not delivered anew; the published file stays."""
        with self.warehouse.connect() as con:
            con.execute("drop schema gate cascade; drop schema hygiene cascade")
            con.execute("delete from memory.finding; delete from memory.run")


@pytest.fixture
def nights(tmp_path: Path) -> Nights:
    return Nights(tmp_path)


# Rule, record, field, episode, first seen, last seen, fixed, why it was closed.
AFTER_TEN_NIGHTS = [
    ("A02", "gone", "website", 1, 1, 3, 4, "record_gone"),
    # The sixth night was not published, so nobody knows that it was still there.
    ("O02", "relapse", "stage", 1, 1, 2, 3, "fixed"),
    ("O02", "relapse", "stage", 2, 5, 7, 8, "fixed"),
    ("O08", "switched off", "next_step", 1, 2, 5, 7, "rule_off"),
    ("O08", "switched off", "next_step", 2, 9, 10, None, None),
    ("P06", "stays", "phone", 1, 2, 10, None, None),
]


def test_ten_nights_of_fixes_and_relapses_leave_their_episodes(nights: Nights) -> None:
    warehouse = nights.warehouse
    without_o08: dict[str, Any] = {"disabled_rules": frozenset({"O08"})}
    warehouse.add("opportunity", "relapse", stage="Dreaming")
    warehouse.add("account", "gone", account_name="Gone Ltd", website=None, website_domain=None)
    nights.run(1)
    warehouse.add("opportunity", "switched off", next_step=None)
    warehouse.add("contact", "stays", phone="12")
    nights.run(2)
    warehouse.update("opportunity", "relapse", stage="Prospecting")
    nights.run(3)
    warehouse.update("account", "gone", is_excluded=True)
    nights.run(4)
    warehouse.update("opportunity", "relapse", stage="Hoping")
    nights.run(5)
    warehouse.add("opportunity", "fleeting", stage="Only this night")
    nights.run(6, publishes=False)
    warehouse.update("opportunity", "fleeting", stage="Prospecting")
    warehouse.add("user", "U2")
    warehouse.update("contact", "stays", owner_id=key("U2"))
    nights.run(7, **without_o08)
    warehouse.update("opportunity", "relapse", stage="Prospecting")
    nights.lose_the_warehouse()
    nights.run(8, **without_o08)
    # The first run of the ninth day saw something else than the second one.
    warehouse.update("opportunity", "fleeting", stage="Again")
    warehouse.update("contact", "stays", phone=None)
    nights.run(9)
    warehouse.update("opportunity", "fleeting", stage="Prospecting")
    warehouse.update("contact", "stays", phone="12")
    nights.run(9)
    nights.run(10)
    assert nights.episodes() == AFTER_TEN_NIGHTS
    assert warehouse.rows(
        "select count(distinct finding_id), count(distinct violation_id) from hygiene.finding"
    ) == [(6, 4)]
    assert warehouse.rows(
        "select owner_id from hygiene.finding where source_record_id = 'stays'"
    ) == [(key("U2"),)]
    assert warehouse.rows(
        "select value from hygiene.finding where rule_id = 'O02' order by first_seen_on"
    ) == [("Dreaming",), ("Hoping",)]


def test_a_run_for_a_past_day_carries_the_episodes_on(nights: Nights) -> None:
    nights.warehouse.add("opportunity", "X", stage="Dreaming")
    for day in (1, 2, 3):
        nights.run(day)
    nights.warehouse.add("opportunity", "Y", stage="Hoping")
    nights.run(2, replays=True)
    assert nights.episodes() == [("O02", "X", "stage", 1, 1, 3, None, None)]
    # What it found is its own.
    assert nights.warehouse.rows(
        "select source_record_id, day(as_of_date) from hygiene.violation order by all"
    ) == [("X", 2), ("Y", 2)]
    nights.run(4)
    assert nights.episodes() == [
        ("O02", "X", "stage", 1, 1, 4, None, None),
        ("O02", "Y", "stage", 1, 4, 4, None, None),
    ]


def test_the_second_run_of_a_day_gives_what_the_first_one_gave(nights: Nights) -> None:
    nights.warehouse.add("opportunity", "X", stage="Dreaming")
    nights.run(1)
    nights.warehouse.add("account", "Y", account_name="Y Ltd", website=None, website_domain=None)
    nights.warehouse.update("opportunity", "X", stage="Prospecting")
    nights.run(2)
    first = nights.warehouse.rows("select * from hygiene.finding order by all")
    nights.run(2)
    assert nights.warehouse.rows("select * from hygiene.finding order by all") == first


def test_a_finding_tells_whose_it_is_and_what_is_at_stake(nights: Nights) -> None:
    """110 + 50 open; (10 x 1.1 + 50) x 12 = 732 a year."""
    warehouse = nights.warehouse
    warehouse.add(
        "employee", "E0", email="ADA@cultivar-test.com", team="South", hired_on=date(2024, 1, 1)
    )
    warehouse.add(
        "employee", "E1", email="ada@cultivar-test.com", team="North", hired_on=date(2025, 1, 1)
    )
    warehouse.add("account", "A2", account_name="Two", website=None, website_domain=None)
    at_a2 = {"account_id": key("A2")}
    warehouse.add("opportunity", "euro", **at_a2, amount_original=100, currency_code="EUR",
                  next_step=None)  # fmt: skip
    warehouse.add("opportunity", "dollar", **at_a2, amount_original=50)
    warehouse.add("opportunity", "won", **at_a2, stage="Closed Won", probability=1)
    warehouse.add("contact", "C2", **at_a2, phone="12", owner_id=None)
    warehouse.add("subscription", "S2", **at_a2)
    charge = {"subscription_id": key("S2"), "account_id": None}
    warehouse.add("subscription_charge", "dollars", **charge, quantity=11)
    euros = {"currency_code": "EUR", "monthly_recurring_original": 10, "unit_price_original": 1}
    warehouse.add("subscription_charge", "euros", **charge, **euros)
    warehouse.add("subscription_charge", "over", **charge, effective_to=date(2026, 3, 1))
    warehouse.add("subscription_charge", "to come", **charge, effective_from=date(2026, 3, 2))
    warehouse.add("subscription_charge", "once", **charge, is_recurring=False)
    warehouse.add("user", "U2", email="bob@cultivar-test.com")
    warehouse.add("lead", "L2", phone="12", mobile_phone=None, owner_id=key("U2"))
    nights.run(1)
    assert warehouse.rows(
        "select rule_id, source_record_id, owner_id, team, account_id, opportunity_id, "
        "cast(open_amount as double), cast(arr as double) from hygiene.violation "
        # The account's contract without its being a customer is not what this is about.
        "where rule_id not in ('A11', 'A15') order by all"
    ) == [
        ("A02", "A2", key("U1"), "North", key("A2"), None, 160.0, 732.0),
        ("C15", "dollars", key("U1"), "North", key("A2"), None, 160.0, 732.0),
        ("O08", "euro", key("U1"), "North", key("A2"), key("euro"), 110.0, 0.0),
        # The account's owner, since the contact has none.
        ("P06", "C2", key("U1"), "North", key("A2"), None, 160.0, 732.0),
        ("P06", "L2", key("U2"), None, None, None, 0.0, 0.0),
    ]


def test_a_waived_finding_stays_open_and_comes_back_on_expiry(nights: Nights) -> None:
    """Waived from the second night to the third; its episode goes on throughout."""
    warehouse = nights.warehouse
    warehouse.add("opportunity", "DE_1", stage="Dreaming")
    warehouse.add("opportunity", "DEX1", stage="Dreaming")
    warehouse.add("opportunity", "DE_2", next_step=None)
    waiver = Waiver("O02", None, None, "DE_*", "Kept for the audit", "Ada", date(2026, 3, 3))
    sooner = Waiver("O02", "opportunity", "crm", "DE_1", "A day", "Ada", date(2026, 3, 2))
    other = Waiver("O02", None, "billing", "*", "Other source", "Ada", date(2026, 3, 9))
    seen = []
    for day, waivers in ((1, ()), (2, (sooner, waiver, other)), (3, (waiver,)), (4, (waiver,))):
        nights.run(day, waivers=waivers)
        seen.append(
            warehouse.rows(
                "select source_record_id, is_waived, day(waived_until), waiver_reason, "
                "day(first_seen_on) from hygiene.finding where rule_id = 'O02' order by 1"
            )
        )
    free, not_matched = ("DE_1", False, None, None, 1), ("DEX1", False, None, None, 1)
    held = ("DE_1", True, 3, "Kept for the audit", 1)
    assert seen == [
        [not_matched, free],
        [not_matched, held],
        [not_matched, held],
        [not_matched, free],
    ]
    assert warehouse.rows(
        "select record, is_in_force, matched_record_count from hygiene.waiver"
    ) == [("DE_*", False, 1)]
    assert warehouse.rows("select is_waived from hygiene.violation where rule_id = 'O08'") == [
        (False,)
    ]


def test_of_waivers_that_hold_equally_long_the_first_by_its_reason_is_told(nights: Nights) -> None:
    """In whatever order the file has them, so that a second run tells the same."""
    nights.warehouse.add("opportunity", "X", stage="Dreaming")
    until = date(2026, 3, 9)
    by_reason = [
        Waiver("O02", None, None, record, reason, "Ada", until)
        for record, reason in (("*", "Frozen"), ("X*", "Audit"), ("X", "Migrated"))
    ]
    for day, waivers in ((1, by_reason), (2, by_reason[::-1])):
        nights.run(day, waivers=tuple(waivers))
        assert nights.warehouse.rows("select waiver_reason from hygiene.violation") == [("Audit",)]


def test_a_blocked_record_is_held_back_until_the_night_after_the_fix(nights: Nights) -> None:
    """Every night each record is admitted, quarantined or excluded, and in one place only."""
    warehouse = nights.warehouse
    held, admitted = (
        f"select string_agg(source_record_id, ',' order by source_record_id) from {table}"
        for table in ("hygiene.quarantined_opportunity", "gate.opportunity")
    )
    warehouse.add("opportunity", "B", account_id=None)
    warehouse.add("opportunity", "X", account_id=None, is_excluded=True, is_deleted=True)
    nights.run(1)
    assert warehouse.rows(held) == [("B",)]
    assert warehouse.rows(admitted) == [("O1",)]
    warehouse.update("opportunity", "B", account_id=key("A1"))
    warehouse.update("opportunity", "O1", currency_code="XXX")
    nights.run(2)
    assert warehouse.rows(held) == [("O1",)]
    assert warehouse.rows(admitted) == [("B",)]
    warehouse.update("opportunity", "O1", currency_code="EUR")
    nights.run(3)
    assert warehouse.rows(held) == [(None,)]
    assert warehouse.rows(admitted) == [("B,O1",)]


def test_a_waived_record_stays_quarantined(nights: Nights) -> None:
    """What falsifies a number does so with a waiver, too."""
    nights.warehouse.add("account", "T", account_name="test")
    waiver = Waiver("A01", None, None, "T", "Our own", "Ada", date(2026, 3, 31))
    nights.run(1, waivers=(waiver,))
    assert nights.warehouse.rows("select is_waived from hygiene.violation") == [(True,)]
    assert nights.warehouse.rows("select source_record_id from hygiene.quarantined_account") == [
        ("T",)
    ]


def test_a_score_weighs_what_is_broken_against_what_applies(nights: Nights) -> None:
    """Weights: O01 5, O02 and O08 2. A rule that does not apply is no pass."""
    warehouse = nights.warehouse
    weigh = (
        "select source_record_id, applicable_rule_count, broken_rule_count, waived_rule_count, "
        "applicable_weight, broken_weight, round(score, 4) from hygiene.record_score "
        "where entity = 'opportunity' order by 1"
    )
    warehouse.add("opportunity", "two", account_id=None, next_step=None)
    warehouse.add("opportunity", "waived", next_step=None)
    warehouse.add("opportunity", "no part", is_excluded=True)
    warehouse.add("employee", "E1", email="ada@cultivar-test.com")
    waiver = Waiver("O08", None, None, "waived", "Frozen", "Ada", date(2026, 3, 31))
    nights.run(1, waivers=(waiver,), disabled_rules=frozenset({"O22"}))
    # O12 is about lost ones.
    assert warehouse.rows(weigh) == [
        ("O1", 3, 0, 0, 9, 0, 1.0),
        ("two", 3, 2, 0, 9, 7, 0.2222),
        ("waived", 2, 0, 1, 7, 0, 1.0),
    ]
    assert warehouse.rows(
        "select count(*) from hygiene.record_score where entity = 'employee'"
    ) == [(0,)]


def test_a_company_weighs_rules_its_own_way(nights: Nights) -> None:
    """O01 5 as it is, O02 0, O08 4: 9 applies, of which O08 is broken."""
    nights.warehouse.add("opportunity", "two", next_step=None)
    nights.run(1, weights={"O02": 0, "O08": 4}, disabled_rules=frozenset({"O22"}))
    assert nights.warehouse.rows(
        "select applicable_weight, broken_weight, round(score, 4) from hygiene.record_score "
        "where source_record_id = 'two'"
    ) == [(9, 4, 0.5556)]
    assert nights.warehouse.rows(
        "select rule_id, weight from hygiene.rule where rule_id in ('O01', 'O02', 'O08') order by 1"
    ) == [("O01", 5), ("O02", 0), ("O08", 4)]
