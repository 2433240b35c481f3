"""``docs/hygiene.md``: what is judged, why, how to fix it, and how to change what is judged.

Belongs here: the page's order. Does not belong here: what is said of rules as such
(``catalogue_introduction.md``), what a single rule says (``expectations``), what tables and
settings there are (``docs/operate.md``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_project.hygiene.delivery import default_delivery_rules
from dagster_project.hygiene.rules import ENTITIES, Rule, default_rules
from dagster_project.hygiene.streams import default_stream_rules
from dagster_project.markdown import GENERATED, anchor, items, table

_INTRODUCTION = Path(__file__).with_name("catalogue_introduction.md")

_PLACES = {
    "delivered": (
        "Judged before any record is: by landing, which refuses the source, so that nothing of it "
        "is loaded, or by the gate, which stops. All of them stop. T04 and T06 need "
        "`freshness_limit_days` of the source in the company file. How each went is in "
        "`hygiene.check_result`, with type `delivery`."
    ),
    "streamed": (
        "Too many for a finding each, they are judged where they are added up, and what breaks a "
        "rule is left out there. How many did is in the mart `fct_event_defect`, by source and day."
    ),
}


@dataclass(frozen=True)
class _Entry:
    """A rule as the page shows it."""

    rule_id: str
    title: str
    severity: str
    judges: str
    section: str
    thresholds: str

    @property
    def heading(self) -> str:
        return f"{self.rule_id} {self.title}"


def hygiene_catalogue(rules: Sequence[Rule] | None = None) -> str:
    """Every hygiene rule, once, with the entities that it judges."""
    by_id: dict[str, list[Rule]] = {}
    for rule in default_rules() if rules is None else rules:
        by_id.setdefault(rule.id, []).append(rule)
    entries = [_record_rule(same) for _, same in sorted(by_id.items())]
    chapters = {
        "Accounts": ("", [e for e in entries if e.rule_id.startswith("A")]),
        "People": ("", [e for e in entries if e.rule_id.startswith("P")]),
        "Opportunities and renewals": ("", [e for e in entries if e.rule_id.startswith("O")]),
        "Activities, campaigns, product use, billing, users": (
            "",
            [e for e in entries if e.rule_id.startswith("C")],
        ),
        "Every entity": ("", [e for e in entries if e.rule_id[0] not in "APOC"]),
        "Deliveries": (_PLACES["delivered"], _delivery_rules()),
        "Events": (_PLACES["streamed"], _stream_rules()),
    }
    parts = [
        GENERATED.format(
            source="expectations and dagster_project/hygiene/catalogue_introduction.md"
        ),
        "# Hygiene rules\n",
        _INTRODUCTION.read_text(encoding="utf-8"),
        "## All rules\n",
        table(
            ("Rule", "What should be so", "Severity", "Judges"),
            [
                (f"[{e.rule_id}](#{anchor(e.heading)})", e.title, e.severity, e.judges)
                for _, chapter in chapters.values()
                for e in chapter
            ],
        ),
    ]
    for name, (text, chapter) in chapters.items():
        parts += [f"## {name}\n", *([f"{text}\n"] if text else [])]
        for entry in chapter:
            parts += [entry.section, *([entry.thresholds] if entry.thresholds else [])]
    return "\n".join(parts)


def _record_rule(same: Sequence[Rule]) -> _Entry:
    rule = same[0]
    judges = _entities(same)
    thresholds = table(
        ("Threshold", "Default", "Allowed", "Meaning"),
        [
            (
                f"`{rule.id}.{name}`",
                _default(parameter.default),
                parameter.valid_range,
                parameter.meaning,
            )
            for name, parameter in rule.parameters.items()
        ],
    )
    section = items(
        f"### {rule.id} {rule.title}",
        {
            "Severity": rule.severity,
            "Judges": judges,
            "Why": rule.why,
            "How to fix it": rule.how_to_fix,
            "Fixed by": rule.fixer.replace("_", " "),
            "Dimension": _kind(rule.dimension, rule.weight, rule.version),
            "Can be switched off": "" if rule.can_be_disabled else "no",
        },
    )
    return _Entry(
        rule.id, rule.title, rule.severity, judges, section, thresholds if rule.parameters else ""
    )


def _delivery_rules() -> list[_Entry]:
    return [
        _Entry(
            rule.id,
            rule.title,
            "stop",
            f"{rule.judges}, as delivered",
            items(
                f"### {rule.id} {rule.title}",
                {
                    "Severity": "stop",
                    "Judges": f"{rule.judges}, as delivered, by the {rule.judged_by}",
                    "Why": rule.why,
                    "How to fix it": rule.how_to_fix,
                    "Fixed by": "operations",
                    "Dimension": f"{rule.dimension}; version {rule.version}",
                },
            ),
            "",
        )
        for rule in default_delivery_rules()
    ]


def _stream_rules() -> list[_Entry]:
    return [
        _Entry(
            rule.id,
            rule.title,
            rule.severity,
            f"{_words(rule.entity)}, where they are added up",
            items(
                f"### {rule.id} {rule.title}",
                {
                    "Severity": rule.severity,
                    "Judges": f"{_words(rule.entity)}, in `{rule.judged_in}`",
                    "Why": rule.why,
                    "How to fix it": rule.how_to_fix,
                    "Fixed by": _words(rule.fixer),
                    "Dimension": _kind(rule.dimension, rule.weight, rule.version),
                },
            ),
            "",
        )
        for rule in default_stream_rules()
    ]


def _kind(dimension: str, weight: int, version: int) -> str:
    return f"{dimension}; weight {weight} in scores; version {version}"


def _entities(same: Sequence[Rule]) -> str:
    names = [_words(rule.entity) for rule in same]
    return "every entity" if len(names) == len(ENTITIES) else ", ".join(names)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _default(value: Any) -> str:
    if value == []:
        return "none"
    return ", ".join(f"`{item}`" for item in value) if isinstance(value, list) else f"`{value}`"
