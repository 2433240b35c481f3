"""The parsed project that nights share: when it is used, and that no variable changes it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from dagster_project.contract import DBT_PROJECT
from dagster_project.warehouse import dbt_process
from tests.support.nightly import environment

SECTIONS = ("nodes", "sources", "metrics", "semantic_models", "saved_queries", "unit_tests")
OF_THE_PARSE = {"created_at", "root_path"}


def test_the_project_is_taken_as_it_was_parsed() -> None:
    manifest = dbt_process.parsed_project()
    assert manifest is not None, "make dbt_project/target/manifest.json"
    assert {node.database for node in manifest.nodes.values()} == {"warehouse"}


def test_a_file_that_is_newer_has_it_parsed_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed = tmp_path / "partial_parse.msgpack"
    monkeypatch.setattr(dbt_process, "PARSED", parsed)
    assert dbt_process.parsed_project() is None, "nothing was parsed"
    parsed.write_bytes(Path(DBT_PROJECT / "target/partial_parse.msgpack").read_bytes())
    assert dbt_process.parsed_project() is not None
    os.utime(parsed, (0, 0))
    assert dbt_process.parsed_project() is None


@pytest.mark.slow
def test_no_file_is_parsed_otherwise_for_another_variable(tmp_path: Path) -> None:
    project = yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text())
    changed = {name: _other(value) for name, value in project["vars"].items()}
    variables = changed | {"reporting_time_zone": "Asia/Tokyo", "as_of_date": "2024-02-29"}
    subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")),
            *("--quiet", "parse", "--no-partial-parse", "--profiles-dir", "."),
            *("--target-path", str(tmp_path), "--vars", json.dumps(variables)),
        ],
        cwd=DBT_PROJECT,
        env=environment() | {"CULTIVAR_WAREHOUSE": "warehouse.duckdb"},
        check=True,
    )
    other = json.loads((tmp_path / "manifest.json").read_text())
    ours = json.loads((DBT_PROJECT / "target/manifest.json").read_text())
    for section in SECTIONS:
        assert set(other[section]) == set(ours[section])
        for key, parsed in ours[section].items():
            assert _told(other[section][key]) == _told(parsed), key


def _other(value: Any) -> Any:
    """A value of the same kind, and another one."""
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, list):
        return value[:-1] if value else ["other"]
    if isinstance(value, dict):
        return {key: _other(inner) for key, inner in value.items()}
    return f"{value}x"


def _told(parsed: dict[str, Any]) -> Any:
    return _sorted({key: value for key, value in parsed.items() if key not in OF_THE_PARSE})


def _sorted(value: Any) -> Any:
    """The order in which a parse meets references is chance."""
    if isinstance(value, dict):
        return {key: _sorted(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return sorted((_sorted(inner) for inner in value), key=repr)
    return value
