"""The gate on a real warehouse file: every rule, quarantine, stops, privacy, side effects."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.contract import canonical_contract
from dagster_project.hygiene import expectation_run, gate
from dagster_project.hygiene.delivery import default_delivery_rules
from dagster_project.hygiene.gate import GateError, run_gate
from dagster_project.hygiene.paths import EXPECTATIONS_DIR
from dagster_project.hygiene.result import GateResult
from dagster_project.hygiene.rules import ENTITIES, default_rules
from dagster_project.hygiene.settings import GateSettings
from dagster_project.hygiene.streams import default_stream_rules
from dagster_project.hygiene.terms import rule_terms
from dagster_project.hygiene.waivers import Waiver
from tests.support import (
    planted_accounts,
    planted_customers,
    planted_opportunities,
    planted_people,
    planted_work,
)
from tests.support.canonical import VALID_RECORDS, Warehouse, key
from tests.support.expectations import count_without_great_expectations
from tests.support.pages import Page
from tests.support.planted import (
    Planted,
    change_what_no_rule_reads,
    numbered,
    planted,
)
from tests.support.planted_accounts import ACCOUNT_CASES
from tests.support.planted_customers import CUSTOMER_CASES
from tests.support.planted_opportunities import OPPORTUNITY_CASES
from tests.support.planted_people import PEOPLE_CASES
from tests.support.planted_work import WORK_CASES

AS_OF = date(2026, 3, 1)
NIGHT_BEFORE = date(2026, 2, 28)
SALESFORCE_ID = "001Zz0000000AbcIAE"


def settings(**changes: Any) -> GateSettings:
    return GateSettings(
        **{
            "as_of_date": AS_OF,
            "reporting_time_zone": "Europe/Berlin",
            "reporting_currency": "USD",
            "run_id": "run-1",
            **changes,
        }
    )


LOST = {"stage": "closed lost ", "probability": 0, "close_date": date(2026, 2, 21)}
#: Far enough to close soon.
QUALIFIED = {"stage": "Proposal", "qualification_field_count": 9}
CASES = [
    planted("X01", "account", {"unreadable_values": "annual_revenue=1.2.3\x1femployee_count=a=b"},
            {"unreadable_values": None}, "annual_revenue", "employee_count"),
    planted("A01", "account", {"account_name": " N/A "}, {"account_name": "Nadir"}, "account_name"),
    planted("A01", "account", {"account_name": None}, {"account_name": "Nil Inc"}, "account_name"),
    planted("A02", "account", {"website": None, "website_domain": None},
            {"website": "nobis.com", "website_domain": "nobis.com"}, "website"),
    planted("A10", "account", {"account_name": " ACME  pumps"}, {"account_name": "Acme Pipes"},
            "account_name"),
    planted("A19", "account", {"parent_account_id": key("nowhere")},
            {"parent_account_id": key("A1")}, "parent_account_id",
            also={"A09": ("parent_account_id",)}),
    planted("A19", "account", {"owner_id": key("nobody")}, {"owner_id": key("U1")}, "owner_id"),
    planted("P01", "contact", {"last_name": None}, {"last_name": "Doe"}, "last_name"),
    planted("P01", "contact", {"email": None, "phone": None, "mobile_phone": None},
            {"mobile_phone": "(512) 757-9340"}, "email"),
    planted("P01", "lead", {"last_name": None}, {"last_name": "Doe"}, "last_name"),
    planted("P02", "contact", {"email": "rose@@edge.com"}, {"email": "rose@edge.com"}, "email"),
    planted("P02", "lead", {"email": "rose@gmial.com", "email_domain": "gmial.com"},
            {"email": "rose@edge.com", "email_domain": "edge.com"}, "email"),
    planted("P02", "lead", {"email": "rose@crm.invalid", "email_domain": "crm.invalid"},
            {"email": "rose@edge.com", "email_domain": "edge.com"}, "email"),
    planted("P04", "lead", {"email": "rose@mailinator.com", "email_domain": "mailinator.com"},
            {"email": "rose@edge.com", "email_domain": "edge.com"}, "email"),
    planted("P06", "contact", {"phone": "12"}, {"phone": "(512) 757-6000"}, "phone"),
    planted("P06", "contact", {"mobile_phone": "(512) 757-6000 99 99 99", "phone": "1"},
            {"mobile_phone": None, "phone": None}, "mobile_phone", "phone"),
    planted("P06", "lead", {"phone": "030 123456", "mobile_phone": None},
            {"country": "Deutschland", "consent_status": "Opted In"}, "phone"),
    planted("P08", "contact", {"account_id": None}, {"account_id": key("A1")}, "account_id"),
    planted("P13", "lead", {"is_converted": False}, {"lead_status": "Working"}, "lead_status"),
    planted("P13", "lead", {"lead_status": "open"}, {"lead_status": " closed - CONVERTED"},
            "lead_status"),
    planted("P13", "lead", {"converted_date": None, "converted_contact_id": None},
            {"converted_date": AS_OF, "converted_contact_id": key("C1")},
            "converted_date", "converted_contact_id"),
    planted("P14", "contact", {"email_bounced_at": "2026-01-10 08:59:59+00"},
            {"email_bounced_at": "2026-01-10 09:00:00+00"}, "email_bounced_at"),
    planted("P14", "lead",
            {"converted_date": date(2026, 1, 10), "created_at": "2026-01-10 23:30:00+00"},
            {"created_at": "2026-01-10 22:30:00+00"}, "converted_date"),
    planted("P24", "lead", {"company_name": SALESFORCE_ID}, {"company_name": "Internationalisatn"},
            "company_name"),
    planted("P24", "contact", {"first_name": SALESFORCE_ID[:15], "last_name": "a0B2e000001AbCd"},
            {"first_name": "Congratulations", "last_name": "Doe"}, "first_name", "last_name",
            also={"P23": ("first_name", "last_name")}),
    planted("P33", "contact", {"account_id": key("nowhere")}, {"account_id": key("A1")},
            "account_id"),
    planted("P33", "lead", {"owner_id": key("nobody"), "campaign_id": key("nowhere")},
            {"owner_id": None, "campaign_id": None}, "owner_id", "campaign_id"),
    planted("O01", "opportunity", {"account_id": None}, {"account_id": key("A1")}, "account_id"),
    planted("O01", "opportunity", {"account_id": key("nowhere")}, {"account_id": key("A1")},
            "account_id"),
    planted("O02", "opportunity", {"stage": "Dreaming"}, {"stage": " PROSPECTING"}, "stage"),
    planted("O04", "opportunity", {**QUALIFIED, "close_date": None}, {"close_date": AS_OF},
            "close_date"),
    planted("O04", "opportunity", {"close_date": date(2026, 2, 28)},
            {"stage": "Closed Won", "probability": 1}, "close_date"),
    # 23:30 UTC is the next day in Berlin, the reporting time zone.
    planted("O06", "opportunity",
            {**QUALIFIED, "close_date": date(2026, 3, 10),
             "created_at": "2026-03-10 23:30:00+00"},
            {"created_at": "2026-03-10 22:30:00+00"}, "close_date"),
    planted("O07", "opportunity", {"probability": 65}, {"probability": 0.65}, "probability"),
    planted("O07", "opportunity", {**LOST, "stage": "Closed Won", "probability": 0.9},
            {"probability": 1}, "probability"),
    planted("O07", "opportunity", {**LOST, "probability": 0.1}, {"probability": 0}, "probability"),
    planted("O07", "opportunity", {"probability": 1}, {"probability": None}, "probability"),
    planted("O07", "opportunity", {"probability": 0.005}, {"probability": 0.006}, "probability"),
    planted("O08", "opportunity", {"next_step": None}, {**LOST}, "next_step"),
    planted("O08", "opportunity", {"next_step_date": date(2026, 2, 28)},
            {"next_step_date": AS_OF}, "next_step_date"),
    planted("O12", "opportunity", {**LOST, "loss_reason": None}, {"loss_reason": "Price"},
            "loss_reason"),
    planted("O12", "opportunity", {**LOST, "loss_reason": " Other"},
            {"loss_reason": "Other: merger"}, "loss_reason"),
    planted("O12", "opportunity", {**LOST, "loss_reason": "other", "loss_reason_detail": " "},
            {"loss_reason": "other", "loss_reason_detail": "They merged"}, "loss_reason"),
    planted("O17", "opportunity", {"lead_source": None, "campaign_id": None},
            {"lead_source": "Web", "campaign_id": key("M1")}, "lead_source", "campaign_id"),
    planted("O22", "opportunity", {"currency_code": "XXX"}, {"currency_code": "EUR"},
            "currency_code"),
    planted("O22", "opportunity",
            {"currency_code": "EUR", "close_date": date(2025, 12, 31),
             "created_at": "2025-12-01 00:00:00+00", "stage": "Closed Won", "probability": 1},
            {"currency_code": "USD"}, "currency_code"),
    planted("C01", "activity", {"lead_id": None}, {"opportunity_id": key("O1")}, "account_id"),
    planted("C01", "activity", {"activity_date": None}, {"started_at": "2026-03-01 10:00:00+00"},
            "activity_date"),
    planted("C01", "activity", {"activity_date": date(2026, 3, 2)}, {"is_done": False},
            "activity_date"),
    planted("C03", "campaign",
            {"campaign_type": None, "start_date": None, "actual_cost_original": None},
            {"campaign_type": "Fair", "start_date": AS_OF, "budgeted_cost_original": 5},
            "campaign_type", "start_date", "actual_cost_original"),
    planted("C05", "campaign_member", {"member_status": "Waved", "has_responded": None},
            {"member_status": "sent ", "has_responded": None}, "member_status"),
    planted("C05", "campaign_member", {"has_responded": False}, {"member_status": "Sent"},
            "has_responded"),
    # The account gets that domain when it is fixed; two have the other one.
    planted("C09", "workspace", {"account_id": None, "customer_domain": "nobis.com"},
            {"workspace_name": "Nobis"}, "account_id"),
    planted("C09", "workspace", {"account_id": None, "customer_domain": "acme-pumps.com"},
            {"account_id": key("A1")}, "account_id"),
    planted("C09", "workspace", {"account_id": key("nowhere")}, {"account_id": key("A1")},
            "account_id"),
    planted("C10", "subscription", {"started_on": None, "signed_on": None},
            {"signed_on": AS_OF}, "started_on"),
    planted("C10", "subscription", {"ended_on": date(2025, 12, 31)},
            {"ended_on": date(2026, 1, 1)}, "ended_on"),
    planted("C10", "subscription_charge", {"subscription_id": None},
            {"subscription_id": key("S1")}, "subscription_id"),
    planted("C10", "subscription_charge", {"subscription_id": key("nowhere")},
            {"subscription_id": key("S1")}, "subscription_id"),
    planted("C10", "subscription_charge", {"effective_from": None},
            {"effective_from": AS_OF}, "effective_from"),
    planted("C10", "subscription_charge", {"effective_to": date(2025, 12, 31)},
            {"effective_to": None}, "effective_to"),
    planted("C11", "subscription_charge", {"monthly_recurring_original": None},
            {"monthly_recurring_original": 50}, "monthly_recurring_original"),
    planted("C11", "subscription_charge",
            {"monthly_recurring_original": -50, "quantity": -10},
            {"is_recurring": False}, "monthly_recurring_original"),
    planted("C11", "subscription_charge",
            {"currency_code": "EUR", "effective_from": date(2025, 12, 31)},
            {"effective_from": date(2026, 1, 1)}, "currency_code"),
    planted("C14", "subscription", {"account_id": key("nowhere")}, {"account_id": key("A1")},
            "account_id"),
    planted("C14", "subscription", {"account_id": None, "billing_account_id": "B1"},
            {"account_id": key("A1")}, "account_id"),
    planted("C15", "subscription_charge", {"quantity": 11}, {"unit_price_original": None},
            "monthly_recurring_original"),
]  # fmt: skip
CASES = [
    *numbered("X", CASES), *ACCOUNT_CASES, *PEOPLE_CASES, *OPPORTUNITY_CASES, *WORK_CASES,
    *CUSTOMER_CASES,
]  # fmt: skip
SUPPORT = [
    *planted_accounts.SUPPORT,
    *planted_customers.SUPPORT,
    *planted_people.SUPPORT,
    *planted_opportunities.SUPPORT,
    *planted_work.SUPPORT,
]

#: Rules that compare with a list of the company's own.
LISTS: dict[str, Any] = {
    "A04.industries": ["software"],
    "C04.name_pattern": "(Fair|[0-9]{4}_[0-9]{2}-.+)",
    "O26.smallest_amount": 100,
    "P16.lead_sources": ["web"],
    "P25.competitor_domains": ["rival.com"],
}


@dataclass
class Run:
    """A finished run of the gate."""

    warehouse: Warehouse
    result: GateResult
    run_dir: Path

    def findings(self) -> set[tuple[Any, ...]]:
        return set(
            self.warehouse.rows(
                "select rule_id, entity, source_record_id, field from hygiene.violation"
            )
        )


@pytest.fixture(scope="module")
def broken_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("broken")
    warehouse = Warehouse(folder / "warehouse.duckdb")
    warehouse.add_valid_records()
    # One connection that stays spares each record the opening of the file.
    with warehouse.connect():
        for entity, natural_id, values in SUPPORT:
            warehouse.add(entity, natural_id, **values)
        for case in CASES:
            case.plant(warehouse)
    # Deleted records are subject to no rule.
    warehouse.add("account", "gone", account_name=None, is_deleted=True, is_excluded=True)
    result = run_gate(warehouse.path, settings(thresholds=LISTS), folder / "run")
    return Run(warehouse, result, folder / "run")


def night_after(broken_run: Run, folder: Path) -> Warehouse:
    """A copy in which the night before saw, and published, all that is broken."""
    shutil.copy(broken_run.warehouse.path, folder / "warehouse.duckdb")
    warehouse = Warehouse.__new__(Warehouse)
    warehouse.path = folder / "warehouse.duckdb"
    with warehouse.connect() as con:
        day = {"day": NIGHT_BEFORE}
        con.execute(
            "insert into memory.finding select * replace ($day as first_seen_on, "
            "$day as last_seen_on) from hygiene.finding",
            day,
        )
        con.execute("insert into memory.run values ($day + 1, 'run', false, $day)", day)
    return warehouse


@pytest.fixture(scope="module")
def fixed_run(broken_run: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("fixed")
    warehouse = night_after(broken_run, folder)
    with warehouse.connect():
        for case in CASES:
            case.fix(warehouse)
    result = run_gate(warehouse.path, settings(thresholds=LISTS), folder / "run")
    return Run(warehouse, result, folder / "run")


def quick_run(warehouse: Warehouse, **changes: Any) -> Run:
    """Great Expectations counts the same in ``broken_run`` and ``fixed_run``."""
    folder = warehouse.path.parent / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gate, "run_expectations", count_without_great_expectations)
        changed = settings(**{"thresholds": LISTS, **changes})
        return Run(warehouse, run_gate(warehouse.path, changed, folder), folder)


@pytest.fixture(scope="module")
def waived_run(broken_run: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Each case is waived for its own rule, on the waiver's last day."""
    waivers = tuple(
        Waiver(case.rule_id, case.entity, "crm", case.natural_id, "Accepted", "Ada", AS_OF)
        for case in CASES
    )
    return quick_run(night_after(broken_run, tmp_path_factory.mktemp("waived")), waivers=waivers)


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    made = Warehouse(tmp_path / "warehouse.duckdb")
    made.add_valid_records()
    return made


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule_id}-{case.natural_id}")
def test_a_planted_violation_is_found_and_nothing_else(broken_run: Run, case: Planted) -> None:
    found = {
        finding
        for finding in broken_run.findings()
        if finding[1] == case.entity and finding[2] == case.natural_id
    }
    assert found == case.findings


def test_every_check_of_every_rule_has_a_planted_violation() -> None:
    cases = {(case.entity, case.rule_id, field) for case in CASES for field in case.fields}
    rules = default_rules()
    checks = {(rule.entity, rule.id, check.field) for rule in rules for check in rule.checks}
    assert checks - cases == set()
    # Those that are built in follow (test_built_in_rules).
    assert {rule.id for rule in rules if not rule.checks} == {"T05", "T07", "X01"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule_id}-{case.natural_id}")
def test_its_fix_closes_the_finding(fixed_run: Run, case: Planted) -> None:
    episodes = fixed_run.warehouse.rows(
        "select rule_id, entity, source_record_id, field, "
        "episode_number, first_seen_on, last_seen_on, fixed_on, closing_reason "
        f"from hygiene.finding where entity = '{case.entity}' "
        f"and source_record_id = '{case.natural_id}'"
    )
    assert {row[:4] for row in episodes} == case.findings
    reason = "record_gone" if case.fixed.get("is_excluded") else "fixed"
    assert {row[4:] for row in episodes} == {(1, NIGHT_BEFORE, NIGHT_BEFORE, AS_OF, reason)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule_id}-{case.natural_id}")
def test_its_waiver_hides_it_and_nothing_else(waived_run: Run, case: Planted) -> None:
    of_case = f"entity = '{case.entity}' and source_record_id = '{case.natural_id}'"
    found = waived_run.warehouse.rows(
        "select rule_id, entity, source_record_id, field, is_waived "
        f"from hygiene.violation where {of_case}"
    )
    assert {row[:4] for row in found} == case.findings, "it stays visible"
    assert {row[:4] for row in found if row[4]} == {
        (case.rule_id, case.entity, case.natural_id, field) for field in case.fields
    }
    assert waived_run.warehouse.rows(
        f"select waived_rule_count, broken_rule_count from hygiene.record_score where {of_case}"
    ) == [(1, len(case.also))]


def test_a_change_of_what_no_rule_is_about_changes_no_finding(
    broken_run: Run, tmp_path: Path
) -> None:
    """Every column that no rule reads gets another value, and the rows another order."""
    warehouse = night_after(broken_run, tmp_path)
    changed = change_what_no_rule_reads(warehouse)
    with_rules = {rule.entity for rule in default_rules() if rule.kind == "checks"}
    assert all(changed[entity] >= 2 for entity in with_rules), changed
    quick_run(warehouse)
    violations = "select * from hygiene.violation order by violation_id"
    assert warehouse.rows(violations) == broken_run.warehouse.rows(violations)
    assert warehouse.rows(
        "select distinct episode_number, first_seen_on, last_seen_on, fixed_on from hygiene.finding"
    ) == [(1, NIGHT_BEFORE, AS_OF, None)]


def test_valid_deleted_and_fixed_records_have_no_finding(broken_run: Run, fixed_run: Run) -> None:
    planted_ids = {case.natural_id for case in CASES}
    assert {finding[2] for finding in broken_run.findings()} <= planted_ids
    assert fixed_run.findings() == set()


def test_great_expectations_and_findings_count_the_same(broken_run: Run) -> None:
    own = dict(
        broken_run.warehouse.rows(
            "select concat(entity, '.', rule_id), count(*) from hygiene.violation group by all"
        )
    )
    for rule in broken_run.result.rules:
        if rule.severity != "stop":
            assert rule.findings == own.get(rule.check_name, 0), rule.check_name
            assert rule.is_passed is (rule.findings == 0)


def test_a_difference_between_the_two_counts_fails_and_changes_nothing(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def miscounting(*arguments: Any) -> Any:
        counts, docs = expectation_run.run_expectations(*arguments)
        one_more = expectation_run.ExpectationCounts(1, 1, 1, False)
        return {**counts, "account.A01": one_more}, docs

    monkeypatch.setattr(gate, "run_expectations", miscounting)
    with pytest.raises(GateError, match=r"differ.*account\.A01: Great Expectations 1, findings 0"):
        run_gate(warehouse.path, settings(), tmp_path / "run")
    assert (
        warehouse.rows("select 1 from information_schema.schemata where schema_name='gate'") == []
    )


def test_findings_are_keyed_dated_and_owned(broken_run: Run) -> None:
    rows = broken_run.warehouse.rows(
        "select count(*), count(distinct violation_id), "
        "count(distinct concat(rule_id, record_id, field)), min(as_of_date), max(as_of_date) "
        "from hygiene.violation"
    )
    assert rows[0] == (len(broken_run.findings()),) * 3 + (AS_OF, AS_OF)
    case = next(case for case in CASES if case.rule_id == "O02")
    assert broken_run.warehouse.rows(
        "select severity, dimension, record_id, value, owner_id, rule_version "
        f"from hygiene.violation where source_record_id = '{case.natural_id}'"
    ) == [("warn", "conform", key(case.natural_id), "Dreaming", key("U1"), 1)]


def test_a_record_that_breaks_both_checks_of_a_rule_on_a_field_is_one_finding(
    warehouse: Warehouse,
) -> None:
    partner = {"account_type": "Partner", "website_domain": "partner.com"}
    warehouse.add("account", "A2", **partner)
    address = {"email": "a@partner.com", "email_domain": "partner.com"}
    warehouse.add("lead", "L2", **planted_people.OPEN, **address, lead_score=1)
    thresholds = {**LISTS, "P25.competitor_domains": ["partner.com"]}
    run = quick_run(warehouse, thresholds=thresholds)
    violations = warehouse.rows(
        "select rule_id, field, value from hygiene.violation where source_record_id = 'L2'"
    )
    assert violations == [("P25", "email", "***")]
    rule = next(rule for rule in run.result.rules if rule.check_name == "lead.P25")
    assert (rule.findings, rule.failed_rows) == (1, 1)
    assert warehouse.rows("select violation_id, count(*) from hygiene.finding group by 1") == [
        (warehouse.rows("select violation_id from hygiene.violation")[0][0], 1)
    ]


def test_no_rule_can_give_a_field_of_a_record_two_findings() -> None:
    """Rule, record and field make a violation's id."""
    rules = default_rules()
    several = [rule for rule in rules if len({c.field for c in rule.checks}) < len(rule.checks)]
    assert several
    for rule in several:
        fields = [finding.field for finding in rule_terms(rule, rules).findings]
        assert len(fields) == len(set(fields)), rule.id


def test_the_marketing_tool_may_not_keep_whom_the_crm_deleted_or_merged(
    warehouse: Warehouse,
) -> None:
    gone = {"is_excluded": True, "modified_at": "2026-02-01 10:00:00+00"}
    warehouse.add("lead", "deleted", is_deleted=True, **gone)
    warehouse.add("lead", "deleted today", is_deleted=True, **{**gone, "modified_at": AS_OF})
    warehouse.add("contact", "merged", merged_into_contact_id=key("C1"), **gone)
    left_over = {"lead_id": None, "contact_id": None, "modified_at": "2026-01-10 10:00:00+00"}
    for column, record in (
        ("lead_id", "deleted"),
        ("lead_id", "deleted today"),
        ("contact_id", "merged"),
    ):
        warehouse.add("marketing_person", f"of {record}", **{**left_over, column: key(record)})
    quick_run(warehouse)
    assert warehouse.rows(
        "select rule_id, source_record_id, field from hygiene.violation order by all"
    ) == [("P31", "of deleted", "lead_id"), ("P31", "of merged", "contact_id")]


def test_unreadable_values_keep_their_original_text(broken_run: Run) -> None:
    assert broken_run.warehouse.rows(
        "select field, value from hygiene.violation where rule_id = 'X01' order by field"
    ) == [("annual_revenue", "1.2.3"), ("employee_count", "a=b")]


def test_blocked_records_are_quarantined_whole_and_the_rest_admitted(broken_run: Run) -> None:
    blocking = {rule.id for rule in default_rules() if rule.severity == "block"}
    for entity in ENTITIES:
        columns = [column.name for column in canonical_contract()[entity]]
        blocked = {
            case.natural_id for case in CASES if case.entity == entity and case.rule_id in blocking
        }
        with broken_run.warehouse.connect() as con:
            quarantined = con.execute(f"select * from hygiene.quarantined_{entity}")
            assert [name[0] for name in quarantined.description] == [
                *columns,
                "rule_ids",
                "findings",
            ]
            position = columns.index("source_record_id")
            assert {row[position] for row in quarantined.fetchall()} == blocked
            admitted = con.execute(f'select * from gate."{entity}"')
            assert [name[0] for name in admitted.description] == columns
            ids = {row[position] for row in admitted.fetchall()}
        assert not ids & blocked
        assert "gone" not in ids
        counts = broken_run.result.entities[entity]
        assert counts.canonical_rows == (
            counts.admitted_rows + counts.excluded_rows + counts.quarantined_rows
        )
        assert counts.admitted_rows == len(ids)


def test_a_record_that_breaks_two_block_rules_is_quarantined_once(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    warehouse.add("opportunity", "O2", account_id=key("nowhere"), currency_code="XXX")
    run_gate(warehouse.path, settings(), tmp_path / "run")
    assert warehouse.rows(
        "select source_record_id, rule_ids from hygiene.quarantined_opportunity"
    ) == [("O2", "O01,O22")]


def test_a_quarantined_record_shows_all_that_is_wrong_with_it(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    warehouse.add("opportunity", "O2", account_id=None, next_step=None, stage="Prospecting")
    warehouse.add("opportunity_contact_role", "R2", opportunity_id=key("O2"))
    run_gate(warehouse.path, settings(), tmp_path / "run")
    assert warehouse.rows(
        "select rule_ids, [[f.rule_id, f.severity, f.field] for f in findings] "
        "from hygiene.quarantined_opportunity"
    ) == [("O01", [["O01", "block", "account_id"], ["O08", "warn", "next_step"]])]


def test_excluded_rows_are_counted(broken_run: Run) -> None:
    assert broken_run.warehouse.rows("select * from hygiene.excluded_row_count") == [
        ("crm", "account", 1)
    ]


def test_the_catalogue_and_the_check_results_cover_every_rule(broken_run: Run) -> None:
    wanted = {(rule.id, rule.entity) for rule in default_rules()}
    of_deliveries = {(rule.id, rule.judges) for rule in default_delivery_rules()}
    of_streams = {(rule.id, rule.entity) for rule in default_stream_rules()}
    rules = broken_run.warehouse.rows("select rule_id, entity from hygiene.rule")
    assert set(rules) == wanted | of_deliveries | of_streams
    assert len(rules) == len(set(rules))
    rows = broken_run.warehouse.rows(
        "select rule_id, entity, check_name, check_type, as_of_date, run_id "
        "from hygiene.check_result"
    )
    assert {row[:2] for row in rows} == wanted
    assert {row[3:] for row in rows} == {("expectation", AS_OF, "run-1")}
    assert {row[2] for row in rows} == {rule.check_name for rule in broken_run.result.rules}


def test_results_show_at_most_ten_records_and_a_statement_that_lists_all(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    for number in range(12):
        warehouse.add("opportunity", f"OS{number:02d}", stage="Dreaming")
    result = run_gate(warehouse.path, settings(), tmp_path / "run")
    outcome = next(rule for rule in result.rules if rule.check_name == "opportunity.O02")
    assert (outcome.failed_rows, outcome.total_rows) == (12, 13)
    assert outcome.share == pytest.approx(12 / 13)
    assert len(outcome.sample) == 10
    assert len(warehouse.rows(outcome.listing_sql)) == 12


def test_rows_of_other_checks_stay_in_check_result(warehouse: Warehouse, tmp_path: Path) -> None:
    run_gate(warehouse.path, settings(), tmp_path / "run")
    with warehouse.connect() as con:
        con.execute(
            "insert into hygiene.check_result (check_name, check_type) values ('x', 'dbt_test')"
        )
    before = warehouse.rows("select count(*) from hygiene.check_result")
    run_gate(warehouse.path, settings(run_id="run-2"), tmp_path / "run")
    assert warehouse.rows("select count(*) from hygiene.check_result") == before
    assert warehouse.rows(
        "select distinct check_type, run_id from hygiene.check_result order by 1"
    ) == [("dbt_test", None), ("expectation", "run-2")]


# Stops ------------------------------------------------------------------------------------------


def snapshot(warehouse: Warehouse) -> dict[str, Any]:
    tables = warehouse.rows(
        "select table_schema, table_name from information_schema.tables "
        "where table_schema in ('hygiene', 'gate') and table_type = 'BASE TABLE' order by all"
    )
    content: dict[str, Any] = {
        f"{schema}.{table}": sorted(warehouse.rows(f'select * from {schema}."{table}"'), key=str)
        for schema, table in tables
    }
    content["views"] = warehouse.rows(
        "select view_name, sql from duckdb_views() where schema_name = 'gate' order by all"
    )
    return content


def duplicate_a_key(warehouse: Warehouse) -> None:
    warehouse.add("lead", "L1", first_name="Again")


def lose_a_key(warehouse: Warehouse) -> None:
    warehouse.add("lead", "L2")
    warehouse.update("lead", "L2", lead_id=None)


def quarantine_many(warehouse: Warehouse) -> None:
    with warehouse.connect() as con:
        con.execute(
            "insert into canonical.account (account_id, source_name, source_record_id, "
            "account_name, is_excluded) select md5(concat('B', i)), 'crm', concat('B', i), "
            "case when i < 5 then 'test' else concat('Company ', i) end, false from range(99) t(i)"
        )


@pytest.mark.parametrize(
    ("plant", "said"),
    [
        (duplicate_a_key, r"T05 .*broken by 1 of 2 lead records"),
        (lose_a_key, r"T05 .*broken by 1 of 2 lead records"),
        (quarantine_many, r"T07 .*broken by 5 of 100 account records \(5\.0%\).*re-threshold"),
    ],
)
def test_a_stop_says_what_to_do_and_leaves_the_previous_tables(
    warehouse: Warehouse, tmp_path: Path, plant: Callable[[Warehouse], None], said: str
) -> None:
    warehouse.add("opportunity", "O2", stage="Dreaming")
    assert not run_gate(warehouse.path, settings(), tmp_path / "run").is_stopped
    before = snapshot(warehouse)
    plant(warehouse)
    result = run_gate(warehouse.path, settings(run_id="run-2"), tmp_path / "run")
    assert result.is_stopped
    assert len(result.stops) == 1
    assert re.search(said, result.stops[0])
    assert snapshot(warehouse) == before
    broken = next(rule for rule in result.rules if rule.is_blocking)
    assert broken.sample
    assert len(warehouse.rows(broken.listing_sql)) == broken.failed_rows
    written = json.loads((tmp_path / "run/gate_result.json").read_text())
    assert written["stops"] == list(result.stops)


def test_the_quarantined_share_is_judged_from_a_hundred_records_up(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    with warehouse.connect() as con:
        con.execute(
            "insert into canonical.account (account_id, source_name, source_record_id, "
            "account_name, is_excluded) select md5(concat('B', i)), 'crm', concat('B', i), "
            "'test', false from range(98) t(i)"
        )
    result = run_gate(warehouse.path, settings(), tmp_path / "run")
    assert not result.is_stopped
    assert result.entities["account"].quarantined_rows == 98
    stricter = settings(thresholds={"T07.minimum_rows": 10})
    assert run_gate(warehouse.path, stricter, tmp_path / "run").is_stopped


# What a company or a source sets -----------------------------------------------------------------


def test_a_company_switches_rules_off_and_sets_thresholds(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    warehouse.add("account", "A2", account_name="test")
    warehouse.add("account", "A3", account_name="Dummy's")
    warehouse.add("opportunity", "O2", close_date=date(2026, 2, 25))
    warehouse.add("opportunity_contact_role", "R2", opportunity_id=key("O2"))
    changed = settings(
        thresholds={"A01.placeholder_names": ["dummy's"], "O04.grace_days": 4},
        disabled_rules=frozenset({"A10", "T07"}),
    )
    result = run_gate(warehouse.path, changed, tmp_path / "run")
    assert warehouse.rows("select rule_id, source_record_id from hygiene.violation") == [
        ("A01", "A3")
    ]
    assert not {"A10", "T07"} & {rule.rule_id for rule in result.rules}
    assert warehouse.rows("select 1 from hygiene.check_result where rule_id = 'A10'") == []
    assert set(
        warehouse.rows("select is_enabled from hygiene.rule where rule_id in ('A10', 'T07')")
    ) == {(False,)}
    assert warehouse.rows("select thresholds from hygiene.rule where rule_id = 'O04'") == [
        ('{"grace_days": 4}',)
    ]


def test_a_disabled_block_rule_does_not_quarantine(warehouse: Warehouse, tmp_path: Path) -> None:
    warehouse.add("account", "A2", account_name="test")
    off = settings(disabled_rules=frozenset({"A01"}))
    result = run_gate(warehouse.path, off, tmp_path / "run")
    assert result.entities["account"].quarantined_rows == 0


def test_references_and_missing_values_are_judged_only_where_the_source_delivers_them(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    bare = {"source_name": "sheet", "owner_id": None}
    warehouse.add(
        "account",
        "S1",
        account_name="Sheet Inc",
        website=None,
        website_domain=None,
        source_name="sheet",
        owner_id=key("nobody"),
        parent_account_id=key("nowhere"),
    )
    warehouse.add(
        "contact",
        "S2",
        **{**bare, "account_id": None},
        last_name=None,
        email=None,
        phone=None,
        mobile_phone=None,
    )
    nothing = {"account_id": None, "campaign_id": None, "lead_source": None, "next_step": None}
    warehouse.add("opportunity", "S3", **bare, **nothing, loss_reason=None)
    warehouse.add("opportunity", "S4", **bare, **{**nothing, **LOST}, loss_reason=None)
    run_gate(warehouse.path, settings(), tmp_path / "run")
    assert warehouse.rows("select rule_id, field from hygiene.violation") == []
    # Another source of the same name space does not lend its records.
    with warehouse.connect() as con:
        con.execute("insert into config.delivered_entity values ('sheet', 'account', null)")
    run_gate(warehouse.path, settings(), tmp_path / "run")
    assert warehouse.rows(
        "select rule_id, entity, source_record_id, field from hygiene.violation order by all"
    ) == [
        ("A09", "account", "S1", "parent_account_id"),
        ("A19", "account", "S1", "parent_account_id"),
        ("P08", "contact", "S2", "account_id"),
    ]


def test_rules_that_apply_to_no_record_are_named(warehouse: Warehouse, tmp_path: Path) -> None:
    result = run_gate(warehouse.path, settings(), tmp_path / "run")
    assert {"opportunity.O12", "product.X01"} <= set(result.not_applicable)
    assert "opportunity.O02" not in result.not_applicable


def test_the_same_name_three_times_is_two_findings_and_the_first_record_is_kept(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    for natural_id in ("Z9", "Z1", "Z5"):
        warehouse.add("account", natural_id, account_name="Twice Ltd")
    warehouse.add("account", "Z0", account_name="Twice Ltd", source_name="other", owner_id=None)
    run_gate(warehouse.path, settings(), tmp_path / "run")
    assert warehouse.rows("select source_record_id from hygiene.violation order by 1") == [
        ("Z5",),
        ("Z9",),
    ]


# What can go wrong around it ---------------------------------------------------------------------


def test_missing_tables_are_named(tmp_path: Path) -> None:
    with pytest.raises(GateError, match="the warehouse does not exist"):
        run_gate(tmp_path / "none.duckdb", settings(), tmp_path / "run")
    duckdb.connect(str(tmp_path / "empty.duckdb")).close()
    with pytest.raises(GateError, match=r"missing: canonical\.account, .*config\.currency_rate"):
        run_gate(tmp_path / "empty.duckdb", settings(), tmp_path / "run")


def test_a_rule_whose_sql_cannot_run_is_named(warehouse: Warehouse, tmp_path: Path) -> None:
    context_dir = tmp_path / "expectations"
    shutil.copytree(EXPECTATIONS_DIR, context_dir)
    path = context_dir / "rules/account.yml"
    path.write_text(path.read_text().replace("coalesce(trim(", "coalesce(trimm("))
    with pytest.raises(GateError, match=r"account\.yml: rule A01 \(account\): its SQL cannot run"):
        run_gate(warehouse.path, settings(), tmp_path / "run", context_dir=context_dir)


def test_a_stale_suite_is_told(warehouse: Warehouse, tmp_path: Path) -> None:
    context_dir = tmp_path / "expectations"
    shutil.copytree(EXPECTATIONS_DIR, context_dir)
    path = context_dir / "suites/account.json"
    suite = json.loads(path.read_text())
    suite["expectations"].pop(0)
    path.write_text(json.dumps(suite))
    with pytest.raises(expectation_run.ExpectationRunError, match=r"account\.A01.*hygiene\.suites"):
        run_gate(warehouse.path, settings(), tmp_path / "run", context_dir=context_dir)


def test_the_gate_releases_the_warehouse_and_runs_twice(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    for _ in range(2):
        run_gate(warehouse.path, settings(), tmp_path / "run")
        code = f"import duckdb; duckdb.connect({str(warehouse.path)!r}).execute('select 1')"
        subprocess.run([sys.executable, "-c", code], check=True)
    pages = list((tmp_path / "run/data_docs/validations/account").rglob("*.html"))
    assert len(pages) == 1


def test_a_run_writes_nothing_into_the_expectations_folder(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    def content() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in EXPECTATIONS_DIR.rglob("*") if path.is_file()}

    before = content()
    run_gate(warehouse.path, settings(), tmp_path / "run")
    assert content() == before


def docs_pages(run_dir: Path) -> dict[str, Page]:
    docs = run_dir / "data_docs"
    return {str(path.relative_to(docs)): Page(path) for path in docs.rglob("*.html")}


def test_data_docs_need_no_network(broken_run: Run) -> None:
    docs = broken_run.run_dir / "data_docs"
    pages = docs_pages(broken_run.run_dir)
    assert len(pages) == 2 * len(ENTITIES) + 1
    for name, page in pages.items():
        assert not page.tags & {"script", "img", "iframe", "footer", "button"}, name
        # A value of a record, or a statement, may hold an address, which is text.
        text = re.sub("<(td|pre)>.*?</\\1>", "", page.path.read_text(), flags=re.DOTALL)
        assert not re.search("https?:|newsletter|walkthrough", text, re.IGNORECASE), name
        for link in page.links:
            file, _, anchor = link.partition("#")
            target = (page.path.parent / file).resolve() if file else page.path.resolve()
            assert target.is_file(), (name, link)
            assert target.is_relative_to(docs.resolve())
            if anchor:
                assert anchor in Page(target).ids, (name, link)
    for sheet in docs.rglob("*.css"):
        assert "url(" not in sheet.read_text()


def test_data_docs_index_lists_every_entity_with_its_counts(broken_run: Run) -> None:
    index = docs_pages(broken_run.run_dir)["index.html"]
    assert broken_run.result.docs_path == index.path
    rules = broken_run.result.rules
    expected = []
    for entity in ENTITIES:
        passed = [rule.is_passed for rule in rules if rule.entity == entity]
        expected.append(
            [entity.replace("_", " "), "passed" if all(passed) else "failed"]
            + [str(count) for count in (len(passed), sum(passed), len(passed) - sum(passed))]
            + [f"{100 * sum(passed) / len(passed):.0f} %", "last validation · suite"]
        )
    assert [row for row in index.rows if len(row) == 7][1:] == expected
    shown = [tuple(row) for row in index.rows if len(row) == 5][1:]
    assert len(shown) == len(set(shown))
    assert [row[0] for row in shown] == sorted(row[0] for row in shown), "the worst come first"
    assert set(shown) == {
        (
            rule.severity,
            rule.entity.replace("_", " "),
            f"{rule.rule_id} {rule.title}",
            f"{rule.failed_rows:,} of {rule.total_rows:,}",
            f"{100 * rule.failed_rows / rule.total_rows:.1f} %",
        )
        for rule in rules
        if not rule.is_passed
    }


def test_data_docs_show_each_rule_with_its_status_and_failing_records(broken_run: Run) -> None:
    pages = docs_pages(broken_run.run_dir)
    for name, page in pages.items():
        assert set(page.statuses) <= {"passed", "failed"}, name
        assert page.statuses, name
    for entity in ENTITIES:
        (page,) = (page for name, page in pages.items() if f"validations/{entity}/" in name)
        shown = [row for row in page.rows if len(row) == 3]
        assert shown[0] == ["Status", "Rule", "Failing records"]
        rules = [rule for rule in broken_run.result.rules if rule.entity == entity]
        assert {(status, title) for status, title, _ in shown[1:]} == {
            (
                "passed" if rule.is_passed else "failed",
                f"{rule.rule_id} {rule.title} {rule.severity}",
            )
            for rule in rules
        }
        counts = {title.split()[0]: rows for _, title, rows in shown[1:]}
        for rule in rules:
            if not rule.is_passed:
                assert counts[rule.rule_id] == f"{rule.failed_rows:,} of {rule.total_rows:,}"
        # Failing rules come first.
        assert [row[0] for row in shown[1:]] == sorted(row[0] for row in shown[1:])
        suite = pages[f"expectations/{entity}.html"].path.read_text()
        for rule in rules:
            assert html.escape(f"{rule.rule_id} {rule.title}", quote=False) in suite


def test_data_docs_list_the_records_that_break_a_rule_and_how_to_find_all(
    broken_run: Run,
) -> None:
    pages = docs_pages(broken_run.run_dir)
    listed = 0
    for entity in ENTITIES:
        (page,) = (page for name, page in pages.items() if f"validations/{entity}/" in name)
        rules = [r for r in broken_run.result.rules if r.entity == entity and r.findings]
        shown = [row for row in page.rows if len(row) == 4 and row[0] != "Source"]
        assert shown == [
            [
                *(
                    " ".join(str(part or "").split())
                    for part in (s.source_name, s.source_record_id)
                ),
                s.field,
                "empty" if s.value is None else " ".join(s.value.split()),
            ]
            for rule in sorted(rules, key=lambda r: page.ids.index(f"rule-{r.rule_id}"))
            for s in rule.sample
        ]
        text = html.unescape(page.path.read_text())
        for rule in rules:
            assert page.ids.count(f"rule-{rule.rule_id}") == 1
            assert rule.why in text
            assert rule.how_to_fix in text
            assert rule.listing_sql in text
            link = broken_run.result.docs_link(rule)
            assert link == f"{page.path.resolve().as_uri()}#rule-{rule.rule_id}"
        listed += len(shown)
    assert listed > 100


def test_a_stop_leaves_data_docs_with_the_records_that_made_it(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    duplicate_a_key(warehouse)
    result = run_gate(warehouse.path, settings(), tmp_path / "run")
    assert result.is_stopped
    (page,) = (
        page for name, page in docs_pages(tmp_path / "run").items() if "validations/lead/" in name
    )
    assert ["crm", "L1", "lead_id"] in [row[:3] for row in page.rows if len(row) == 4]
    assert not page.tags & {"script", "img", "iframe", "footer", "button"}


# Privacy ----------------------------------------------------------------------------------------

CANARY = "canaryperson"


def test_personal_values_leave_neither_in_results_nor_in_findings_nor_in_docs(
    warehouse: Warehouse,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    mail = f"{CANARY}@@x.com"
    for entity in ("contact", "lead"):
        warehouse.add(
            entity, f"{CANARY}-{entity}@mail.com", last_name=None, first_name=f"{CANARY}",
            full_name=CANARY, email=mail, phone=f"{CANARY} 12", mobile_phone=f"{CANARY}1",
            unreadable_values=f"email={mail}\x1fphone={CANARY}",
        )  # fmt: skip
    result = run_gate(warehouse.path, settings(), tmp_path / "run", progress=print)
    assert {"P01", "P02", "P06", "X01"} <= {rule.rule_id for rule in result.rules if rule.findings}
    assert CANARY not in repr(result)
    for path in (tmp_path / "run").rglob("*"):
        if path.is_file():
            assert CANARY.encode() not in path.read_bytes(), path
    for table in ("rule", "check_result", "excluded_row_count"):
        assert CANARY not in str(warehouse.rows(f"select * from hygiene.{table}"))
    # The natural key is how the record is found; a source may use an address for it.
    findings = warehouse.rows("select columns(c -> c <> 'source_record_id') from hygiene.violation")
    assert findings
    assert CANARY not in str(findings)
    assert CANARY not in caplog.text
    assert CANARY not in "".join(capfd.readouterr())


def test_valid_records_cover_every_entity_that_has_rules_of_its_own() -> None:
    own = {rule.entity for rule in default_rules() if rule.kind == "checks"}
    assert own <= set(VALID_RECORDS)
