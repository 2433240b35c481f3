"""dbt's command lines, and how its nodes appear as assets, as data."""

from __future__ import annotations

import json

import pytest

from dagster_project.warehouse.arguments import build_arguments
from dagster_project.warehouse.translator import asset_key, layer


def test_variables_are_one_json_argument_in_a_fixed_order() -> None:
    arguments = build_arguments({"b": "x; drop table", "as_of_date": "2026-01-31"})
    assert arguments[:2] == ["build", "--vars"]
    assert arguments[2] == '{"as_of_date": "2026-01-31", "b": "x; drop table"}'
    assert json.loads(arguments[2])["b"] == "x; drop table"
    assert "--full-refresh" not in arguments
    assert build_arguments({}, full_refresh=True)[-1] == "--full-refresh"


@pytest.mark.parametrize(
    ("fqn", "resource_type", "expected"),
    [
        (["cultivar", "staging", "salesforce", "stg_x"], "model", "staging"),
        (["cultivar", "staging", "canonical", "canonical_account"], "model", "canonical"),
        (["cultivar", "intermediate", "lead", "int_x"], "model", "intermediate"),
        (["cultivar", "marts", "lead", "fct_x"], "model", "marts"),
        (["cultivar", "marts", "kpi", "fct_kpi"], "model", "kpi"),
        (["cultivar", "kpi_definition"], "seed", "reference"),
    ],
)
def test_the_layer_follows_from_the_folder(
    fqn: list[str], resource_type: str, expected: str
) -> None:
    assert layer({"fqn": fqn, "resource_type": resource_type}) == expected


def test_keys_are_schema_and_table() -> None:
    model = {"resource_type": "model", "name": "canonical_x", "alias": "x", "schema": "canonical"}
    source = {"resource_type": "source", "source_name": "gate", "name": "x", "identifier": "y"}
    assert asset_key(model).path == ["canonical", "x"]
    assert asset_key(source).path == ["gate", "x"]
