"""Waivers: violations that a company accepts for now, each with a reason, a name and a last day.

Belongs here: reading and checking the file that the company file names under ``hygiene.waivers``,
and matching waivers with what a run found. Does not belong here: what a waiver changes; worklists
and scores leave out what ``is_waived``. A waived record that a rule blocks stays quarantined.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.decision_file import (
    DecisionFile,
    DecisionFileError,
    Mistake,
    empty_cells,
    no_last_day,
    quoted,
    read_decisions,
)

if TYPE_CHECKING:
    import duckdb

    from dagster_project.hygiene.rules import Rule

#: Columns of the file; the first two of the optional ones narrow a waiver down when filled.
REQUIRED_COLUMNS = ("rule_id", "record", "reason", "waived_by", "waived_until")
OPTIONAL_COLUMNS = ("entity", "source_name")

_ALLOWED = {
    "record": "a record's id in its source, or a pattern in which * stands for any characters",
    "reason": "why the company accepts it, in words",
    "waived_by": "who accepts it",
}
_OTHERWISE = "take the waiver out"


class WaiverFileError(DecisionFileError):
    """A file of waivers that cannot be used; the message names file, row and column."""


@dataclass(frozen=True)
class Waiver:
    """One accepted violation, or a pattern of them."""

    rule_id: str
    #: None: every entity that the rule judges.
    entity: str | None
    #: None: every source.
    source_name: str | None
    #: The record's id in its source; * stands for any characters.
    record: str
    reason: str
    waived_by: str
    #: The last day on which it holds.
    waived_until: date


def load_waivers(path: Path, rules: Iterable[Rule]) -> tuple[Waiver, ...]:
    """Read and check the waivers in ``path``.

    Raises:
        WaiverFileError: every mistake with file, row, column, what was found, what is allowed and
            what to do.
    """
    by_rule: dict[str, list[Rule]] = {}
    for rule in rules:
        by_rule.setdefault(rule.id, []).append(rule)
    return read_decisions(path, _FILE, lambda cells: _mistakes(cells, by_rule), _waiver)


_FILE = DecisionFile(
    what="waiver",
    setting="hygiene.waivers",
    required_columns=REQUIRED_COLUMNS,
    optional_columns=OPTIONAL_COLUMNS,
    error=WaiverFileError,
)


def _mistakes(cells: dict[str, str], by_rule: dict[str, list[Rule]]) -> Iterable[Mistake]:
    """What is wrong with a row."""
    rules = by_rule.get(cells["rule_id"], [])
    waivable = sorted(
        name for name, own in by_rule.items() if any(rule.severity != "stop" for rule in own)
    )
    if cells["rule_id"] not in waivable:
        found = quoted(cells["rule_id"])
        yield Mistake(
            "rule_id",
            f"{found}, a rule that stops the run" if rules else found,
            ", ".join(waivable),
            "Name a rule that blocks or warns; see docs/hygiene.md.",
        )
    entities = sorted(rule.entity for rule in rules)
    if rules and cells["entity"] and cells["entity"] not in entities:
        yield Mistake(
            "entity",
            quoted(cells["entity"]),
            f"{', '.join(entities)}; or nothing, for all of them",
            f"Name an entity that rule {cells['rule_id']} judges.",
        )
    yield from empty_cells(cells, _ALLOWED, _OTHERWISE)
    yield from no_last_day(cells, "waived_until", _OTHERWISE)


def _waiver(cells: dict[str, str], _: int) -> Waiver:
    return Waiver(
        rule_id=cells["rule_id"],
        entity=cells["entity"] or None,
        source_name=cells["source_name"] or None,
        record=cells["record"],
        reason=cells["reason"],
        waived_by=cells["waived_by"],
        waived_until=date.fromisoformat(cells["waived_until"]),
    )


def write_waivers(
    con: duckdb.DuckDBPyConnection, waivers: Sequence[Waiver], as_of_date: date, found: str
) -> None:
    """Write ``hygiene.waiver``, and the temporary table ``waived`` of what holds of ``found``.

    Where several waivers are about a record, the one that holds longest counts; of those that
    hold equally long, the first by its reason.
    """
    con.execute(
        """
        create or replace temp table given_waiver (
            rule_id varchar, entity varchar, source_name varchar, record varchar, reason varchar,
            waived_by varchar, waived_until date, record_pattern varchar
        )
        """
    )
    if waivers:
        con.executemany(
            "insert into given_waiver values (?, ?, ?, ?, ?, ?, ?, ?)",
            [[*astuple(waiver), _like(waiver.record)] for waiver in waivers],
        )
    con.execute(
        f"""
        create or replace temp table waiver_match as
        select waiver.*, waiver.waived_until >= $as_of_date as is_in_force, found.record_id,
            found.entity as found_entity
        from given_waiver as waiver
        left join (
            select distinct rule_id, entity, record_id, source_name, source_record_id from {found}
        ) as found
            on found.rule_id = waiver.rule_id
            and found.entity = coalesce(waiver.entity, found.entity)
            and found.source_name = coalesce(waiver.source_name, found.source_name)
            and found.source_record_id like waiver.record_pattern escape '\\'
        """,
        {"as_of_date": as_of_date},
    )
    con.execute(
        """
        create or replace temp table waived as
        select rule_id, found_entity as entity, record_id,
            max(waived_until) as waived_until,
            first(reason order by waived_until desc, reason) as waiver_reason
        from waiver_match where is_in_force and record_id is not null group by all
        """
    )
    con.execute(
        """
        create or replace table hygiene.waiver as
        select rule_id, entity, source_name, record, reason, waived_by, waived_until, is_in_force,
            count(record_id) as matched_record_count
        from waiver_match group by all
        """
    )


def _like(record: str) -> str:
    """The pattern of SQL's ``like`` in which only * is special."""
    escaped = record.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.replace("*", "%")
