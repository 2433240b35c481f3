"""House rules that hold for every dbt model, read from the parsed project."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dagster_project.contract import DBT_PROJECT
from dagster_project.sources.known import as_of_schema

# What only one engine knows, or what asks a clock. Engine differences live in macros/engine.sql.
FORBIDDEN = {
    r"::": "cast with ::",
    r"\bqualify\b": "qualify",
    r"\bgroup by all\b": "group by all",
    r"\border by all\b": "order by all",
    r"\b(current_date|current_timestamp|now\(\)|getdate|sysdate|today\(\))": "a clock",
    r"\bmedian\(": "median()",
    r"\b(list_\w+\(|struct_pack|unnest\()": "lists and structs",
    r"\bread_(csv|parquet|json)": "files",
}


@cache
def manifest() -> dict[str, Any]:
    path = DBT_PROJECT / "target/manifest.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def models() -> list[dict[str, Any]]:
    return [node for node in manifest()["nodes"].values() if node["resource_type"] == "model"]


def names() -> list[str]:
    return sorted(model["name"] for model in models())


@cache
def data_tests_of_models() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for node in manifest()["nodes"].values():
        if node["resource_type"] == "test" and node.get("attached_node"):
            found.setdefault(node["attached_node"], []).append(node)
    return found


def test_staging_reads_raw_as_of_the_run_day() -> None:
    """A source that reads raw itself would show a past day what came later."""
    raw = [s for s in manifest()["sources"].values() if s["source_name"].startswith("raw_")]
    assert len(raw) > 50
    assert {s["relation_name"].split(".")[-2].strip('"') for s in raw} == {
        as_of_schema(s["source_name"]) for s in raw
    }


def test_there_are_models() -> None:
    assert len(models()) > 80


def test_every_model_states_its_grain() -> None:
    silent = [m["name"] for m in models() if not re.match(r"(?i)one row", m["description"].strip())]
    assert not silent


# Rows as received, in which an event may come twice; int_product_use_by_user_and_day tells them
# apart, and the row balance counts both.
STREAMS = {"stg_segment__tracks", "canonical_product_event"}


def test_every_model_has_a_tested_key() -> None:
    keyless = [
        model["name"]
        for model in models()
        # A model of one row by its making has no key.
        if not model["description"].strip().startswith("One row:")
        and model["name"] not in STREAMS
        and not any(
            test["test_metadata"]["name"] in ("unique", "unique_combination")
            for test in data_tests_of_models().get(model["unique_id"], [])
            if test.get("test_metadata")
        )
    ]
    assert not keyless


def test_every_column_of_a_contract_is_described_and_typed() -> None:
    for model in models():
        if model["config"]["contract"]["enforced"]:
            for column in model["columns"].values():
                assert column["description"].strip(), f"{model['name']}.{column['name']}"
                assert column["data_type"], f"{model['name']}.{column['name']}"


def test_marts_and_the_canonical_contract_are_enforced() -> None:
    for model in models():
        must = model["fqn"][1] in ("marts", "bi") or model["fqn"][1:3] == ["staging", "canonical"]
        assert model["config"]["contract"]["enforced"] == must, model["name"]


def test_facts_state_additivity() -> None:
    for model in models():
        if not model["name"].startswith("fct_"):
            continue
        said = model["description"] + " ".join(
            column["description"] for column in model["columns"].values()
        )
        assert "dditiv" in said, model["name"]


def test_unit_tests_are_many_and_their_names_say_what_holds() -> None:
    unit_tests = manifest()["unit_tests"].values()
    assert len(unit_tests) >= 40
    assert not [test["name"] for test in unit_tests if test["name"].count("_") < 2]


@pytest.mark.parametrize("pattern", FORBIDDEN, ids=FORBIDDEN.get)
def test_models_are_portable_and_ask_no_clock(pattern: str) -> None:
    folders = ("models", "tests")
    offenders = []
    for folder in folders:
        for path in sorted((DBT_PROJECT / folder).rglob("*.sql")):
            text = re.sub(r"\{([#{]).*?[#}]\}", "", path.read_text(), flags=re.DOTALL)
            text = re.sub(r"--[^\n]*", "", text)
            if re.search(pattern, text, flags=re.IGNORECASE):
                offenders.append(path.relative_to(DBT_PROJECT).as_posix())
    assert not offenders


def test_no_model_knows_a_company() -> None:
    """Names, stages and domains of companies are configuration."""
    words = ("orchard", "closed won", "closed lost", "alder", "salesforce_dev", "regional_sales")
    for path in sorted((DBT_PROJECT / "models").rglob("*.sql")):
        text = path.read_text().lower()
        assert not [word for word in words if word in text], path.name


def test_personal_columns_of_the_contract_are_tagged() -> None:
    expected = {"email", "phone", "mobile_phone", "first_name", "last_name", "full_name"}
    for model in models():
        if model["fqn"][1:3] == ["staging", "canonical"] and model["name"] in (
            "canonical_contact",
            "canonical_lead",
        ):
            tagged = {
                name
                for name, column in model["columns"].items()
                if (column.get("config", {}).get("meta") or column.get("meta") or {}).get("pii")
            }
            assert expected <= tagged, model["name"]


def test_sql_files_lie_where_their_layer_is() -> None:
    prefix = {
        "staging": ("stg_", "canonical_"),
        "intermediate": ("int_",),
        "marts": ("dim_", "fct_", "xref_"),
        "bi": ("bi_",),
    }
    for model in models():
        assert model["name"].startswith(prefix[model["fqn"][1]]), model["name"]
        assert Path(model["original_file_path"]).stem == model["name"]
