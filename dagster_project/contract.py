"""The columns that dbt declares, read from its YAML, so that each is listed in one place only.

Belongs here: known columns of raw tables (dbt sources) and of the canonical CRM contract (dbt
models). Does not belong here: anything that reads data.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

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


@cache
def raw_tables(schema: str) -> dict[str, tuple[str, ...]]:
    """Business columns of every table of a raw schema (``raw_salesforce``, ``raw_files``)."""
    for path in sorted((DBT_PROJECT / "models/staging").glob("*/_*__sources.yml")):
        for source in yaml.safe_load(path.read_text(encoding="utf-8")).get("sources", []):
            if source["name"] == schema:
                return {
                    table["name"]: tuple(
                        column["name"]
                        for column in table["columns"]
                        if not column["name"].startswith("_")
                    )
                    for table in source["tables"]
                }
    raise KeyError(f"no dbt source named '{schema}' is declared")


@cache
def raw_table_description(schema: str, table: str) -> str:
    """What dbt's YAML says of a raw table."""
    for path in sorted((DBT_PROJECT / "models/staging").glob("*/_*__sources.yml")):
        for source in yaml.safe_load(path.read_text(encoding="utf-8")).get("sources", []):
            for entry in source["tables"] if source["name"] == schema else ():
                if entry["name"] == table:
                    return str(entry.get("description", "")).strip()
    return ""


@cache
def canonical_contract() -> dict[str, tuple[DeclaredColumn, ...]]:
    """Columns of every canonical entity, in order."""
    contract: dict[str, tuple[DeclaredColumn, ...]] = {}
    folder = DBT_PROJECT / "models/staging/canonical"
    for path in sorted(folder.glob("_*.yml")):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            contract[model["name"].removeprefix("canonical_")] = tuple(
                DeclaredColumn(
                    column["name"],
                    column.get("data_type", ""),
                    str(column.get("description", "")).strip(),
                    bool(
                        (column.get("config", {}).get("meta") or column.get("meta") or {}).get(
                            "pii"
                        )
                    ),
                )
                for column in model["columns"]
            )
    return contract
