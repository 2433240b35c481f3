"""Rules are data: reading, checking and expanding ``expectations/rules/*.yml``.

Belongs here: the shape of a rule file, its error messages, the parameters' types and ranges.
Does not belong here: SQL assembly (``sql.py``) and anything that needs Great Expectations, so
that asset-check specs can be built from the rules without importing it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dagster_project.contract import canonical_contract
from dagster_project.hygiene.evidence import EvidenceDefinition, default_evidence
from dagster_project.hygiene.joins import (
    Join,
    Joinable,
    join_problems,
    joinable_tables,
    joins_used,
)
from dagster_project.hygiene.paths import RULES_DIR
from dagster_project.hygiene.placeholders import PLACEHOLDER, RUN_PARAMETERS
from dagster_project.hygiene.settings import GateSettings, ThresholdValue
from dagster_project.hygiene.yaml_files import RuleFileError, read_model

Entity = Literal[
    "account",
    "contact",
    "lead",
    "opportunity",
    "opportunity_history",
    "opportunity_field_history",
    "opportunity_contact_role",
    "opportunity_line_item",
    "product",
    "campaign",
    "campaign_member",
    "activity",
    "user",
    "account_contact_relation",
    "account_history",
    "lead_history",
    "contact_history",
    "hand_off",
    "sequence_enrollment",
    "email_event",
    "marketing_person",
    "form_submission",
    "workspace",
    "workspace_user",
    "subscription",
    "subscription_charge",
    "employee",
    "holiday",
    "quota",
    "territory",
    "territory_assignment",
    "cost_entry",
    "target_account",
    "market_account",
    "survey_response",
    "usage_record",
    "support_ticket",
    "churn_event",
]
#: Every entity of the canonical CRM contract, in the contract's order.
ENTITIES: tuple[Entity, ...] = get_args(Entity)

#: Entities whose records are too many to judge one by one every night: landing checks their files,
#: and the gate hands them on whole. What does not count is left out, and counted, where they are
#: added up (``streams``).
STREAMED_ENTITIES: tuple[str, ...] = ("product_event",)

#: Entities whose records have an owner; a finding carries the owner's key.
OWNED_ENTITIES: frozenset[str] = frozenset(
    {"account", "contact", "lead", "opportunity", "campaign", "activity"}
)

Severity = Literal["stop", "block", "warn"]
Dimension = Literal[
    "accurate",
    "complete",
    "compliance",
    "conform",
    "consistent",
    "ownership",
    "timely",
    "unique",
    "valid",
]
Fixer = Literal[
    "account_manager",
    "enrichment",
    "finance",
    "manager",
    "marketing",
    "operations",
    "owner",
    "representative",
]
#: ``checks``: predicates of the rule file. The others are built in: their SQL follows from the
#: contract (the key, the unreadable values) or from the other rules (the quarantined share).
Kind = Literal["checks", "primary_key", "quarantined_share", "unreadable_values"]

_RECORD_COLUMN = re.compile(r"\brecord\.(\w+)")

_Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
_Text = Annotated[str, Field(min_length=1)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Parameter(_Model):
    """A named threshold of a rule: its default, its meaning and what may replace it."""

    type: Literal["integer", "number", "text", "text_list"]
    default: ThresholdValue
    meaning: _Text
    minimum: float | None = None
    maximum: float | None = None
    allowed: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _default_is_valid(self) -> Parameter:
        self.checked(self.default)
        return self

    @property
    def valid_range(self) -> str:
        """What the parameter accepts, in words."""
        if self.type in ("integer", "number"):
            return f"{self.type} from {_plain(self.minimum)} to {_plain(self.maximum)}"
        kind = "list of text" if self.type == "text_list" else "text"
        return f"{kind}, one of: {', '.join(self.allowed)}" if self.allowed else kind

    def checked(self, value: object) -> ThresholdValue:
        """``value`` in the parameter's type, or a ValueError that says what is allowed."""
        problem = ValueError(f"{value!r} is not allowed; allowed: {self.valid_range}")
        if self.type in ("integer", "number"):
            is_right_type = isinstance(value, int) or (
                self.type == "number" and isinstance(value, float)
            )
            if isinstance(value, bool) or not is_right_type:
                raise problem
            if self.minimum is None or self.maximum is None:
                raise ValueError("a numeric parameter needs 'minimum' and 'maximum'")
            if not self.minimum <= value <= self.maximum:  # type: ignore[operator]
                raise problem
            return value  # type: ignore[return-value]
        items = value if self.type == "text_list" else [value]
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise problem
        if self.allowed and not set(items) <= set(self.allowed):
            raise problem
        return value  # type: ignore[return-value]


class Check(_Model):
    """One condition on one field. A record that breaks it is one finding.

    Exactly one of ``violation`` (a predicate over ``record``) and ``references`` (the entity
    that the field points to) is given.
    """

    field: _Name
    violation: _Text | None = None
    references: Entity | None = None
    value: _Text | None = None
    applies_when: _Text | None = None
    #: The record's own source delivers these.
    needs_delivered: tuple[Entity, ...] = ()
    #: Some source of the company delivers these.
    needs_delivered_anywhere: tuple[Entity | Literal["product_event"], ...] = ()
    needs_filled: tuple[_Name, ...] = ()
    entities: tuple[Entity, ...] = ()

    @model_validator(mode="after")
    def _one_condition(self) -> Check:
        if (self.violation is None) == (self.references is None):
            raise ValueError("give exactly one of 'violation' and 'references'")
        for text in (self.violation, self.value, self.applies_when):
            if text and ("::" in text or "--" in text or ";" in text):
                raise ValueError("SQL must not contain '::' (use cast), '--' or ';'")
            if text and re.search(r"\bevidence\.", text):
                raise ValueError("evidence is joined, by an entry under 'joins'")
        return self

    @property
    def texts(self) -> tuple[str, ...]:
        """Every SQL text of the check."""
        return tuple(text for text in (self.violation, self.value, self.applies_when) if text)


class RuleDefinition(_Model):
    """A rule as written in a rule file, for one or several entities."""

    id: Annotated[str, Field(pattern=r"^[A-Z][0-9]{2}$")]
    title: _Text
    entities: tuple[Entity, ...] = ()
    kind: Kind = "checks"
    dimension: Dimension
    severity: Severity
    weight: Annotated[int, Field(ge=0, le=10)]
    fixer: Fixer
    version: Annotated[int, Field(ge=1)]
    why: _Text
    how_to_fix: _Text
    can_be_disabled: bool = True
    parameters: dict[_Name, Parameter] = {}
    checks: tuple[Check, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> RuleDefinition:
        if (self.kind == "checks") != bool(self.checks):
            raise ValueError("'checks' must be given for kind 'checks', and only for it")
        known = set(RUN_PARAMETERS) | set(self.parameters)
        for check in self.checks:
            for text in check.texts:
                if unknown := set(PLACEHOLDER.findall(text)) - known:
                    raise ValueError(
                        f"':{min(unknown)}' is not a parameter; allowed: "
                        + ", ".join(f":{name}" for name in sorted(known))
                    )
        if clash := set(self.parameters) & set(RUN_PARAMETERS):
            raise ValueError(f"the run gives ':{min(clash)}'; choose another parameter name")
        return self


class RuleFile(_Model):
    """One file under ``expectations/rules``: entities, the joins they use, rules."""

    entities: tuple[Entity, ...]
    joins: dict[_Name, Join] = {}
    rules: tuple[RuleDefinition, ...]


class Rule(_Model):
    """A rule for one entity: what the gate runs, and what a catalogue shows."""

    id: str
    entity: Entity
    title: str
    kind: Kind
    dimension: Dimension
    severity: Severity
    weight: int
    fixer: Fixer
    version: int
    why: str
    how_to_fix: str
    can_be_disabled: bool
    parameters: dict[str, Parameter]
    checks: tuple[Check, ...]
    joins: dict[str, Join]
    personal_columns: frozenset[str]
    source_file: str

    @property
    def check_name(self) -> str:
        """The rule's name among all checks of a run: ``account.A01``."""
        return f"{self.entity}.{self.id}"

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that a finding of this rule may name."""
        if self.kind == "checks":
            return tuple(dict.fromkeys(check.field for check in self.checks))
        if self.kind == "unreadable_values":
            return ("unreadable_values",)
        return (f"{self.entity}_id",)

    @property
    def is_personal(self) -> bool:
        """Whether a finding's value may be personal data, and is masked where it is."""
        if self.kind == "unreadable_values":
            return bool(self.personal_columns)
        return any(self.masks(check) for check in self.checks)

    def masks(self, check: Check) -> bool:
        """Whether the value of this check's findings is masked."""
        shown = {check.field} | set(_RECORD_COLUMN.findall(check.value or ""))
        return bool(shown & self.personal_columns)

    @property
    def used_joins(self) -> dict[str, Join]:
        """The joins whose alias the checks mention, with those that these need, in order."""
        used = " ".join(text for check in self.checks for text in check.texts)
        return joins_used(self.joins, used)

    @property
    def needs_delivered(self) -> tuple[str, ...]:
        """Entities that must be delivered for the rule, or a part of it, to apply."""
        needed: list[str] = [
            entity
            for check in self.checks
            for entity in (*check.needs_delivered, *check.needs_delivered_anywhere)
        ]
        needed += [check.references for check in self.checks if check.references]
        return tuple(dict.fromkeys(needed))


def load_rules(
    rules_dir: Path = RULES_DIR, evidence: Mapping[str, EvidenceDefinition] | None = None
) -> list[Rule]:
    """Every rule of every entity, in the order of entities and ids.

    Args:
        rules_dir: the folder of the rule files.
        evidence: what rules may join; by default the product's own.

    Raises:
        RuleFileError: naming the file, the rule, the key and what is allowed.
    """
    rules: list[Rule] = []
    first_seen: dict[tuple[str, str], str] = {}
    paths = sorted(rules_dir.glob("*.yml"))
    if not paths:
        raise RuleFileError(f"{rules_dir}: no rule files (*.yml)")
    tables = joinable_tables(default_evidence() if evidence is None else evidence)
    for path in paths:
        content = read_model(path, RuleFile, _MODELS_BY_KEY)
        for definition in content.rules:
            for entity in definition.entities or content.entities:
                key = (definition.id, entity)
                if key in first_seen:
                    raise RuleFileError(
                        f"{path.name}: rule {definition.id}: id is already used for '{entity}' "
                        f"in {first_seen[key]}; a rule has one definition"
                    )
                first_seen[key] = path.name
                rules.append(_expanded(definition, entity, content, tables, path.name))
    blocking = {rule.entity for rule in rules if rule.severity == "block"}
    rules = [rule for rule in rules if rule.kind != "quarantined_share" or rule.entity in blocking]
    return sorted(rules, key=lambda rule: (ENTITIES.index(rule.entity), rule.id))


@cache
def default_rules() -> tuple[Rule, ...]:
    """The product's own rules, read once a process."""
    return tuple(load_rules())


def check_settings(rules: Iterable[Rule], settings: GateSettings) -> None:
    """Refuse thresholds, weights and switched-off rules that no rule knows.

    Raises:
        RuleFileError: naming the key and what is allowed.
    """
    by_id: dict[str, Rule] = {rule.id: rule for rule in rules}
    for rule_id in sorted(settings.disabled_rules):
        if rule_id not in by_id:
            raise RuleFileError(
                f"disabled_rules: '{rule_id}' is not a rule; allowed: {', '.join(sorted(by_id))}"
            )
        if not by_id[rule_id].can_be_disabled:
            raise RuleFileError(f"disabled_rules: rule {rule_id} cannot be switched off")
    allowed = {
        f"{rule.id}.{name}": parameter
        for rule in by_id.values()
        for name, parameter in rule.parameters.items()
    }
    for key, value in settings.thresholds.items():
        if key not in allowed:
            raise RuleFileError(
                f"thresholds: '{key}' is not a threshold; allowed: {', '.join(sorted(allowed))}"
            )
        try:
            allowed[key].checked(value)
        except ValueError as error:
            raise RuleFileError(f"thresholds: {key}: {error}") from error
    scored = {rule.id for rule in by_id.values() if rule.severity != "stop"}
    for rule_id in settings.weights:
        if rule_id not in scored:
            raise RuleFileError(
                f"weights: '{rule_id}' is not a rule that blocks or warns; allowed: "
                + ", ".join(sorted(scored))
            )


def weight(rule: Rule, settings: GateSettings) -> int:
    """The rule's weight in scores for a run: the company's, else its own."""
    return settings.weights.get(rule.id, rule.weight)


def parameter_values(rule: Rule, settings: GateSettings) -> dict[str, ThresholdValue]:
    """The rule's parameters for a run: the company's value, else the default."""
    return {
        name: parameter.checked(settings.thresholds.get(f"{rule.id}.{name}", parameter.default))
        for name, parameter in rule.parameters.items()
    }


def tolerance(rule: Rule, settings: GateSettings) -> tuple[float, int]:
    """(tolerated share, rows from which it counts): the parameters that any rule may have."""
    values = parameter_values(rule, settings)
    share, rows = values.get("tolerated_share", 0.0), values.get("minimum_rows", 0)
    return float(share), int(rows)  # type: ignore[arg-type]


def is_tolerated(
    failed_rows: int, applicable_rows: int, tolerated_share: float, minimum_rows: int
) -> bool:
    """Whether a rule that ``failed_rows`` records break still holds."""
    if failed_rows == 0 or applicable_rows < minimum_rows:
        return True
    return failed_rows < tolerated_share * applicable_rows


def _plain(number: float | None) -> str:
    return "?" if number is None else f"{number:g}"


def _expanded(
    definition: RuleDefinition,
    entity: Entity,
    content: RuleFile,
    tables: Mapping[str, Joinable],
    source_file: str,
) -> Rule:
    checks = tuple(
        check for check in definition.checks if not check.entities or entity in check.entities
    )
    if definition.kind == "checks" and not checks:
        raise RuleFileError(
            f"{source_file}: rule {definition.id}: checks: none is for '{entity}'; "
            "name it in a check's 'entities', or leave it out of the rule's"
        )
    shared = definition.model_dump(exclude={"entities", "checks", "parameters"})
    rule = Rule(
        **shared,
        entity=entity,
        checks=checks,
        parameters=definition.parameters,
        joins=content.joins,
        personal_columns=frozenset(
            column.name for column in canonical_contract()[entity] if column.is_personal
        ),
        source_file=source_file,
    )
    _require_known_columns(rule)
    texts = [text for check in rule.checks for text in check.texts]
    known = {*RUN_PARAMETERS, *rule.parameters}
    for join in rule.used_joins.values():
        for expression in join.key.values():
            if unknown := set(PLACEHOLDER.findall(expression)) - known:
                raise RuleFileError(
                    f"{source_file}: rule {rule.id}: a join that it uses needs ':{min(unknown)}', "
                    "which is not a parameter of it"
                )
    for problem in join_problems(rule.joins, texts, tables):
        raise RuleFileError(f"{source_file}: rule {rule.id}: {problem}")
    return rule


_MODELS_BY_KEY: dict[str, type[BaseModel]] = {
    "rules": RuleDefinition,
    "checks": Check,
    "parameters": Parameter,
    "joins": Join,
}


def _require_known_columns(rule: Rule) -> None:
    known = {column.name for column in canonical_contract()[rule.entity]}
    for number, check in enumerate(rule.checks):
        used = {check.field, *check.needs_filled}
        for text in check.texts:
            used |= set(_RECORD_COLUMN.findall(text))
        if unknown := used - known:
            raise RuleFileError(
                f"{rule.source_file}: rule {rule.id}: checks.{number}: '{min(unknown)}' is not a "
                f"column of {rule.entity}; allowed: {', '.join(sorted(known))}"
            )


def thresholds_json(rule: Rule, settings: GateSettings) -> str:
    """The parameters in force, and the ratchet, as JSON, for the catalogue."""
    values: dict[str, ThresholdValue] = parameter_values(rule, settings)
    if rule.check_name in settings.ratchets:
        values["ratchet"] = settings.ratchets[rule.check_name]
    return json.dumps(values, sort_keys=True, ensure_ascii=False)
