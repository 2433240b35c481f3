"""Altering records: picking victims, changing them, and labelling what was done.

Belongs here: the tools that every kind of dirt uses, over schema ``record`` of the world's
database. Does not belong here: any one rule; copying records (``copies``). A record is the victim
of at most one defect, so that each label stands for itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

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

KEPT_TABLES: dict[str, str] = {
    "label": "rule_id varchar, entity varchar, record_id bigint, origin varchar, field varchar, "
    "detail varchar, cluster_id bigint",
    "duplicate_cluster": "entity varchar, cluster_id bigint, record_id bigint, "
    "survivor_record_id bigint, pattern varchar",
    "merge": "entity varchar, record_id bigint, survivor_record_id bigint, merged_at timestamp",
    "not_counted": "entity varchar, record_id bigint, reason varchar",
    "late_arrival": "table_name varchar, record_id bigint, delivered_on date",
    "bot_engagement": "send_id bigint, event_type varchar, occurred_at timestamp, url varchar, "
    "user_agent varchar",
    "marketing_drift": "record_id bigint, lead_status varchar",
}
"""Tables of schema ``record`` that no table of the world is behind."""

Column: TypeAlias = np.ndarray | pa.Array | str | None
"""Values, or one for all rows."""


class Records:
    """The records as people keep them, and the labels of what is wrong with them.

    What is written down is collected; ``flush`` puts it into the tables.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.connection = world.connection
        self.cutoff = cutoff(world.settings.last_day)
        world.open_records()
        for name, columns in KEPT_TABLES.items():
            self.connection.execute(f"create table record.{name} ({columns})")
        self._own: set[str] = set()
        self._pools: dict[str, np.ndarray] = {}
        self._taken: dict[str, list[np.ndarray]] = {}
        self._written: dict[str, list[pa.Table]] = {}

    def own(self, table: str) -> None:
        """Make ``record.<table>`` a table of its own, once, so that it can be altered."""
        if table not in self._own:
            self.connection.execute(f"drop view record.{table}")
            self.connection.execute(f"create table record.{table} as from main.{table}")
            self._own.add(table)

    def pool(self, query: str) -> np.ndarray:
        """The ids (first column) of a query over the truth, ascending; asked once."""
        if query not in self._pools:
            rows = self.connection.execute(
                "select distinct pool.record_id from "
                f"({query}) as pool(record_id) where pool.record_id is not null"
            ).fetchnumpy()["record_id"]
            self._pools[query] = np.sort(np.asarray(rows, dtype=np.int64))
        return self._pools[query]

    def pick(
        self,
        stream: str,
        entity: str,
        eligible: str,
        *,
        share: float,
        at_least: int = 1,
        reserves: bool = True,
    ) -> np.ndarray:
        """Choose records, and reserve them.

        Args:
            stream: name of the random stream, usually the rule's id.
            entity: the records' entity.
            eligible: query whose column is the record's id, over the truth (schema ``main``).
            share: share of the eligible ones to choose.
            at_least: choose so many even where the share is less (as far as there are any).
            reserves: whether nothing else may happen to them.

        Returns:
            Ids in ascending order.
        """
        pool = self.pool(eligible)
        number = max(at_least, round(share * len(pool)))
        free = pool
        if entity in self._taken:
            free = pool[~np.isin(pool, np.concatenate(self._taken[entity]))]
        random = self.world.settings.random("dirt", stream)
        chosen = np.sort(random.choice(free, min(len(free), number), replace=False))
        if reserves:
            self.reserve(entity, chosen)
        return chosen

    def reserve(self, entity: str, ids: np.ndarray) -> None:
        """See to it that these are not picked (again)."""
        self._taken.setdefault(entity, []).append(ids)

    def alter(self, table: str, key: str, ids: np.ndarray, changes: Mapping[str, str]) -> None:
        """Set columns of all rows of ``ids`` to SQL expressions.

        An expression may use the row's columns as ``altered.<column>`` and ``picked.number``, the
        victim's place among the victims (from 0), to take turns among variants.
        """
        if not len(ids):
            return
        self.own(table)
        picked = self.given(record_id=ids, number=np.arange(len(ids), dtype=np.int64))
        assignments = ", ".join(f"{column} = {value}" for column, value in changes.items())
        self.connection.execute(
            f"update record.{table} as altered set {assignments} "
            f"from {picked} as picked where altered.{key} = picked.record_id"
        )

    def linked(self, entity: str, column: str, ids: np.ndarray) -> np.ndarray:
        """What ``column`` of the base table holds for each of ``ids``, in their order."""
        place = ENTITIES[entity]
        given = self.given(record_id=ids, number=np.arange(len(ids), dtype=np.int64))
        rows = self.connection.execute(
            f"select base.{column} as linked from {given} as picked "
            f"join record.{place.base} as base on base.{place.key} = picked.record_id "
            "order by picked.number"
        ).fetchnumpy()["linked"]
        return np.asarray(rows, dtype=np.int64)

    # ------------------------------------------------------------------------ what is written down
    def label(
        self,
        rule: str,
        entity: str,
        ids: np.ndarray,
        field: str = "",
        detail: str = "",
        clusters: np.ndarray | None = None,
    ) -> None:
        """Write down that these records break ``rule``, by ``clusters`` where they are the same."""
        cluster = pa.nulls(len(ids), pa.int64()) if clusters is None else clusters
        self.write(
            "label", ids, rule_id=rule, entity=entity, origin="planted", field=field,
            detail=detail, cluster_id=cluster,
        )  # fmt: skip

    def leave_out(self, entity: str, ids: np.ndarray, reason: str) -> None:
        """Write down that these records do not count: quarantined, excluded, deleted or merged."""
        self.write("not_counted", ids, entity=entity, reason=reason)

    def cluster(
        self, entity: str, survivors: np.ndarray, duplicates: np.ndarray, pattern: str
    ) -> None:
        """Write down that each of ``duplicates`` is the same as its survivor."""
        for ids in (survivors, duplicates):
            self.write(
                "duplicate_cluster", ids, entity=entity, cluster_id=survivors,
                survivor_record_id=survivors, pattern=pattern,
            )  # fmt: skip

    def write(self, table: str, ids: np.ndarray, **columns: Column) -> None:
        """Write down rows of one of ``KEPT_TABLES`` with ``ids`` as ``record_id``."""
        number = len(ids)
        values = {
            name: pa.repeat(pa.scalar(value, pa.string()), number)
            if value is None or isinstance(value, str)
            else value
            for name, value in columns.items()
        }
        self._written.setdefault(table, []).append(pa.table({"record_id": ids, **values}))

    def flush(self) -> None:
        """Put what was written down into its tables."""
        for table, parts in self._written.items():
            self.connection.register("_written", pa.concat_tables(parts))
            self.connection.execute(f"insert into record.{table} by name from _written")
            self.connection.unregister("_written")
        self._written.clear()

    def given(self, **columns: np.ndarray) -> str:
        """Name under which columns can be read by SQL until the next ones are given."""
        self.connection.register("_given", pa.table(columns))
        return "_given"
