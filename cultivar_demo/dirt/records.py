"""Altering records: picking victims, changing them, copying them, and labelling what was done.

Belongs here: the tools that every kind of dirt uses, over schema ``record`` of the world's
database. Does not belong here: any one rule. A record is the victim of at most one defect of its
entity, so that each label stands for itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from cultivar_demo.settings import cutoff
from cultivar_demo.world import World

SAFE_DAYS = 10
"""A copied record appears at the latest this many days before the end, so that it is delivered."""


@dataclass(frozen=True)
class Entity:
    """How the records of an entity lie in tables: the base table's key is also that of versions."""

    base: str
    key: str
    versions: str | None
    born: str
    """Column of the base table with the instant of creation."""


ENTITIES = {
    "account": Entity("account", "account_id", "account_version", "entered_crm_at"),
    "contact": Entity("contact", "contact_id", "contact_version", "created_at"),
    "lead": Entity("lead", "lead_id", "lead_version", "created_at"),
    "opportunity": Entity("opportunity", "opportunity_id", "opportunity_version", "created_at"),
    "campaign": Entity("campaign", "campaign_id", None, "created_at"),
    "campaign_member": Entity("campaign_member_version", "member_id", None, "version_at"),
    "activity": Entity("touch", "touch_id", None, "created_at"),
    "subscription": Entity("subscription_version", "subscription_id", None, "version_at"),
    "subscription_charge": Entity("subscription_charge", "charge_id", None, "booked_at"),
    "workspace": Entity("workspace", "workspace_id", None, "created_at"),
}

_TABLES = """
create table record.label (
    rule_id varchar, entity varchar, record_id bigint, origin varchar, field varchar, detail varchar
);
create table record.duplicate_cluster (
    entity varchar, cluster_id bigint, record_id bigint, survivor_record_id bigint, pattern varchar
);
create table record.merge (
    entity varchar, record_id bigint, survivor_record_id bigint, merged_at timestamp
);
create table record.not_counted (entity varchar, record_id bigint, reason varchar);
create table record.late_arrival (table_name varchar, record_id bigint, delivered_on date);
create table record.bot_engagement (
    send_id bigint, event_type varchar, occurred_at timestamp, url varchar, user_agent varchar
);
create table record.victim (entity varchar, record_id bigint);
"""


class Records:
    """The records as people keep them, and the labels of what is wrong with them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.connection = world.connection
        self.cutoff = cutoff(world.settings.last_day)
        world.open_records()
        self.connection.execute(_TABLES)

    def own(self, table: str) -> None:
        """Make ``record.<table>`` a table of its own, once, so that it can be altered."""
        is_view = self.connection.execute(
            "select 1 from duckdb_views() where schema_name = 'record' and view_name = ?", [table]
        ).fetchone()
        if is_view:
            self.connection.execute(f"drop view record.{table}")
            self.connection.execute(f"create table record.{table} as from main.{table}")

    def pick(
        self, stream: str, entity: str, eligible: str, *, share: float, at_least: int = 1
    ) -> np.ndarray:
        """Choose victims among the ids of the query ``eligible`` and reserve them.

        Args:
            stream: name of the random stream, usually the rule's id.
            entity: the records' entity.
            eligible: query whose first column is the record's id.
            share: share of the eligible ones to choose.
            at_least: choose so many even where the share is less (as far as there are any).

        Returns:
            Ids in ascending order.
        """
        rows = self.connection.execute(
            f"""
            select distinct eligible.record_id
            from ({eligible}) as eligible(record_id)
            anti join record.victim as victim
                on victim.entity = ? and victim.record_id = eligible.record_id
            where eligible.record_id is not null
            order by eligible.record_id
            """,
            [entity],
        ).fetchnumpy()["record_id"]
        ids = np.asarray(rows, dtype=np.int64)
        number = min(len(ids), max(at_least, round(share * len(ids))))
        chosen = np.sort(self.world.settings.random("dirt", stream).choice(ids, number, False))
        self._insert("victim", {"entity": [entity] * number, "record_id": chosen})
        return chosen

    def alter(self, table: str, key: str, ids: np.ndarray, changes: Mapping[str, str]) -> None:
        """Set columns of all rows of ``ids`` to SQL expressions.

        An expression may use the row's columns as ``altered.<column>`` and ``picked.number``, the
        victim's place among the victims (from 0), to take turns among variants.
        """
        self.own(table)
        picked = self._picked(ids)
        assignments = ", ".join(f"{column} = {value}" for column, value in changes.items())
        self.connection.execute(
            f"update record.{table} as altered set {assignments} "
            f"from {picked} as picked where altered.{key} = picked.record_id"
        )
        self.connection.unregister(picked)

    def copy(self, entity: str, ids: np.ndarray, *, days_later: tuple[int, int]) -> np.ndarray:
        """Copy records as further ones of the same entity, created some days after the originals.

        Only the first version is copied. A copied person gets rows of its own in ``person`` and
        ``employment``, so that names and addresses can be altered.

        Returns:
            The new ids, in the order of ``ids``.
        """
        place = ENTITIES[entity]
        new = self._next(place.base, place.key, len(ids))
        stream = self.world.settings.random("dirt", "copy", entity, int(new[0]) if len(new) else 0)
        days = stream.integers(days_later[0], days_later[1] + 1, len(ids))
        columns = {"record_id": ids, "new_id": new, "days": days}
        replaced: dict[str, str] = {place.key: "copied.new_id"}
        if entity in ("contact", "lead"):
            columns |= self._copy_people(entity, ids)
            replaced |= {"person_id": "copied.new_person", "employment_id": "copied.new_employment"}
        born = f"least(original.{place.born} + to_days(copied.days), {self._latest()})"
        # Two copies of the last days would otherwise all be born at the same second.
        born = f"greatest({born}, original.{place.born} + interval 1 second)"
        self._copy_rows(place.base, place.key, columns, replaced | {place.born: born})
        if place.versions is not None:
            first = (
                f"(from record.{place.versions} qualify row_number() over "
                f"(partition by {place.key} order by version_at) = 1)"
            )
            at = born.replace(f"original.{place.born}", "original.version_at")
            self._copy_rows(
                place.versions,
                place.key,
                columns,
                {place.key: "copied.new_id", "version_at": at},
                first,
            )
        self._insert("victim", {"entity": [entity] * len(new), "record_id": new})
        return new

    def linked(self, place: Entity, column: str, ids: np.ndarray) -> np.ndarray:
        """What ``column`` of the base table holds for each of ``ids``, in their order."""
        picked = self._picked(ids)
        rows = self.connection.execute(
            f"select base.{column} as linked from {picked} as picked "
            f"join record.{place.base} as base on base.{place.key} = picked.record_id "
            "order by picked.number"
        ).fetchnumpy()["linked"]
        self.connection.unregister(picked)
        return np.asarray(rows, dtype=np.int64)

    def label(
        self, rule: str, entity: str, ids: np.ndarray, field: str = "", detail: str = ""
    ) -> None:
        """Write down that these records break ``rule``; block rules also leave them uncounted."""
        number = len(ids)
        self._insert(
            "label",
            {
                "rule_id": [rule] * number,
                "entity": [entity] * number,
                "record_id": ids,
                "origin": ["planted"] * number,
                "field": [field] * number,
                "detail": [detail] * number,
            },
        )

    def merge(self, entity: str, losers: np.ndarray, survivors: np.ndarray) -> None:
        """Write down into which record each of ``losers`` was merged; their last version is it."""
        place = ENTITIES[entity]
        picked = self._picked(losers)
        rows = self.connection.execute(
            f"""
            select max(version.version_at) as merged_at
            from {picked} as picked
            join record.{place.versions} as version on version.{place.key} = picked.record_id
            group by picked.number order by picked.number
            """
        ).fetchnumpy()
        self.connection.unregister(picked)
        self._insert(
            "merge",
            {
                "entity": [entity] * len(losers),
                "record_id": losers,
                "survivor_record_id": survivors,
                "merged_at": rows["merged_at"],
            },
        )

    def end(self, entity: str, ids: np.ndarray, *, days_later: int) -> None:
        """Add a last version to versioned records, some days after the latest: deleted."""
        place = ENTITIES[entity]
        self._copy_rows(
            str(place.versions),
            place.key,
            {"record_id": ids, "new_id": ids},
            {
                "version_at": f"original.version_at + interval {days_later} day",
                "is_deleted": "true",
            },
            f"(from record.{place.versions} qualify row_number() over "
            f"(partition by {place.key} order by version_at desc) = 1)",
        )

    def leave_out(self, entity: str, ids: np.ndarray, reason: str) -> None:
        """Write down that these records do not count: quarantined, excluded, deleted or merged."""
        self._insert(
            "not_counted",
            {
                "entity": [entity] * len(ids),
                "record_id": ids,
                "reason": [reason] * len(ids),
            },
        )

    def cluster(
        self, entity: str, survivors: np.ndarray, duplicates: np.ndarray, pattern: str
    ) -> None:
        """Write down that each of ``duplicates`` is the same as its survivor."""
        for ids in (survivors, duplicates):
            self._insert(
                "duplicate_cluster",
                {
                    "entity": [entity] * len(ids),
                    "cluster_id": survivors,
                    "record_id": ids,
                    "survivor_record_id": survivors,
                    "pattern": [pattern] * len(ids),
                },
            )

    def _copy_people(self, entity: str, ids: np.ndarray) -> dict[str, np.ndarray]:
        place = ENTITIES[entity]
        picked = self._picked(ids)
        rows = self.connection.execute(
            f"""
            select base.person_id, base.employment_id
            from {picked} as picked
            join record.{place.base} as base on base.{place.key} = picked.record_id
            order by picked.number
            """
        ).fetchnumpy()
        self.connection.unregister(picked)
        people = self._next("person", "person_id", len(ids))
        jobs = self._next("employment", "employment_id", len(ids))
        self._copy_rows(
            "person",
            "person_id",
            {"record_id": rows["person_id"], "new_id": people},
            {"person_id": "copied.new_id"},
        )
        self._copy_rows(
            "employment",
            "employment_id",
            {"record_id": rows["employment_id"], "new_id": jobs, "new_person": people},
            {"employment_id": "copied.new_id", "person_id": "copied.new_person"},
        )
        return {"new_person": people, "new_employment": jobs}

    def _copy_rows(
        self,
        table: str,
        key: str,
        columns: Mapping[str, np.ndarray],
        replaced: Mapping[str, str],
        source: str = "",
    ) -> None:
        self.own(table)
        self.connection.register("_copied", pa.table(dict(columns)))
        names = [row[0] for row in self.connection.execute(f"describe record.{table}").fetchall()]
        values = ", ".join(replaced.get(name, f"original.{name}") for name in names)
        self.connection.execute(
            f"""
            insert into record.{table}
            select {values} from _copied as copied
            join {source or f"record.{table}"} as original on original.{key} = copied.record_id
            order by copied.new_id
            """
        )
        self.connection.unregister("_copied")

    def _next(self, table: str, key: str, number: int) -> np.ndarray:
        row = self.connection.execute(f"select coalesce(max({key}), 0) from record.{table}")
        (highest,) = row.fetchone() or (0,)
        return np.arange(highest + 1, highest + 1 + number, dtype=np.int64)

    def _picked(self, ids: np.ndarray) -> str:
        table = pa.table({"record_id": ids, "number": np.arange(len(ids), dtype=np.int64)})
        self.connection.register("_picked", table)
        return "_picked"

    def _latest(self) -> str:
        return f"timestamp '{self.cutoff.isoformat(sep=' ')}' - interval {SAFE_DAYS} day"

    def _insert(self, table: str, columns: Mapping[str, Sequence[object] | np.ndarray]) -> None:
        self.connection.register("_inserted", pa.table(dict(columns)))
        self.connection.execute(f"insert into record.{table} by name from _inserted")
        self.connection.unregister("_inserted")
