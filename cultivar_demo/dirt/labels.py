"""The labels as files beside the ledger.

Belongs here: which tables of schema ``record`` are told, and the vendors' ids of labelled records.
Does not belong here: what is labelled.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cultivar_demo.dirt.traffic import own_events
from cultivar_demo.vendors.identifiers import (
    marketo_id,
    register_identifiers,
    salesforce_id,
    zuora_id,
)
from cultivar_demo.vendors.segment import arrived_events, resent, segment_workspace_id
from cultivar_demo.world import World

_SALESFORCE_OBJECTS = {
    "account": "Account",
    "campaign": "Campaign",
    "campaign_member": "CampaignMember",
    "contact": "Contact",
    "lead": "Lead",
    "opportunity": "Opportunity",
    "user": "User",
}
"""Entity → the object whose id a label names; activities are told apart by kind."""

_OTHER_IDS = {
    "subscription": zuora_id("Subscription", "label.record_id"),
    "subscription_charge": zuora_id("RatePlanCharge", "label.record_id"),
    "workspace": segment_workspace_id("label.record_id"),
    "marketing_person": f"cast({marketo_id('Lead', 'label.record_id')} as varchar)",
}
"""Entity → SQL of the id that billing, the product or the marketing tool gives it."""

_TOLD = {
    "duplicate_cluster": "entity, cluster_id, record_id",
    "merge": "entity, record_id",
    "not_counted": "entity, record_id, reason",
    "late_arrival": "table_name, record_id",
    "bot_engagement": "send_id, occurred_at, event_type, url",
}
"""Further tables that are written as they are, and their order."""

_EVENT_SCHEMA = pa.schema(
    [
        ("rule_id", pa.string()),
        ("message_id", pa.string()),
        ("arrived_on", pa.date32()),
        ("detail", pa.string()),
    ]
)


def write_labels(world: World, folder: Path) -> None:
    """Write ``label.parquet`` and the tables that tell what else is not as it should be.

    ``label.parquet``: rule_id, entity, record_id (world id), origin (planted or natural), field,
    detail, cluster_id (records with the same are the same thing), salesforce_id (NULL for what is
    not in Salesforce), source_record_id (id in Salesforce, Zuora, Segment or Marketo; NULL for
    mails). One row a rule and record at the end of the last day.

    ``event_label.parquet``: rule_id, message_id, arrived_on, detail. One row a rule and event of
    the product.
    """
    register_identifiers(world.connection)
    ids = " ".join(
        f"when '{entity}' then {salesforce_id(name, 'label.record_id')}"
        for entity, name in _SALESFORCE_OBJECTS.items()
    )
    others = " ".join(f"when '{entity}' then {sql}" for entity, sql in _OTHER_IDS.items())
    task, event = (salesforce_id(name, "label.record_id") for name in ("Task", "Event"))
    labels = f"""
        select label.*,
            case label.entity {ids}
                when 'activity' then case touch.kind when 'meeting' then {event} else {task} end
            end as salesforce_id,
            coalesce(salesforce_id, case label.entity {others} end) as source_record_id
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
    with pq.ParquetWriter(
        folder / "event_label.parquet", _EVENT_SCHEMA, compression="zstd"
    ) as writer:
        for part in _in_pieces(event_labels(world)):
            writer.write_table(part)


def event_labels(world: World) -> Iterator[pa.Table]:
    """Labels of product events, a table a day: those of own people, and those sent twice."""
    settings = world.settings
    before = _EVENT_SCHEMA.empty_table()["message_id"]
    for number in range(1, settings.days + 1):
        day = settings.night(number)
        arrived = arrived_events(world, day)["message_id"]
        yield _labelled("C12", own_events(world, day)["message_id"], day, "own people")
        for events, is_next_day in ((arrived, False), (before, True)):
            places, _ = resent(settings, day, len(events), is_next_day=is_next_day)
            copies = events.take(pa.array(places))
            detail = "sent again the next day" if is_next_day else "sent again within minutes"
            yield _labelled("C07", copies, day, detail)
        before = arrived


def _labelled(rule: str, messages: pa.ChunkedArray, day: dt.date, detail: str) -> pa.Table:
    rows = len(messages)
    return pa.table(
        {
            "rule_id": pa.repeat(pa.scalar(rule), rows),
            "message_id": pc.cast(messages, pa.string()),
            "arrived_on": pa.repeat(pa.scalar(day, pa.date32()), rows),
            "detail": pa.repeat(pa.scalar(detail), rows),
        },
        schema=_EVENT_SCHEMA,
    )


def _in_pieces(parts: Iterator[pa.Table], rows: int = 100_000) -> Iterator[pa.Table]:
    """The parts, put together to at least ``rows`` rows each."""
    held: list[pa.Table] = []
    for part in parts:
        held.append(part)
        if sum(table.num_rows for table in held) >= rows:
            yield pa.concat_tables(held)
            held = []
    yield pa.concat_tables(held) if held else _EVENT_SCHEMA.empty_table()
