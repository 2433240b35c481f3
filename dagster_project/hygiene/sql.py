"""From rules to SQL statements.

Belongs here: assembling a rule's SQL from its checks, and the only way in which values enter
it: validated, typed, rendered as literals. Does not belong here: running statements.

A rule's statement has one row per finding, with the columns of ``FINDING_COLUMNS``. Personal
values are masked inside the statement, so that no caller ever holds one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dagster_project.hygiene.joins import joins_used
from dagster_project.hygiene.placeholders import PLACEHOLDER, RUN_PARAMETERS
from dagster_project.hygiene.rules import (
    OWNED_ENTITIES,
    Check,
    Rule,
    parameter_values,
)
from dagster_project.hygiene.settings import GateSettings, ThresholdValue
from dagster_project.sql_text import literal

#: Columns of a rule's statement, in order.
FINDING_COLUMNS = (
    "record_id",
    "source_name",
    "source_record_id",
    "owner_id",
    "field",
    "value",
)

#: What stands in place of a personal value.
MASK = "***"

_IS_LIVE = "coalesce(record.is_excluded, false) = false"


def canonical_relation(entity: str) -> str:
    """The canonical table of an entity."""
    return f'canonical."{entity}"'


def violation_sql(rule: Rule, all_rules: Iterable[Rule] = (), *, relation: str = "") -> str:
    """One row per finding of ``rule``, with placeholders still to be bound.

    Args:
        rule: the rule.
        all_rules: needed for the quarantined share, which is made of the block rules.
        relation: what to read instead of the canonical table (Great Expectations' batch).
    """
    relation = relation or canonical_relation(rule.entity)
    if rule.kind == "checks":
        return "\nunion all\n".join(_check_sql(rule, check, relation) for check in rule.checks)
    if rule.kind == "primary_key":
        return _primary_key_sql(rule, relation)
    if rule.kind == "unreadable_values":
        return _unreadable_values_sql(rule, relation)
    return _quarantined_share_sql(rule, all_rules, relation)


def applicable_sql(rule: Rule, *, relation: str = "") -> str:
    """A count of the records that ``rule`` applies to, with placeholders still to be bound."""
    return _applicable(rule, "count(*) as applicable_rows", relation)


def applicable_records_sql(rule: Rule) -> str:
    """The records that ``rule`` applies to, with placeholders still to be bound."""
    return _applicable(rule, f"record.{rule.entity}_id as record_id", "")


def _applicable(rule: Rule, selected: str, relation: str) -> str:
    relation = relation or canonical_relation(rule.entity)
    start = f"select {selected}\nfrom {relation} as record"
    enabled = f":{_prefixed(rule, 'is_enabled')}"
    if rule.kind == "primary_key":
        return f"{start}\nwhere {enabled}"
    if rule.kind != "checks":
        return f"{start}\nwhere {enabled}\n  and {_IS_LIVE}"
    scopes = " or ".join(
        "(" + (" and ".join(_scope(rule, check, relation)) or "true") + ")" for check in rule.checks
    )
    return "\n".join(
        [start, *_joins(rule, scopes), f"where {enabled}", f"  and {_IS_LIVE}", f"  and ({scopes})"]
    )


def literals(rules: Iterable[Rule], settings: GateSettings) -> dict[str, str]:
    """Every placeholder of ``rules`` with its SQL literal for this run."""
    values = run_literals(settings)
    for rule in rules:
        values[_prefixed(rule, "is_enabled")] = _literal(rule.id not in settings.disabled_rules)
        for name, value in parameter_values(rule, settings).items():
            values[_prefixed(rule, name)] = _literal(value)
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


def _prefixed(rule: Rule, name: str) -> str:
    return f"{rule.id.lower()}__{name}"


def _own(rule: Rule, text: str) -> str:
    """``text`` with the rule's own parameters named uniquely among all rules."""
    return PLACEHOLDER.sub(
        lambda match: (
            match.group(0)
            if match.group(1) in RUN_PARAMETERS
            else f":{_prefixed(rule, match.group(1))}"
        ),
        text.strip(),
    )


def _check_sql(rule: Rule, check: Check, relation: str) -> str:
    if check.references:
        target = check.references
        violation = (
            f"record.{check.field} is not null and not exists (select 1 from "
            f"{canonical_relation(target)} as target "
            f"where target.{target}_id = record.{check.field})"
        )
    else:
        violation = check.violation or ""
    if rule.masks(check):
        value = f"case when record.{check.field} is not null then '{MASK}' end"
    else:
        value = check.value or f"cast(record.{check.field} as varchar)"
    conditions = [_IS_LIVE, *_scope(rule, check, relation), f"({_own(rule, violation)})"]
    used = " ".join([value, *conditions])
    return "\n".join(
        [
            _select(rule, check.field, _own(rule, value)),
            f"from {relation} as record",
            *_joins(rule, used),
            f"where :{_prefixed(rule, 'is_enabled')}",
            *(f"  and {condition}" for condition in conditions),
        ]
    )


def _select(rule: Rule, field: str, value: str) -> str:
    owner = "record.owner_id" if rule.entity in OWNED_ENTITIES else "cast(null as varchar)"
    return (
        f"select record.{rule.entity}_id as record_id, record.source_name, "
        f"record.source_record_id, {owner} as owner_id, '{field}' as field, {value} as value"
    )


def _scope(rule: Rule, check: Check, relation: str) -> list[str]:
    """Conditions that decide whether the check applies to a record at all."""
    conditions = [f"({_own(rule, check.applies_when)})"] if check.applies_when else []
    needed = [*check.needs_delivered, *([check.references] if check.references else [])]
    conditions += [
        "exists (select 1 from config.delivered_entity as delivered "
        f"where delivered.source_name = record.source_name and delivered.entity = '{entity}')"
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


def _joins(rule: Rule, used: str) -> list[str]:
    return [_own(rule, join.sql(alias)) for alias, join in joins_used(rule.joins, used).items()]


def _primary_key_sql(rule: Rule, relation: str) -> str:
    key = f"{rule.entity}_id"
    return (
        f"select record.{key} as record_id, min(record.source_name) as source_name, "
        "min(record.source_record_id) as source_record_id, cast(null as varchar) as owner_id, "
        f"'{key}' as field, concat(cast(count(*) as varchar), ' rows') as value\n"
        f"from {relation} as record\n"
        f"where :{_prefixed(rule, 'is_enabled')}\n"
        f"group by record.{key}\n"
        f"having count(*) > 1 or record.{key} is null"
    )


def _unreadable_values_sql(rule: Rule, relation: str) -> str:
    # An entry is 'column=original text'; the text may hold further '=' signs.
    field = "split_part(record.entry, '=', 1)"
    value = "substr(record.entry, strpos(record.entry, '=') + 1)"
    if rule.personal_columns:
        personal = ", ".join(f"'{column}'" for column in sorted(rule.personal_columns))
        value = f"case when lower({field}) in ({personal}) then '{MASK}' else {value} end"
    select = _select(rule, "", value).replace("'' as field", f"{field} as field")
    return (
        f"{select}\n"
        "from (select record.*, unnest(string_split(record.unreadable_values, chr(31))) as entry "
        f"from {relation} as record where record.unreadable_values is not null) as record\n"
        f"where :{_prefixed(rule, 'is_enabled')}\n"
        f"  and {_IS_LIVE}"
    )


def _quarantined_share_sql(rule: Rule, all_rules: Iterable[Rule], relation: str) -> str:
    blocked = "\nunion all\n".join(
        violation_sql(other, relation=relation)
        for other in all_rules
        if other.entity == rule.entity and other.severity == "block"
    )
    columns = "record_id, source_name, source_record_id, owner_id"
    return (
        f"select distinct {columns}, '{rule.entity}_id' as field, "
        f"cast(null as varchar) as value\nfrom (\n{blocked}\n) as blocked\n"
        f"where :{_prefixed(rule, 'is_enabled')}"
    )
