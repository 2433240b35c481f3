"""Labelling what comes about by itself: what busy people leave undone, by rule.

Belongs here: asking the queries of ``chances`` and writing down what was not planted. Does not
belong here: the queries, what is judged (``judged``).
"""

from __future__ import annotations

from cultivar_demo.dirt.chances import CHANCES
from cultivar_demo.dirt.judged import close_judged, open_judged
from cultivar_demo.dirt.records import Records
from cultivar_demo.dirt.traffic import recent_use


def label_chances(records: Records) -> None:
    """Label every live record that breaks a rule of ``CHANCES`` without having been planted.

    A record has one label a rule: what is planted keeps its own, of several chances the first
    counts.
    """
    connection = records.connection
    open_judged(connection, records.world.settings.last_day, records.cutoff)
    connection.register("_use", recent_use(records.world))
    connection.execute("create or replace temp table judged_usage as from _use")
    connection.unregister("_use")
    for chance in CHANCES:
        cluster = "found.cluster_id" if chance.is_clustered else "cast(null as bigint)"
        columns = "record_id, cluster_id" if chance.is_clustered else "record_id"
        connection.execute(
            f"""
            insert into record.label
            select distinct $rule, $entity, found.record_id, 'natural', $field, $detail, {cluster}
            from ({chance.query}) as found({columns})
            anti join record.label as known
                on known.rule_id = $rule and known.entity = $entity
                and known.record_id = found.record_id
            where found.record_id is not null
            order by found.record_id
            """,
            {
                "rule": chance.rule,
                "entity": chance.entity,
                "field": chance.field,
                "detail": chance.detail,
            },
        )
    close_judged(connection)
