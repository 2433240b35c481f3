"""The committed Great Expectations JSON is what the rules give."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import yaml

from dagster_project.hygiene import suites
from dagster_project.hygiene.paths import EXPECTATIONS_DIR
from dagster_project.hygiene.rules import ENTITIES, default_rules, load_rules


def test_the_committed_suites_are_not_stale() -> None:
    stale = suites.stale_files(default_rules())
    assert not stale, f"run: python -m dagster_project.hygiene.suites (stale: {stale})"


def test_generating_twice_gives_the_same_bytes() -> None:
    assert suites.generated_files(load_rules()) == suites.generated_files(load_rules())


def test_a_changed_rule_changes_its_own_suite_only(tmp_path: Path) -> None:
    shutil.copytree(EXPECTATIONS_DIR, tmp_path / "expectations")
    path = tmp_path / "expectations/rules/account.yml"
    path.write_text(path.read_text().replace("real name", "true name"))
    rules = load_rules(tmp_path / "expectations/rules")
    assert suites.stale_files(rules, tmp_path / "expectations") == ["suites/account.json"]
    assert suites.write_files(rules, tmp_path / "expectations") == ["suites/account.json"]
    assert suites.stale_files(rules, tmp_path / "expectations") == []
    before, after = (
        json.loads((folder / "suites/account.json").read_text())
        for folder in (EXPECTATIONS_DIR, tmp_path / "expectations")
    )
    assert [entry["id"] for entry in before["expectations"]] == [
        entry["id"] for entry in after["expectations"]
    ]


def test_a_file_that_belongs_to_no_rule_is_stale_and_removed(tmp_path: Path) -> None:
    suites.write_files(default_rules(), tmp_path)
    left_over = tmp_path / "suites/invoice.json"
    left_over.write_text("{}")
    assert suites.stale_files(default_rules(), tmp_path) == ["suites/invoice.json"]
    suites.write_files(default_rules(), tmp_path)
    assert not left_over.exists()


def test_the_hand_kept_configuration_names_the_same_objects() -> None:
    content = yaml.safe_load((EXPECTATIONS_DIR / "great_expectations.yml").read_text())
    datasource = content["fluent_datasources"][suites.DATASOURCE]
    assert datasource["id"] == suites.object_id("datasource", suites.DATASOURCE)
    assert datasource["kwargs"]["connect_args"]["read_only"] is True
    assert tuple(datasource["assets"]) == ENTITIES
    for entity, asset in datasource["assets"].items():
        assert asset["id"] == suites.object_id("asset", entity)
        assert asset["batch_definitions"][suites.BATCH_DEFINITION]["id"] == suites.object_id(
            "batch_definition", entity
        )
    assert content["analytics_enabled"] is False
