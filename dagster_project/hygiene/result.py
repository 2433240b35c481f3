"""What the gate reports, as plain data that holds no personal value."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

from dagster_project.hygiene.ratchets import RatchetResult


@dataclass(frozen=True)
class SampleFinding:
    """One failing record: its keys, the field, and the value unless it is personal."""

    record_id: str | None
    source_name: str | None
    source_record_id: str | None
    field: str
    value: str | None


@dataclass(frozen=True)
class RuleResult:
    """A rule's outcome for one entity."""

    rule_id: str
    entity: str
    severity: str
    title: str
    dimension: str
    why: str
    how_to_fix: str
    #: Rows of the rule's statement: one a record and field.
    findings: int
    #: Records that break the rule.
    failed_rows: int
    #: Live records that the rule applies to; 0 when it applies to none.
    total_rows: int
    share: float | None
    is_passed: bool
    #: Whether the run must stop: a stop rule that is broken.
    is_blocking: bool
    #: Up to ten failing records.
    sample: tuple[SampleFinding, ...]
    #: Lists every failing record, in the warehouse of this run.
    listing_sql: str

    @property
    def check_name(self) -> str:
        """The rule's name among all checks of a run: ``account.A01``."""
        return f"{self.entity}.{self.rule_id}"


@dataclass(frozen=True)
class EntityCounts:
    """What became of an entity's canonical rows: canonical = admitted + excluded + quarantined."""

    canonical_rows: int
    admitted_rows: int
    excluded_rows: int
    quarantined_rows: int


@dataclass(frozen=True)
class GateResult:
    """The outcome of a run of the gate."""

    #: One an entity and rule; a rule that the company switched off has none.
    rules: tuple[RuleResult, ...]
    #: Per entity. On a stop: what the rows would have become.
    entities: dict[str, EntityCounts]
    #: One message a broken stop rule: the rule, the rows, what to do.
    stops: tuple[str, ...]
    #: How the company's ratchets went, by check name; one above its level stops nothing.
    ratchets: dict[str, RatchetResult]
    #: Rules that no record is subject to, by check name: nothing was checked.
    not_applicable: tuple[str, ...]
    #: Values that the field validators judged in this run, by look-up table.
    validated_values: dict[str, int]
    #: First page of Data Docs.
    docs_path: Path
    #: Entity → page of its validation in Data Docs.
    docs_pages: dict[str, Path]
    result_path: Path

    @property
    def is_stopped(self) -> bool:
        """Whether the run must stop before the marts are touched."""
        return bool(self.stops)

    def findings_by_severity(self) -> dict[str, int]:
        """Findings of block and warn rules, by severity."""
        counts = {"block": 0, "warn": 0}
        for rule in self.rules:
            if rule.severity in counts:
                counts[rule.severity] += rule.findings
        return counts

    def docs_link(self, rule: RuleResult) -> str:
        """Where Data Docs tell of a rule, for a browser's address line."""
        page = self.docs_pages.get(rule.entity, self.docs_path)
        return f"{page.resolve().as_uri()}#rule-{rule.rule_id}"

    def write(self) -> None:
        """Write the result as JSON to ``result_path``."""
        content = dataclasses.asdict(self)
        content["ratchets"] = {name: ratchet.message for name, ratchet in self.ratchets.items()}
        self.result_path.write_text(
            json.dumps(content, indent=2, default=str, ensure_ascii=False) + "\n", encoding="utf-8"
        )
