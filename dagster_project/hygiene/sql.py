"""From rules to SQL statements.

Belongs here: statements that ask the rules of a table, and the only way in which values enter them:
validated, typed, rendered as literals. Does not belong here: what a rule says of a record
(``terms``), running statements.

A statement of findings has one row per finding, with the columns of ``FINDING_COLUMNS``. Personal
values are masked inside the statement, so that no caller ever holds one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dagster_project.hygiene.placeholders import PLACEHOLDER
from dagster_project.hygiene.rules import OWNED_ENTITIES, Rule, parameter_values
from dagster_project.hygiene.settings import GateSettings, ThresholdValue
from dagster_project.hygiene.terms import CountedTerms, RuleTerms, merged, prefixed, rule_terms
from dagster_project.sql_text import literal

#: Columns of a rule's statement, in order.
FINDING_COLUMNS = (
    "rule_id",
    "record_id",
    "source_name",
    "source_record_id",
    "owner_id",
    "field",
    "value",
)


def canonical_relation(entity: str) -> str:
    """The canonical table of an entity."""
    return f'canonical."{entity}"'


def findings_sql(rules: Sequence[Rule], all_rules: Iterable[Rule]) -> str:
    """One row per finding of ``rules``, all of one entity, with placeholders still to be bound.

    Args:
        rules: the rules to ask.
        all_rules: needed for the quarantined share, which is made of the block rules.
    """
    relation = canonical_relation(rules[0].entity)
    asked = list(all_rules)
    parts = [_key_findings(rule, relation) for rule in rules if rule.kind == "primary_key"]
    # A reading for each condition carries only the columns that the condition needs through its
    # joins: several times faster than one reading that carries those of all rules.
    for rule in rules:
        if rule.kind != "primary_key":
            parts += _record_findings(rule_terms(rule, asked), relation)
    return "\nunion all by name\n".join(parts)


def unique_key_sql(rule: Rule, relation: str) -> str:
    """Keys that are missing, or that several records have, and how many, one row a key."""
    key = f"{rule.entity}_id"
    # Equal keys have equal hashes, and numbers are told apart faster than texts.
    return (
        f"select record.{key} as record_id, min(record.source_name) as source_name, "
        "min(record.source_record_id) as source_record_id, count(*) as row_count\n"
        f"from {relation} as record\n"
        f"where :{prefixed(rule, 'is_enabled')}\n"
        f"  and (record.{key} is null or hash(record.{key}) in (\n"
        f"    select hash(other.{key}) from {relation} as other group by 1 having count(*) > 1\n"
        "  ))\n"
        f"group by record.{key}\n"
        f"having count(*) > 1 or record.{key} is null"
    )


def counts_sql(terms: Sequence[CountedTerms], relation: str) -> str:
    """Findings, failing and judged records of each rule, three columns a rule, in one reading."""
    # Conditions that several rules have are asked once.
    flags: dict[str, str] = {}
    counts: list[str] = []

    def flag(expression: str) -> str:
        return flags.setdefault(expression, f"flag_{len(flags)}")

    for term in terms:
        applies = flag(f"({term.applies})")
        broken = [
            f"(({' or '.join(flag(f'({condition})') for condition in finding)})"
            + (f" and {applies})" if len(finding) > 1 else ")")
            for finding in term.findings
        ]
        if term.entry_count is None:
            found = [f"sum(cast({finding} as integer))" for finding in broken]
        else:
            entries = f"case when {term.findings[0][0]} then {term.entry_count} end"
            found = [f"sum({flag(entries)})"]
        # Added up, not counted with a filter, which would copy all columns for each count.
        counts += [
            " + ".join(f"coalesce({total}, 0)" for total in found),
            f"coalesce(sum(cast({' or '.join(broken)} as integer)), 0)",
            f"coalesce(sum(cast({applies} as integer)), 0)",
        ]
    columns = [f"{expression} as {name}" for expression, name in flags.items()]
    return _read(counts, columns, relation, merged(term.joins for term in terms))


def applicable_sql(terms: Sequence[RuleTerms], relation: str, weights: Mapping[str, int]) -> str:
    """Every judged record with the number and the weight of the rules that apply to it.

    ``weights``: rule → its weight in this run.
    """
    counted = [
        f"cast(applies_{number} as integer) * {weights[term.rule.id]}"
        for number, term in enumerate(terms)
    ]
    applying = " + ".join(f"cast(applies_{number} as integer)" for number in range(len(terms)))
    keys = ("record_id", "source_name", "source_record_id", "owner_id")
    flags = [
        f"coalesce({term.applies}, false) as applies_{number}" for number, term in enumerate(terms)
    ]
    return (
        _read(
            [
                *keys,
                f"{applying} as applicable_rule_count",
                f"{' + '.join(counted)} as applicable_weight",
            ],
            [*_keys(terms[0].rule), *flags],
            relation,
            merged(term.applies_joins for term in terms),
        )
        + f"\nwhere {' or '.join(f'applies_{number}' for number in range(len(terms)))}"
    )


def _record_findings(term: RuleTerms, relation: str) -> list[str]:
    rule_id = literal(term.rule.id)
    keys = ", ".join(_keys(term.rule))
    read = "\n".join([f"from {relation} as record", *term.joins])
    if term.has_entries is not None:
        return [
            f"select {rule_id} as rule_id, record_id, source_name, source_record_id, owner_id, "
            "entry.field as field, entry.value as value\n"
            f"from (select {keys}, unnest({term.entries}) as entry\n{read}\n"
            f"where {term.has_entries}) as found"
        ]
    return [
        f"select {rule_id} as rule_id, {keys}, {literal(finding.field)} as field, "
        f"{finding.value} as value\n{read}\nwhere {finding.condition}"
        for finding in term.findings
    ]


def _key_findings(rule: Rule, relation: str) -> str:
    return (
        f"select {literal(rule.id)} as rule_id, record_id, source_name, source_record_id, "
        f"cast(null as varchar) as owner_id, '{rule.entity}_id' as field, "
        "concat(cast(row_count as varchar), ' rows') as value\n"
        f"from (\n{unique_key_sql(rule, relation)}\n) as repeated"
    )


def _keys(rule: Rule) -> list[str]:
    owner = "record.owner_id" if rule.entity in OWNED_ENTITIES else "cast(null as varchar)"
    return [
        f"record.{rule.entity}_id as record_id",
        "record.source_name",
        "record.source_record_id",
        f"{owner} as owner_id",
    ]


def _read(outer: Sequence[str], inner: Sequence[str], relation: str, joins: Sequence[str]) -> str:
    return "\n".join(
        [
            f"select {', '.join(outer)}",
            f"from (select {', '.join(inner)}",
            f"from {relation} as record",
            *joins,
            ") as judged",
        ]
    )


def literals(rules: Iterable[Rule], settings: GateSettings) -> dict[str, str]:
    """Every placeholder of ``rules`` with its SQL literal for this run."""
    values = run_literals(settings)
    for rule in rules:
        values[prefixed(rule, "is_enabled")] = _literal(rule.id not in settings.disabled_rules)
        for name, value in parameter_values(rule, settings).items():
            values[prefixed(rule, name)] = _literal(value)
    return values


def run_literals(settings: GateSettings) -> dict[str, str]:
    """The parameters that the run gives, with their SQL literals."""
    # The day is over for its people when the next one begins in their time zone.
    end = datetime.combine(
        settings.as_of_date + timedelta(days=1), time(), ZoneInfo(settings.reporting_time_zone)
    )
    return {
        "as_of_date": _literal(settings.as_of_date),
        "as_of_end_at": f"timestamptz '{end.isoformat()}'",
        "default_country": _literal(settings.default_country),
        "free_mail_domains": _literal(list(settings.free_mail_domains)),
        "new_business_types": _literal(list(settings.new_business_types)),
        "pipeline_stage_order": _literal(settings.pipeline_stage_order),
        "qualification_fields": _literal(settings.qualification_fields),
        "renewal_types": _literal(list(settings.renewal_types)),
        "reporting_currency": _literal(settings.reporting_currency),
        "reporting_time_zone": _literal(settings.reporting_time_zone),
        "shared_domains": _literal(list(settings.shared_domains)),
    }


def placeholders(*statements: str) -> list[str]:
    """The names that ``statements`` need, sorted."""
    return sorted({name for text in statements for name in PLACEHOLDER.findall(text)})


def _literal(value: ThresholdValue | date | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return literal(value)
    return "(" + (", ".join(_literal(item) for item in value) or "null") + ")"
