"""Data Docs that need no network: Great Expectations' pages, made plain and self-contained.

Great Expectations' pages take their tables, icons and look from scripts, fonts and style sheets
of other hosts, and its results hold no rows. Belongs here: an index that needs none of them, and
putting each page that a run wrote into a plain frame, with the records that break each rule. Does
not belong here: how a page's content is simplified (``docs_content.py``), the frame and the style
sheet (``docs_templates/``), which records those are and what is masked (``gate``).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from dagster_project.html import html_templates
from dagster_project.hygiene.docs_content import RuleOutcome, plain_content
from dagster_project.hygiene.result import RuleResult

_TEMPLATES = Path(__file__).with_name("docs_templates")
_STYLE = "cultivar.css"
_WORST_FIRST = ("stop", "block", "warn")


@dataclass(frozen=True)
class Validation:
    """The last validation of an entity, as Great Expectations stored it."""

    entity: str
    is_passed: bool
    #: Relative to the docs' folder.
    page: str
    ran_at: datetime
    version: str
    #: Failing rules first, the worst of them first.
    rules: tuple[RuleOutcome, ...]

    @cached_property
    def failed(self) -> tuple[RuleOutcome, ...]:
        """The rules that failed."""
        return tuple(rule for rule in self.rules if not rule.is_passed)

    @property
    def passed_count(self) -> int:
        """How many rules passed."""
        return len(self.rules) - len(self.failed)


def make_plain(
    docs_dir: Path,
    results_dir: Path,
    entities: Sequence[str],
    results: Sequence[RuleResult],
    as_of_date: date,
) -> dict[str, Path]:
    """Rewrite every page under ``docs_dir`` to stand alone.

    Args:
        docs_dir: the site that Great Expectations wrote.
        results_dir: the validation results that the site shows.
        entities: the order in which the index lists the suites.
        results: what the gate found by each rule, with some failing records.
        as_of_date: the day that was validated.

    Returns:
        Entity → page of its last validation, on which ``#rule-<id>`` is a rule.
    """
    environment = html_templates(_TEMPLATES)
    environment.globals.update(as_of_date=as_of_date, words=_words)
    validations = _validations(results_dir, {result.check_name: result for result in results})
    by_page = {validation.page: validation for validation in validations.values()}
    # Fonts, logos and tutorial pictures: no plain page shows them.
    shutil.rmtree(docs_dir / "static", ignore_errors=True)
    (docs_dir / "static").mkdir(parents=True)
    shutil.copyfile(_TEMPLATES / _STYLE, docs_dir / "static" / _STYLE)

    pages = sorted(path for path in docs_dir.rglob("*.html") if path.parent != docs_dir)
    for page in pages:
        relative = page.relative_to(docs_dir)
        validation = by_page.get(relative.as_posix())
        kind = "suite" if validation is None else "validation"
        entity = relative.stem if validation is None else validation.entity
        content = plain_content(
            page.read_text(encoding="utf-8"), () if validation is None else validation.rules
        )
        text = environment.get_template(f"{kind}.html.j2").render(
            root="../" * (len(relative.parts) - 1),
            entity=entity,
            validation=validations.get(entity),
            content=content,
        )
        page.write_text(text, encoding="utf-8")

    suites = [name for name in entities if (docs_dir / "expectations" / f"{name}.html").is_file()]
    failing = [
        (entity, rule)
        for severity in _WORST_FIRST
        for entity in suites
        if entity in validations
        for rule in validations[entity].failed
        if rule.severity == severity
    ]
    index = environment.get_template("index.html.j2").render(
        root="", suites=suites, validations=validations, failing=failing
    )
    (docs_dir / "index.html").write_text(index, encoding="utf-8")
    return {entity: docs_dir / validation.page for entity, validation in validations.items()}


def _words(name: str) -> str:
    """A name of the data as people say it."""
    return name.replace("_", " ")


def _validations(results_dir: Path, found_by: Mapping[str, RuleResult]) -> dict[str, Validation]:
    """The last validation by entity."""
    validations: dict[str, Validation] = {}
    for path in results_dir.rglob("*.json"):
        found = _validation(
            json.loads(path.read_text(encoding="utf-8")), path.relative_to(results_dir), found_by
        )
        known = validations.get(found.entity)
        if known is None or known.ran_at < found.ran_at:
            validations[found.entity] = found
    return validations


def _validation(
    stored: dict[str, Any], path: Path, found_by: Mapping[str, RuleResult]
) -> Validation:
    rules = [_outcome(result, stored["suite_name"], found_by) for result in stored["results"]]
    return Validation(
        entity=stored["suite_name"],
        is_passed=bool(stored["success"]),
        # The site keeps the results' folders.
        page=f"validations/{path.with_suffix('.html').as_posix()}",
        ran_at=datetime.fromisoformat(stored["meta"]["run_id"]["run_time"]).astimezone(UTC),
        version=stored["meta"]["great_expectations_version"],
        rules=tuple(sorted(rules, key=_position)),
    )


def _position(rule: RuleOutcome) -> tuple[bool, int, str]:
    rank = 0 if rule.is_passed else _WORST_FIRST.index(rule.severity)
    return rule.is_passed, rank, rule.rule_id


def _outcome(
    result: dict[str, Any], entity: str, found_by: Mapping[str, RuleResult]
) -> RuleOutcome:
    config = result["expectation_config"]
    # A rule that could not be evaluated has no counts; the run then fails by itself.
    details = result["result"].get("details", {})
    return RuleOutcome(
        rule_id=config["meta"]["rule_id"],
        description=config["description"],
        severity=config["meta"]["rule_severity"],
        is_passed=bool(result["success"]),
        failed_rows=details.get("failed_rows", 0),
        checked_rows=details.get("applicable_rows", 0),
        found=found_by.get(f"{entity}.{config['meta']['rule_id']}"),
    )
