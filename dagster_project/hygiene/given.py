"""What sources give at all: which entities they deliver, which columns they ever fill.

Belongs here: three kinds of tables of schema ``evidence`` that follow from the rules' scopes and so
are declared nowhere. Does not belong here: evidence about records (``evidence``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dagster_project.hygiene.rules import ENTITIES, STREAMED_ENTITIES, Rule
from dagster_project.sql_text import literal

if TYPE_CHECKING:
    import duckdb

#: One row a source, one column an entity: whether the source delivers it.
DELIVERED = "delivered_by_source"

#: One row: whether any source delivers the entity.
DELIVERED_ANYWHERE = "delivered_anywhere"


def filled_table(entity: str) -> str:
    """One row a source, a column each that a rule asks for: whether the source ever fills it."""
    return f"{entity}_filled_by_source"


def refresh_given(con: duckdb.DuckDBPyConnection, rules: Iterable[Rule]) -> None:
    """Add the tables to schema ``evidence``."""
    delivered = ", ".join(
        f'coalesce(bool_or(entity = {literal(entity)}), false) as "{entity}"'
        for entity in (*ENTITIES, *STREAMED_ENTITIES)
    )
    con.execute(
        f"create table evidence.{DELIVERED} as "
        f"select source_name, {delivered} from config.delivered_entity group by source_name"
    )
    con.execute(
        f"create table evidence.{DELIVERED_ANYWHERE} as "
        f"select true as is_known, {delivered} from config.delivered_entity"
    )
    asked: dict[str, set[str]] = {}
    for rule in rules:
        for check in rule.checks:
            asked.setdefault(rule.entity, set()).update(check.needs_filled)
    for entity, columns in asked.items():
        filled = "".join(
            f", bool_or({column} is not null) as {column}" for column in sorted(columns)
        )
        con.execute(
            f"create table evidence.{filled_table(entity)} as "
            f'select source_name{filled} from canonical."{entity}" group by source_name'
        )
