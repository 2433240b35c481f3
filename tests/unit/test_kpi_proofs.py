"""The list of what proves the KPIs names tests that exist, and leaves out no rule and no KPI."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dagster_project.contract import DBT_PROJECT, PROJECT_ROOT, read_yaml
from dagster_project.kpi_proofs import PROOFS

proofs: dict[str, dict[str, dict[str, Any]]] = read_yaml(PROOFS)


@cache
def names_of_tests() -> set[str]:
    """Unit tests and tests over the data of dbt, functions of pytest."""
    names = {path.stem for path in (DBT_PROJECT / "tests").rglob("*.sql")}
    for path in (DBT_PROJECT / "models").rglob("*.yml"):
        names |= {test["name"] for test in read_yaml(path).get("unit_tests", [])}
    for path in (PROJECT_ROOT / "tests").rglob("test_*.py"):
        names |= set(re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE))
    return names


def registered() -> list[str]:
    with (PROJECT_ROOT / "seeds/reference/kpi_definition.csv").open(encoding="utf-8") as file:
        return list(dict.fromkeys(row["kpi_id"] for row in csv.DictReader(file)))


def test_every_rule_is_there_with_a_proof() -> None:
    assert list(proofs["rules"]) == [f"G{number}" for number in range(1, 21)]
    assert all(entry["rule"] and entry["proofs"] for entry in proofs["rules"].values())


def test_every_named_test_exists() -> None:
    named = {name for entry in proofs["rules"].values() for name in entry["proofs"]} | {
        name for entry in proofs["kpis"].values() for name in entry["examples"]
    }
    assert len(named) > 80
    assert named - names_of_tests() == set()


def test_every_registered_kpi_is_there_with_its_ledger() -> None:
    assert [
        kpi_id for kpi_id in registered() if "ledger" not in proofs["kpis"].get(kpi_id, {})
    ] == []


@pytest.mark.parametrize(
    ("column", "folder"),
    [
        ("ledger", PROJECT_ROOT / "cultivar_demo/ledger"),
        ("second_opinion", PROJECT_ROOT / "tests/second_opinion"),
    ],
)
def test_the_named_module_is_about_the_kpi(column: str, folder: Path) -> None:
    entries = {
        kpi_id: folder / f"{entry[column]}.py"
        for kpi_id, entry in proofs["kpis"].items()
        if column in entry
    }
    assert len(entries) > 20
    for kpi_id, module in entries.items():
        # Some modules build the longer ids of their parts.
        stem = re.sub(r"_(won|lost|open)?_?(count|amount)$|^active_", "", kpi_id)
        assert stem in module.read_text(encoding="utf-8"), f"{kpi_id} in {module.name}"
