"""The columns that dbt declares, read from its YAML, so that each is listed in one place only.

Belongs here: known columns of raw tables and of the gate's tables (dbt sources), of the canonical
CRM contract and of marts (dbt models). Does not belong here: anything that reads data.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

PROJECT_ROOT = Path(__file__).resolve().parent.parent
DBT_PROJECT = PROJECT_ROOT / "dbt_project"


@dataclass(frozen=True)
class DeclaredColumn:
    """A column as dbt's YAML declares it."""

    name: str
    data_type: str
    description: str
    is_personal: bool


@dataclass(frozen=True)
class DeclaredTable:
    """A raw table as dbt's sources declare it."""

    description: str
    columns: tuple[str, ...]
    """Business columns; those that loading adds begin with an underscore and are left out."""


@cache
def _raw_sources() -> dict[str, dict[str, DeclaredTable]]:
    declared: dict[str, dict[str, DeclaredTable]] = {}
    for path in sorted((DBT_PROJECT / "models/staging").glob("*/_*__sources.yml")):
        for source in read_yaml(path).get("sources", []):
            # A schema may be declared in several files.
            tables = declared.setdefault(source["name"], {})
            for table in source["tables"]:
                tables[table["name"]] = DeclaredTable(
                    str(table.get("description", "")).strip(),
                    tuple(
                        column["name"]
                        for column in table.get("columns", ())
                        if not column["name"].startswith("_")
                    ),
                )
    return declared


def raw_tables(schema: str) -> dict[str, tuple[str, ...]]:
    """Business columns of every table of a raw schema (``raw_salesforce``, ``raw_files``)."""
    return {name: table.columns for name, table in _raw_sources()[schema].items()}


def raw_table_description(schema: str, table: str) -> str:
    """What dbt's YAML says of a raw table."""
    return _raw_sources()[schema][table].description


@cache
def canonical_contract() -> dict[str, tuple[DeclaredColumn, ...]]:
    """Columns of every canonical entity, in order."""
    return {
        model["name"].removeprefix("canonical_"): _declared(model)
        for path in sorted((DBT_PROJECT / "models/staging/canonical").glob("_*.yml"))
        for model in read_yaml(path).get("models", [])
    }


@cache
def declared_columns(mart: str) -> tuple[DeclaredColumn, ...]:
    """Columns of a mart, in order."""
    return next(
        _declared(model)
        for path in sorted((DBT_PROJECT / "models/marts").glob("*/_*__models.yml"))
        for model in read_yaml(path).get("models", [])
        if model["name"] == mart
    )


@cache
def hygiene_columns(table: str) -> tuple[DeclaredColumn, ...]:
    """Columns of a table that the gate writes, in order."""
    return next(
        _declared(entry)
        for path in sorted((DBT_PROJECT / "models/gate").glob("_*__sources.yml"))
        for source in read_yaml(path).get("sources", [])
        for entry in source["tables"]
        if source["name"] == "hygiene" and entry["name"] == table
    )


def _declared(table: dict[str, Any]) -> tuple[DeclaredColumn, ...]:
    return tuple(
        DeclaredColumn(
            column["name"],
            column.get("data_type", ""),
            str(column.get("description", "")).strip(),
            bool(column_meta(column).get("pii")),
        )
        for column in table["columns"]
    )


def column_meta(column: dict[str, Any]) -> dict[str, Any]:
    """What dbt's ``meta`` says of a column, in a YAML file or in the manifest."""
    return column.get("config", {}).get("meta") or column.get("meta") or {}


def read_yaml(path: Path) -> dict[str, Any]:
    """The contents of one of dbt's YAML files."""
    # libyaml reads these files ten times faster than the loader written in Python.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader) or {}  # noqa: S506
