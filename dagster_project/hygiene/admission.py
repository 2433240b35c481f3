"""Which records the marts get to see, and which are held back or left out.

Belongs here: ``hygiene.quarantined_<entity>``, the views of schema ``gate``, and the records that
are excluded on purpose; each canonical record is in exactly one of the three. Does not belong here:
which records break a rule (``gate``), and why some are excluded (staging).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagster_project.duckdb_catalog import columns_of
from dagster_project.hygiene.findings import FOUND
from dagster_project.hygiene.rules import ENTITIES, STREAMED_ENTITIES
from dagster_project.hygiene.sql import canonical_relation

if TYPE_CHECKING:
    import duckdb


def write_quarantine(con: duckdb.DuckDBPyConnection, entity: str) -> None:
    """Keep the blocked records of an entity whole, with all that is wrong with them."""
    con.execute(
        f"""
        create or replace table hygiene.quarantined_{entity} as
        with blocked as (
            select distinct record_id from {FOUND}
            where entity = '{entity}' and severity = 'block'
        ),
        broken as (
            select
                record_id,
                string_agg(distinct rule_id, ',' order by rule_id)
                    filter (where severity = 'block') as rule_ids,
                list(
                    {{
                        'rule_id': rule_id, 'severity': severity, 'field': field,
                        'value': value, 'message': message
                    }}
                    order by severity, rule_id, field
                ) as findings
            from {FOUND} as found
            semi join blocked on blocked.record_id = found.record_id
            where entity = '{entity}' and severity <> 'stop'
            group by record_id
        )
        select record.*, broken.rule_ids, broken.findings
        from {canonical_relation(entity)} as record
        inner join broken on broken.record_id = record.{entity}_id
        """
    )


def write_admitted(con: duckdb.DuckDBPyConnection) -> None:
    """Show to the marts what is neither excluded nor quarantined, and count what is excluded."""
    for entity in ENTITIES:
        relation = canonical_relation(entity)
        columns = ", ".join(f'record."{name}"' for name in columns_of(con, "canonical", entity))
        con.execute(
            f"""
            create or replace view gate."{entity}" as
            select {columns}
            from {relation} as record
            where coalesce(record.is_excluded, false) = false
                and not exists (
                    select 1
                    from hygiene.quarantined_{entity} as quarantined
                    where quarantined.{entity}_id = record.{entity}_id
                )
            """
        )
    for streamed in STREAMED_ENTITIES:
        con.execute(
            f'create or replace view gate."{streamed}" as '
            f"select * from {canonical_relation(streamed)}"
        )
    excluded = " union all ".join(
        f"select '{entity}' as entity, {entity}_id as record_id, source_name, exclusion_reason "
        f"from {canonical_relation(entity)} where is_excluded"
        for entity in ENTITIES
    )
    con.execute(f"create or replace table hygiene.excluded_record as {excluded}")
    con.execute(
        "create or replace table hygiene.excluded_row_count as "
        "select source_name, entity, count(*) as rows_excluded "
        "from hygiene.excluded_record group by source_name, entity"
    )
