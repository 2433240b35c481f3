"""The hygiene score of each record.

Belongs here: ``hygiene.record_score``: 1 less the weight of the rules that a record breaks over the
weight of those that apply to it. Does not belong here: roll-ups and their trend (dbt's
``fct_hygiene_scorecard``).

A rule that does not apply is no pass, and one that is waived for a record counts neither way. Rules
that stop a run are about tables. Entities without rules of their own have no score: that every
value could be read says little of a record.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dagster_project.hygiene import sql
from dagster_project.hygiene.declared import write_declared
from dagster_project.hygiene.placeholders import bind
from dagster_project.hygiene.rules import ENTITIES, Rule, weight
from dagster_project.hygiene.terms import rule_terms

if TYPE_CHECKING:
    import duckdb

    from dagster_project.hygiene.settings import GateSettings


def write_scores(
    con: duckdb.DuckDBPyConnection, rules: Sequence[Rule], settings: GateSettings
) -> None:
    """Write the scores, after ``hygiene.violation``."""
    scored = [
        entity
        for entity in ENTITIES
        if any(rule.entity == entity and rule.kind == "checks" for rule in rules)
    ]
    query = "\nunion all\n".join(_entity_sql(entity, rules, settings) for entity in scored)
    write_declared(con, "record_score", query, settings.as_of_date)


def _entity_sql(entity: str, rules: Sequence[Rule], settings: GateSettings) -> str:
    relation = sql.canonical_relation(entity)
    terms = [
        rule_terms(rule, rules)
        for rule in rules
        if rule.entity == entity and rule.severity != "stop"
    ]
    weights = {term.rule.id: weight(term.rule, settings) for term in terms}
    applicable = bind(sql.applicable_sql(terms, relation, weights), sql.literals(rules, settings))
    # Most records break nothing: what is broken is added up first, and is small.
    return f"""
    select
        '{entity}' as entity,
        applicable.record_id,
        applicable.source_name,
        applicable.source_record_id,
        applicable.owner_id,
        team.team,
        applicable.applicable_rule_count - coalesce(broken.waived_rule_count, 0)
            as applicable_rule_count,
        coalesce(broken.broken_rule_count, 0) as broken_rule_count,
        coalesce(broken.waived_rule_count, 0) as waived_rule_count,
        applicable.applicable_weight - coalesce(broken.waived_weight, 0) as applicable_weight,
        coalesce(broken.broken_weight, 0) as broken_weight,
        1 - coalesce(broken.broken_weight, 0)
            / nullif(applicable.applicable_weight - coalesce(broken.waived_weight, 0), 0) as score,
        $as_of_date as as_of_date
    from (\n{applicable}\n) as applicable
    left join (
        select
            violation.record_id,
            count(*) filter (where not violation.is_waived) as broken_rule_count,
            count(*) filter (where violation.is_waived) as waived_rule_count,
            sum(rule.weight) filter (where not violation.is_waived) as broken_weight,
            sum(rule.weight) filter (where violation.is_waived) as waived_weight
        from (
            select distinct rule_id, record_id, is_waived
            from hygiene.violation where entity = '{entity}'
        ) as violation
        inner join hygiene.rule as rule
            on rule.rule_id = violation.rule_id and rule.entity = '{entity}'
        group by violation.record_id
    ) as broken on broken.record_id = applicable.record_id
    left join temp.team as team on team.user_id = applicable.owner_id
    """
