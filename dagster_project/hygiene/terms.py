"""What a rule says of a single record: conditions over ``record`` and the joins that they read.

Belongs here: scope, findings and joins of a rule as SQL expressions, with placeholders still to be
bound, so that a statement can ask any number of rules of a table. Does not belong
here: statements (``sql``), values (``sql.literals``), and the key's uniqueness, which is about
records together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dagster_project.hygiene.given import DELIVERED, DELIVERED_ANYWHERE, filled_table
from dagster_project.hygiene.joins import Join, joins_used
from dagster_project.hygiene.placeholders import PLACEHOLDER, RUN_PARAMETERS
from dagster_project.hygiene.rules import Check, Rule

#: What stands in place of a personal value.
MASK = "***"

IS_LIVE = "coalesce(record.is_excluded, false) = false"


# An entry is 'column=original text'; the text may hold further '=' signs.
_ENTRIES = "string_split(record.unreadable_values, chr(31))"


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
    #: What each finding is: a record meets any one of these conditions.
    findings: tuple[tuple[str, ...], ...]
    #: How many findings a record that meets the only one counts for, where it is not one.
    entry_count: str | None = None


@dataclass(frozen=True)
class RuleTerms:
    """A rule as expressions over ``record`` and ``joins``."""

    rule: Rule
    joins: tuple[str, ...]
    applies: str
    #: Joins that ``applies`` reads.
    applies_joins: tuple[str, ...]
    findings: tuple[FindingTerm, ...] = ()
    #: Instead of ``findings``: records that have some, and the list of them (field, value).
    has_entries: str | None = None
    entries: str | None = None
    #: For the rule that any of these is met, each a condition of another rule.
    blocking: tuple[str, ...] = ()

    @property
    def counted(self) -> CountedTerms:
        """The rule without what its findings show."""
        if self.has_entries is not None:
            return CountedTerms(
                self.joins, self.applies, ((self.has_entries,),), f"len({_ENTRIES})"
            )
        if self.blocking:
            return CountedTerms(self.joins, self.applies, (self.blocking,))
        return CountedTerms(
            self.joins, self.applies, tuple((term.condition,) for term in self.findings)
        )


def rule_terms(rule: Rule, all_rules: Iterable[Rule]) -> RuleTerms:
    """``rule`` as expressions over a record.

    Args:
        rule: any rule but one about the key.
        all_rules: needed for the quarantined share, which is made of the block rules.
    """
    if rule.kind == "checks":
        return _checks(rule)
    judged = f":{prefixed(rule, 'is_enabled')} and {IS_LIVE}"
    if rule.kind == "unreadable_values":
        return RuleTerms(
            rule,
            (),
            judged,
            (),
            has_entries=f"{judged} and record.unreadable_values is not null",
            entries=_unreadable_values(rule),
        )
    if rule.kind == "quarantined_share":
        blocks = [
            _checks(other)
            for other in all_rules
            if other.entity == rule.entity and other.severity == "block"
        ]
        conditions = tuple(term.condition for block in blocks for term in block.findings)
        blocked = FindingTerm(
            f"{rule.entity}_id",
            f"{judged} and ({' or '.join(f'({condition})' for condition in conditions)})",
            "cast(null as varchar)",
        )
        joins = merged(block.joins for block in blocks)
        return RuleTerms(rule, joins, judged, (), (blocked,), blocking=conditions)
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


def _checks(rule: Rule) -> RuleTerms:
    judged = [f":{prefixed(rule, 'is_enabled')}", IS_LIVE]
    scopes = [_scope(rule, check) for check in rule.checks]
    findings = _findings(rule, judged, scopes)
    any_scope = " or ".join(f"({' and '.join(scope) or 'true'})" for scope in scopes)
    return RuleTerms(
        rule,
        _joins(rule, " ".join(f"{term.value} {term.condition}" for term in findings)),
        " and ".join([*judged, f"({any_scope})"]),
        _joins(rule, any_scope),
        findings,
    )


def _findings(
    rule: Rule, judged: Sequence[str], scopes: Sequence[Sequence[str]]
) -> tuple[FindingTerm, ...]:
    """One a field, however many checks fail: rule, record and field are what it is known by."""
    of_field: dict[str, list[tuple[str, str]]] = {}
    for check, scope in zip(rule.checks, scopes, strict=True):
        condition = " and ".join([*scope, f"({_violation(rule, check)})"])
        of_field.setdefault(check.field, []).append((condition, _value(rule, check)))
    return tuple(
        FindingTerm(
            field,
            " and ".join([*judged, _any([condition for condition, _ in checks])]),
            _first_value(checks),
        )
        for field, checks in of_field.items()
    )


def _any(conditions: Sequence[str]) -> str:
    if len(conditions) == 1:
        return conditions[0]
    return f"({' or '.join(f'({condition})' for condition in conditions)})"


def _first_value(checks: Sequence[tuple[str, str]]) -> str:
    """What the first failed check shows."""
    *earlier, (_, last) = checks
    if all(value == last for _, value in earlier):
        return last
    cases = " ".join(f"when {condition} then {value}" for condition, value in earlier)
    return f"case {cases} else {last} end"


def _joins(rule: Rule, used: str) -> tuple[str, ...]:
    joins = {**rule.joins, **_reference_joins(rule), **_given_joins(rule)}
    return tuple(_own(rule, join.sql(alias)) for alias, join in joins_used(joins, used).items())


def _reference_joins(rule: Rule) -> dict[str, Join]:
    """The records that references of the rule name, unless the rule's file joins them anyway."""
    joins = {
        f"{check.references}_of_{check.field}": _referenced(check)
        for check in rule.checks
        if check.references
    }
    return {alias: join for alias, join in joins.items() if join not in rule.joins.values()}


def _referenced(check: Check) -> Join:
    return Join(
        table=f"canonical.{check.references}",
        key={f"{check.references}_id": f"record.{check.field}"},
    )


def _given_joins(rule: Rule) -> dict[str, Join]:
    source = {"source_name": "record.source_name"}
    return {
        "delivered": Join(table=f"evidence.{DELIVERED}", key=source),
        "anywhere": Join(table=f"evidence.{DELIVERED_ANYWHERE}", key={"is_known": "true"}),
        "filled": Join(table=f"evidence.{filled_table(rule.entity)}", key=source),
    }


def _violation(rule: Rule, check: Check) -> str:
    if not check.references:
        return _own(rule, check.violation or "")
    join = _referenced(check)
    alias = next(
        alias for alias, known in {**rule.joins, **_reference_joins(rule)}.items() if known == join
    )
    return f"record.{check.field} is not null and {alias}.{check.references}_id is null"


def _value(rule: Rule, check: Check) -> str:
    if rule.masks(check):
        return f"case when record.{check.field} is not null then '{MASK}' end"
    return _own(rule, check.value or f"cast(record.{check.field} as varchar)")


def _scope(rule: Rule, check: Check) -> list[str]:
    """Conditions that decide whether the check applies to a record at all."""
    conditions = [f"({_own(rule, check.applies_when)})"] if check.applies_when else []
    needed = [*check.needs_delivered, *([check.references] if check.references else [])]
    conditions += [f'coalesce(delivered."{entity}", false)' for entity in dict.fromkeys(needed)]
    conditions += [
        f'coalesce(anywhere."{entity}", false)' for entity in check.needs_delivered_anywhere
    ]
    if check.needs_filled:
        filled = " or ".join(f"coalesce(filled.{column}, false)" for column in check.needs_filled)
        conditions.append(f"({filled})")
    return conditions


def _unreadable_values(rule: Rule) -> str:
    field = "split_part(entry, '=', 1)"
    value = "substr(entry, strpos(entry, '=') + 1)"
    if rule.personal_columns:
        personal = ", ".join(f"'{column}'" for column in sorted(rule.personal_columns))
        value = f"case when lower({field}) in ({personal}) then '{MASK}' else {value} end"
    return f"list_transform({_ENTRIES}, lambda entry: {{'field': {field}, 'value': {value}}})"
