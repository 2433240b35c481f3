"""Rule files: what is refused, how it is told, and what the product's own rules promise."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from dagster_project.hygiene import sql
from dagster_project.hygiene.placeholders import bind
from dagster_project.hygiene.ratchets import check_ratchets
from dagster_project.hygiene.rules import (
    ENTITIES,
    check_settings,
    default_rules,
    is_tolerated,
    load_rules,
    parameter_values,
)
from dagster_project.hygiene.settings import GateSettings
from dagster_project.hygiene.terms import MASK
from dagster_project.hygiene.yaml_files import RuleFileError

RULE = """\
entities: [account]
rules:
  - id: A01
    title: Has a name
    dimension: complete
    severity: block
    weight: 5
    fixer: owner
    version: 1
    why: Because.
    how_to_fix: Enter it.
    checks:
      - field: account_name
        violation: record.account_name is null
"""

EXPECTED_RULES = {
    "account": (
        "A01 A02 A03 A04 A05 A06 A07 A08 A09 A10 A11 A12 A13 A14 A15 A16 A17 A18 A19 T05 T07 X01 "
        "X04"
    ),
    "contact": (
        "C12 P01 P02 P03 P04 P06 P07 P08 P09 P10 P14 P17 P18 P19 P20 P22 P23 P24 P25 P31 P32 P33 "
        "T05 T07 X01"
    ),
    "lead": (
        "C12 P01 P02 P03 P04 P05 P06 P07 P10 P11 P12 P13 P14 P15 P16 P17 P18 P19 P21 "
        "P23 P24 P25 P26 P27 P28 P29 P30 P31 P33 T05 T07 X01"
    ),
    "opportunity": (
        "O01 O02 O03 O04 O05 O06 O07 O08 O09 O10 O11 O12 O13 O14 O15 O16 O17 O18 O19 O20 O21 O22 "
        "O24 O25 O26 O27 O28 O29 O30 T05 T07 X01"
    ),
    "campaign": "C03 C04 T05 X01",
    "campaign_member": "C05 T05 X01",
    "activity": "C01 C02 C06 T05 X01",
    "user": "C13 T05 X01",
    "marketing_person": "P31 T05 X01",
    "workspace": "C06 C09 C12 T05 X01",
    "workspace_user": "C12 T05 X01",
    "subscription": "C10 C14 O23 T05 T07 X01",
    "subscription_charge": "C10 C11 C15 T05 T07 X01",
    "usage_record": "C06 T05 T07 X01 X02 X03",
    "support_ticket": "C06 T05 X01 X03",
    "churn_event": "T05 X01 X03",
}
BLOCKING = {"A01", "A19", "P01", "P04", "P14", "P33", "O01", "O22", "C10", "C11", "X02"}


def settings(**changes: object) -> GateSettings:
    values = {
        "as_of_date": date(2026, 3, 1),
        "reporting_time_zone": "Europe/Berlin",
        "reporting_currency": "USD",
        "run_id": "run",
        **changes,
    }
    return GateSettings(**values)  # type: ignore[arg-type]


def folder_with(tmp_path: Path, text: str) -> Path:
    (tmp_path / "account.yml").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_products_rules_by_entity_and_severity() -> None:
    for entity in ENTITIES:
        ids = [rule.id for rule in default_rules() if rule.entity == entity]
        assert ids == EXPECTED_RULES.get(entity, "T05 X01").split()
    by_severity = {rule.id: rule.severity for rule in default_rules()}
    assert {rule_id for rule_id, severity in by_severity.items() if severity == "block"} == BLOCKING
    assert {rule_id for rule_id, severity in by_severity.items() if severity == "stop"} == {
        "T05",
        "T07",
    }


def test_one_id_is_one_rule_wherever_it_applies() -> None:
    seen: dict[str, tuple[object, ...]] = {}
    for rule in default_rules():
        shared = (rule.title, rule.severity, rule.weight, rule.version, rule.dimension)
        assert seen.setdefault(rule.id, shared) == shared


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("severity: block", "severity: blok", ["A01", "severity", "'blok'", "'stop', 'block'"]),
        ("dimension: complete", "dimension: whole", ["A01", "dimension", "'whole'", "'unique'"]),
        ("fixer: owner", "fixer: nobody", ["A01", "fixer", "'nobody'", "'operations'"]),
        ("weight: 5", "weight: 50", ["A01", "weight", "10"]),
        ("    version: 1\n", "", ["A01", "version", "is missing"]),
        ("    why: Because.\n", "    reason: Because.\n", ["A01", "reason", "allowed", "why"]),
        ("field: account_name", "feild: account_name", ["A01", "feild", "needs_filled"]),
        ("record.account_name is", "record.name is", ["A01", "'name'", "account_name"]),
        ("is null", "= :placeholder", ["A01", ":placeholder", ":as_of_date"]),
        ("violation: record.account_name is null", "value: x", ["A01", "violation", "references"]),
        ("record.account_name is null", "record.account_name::date", ["A01", "use cast"]),
        ("id: A01", "id: A1", ["rule A1", "id", "'A1'"]),
        (
            "title: Has a name",
            "title: Has a name\n    title: Again",
            ["line 5", "'title'", "twice"],
        ),
        ("entities: [account]", "entities: [acount]", ["entities", "'acount'", "'account'"]),
        ("rules:", "rules: [", ["line"]),
    ],
)
def test_a_mistake_in_a_rule_file_is_told_with_file_rule_key_and_what_is_allowed(
    tmp_path: Path, old: str, new: str, said: list[str]
) -> None:
    assert old in RULE
    with pytest.raises(RuleFileError) as error:
        load_rules(folder_with(tmp_path, RULE.replace(old, new, 1)))
    for part in ["account.yml", *said]:
        assert part in str(error.value)


def test_a_rule_id_is_defined_once_an_entity(tmp_path: Path) -> None:
    (tmp_path / "account.yml").write_text(RULE, encoding="utf-8")
    (tmp_path / "more.yml").write_text(RULE, encoding="utf-8")
    with pytest.raises(RuleFileError, match=r"more\.yml: rule A01: id is already used .*account"):
        load_rules(tmp_path)


def test_an_empty_folder_is_no_rules(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError, match="no rule files"):
        load_rules(tmp_path)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"thresholds": {"T07.share": 0.1}}, "'T07.share' is not a threshold; allowed: A01."),
        ({"thresholds": {"T07.tolerated_share": 5}}, "number from 0 to 1"),
        ({"thresholds": {"T07.tolerated_share": "5 %"}}, "number from 0 to 1"),
        ({"thresholds": {"O04.grace_days": 1.5}}, "integer from 0 to 90"),
        ({"thresholds": {"O04.grace_days": True}}, "integer from 0 to 90"),
        ({"thresholds": {"A01.placeholder_names": "test"}}, "list of text"),
        ({"disabled_rules": frozenset({"A99"})}, "'A99' is not a rule; allowed: A01"),
        ({"disabled_rules": frozenset({"T05"})}, "T05 cannot be switched off"),
        ({"weights": {"A99": 1}}, "'A99' is not a rule that blocks or warns; allowed: A01"),
        # What stops a run is no part of a score.
        ({"weights": {"T07": 1}}, "'T07' is not a rule that blocks or warns"),
    ],
)
def test_a_companys_override_is_refused_with_what_is_allowed(
    changes: dict[str, object], said: str
) -> None:
    with pytest.raises(RuleFileError) as error:
        check_settings(default_rules(), settings(**changes))
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("ratchet", "said"),
    [
        ("P02", "'P02' is not an entity's rule that blocks or warns; allowed: account.A01"),
        ("lead.T07", "'lead.T07' is not an entity's rule"),
        ("lead.O08", "'lead.O08' is not an entity's rule"),
        ("lead.P06", "rule P06 of 'lead.P06' is switched off"),
    ],
)
def test_a_ratchet_is_refused_with_what_is_allowed(ratchet: str, said: str) -> None:
    with pytest.raises(RuleFileError) as error:
        check_ratchets(
            default_rules(), settings(ratchets={ratchet: 4}, disabled_rules=frozenset({"P06"}))
        )
    assert said in str(error.value)


def test_a_companys_override_replaces_the_default() -> None:
    rule = next(rule for rule in default_rules() if rule.id == "O04")
    assert parameter_values(rule, settings()) == {"grace_days": 0}
    assert parameter_values(rule, settings(thresholds={"O04.grace_days": 7})) == {"grace_days": 7}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reporting_time_zone": "Europe/Berln"}, "reporting_time_zone: 'Europe/Berln'"),
        ({"reporting_currency": "Euro"}, "reporting_currency: 'Euro'"),
        ({"default_country": "Germany"}, "default_country: 'Germany'"),
    ],
)
def test_settings_are_refused_where_they_are_made(changes: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        settings(**changes)


def test_values_enter_sql_as_literals_only() -> None:
    hostile = "x'); drop table hygiene.finding; -- :as_of_date {batch}"
    values = sql.literals(
        default_rules(), settings(thresholds={"A01.placeholder_names": [hostile, "b"]})
    )
    bound = bind("name in :a01__placeholder_names", values)
    assert bound == ("name in ('x''); drop table hygiene.finding; -- :as_of_date {batch}', 'b')")
    assert bind("x in :a01__placeholder_names", {"a01__placeholder_names": "(null)"}) == (
        "x in (null)"
    )
    assert values["as_of_date"] == "date '2026-03-01'"
    assert values["t07__tolerated_share"] == "0.05"


def test_every_personal_field_is_masked_in_its_rules_statement() -> None:
    personal = {rule.check_name for rule in default_rules() if rule.is_personal}
    assert {"contact.P01", "contact.P02", "contact.P06", "contact.P24", "lead.P02"} <= personal
    assert "opportunity.O04" not in personal
    for rule in default_rules():
        for check in rule.checks:
            if check.field in rule.personal_columns:
                shown = f"case when record.{check.field} is not null then '{MASK}' end as value"
                assert shown in sql.findings_sql([rule], default_rules())


@pytest.mark.parametrize(
    ("failed", "applicable", "share", "minimum", "holds"),
    [
        (0, 0, 0.0, 0, True),
        (1, 100, 0.0, 0, False),
        (4, 100, 0.05, 100, True),
        (5, 100, 0.05, 100, False),  # below the share, not at it
        (99, 99, 0.05, 100, True),  # too few rows to judge
    ],
)
def test_tolerance(failed: int, applicable: int, share: float, minimum: int, holds: bool) -> None:
    assert is_tolerated(failed, applicable, share, minimum) is holds


def test_rules_and_gate_are_importable_without_great_expectations() -> None:
    """Its import costs seconds, which definitions load must not pay."""
    code = (
        "import sys, dagster_project.hygiene.gate, dagster_project.hygiene.rules as r;"
        "r.default_rules();"
        "assert not {'great_expectations', 'dagster', 'sqlalchemy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
