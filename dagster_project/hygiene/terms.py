"""What a rule says of a single record: conditions over ``record`` and the joins that they read.

Belongs here: scope, findings and joins of a rule as SQL expressions, with placeholders still to be
bound, so that a statement can ask any number of rules in one reading of a table. Does not belong
here: statements (``sql``), values (``sql.literals``), and the key's uniqueness, which is about
records together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dagster_project.hygiene.joins import joins_used
from dagster_project.hygiene.placeholders import PLACEHOLDER, RUN_PARAMETERS
from dagster_project.hygiene.rules import Check, Rule

#: What stands in place of a personal value.
MASK = "***"

IS_LIVE = "coalesce(record.is_excluded, false) = false"


@dataclass(frozen=True)
class FindingTerm:
    """One condition on one field; a record that meets it is one finding."""

    field: str
    condition: str
    #: The value that the finding shows; masked where it is personal.
    value: str


@dataclass(frozen=True)
class CountedTerms:
    """All that counting a rule needs, over ``record`` and ``joins``."""

    #: Joins that the expressions read, each after those that it reads itself.
    joins: tuple[str, ...]
    #: Whether the rule judges the record.
    applies: str
    #: Numbers of findings in a record, to be added up.
    finding_counts: tuple[str, ...]


@dataclass(frozen=True)
class RuleTerms:
    """A rule as expressions over ``record`` and ``joins``."""

    rule: Rule
    joins: tuple[str, ...]
    applies: str
    #: Joins that ``applies`` reads.
    applies_joins: tuple[str, ...]
    findings: tuple[FindingTerm, ...] = ()
    #: A list of findings in one record (``{'field', 'value'}``), empty or NULL without any.
    entries: str | None = None

    @property
    def counted(self) -> CountedTerms:
        """The rule without what its findings show."""
        counts = [f"case when {term.condition} then 1 else 0 end" for term in self.findings]
        if self.entries is not None:
            counts.append(f"coalesce(len({self.entries}), 0)")
        return CountedTerms(self.joins, self.applies, tuple(counts))


def rule_terms(rule: Rule, all_rules: Iterable[Rule], relation: str) -> RuleTerms:
    """``rule`` as expressions over a record of ``relation``.

    Args:
        rule: any rule but one about the key.
        all_rules: needed for the quarantined share, which is made of the block rules.
        relation: the table that ``record`` is read from.
    """
    if rule.kind == "checks":
        return _checks(rule, relation)
    judged = f":{prefixed(rule, 'is_enabled')} and {IS_LIVE}"
    if rule.kind == "unreadable_values":
        return RuleTerms(rule, (), judged, (), entries=_unreadable_values(rule, judged))
    if rule.kind == "quarantined_share":
        blocks = [
            _checks(other, relation)
            for other in all_rules
            if other.entity == rule.entity and other.severity == "block"
        ]
        conditions = [f"({term.condition})" for block in blocks for term in block.findings]
        blocked = FindingTerm(
            f"{rule.entity}_id",
            f"{judged} and ({' or '.join(conditions)})",
            "cast(null as varchar)",
        )
        return RuleTerms(rule, merged(block.joins for block in blocks), judged, (), (blocked,))
    raise ValueError(f"rule {rule.id} is about records together, not about one")


def merged(joins: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """All joins of several rules, each once, in an order in which each finds what it reads."""
    return tuple(dict.fromkeys(join for several in joins for join in several))


def prefixed(rule: Rule, name: str) -> str:
    """A parameter of ``rule`` under a name that is unique among all rules."""
    return f"{rule.id.lower()}__{name}"


def _own(rule: Rule, text: str) -> str:
    """``text`` with the rule's own parameters named uniquely among all rules."""
    return PLACEHOLDER.sub(
        lambda match: (
            match.group(0)
            if match.group(1) in RUN_PARAMETERS
            else f":{prefixed(rule, match.group(1))}"
        ),
        text.strip(),
    )


def _checks(rule: Rule, relation: str) -> RuleTerms:
    judged = [f":{prefixed(rule, 'is_enabled')}", IS_LIVE]
    scopes = [_scope(rule, check, relation) for check in rule.checks]
    findings = tuple(
        FindingTerm(
            check.field,
            " and ".join([*judged, *scope, f"({_violation(rule, check)})"]),
            _value(rule, check),
        )
        for check, scope in zip(rule.checks, scopes, strict=True)
    )
    any_scope = " or ".join(f"({' and '.join(scope) or 'true'})" for scope in scopes)
    return RuleTerms(
        rule,
        _joins(rule, " ".join(f"{term.value} {term.condition}" for term in findings)),
        " and ".join([*judged, f"({any_scope})"]),
        _joins(rule, any_scope),
        findings,
    )


def _joins(rule: Rule, used: str) -> tuple[str, ...]:
    return tuple(
        _own(rule, join.sql(alias)) for alias, join in joins_used(rule.joins, used).items()
    )


def _violation(rule: Rule, check: Check) -> str:
    if not check.references:
        return _own(rule, check.violation or "")
    target = check.references
    return (
        f"record.{check.field} is not null and not exists (select 1 from "
        f'canonical."{target}" as target where target.{target}_id = record.{check.field})'
    )


def _value(rule: Rule, check: Check) -> str:
    if rule.masks(check):
        return f"case when record.{check.field} is not null then '{MASK}' end"
    return _own(rule, check.value or f"cast(record.{check.field} as varchar)")


def _scope(rule: Rule, check: Check, relation: str) -> list[str]:
    """Conditions that decide whether the check applies to a record at all."""
    conditions = [f"({_own(rule, check.applies_when)})"] if check.applies_when else []
    needed = [*check.needs_delivered, *([check.references] if check.references else [])]
    conditions += [
        "record.source_name in (select delivered.source_name "
        f"from config.delivered_entity as delivered where delivered.entity = '{entity}')"
        for entity in dict.fromkeys(needed)
    ]
    conditions += [
        "exists (select 1 from config.delivered_entity as delivered "
        f"where delivered.entity = '{entity}')"
        for entity in check.needs_delivered_anywhere
    ]
    if check.needs_filled:
        filled = " or ".join(f"filled.{column} is not null" for column in check.needs_filled)
        conditions.append(
            "record.source_name in (select distinct filled.source_name "
            f"from {relation} as filled where {filled})"
        )
    return conditions


def _unreadable_values(rule: Rule, judged: str) -> str:
    # An entry is 'column=original text'; the text may hold further '=' signs.
    field = "split_part(entry, '=', 1)"
    value = "substr(entry, strpos(entry, '=') + 1)"
    if rule.personal_columns:
        personal = ", ".join(f"'{column}'" for column in sorted(rule.personal_columns))
        value = f"case when lower({field}) in ({personal}) then '{MASK}' else {value} end"
    return (
        f"case when {judged} then list_transform("
        "string_split(record.unreadable_values, chr(31)), "
        f"lambda entry: {{'field': {field}, 'value': {value}}}) end"
    )
