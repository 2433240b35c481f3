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
from dagster_project.hygiene.rules import ENTITIES, OWNED_ENTITIES, Rule, weight

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
    values = sql.literals(rules, settings)
    applicable = "\nunion all\n".join(
        f"select '{rule.id}' as rule_id, {weight(rule, settings)} as weight, applicable.record_id "
        f"from (\n{bind(sql.applicable_records_sql(rule), values)}\n) as applicable"
        for rule in rules
        if rule.entity == entity and rule.severity != "stop"
    )
    owner = "record.owner_id" if entity in OWNED_ENTITIES else "cast(null as varchar)"
    return f"""
    select
        '{entity}' as entity,
        record.{entity}_id as record_id,
        any_value(record.source_name) as source_name,
        any_value(record.source_record_id) as source_record_id,
        any_value({owner}) as owner_id,
        any_value(team.team) as team,
        count(*) filter (where not coalesce(broken.is_waived, false)) as applicable_rule_count,
        count(*) filter (where not broken.is_waived) as broken_rule_count,
        count(*) filter (where broken.is_waived) as waived_rule_count,
        coalesce(sum(applicable.weight) filter (where not coalesce(broken.is_waived, false)), 0)
            as applicable_weight,
        coalesce(sum(applicable.weight) filter (where not broken.is_waived), 0) as broken_weight,
        1 - broken_weight / nullif(applicable_weight, 0) as score,
        $as_of_date as as_of_date
    from (\n{applicable}\n) as applicable
    inner join {sql.canonical_relation(entity)} as record
        on record.{entity}_id = applicable.record_id
    left join (
        select distinct rule_id, record_id, is_waived
        from hygiene.violation where entity = '{entity}'
    ) as broken
        on broken.rule_id = applicable.rule_id and broken.record_id = applicable.record_id
    left join temp.team as team
        on team.user_id = {owner}
    group by record.{entity}_id
    """
