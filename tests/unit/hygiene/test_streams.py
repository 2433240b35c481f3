"""Rules about events: their texts, and that what they name is there.

Belongs here: the file of stream rules. Does not belong here: the counting (dbt's unit tests).
"""

from __future__ import annotations

from dagster_project.contract import DBT_PROJECT
from dagster_project.hygiene.rules import default_rules
from dagster_project.hygiene.streams import default_stream_rules

MART = DBT_PROJECT / "models/marts/hygiene/fct_event_defect.sql"


def test_a_stream_rule_has_an_id_of_its_own_and_is_counted_in_the_mart() -> None:
    ids = [rule.id for rule in default_stream_rules()]
    assert ids == ["C07", "C08"]
    assert not set(ids) & {rule.id for rule in default_rules()}
    counting = MART.read_text(encoding="utf-8")
    for rule in default_stream_rules():
        assert f"'{rule.id}' as rule_id" in counting
        assert f"'{rule.entity}' as entity" in counting
        assert f"ref('{rule.judged_in}')" in counting
