"""The labels as files beside the ledger.

Belongs here: which tables of schema ``record`` are told, and the vendors' ids of labelled records.
Does not belong here: what is labelled.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from cultivar_demo.vendors.identifiers import register_identifiers, salesforce_id
from cultivar_demo.world import World

_SALESFORCE_OBJECTS = {
    "account": "Account",
    "campaign": "Campaign",
    "campaign_member": "CampaignMember",
    "contact": "Contact",
    "lead": "Lead",
    "opportunity": "Opportunity",
}
"""Entity → the object whose id a label names; activities are told apart by kind."""

_TOLD = {
    "duplicate_cluster": "entity, cluster_id, record_id",
    "merge": "entity, record_id",
    "not_counted": "entity, record_id, reason",
    "late_arrival": "table_name, record_id",
    "bot_engagement": "send_id, occurred_at, event_type, url",
}
"""Further tables that are written as they are, and their order."""


def write_labels(world: World, folder: Path) -> None:
    """Write ``label.parquet`` and the tables that tell what else is not as it should be.

    ``label.parquet``: rule_id, entity, record_id (world id), origin (planted or natural), field,
    detail, salesforce_id. One row a rule and record at the end of the last day.
    """
    register_identifiers(world.connection)
    ids = " ".join(
        f"when '{entity}' then {salesforce_id(name, 'label.record_id')}"
        for entity, name in _SALESFORCE_OBJECTS.items()
    )
    task, event = (salesforce_id(name, "label.record_id") for name in ("Task", "Event"))
    labels = f"""
        select label.*, case label.entity {ids}
            when 'activity' then case touch.kind when 'meeting' then {event} else {task} end
            end as salesforce_id
        from record.label as label
        left join record.touch as touch
            on label.entity = 'activity' and touch.touch_id = label.record_id
        order by label.rule_id, label.entity, label.record_id, label.field
    """
    queries = {"label": labels} | {
        table: f"from record.{table} order by {order}" for table, order in _TOLD.items()
    }
    for name, query in queries.items():
        pq.write_table(world.sql(query), folder / f"{name}.parquet", compression="zstd")
