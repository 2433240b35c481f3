"""How a rule reaches beyond its own record: joins to tables with at most one row a key.

Belongs here: what may be joined, by which key, and which columns that gives. Does not belong here:
what is in those tables (``evidence``, ``validators``, dbt's canonical contract).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dagster_project.contract import canonical_contract
from dagster_project.hygiene.evidence import EvidenceDefinition
from dagster_project.hygiene.validators import look_up_tables


class Join(BaseModel):
    """A table of evidence, of judged values or of canonical records, joined by its whole key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: Annotated[str, Field(pattern=r"^(evidence|reference|canonical)\.[a-z][a-z0-9_]*$")]
    #: Column of the table's key → SQL over ``record`` or over joins that stand before this one.
    key: Annotated[dict[str, str], Field(min_length=1)]

    @model_validator(mode="after")
    def _plain(self) -> Join:
        for text in self.key.values():
            if re.search(r"::|--|;|\bselect\b", text, re.IGNORECASE):
                raise ValueError("'key' must not contain '::', '--', ';' or a query: add evidence")
        return self

    @property
    def schema_name(self) -> str:
        """``evidence``, ``reference`` or ``canonical``."""
        return self.table.partition(".")[0]

    @property
    def table_name(self) -> str:
        """The table without its schema."""
        return self.table.partition(".")[2]

    def sql(self, alias: str) -> str:
        """The join, with placeholders still to be bound."""
        conditions = " and ".join(
            f"{alias}.{column} = {expression.strip()}" for column, expression in self.key.items()
        )
        return f'left join {self.schema_name}."{self.table_name}" as {alias} on {conditions}'


@dataclass(frozen=True)
class Joinable:
    """A table that may be joined."""

    key: tuple[str, ...]
    columns: frozenset[str]


def joinable_tables(evidence: Mapping[str, EvidenceDefinition]) -> dict[str, Joinable]:
    """Every table that may be joined, by its full name."""
    return {
        **{
            f"evidence.{name}": Joinable(definition.key, definition.all_columns)
            for name, definition in evidence.items()
            if not definition.is_view
        },
        **{
            f"reference.{name}": Joinable(key, columns)
            for name, (key, columns) in look_up_tables().items()
        },
        **{
            f"canonical.{entity}": Joinable(
                (f"{entity}_id",), frozenset(column.name for column in columns)
            )
            for entity, columns in canonical_contract().items()
        },
    }


def joins_used(joins: Mapping[str, Join], used: str) -> dict[str, Join]:
    """The joins whose alias ``used`` mentions, with those that they need themselves, in order."""
    chosen: list[str] = []
    for alias, join in reversed(list(joins.items())):
        if re.search(rf"\b{alias}\.", used):
            chosen.insert(0, alias)
            used = " ".join([used, *join.key.values()])
    return {alias: joins[alias] for alias in chosen}


def join_problems(
    joins: Mapping[str, Join], texts: Iterable[str], tables: Mapping[str, Joinable]
) -> list[str]:
    """What is wrong with ``joins`` and with the columns that ``texts`` take from them."""
    problems: list[str] = []
    for alias, join in joins.items():
        table = tables.get(join.table)
        if table is None:
            near = [name for name in tables if name.startswith(f"{join.schema_name}.")]
            problems.append(
                f"joins.{alias}: '{join.table}' does not exist; allowed: {', '.join(sorted(near))}"
            )
            continue
        if set(join.key) != set(table.key):
            problems.append(
                f"joins.{alias}: must be joined by the whole key of {join.table}: "
                + ", ".join(table.key)
            )
        for text in [*texts, *(other for item in joins.values() for other in item.key.values())]:
            for column in re.findall(rf"\b{alias}\.(\w+)", text):
                if column not in table.columns:
                    problems.append(
                        f"'{column}' is not a column of {alias} ({join.table}); allowed: "
                        + ", ".join(sorted(table.columns))
                    )
    return problems
