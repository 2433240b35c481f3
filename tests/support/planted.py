"""A record that breaks a rule, and what fixes it: the shape, and how it gets into a warehouse.

Belongs here: the shape, and changes that are about no rule. Does not belong here: the cases (one
module a kind of object), and what is asserted of them (``test_gate``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dagster_project import hygiene
from dagster_project.contract import canonical_contract
from dagster_project.hygiene.paths import EXPECTATIONS_DIR
from tests.support.canonical import Warehouse, key

#: Natural id of the broken record → other records: entity, natural id, values.
Beside = Callable[[str], list[tuple[str, str, dict[str, Any]]]]


def _nothing(_: str) -> list[tuple[str, str, dict[str, Any]]]:
    return []


@dataclass(frozen=True)
class Planted:
    """A record that breaks one rule, and the change that fixes it."""

    rule_id: str
    entity: str
    broken: dict[str, Any]
    fixed: dict[str, Any]
    fields: tuple[str, ...]
    #: Other rules that it breaks with it: rule → fields.
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False)
    #: Records that make it break the rule.
    beside: Beside = field(default=_nothing, compare=False)
    #: Changes of those records that fix it.
    mended: Beside = field(default=_nothing, compare=False)
    natural_id: str = field(default="", compare=False)

    @property
    def findings(self) -> set[tuple[str, str, str, str]]:
        """Rule, entity, natural id and field of every finding."""
        broken = {self.rule_id: self.fields, **self.also}
        return {
            (rule_id, self.entity, self.natural_id, name)
            for rule_id, fields in broken.items()
            for name in fields
        }

    def plant(self, warehouse: Warehouse) -> None:
        """Add the record and those beside it."""
        me = self.natural_id
        warehouse.add(self.entity, me, **self.broken)
        if self.entity == "campaign":
            warehouse.add("campaign_member", f"member of {me}", campaign_id=key(me))
        if self.entity == "opportunity" and self.rule_id != "O14":
            warehouse.add("opportunity_contact_role", f"champion of {me}", opportunity_id=key(me))
        for entity, natural_id, values in self.beside(me):
            warehouse.add(entity, natural_id, **values)

    def fix(self, warehouse: Warehouse) -> None:
        """Change the record, and those beside it, so that nothing is broken."""
        if self.fixed:
            warehouse.update(self.entity, self.natural_id, **self.fixed)
        for entity, natural_id, values in self.mended(self.natural_id):
            warehouse.update(entity, natural_id, **values)


def planted(
    rule_id: str,
    entity: str,
    broken: dict[str, Any],
    fixed: dict[str, Any],
    *fields: str,
    also: Mapping[str, tuple[str, ...]] | None = None,
    beside: Beside = _nothing,
    mended: Beside = _nothing,
) -> Planted:
    """A case, before it has an id."""
    return Planted(rule_id, entity, broken, fixed, fields, also or {}, beside, mended)


def numbered(prefix: str, cases: list[Planted]) -> list[Planted]:
    """The cases with natural ids."""
    return [
        Planted(
            case.rule_id, case.entity, case.broken, case.fixed, case.fields,
            case.also, case.beside, case.mended, f"{prefix}{number:02d}",
        )
        for number, case in enumerate(cases)
    ]  # fmt: skip


def opportunity(natural_id: str, **values: Any) -> list[tuple[str, str, dict[str, Any]]]:
    """An opportunity with a champion, which breaks no rule unless ``values`` do."""
    return [
        ("opportunity", natural_id, values),
        (
            "opportunity_contact_role",
            f"champion of {natural_id}",
            {"opportunity_id": key(natural_id)},
        ),
    ]


def change_what_no_rule_reads(warehouse: Warehouse) -> dict[str, int]:
    """Give such columns of every record another value; returns their number by entity.

    A column is read if its name stands anywhere in the rules, their evidence or the gate's code.
    """
    texts = [
        *(EXPECTATIONS_DIR / "rules").glob("*.yml"),
        *(EXPECTATIONS_DIR / "evidence").glob("*.yml"),
        *Path(hygiene.__path__[0]).glob("*.py"),
    ]
    read = {word for path in texts for word in re.findall(r"\w+", path.read_text())}
    changed = {}
    with warehouse.connect() as con:
        for entity, columns in canonical_contract().items():
            table = f'canonical."{entity}"'
            con.execute(f"create or replace table {table} as from {table} order by all desc")
            # Keys are what findings are known by; a record that is deleted is no longer judged.
            own = {
                column.name: column.data_type
                for column in columns
                if column.name not in read | {f"{entity}_id", "is_deleted"}
            }
            for name, data_type in own.items():
                con.execute(f'update {table} set "{name}" = {_other_value(data_type)}')
            changed[entity] = len(own)
    return changed


def _other_value(data_type: str) -> str:
    if data_type == "varchar":
        return "'something else'"
    if data_type == "boolean":
        return "true"
    if data_type in ("date", "timestamp with time zone"):
        return "'2026-02-11'"
    return "7"
