"""Ratchets: how many records may break a rule today, so that it never becomes more.

Belongs here: which ratchets a company may set, and how each went. Does not belong here: which
records break a rule (``gate``).

A rule that many records break already cannot be made to pass in a night. A ratchet holds what was
reached: up to its level the rule warns, above it the rule fails. A failure is told as an error and
stops nothing, since what is above the level falsifies figures no more than what is below it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dagster_project.hygiene.rules import Rule
from dagster_project.hygiene.yaml_files import RuleFileError

if TYPE_CHECKING:
    import duckdb

    from dagster_project.hygiene.settings import GateSettings


@dataclass(frozen=True)
class RatchetResult:
    """How a ratchet went."""

    rule: Rule
    #: Records that may break the rule.
    level: int
    #: Records that do, waived ones left out.
    failed_rows: int

    @property
    def is_passed(self) -> bool:
        """Whether it is not more than the level."""
        return self.failed_rows <= self.level

    @property
    def message(self) -> str:
        """What is told: also when the level can be lowered."""
        broken = (
            f"{self.rule.check_name} {self.rule.title}: broken by {self.failed_rows:,} records, "
            f"and {self.level:,} may"
        )
        if not self.is_passed:
            return f"{broken}. {self.rule.how_to_fix}"
        return f"{broken}; lower the ratchet" if self.failed_rows < self.level else broken


def check_ratchets(rules: Iterable[Rule], settings: GateSettings) -> None:
    """Refuse ratchets of what is no rule, stops the run anyway or is switched off.

    Raises:
        RuleFileError: naming the ratchet and what is allowed.
    """
    allowed = {rule.check_name: rule for rule in rules if rule.severity != "stop"}
    for name in settings.ratchets:
        if name not in allowed:
            raise RuleFileError(
                f"ratchets: '{name}' is not an entity's rule that blocks or warns; allowed: "
                + ", ".join(sorted(allowed))
            )
        if allowed[name].id in settings.disabled_rules:
            raise RuleFileError(f"ratchets: rule {allowed[name].id} of '{name}' is switched off")


def judge_ratchets(
    con: duckdb.DuckDBPyConnection, rules: Iterable[Rule], settings: GateSettings
) -> tuple[RatchetResult, ...]:
    """How every ratchet went, after ``hygiene.violation`` is written."""
    if not settings.ratchets:
        return ()
    broken = {
        (entity, rule_id): int(records)
        for entity, rule_id, records in con.execute(
            "select entity, rule_id, count(distinct record_id) from hygiene.violation "
            "where not is_waived group by entity, rule_id"
        ).fetchall()
    }
    return tuple(
        RatchetResult(
            rule, settings.ratchets[rule.check_name], broken.get((rule.entity, rule.id), 0)
        )
        for rule in rules
        if rule.check_name in settings.ratchets
    )


def write_ratchet_results(
    con: duckdb.DuckDBPyConnection, results: tuple[RatchetResult, ...], settings: GateSettings
) -> None:
    """Add how they went; ``total_rows`` is the level."""
    con.execute("delete from hygiene.check_result where check_type = 'ratchet'")
    if results:
        con.executemany(
            "insert into hygiene.check_result values (?, 'ratchet', ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                [
                    f"{result.rule.check_name}.ratchet",
                    result.rule.id,
                    result.rule.entity,
                    result.rule.severity,
                    result.is_passed,
                    result.failed_rows,
                    result.level,
                    settings.as_of_date,
                    settings.run_id,
                ]
                for result in results
            ],
        )
