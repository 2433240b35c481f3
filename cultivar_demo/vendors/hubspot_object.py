"""An object of HubSpot as data, and writing its pages as the interface sends them.

Belongs here: what all objects share: their shape, history, associations, paging. Does not belong
here: any one object's properties.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from cultivar_demo.vendors import files
from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.files import count_of, seconds
from cultivar_demo.vendors.identifiers import hubspot_id

PAGE_RECORDS = 100
"""Records a page; the interface's own limit."""

HOST = "https://api.hubapi.com"


@dataclass(frozen=True)
class HubspotObject:
    """What is written of an object of the CRM.

    Args:
        path: of the interface, without host.
        record_id: SQL of the id.
        properties: internal name → SQL of the value; HubSpot sends every value as text.
        source: FROM clause with its joins and conditions.
        order: SQL that orders the records totally.
        created_at: SQL of the instant of creation.
        updated_at: SQL of the instant of the last change.
        is_archived: SQL of whether it is in the recycle bin.
        associations: object → SQL of a list of ``association``, or NULL for none.
        history: property → SQL of a list of values (``value_history``).
        fields: further fields beside the properties → SQL of any type.
    """

    path: str
    record_id: str
    properties: dict[str, str]
    source: str
    order: str
    created_at: str
    updated_at: str
    is_archived: str = "false"
    associations: dict[str, str] = field(default_factory=dict)
    history: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def query(self) -> str:
        """``position`` (the order) and ``record`` (JSON text) of every record."""
        parts = [f"'{{\"id\":' || to_json({self.record_id})"]
        if self.properties:
            texts = {name: f"cast({value} as varchar)" for name, value in self.properties.items()}
            parts.append(f"',\"properties\":' || to_json({_struct(texts)})")
        parts += [
            f"coalesce(',\"{name}\":' || to_json({value}), '')"
            for name, value in self.fields.items()
        ]
        if self.history:
            parts.append(f"',\"propertiesWithHistory\":' || to_json({_struct(self.history)})")
        stamp = f"to_json({seconds(self.updated_at)})"
        parts += [
            f"',\"createdAt\":' || to_json({seconds(self.created_at)})",
            f"',\"updatedAt\":' || {stamp}",
            f'case when {self.is_archived} then \',"archived":true,"archivedAt":\' || {stamp} '
            "else ',\"archived\":false' end",
        ]
        for place, (name, associated) in enumerate(self.associations.items()):
            lead_in = ',"associations":{' if place == 0 else ","
            parts.append(
                f'\'{lead_in}"{name}":{{"results":\' || to_json(coalesce({associated}, [])) '
                "|| '}'"
            )
        parts.append("'}}'" if self.associations else "'}'")
        return (
            f"select ({self.order}) as position, {' || '.join(parts)} as record from {self.source}"
        )


def write_pages(
    delivery: Delivery, query: str, path: str, file: Path, *, records: str = "results"
) -> int:
    """Write ``query`` (``position``, ``record``) as pages; returns the number of records.

    There is always a page, also without records. ``records`` is the key of a page's list.
    """
    connection = delivery.connection
    last_page = max(0, (count_of(connection, query) - 1) // PAGE_RECORDS)

    def page(number: int, joined: str) -> str:
        if records == "results":
            after = (number + 1) * PAGE_RECORDS
            link = f"{HOST}{path}?limit={PAGE_RECORDS}&after={after}"
            more = f',"paging":{{"next":{{"after":"{after}","link":"{link}"}}}}'
            end = more if number < last_page else ""
        else:
            token = hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest()[:20]
            end = f',"hasMore":{str(number < last_page).lower()},"offset":"{token}"'
        return f'{{"{records}":[{joined}]{end}}}'

    ordered = f"select record from ({query}) order by position"
    return files.write_pages(connection, [ordered], file, page_records=PAGE_RECORDS, page=page)


def write_object(delivery: Delivery, written: HubspotObject, file: Path) -> int:
    """Write an object's pages; returns the number of records."""
    return write_pages(delivery, written.query, written.path, file)


def association(record_id: str, kind: str) -> str:
    """SQL of one entry of an association: the other object's id, and the kind."""
    return f"struct_pack(id := {record_id}, \"type\" := '{kind}')"


def associated(record_id: str, kind: str, *, is_primary: bool = False) -> str:
    """SQL of the list with one associated object, empty where the id is NULL.

    A primary company is listed twice: as the primary one, and as any.
    """
    kinds = [kind, f"{kind}_unlabeled"] if is_primary else [kind]
    entries = ", ".join(association(record_id, name) for name in kinds)
    return f"case when {record_id} is not null then [{entries}] else [] end"


def value_history(versions: str, key: str, values: dict[str, str], until: str) -> str:
    """SQL (in brackets) for what the properties of every record were, by ``key``.

    ``versions`` is a relation with ``key``, ``version_at``, ``owner_user_id`` and what the values
    need. Columns: ``key``, and for each property of ``values`` (name → SQL over the version's
    columns) a list of its values, latest first, as the interface gives them.
    """
    user = hubspot_id("User", "owner_user_id")
    entry = (
        'struct_pack("value" := {value}, '
        f"\"timestamp\" := {seconds('version_at')}, sourceType := 'CRM_UI', "
        f"sourceId := 'userId:' || {user}, updatedByUserId := cast({user} as bigint))"
    )
    # A property without a value is the empty text in its history.
    texts = ", ".join(
        f"coalesce(cast({value} as varchar), '') as {name}" for name, value in values.items()
    )
    changed = ", ".join(
        f"lag({name}, 1, '') over record <> {name} as is_new_{name}" for name in values
    )
    lists = ", ".join(
        f"coalesce(list({entry.format(value=name)} order by version_at desc) "
        f"filter (where is_new_{name}), []) as {name}"
        for name in values
    )
    return f"""(
        select {key}, {lists} from (
            select {key}, version_at, owner_user_id, {", ".join(values)}, {changed}
            from (
                select {key}, version_at, owner_user_id, {texts}
                from {versions} as version where version_at <= {until}
            )
            window record as (partition by {key} order by version_at)
        )
        group by {key}
    )"""


def merges(delivery: Delivery, entity: str) -> str:
    """SQL (in brackets): record_id, survivor_id, merged_at of records merged away so far.

    The survivor is the last of a chain: HubSpot knows no other.
    """
    exists = delivery.connection.execute(
        "select 1 from duckdb_tables() where schema_name = 'record' and table_name = 'merge'"
    ).fetchone()
    if exists is None:
        return (
            "(select null::bigint as record_id, null::bigint as survivor_id, "
            "null::timestamp as merged_at limit 0)"
        )
    return f"""(
        with recursive direct as (
            select record_id, min(survivor_record_id) as survivor_id, min(merged_at) as merged_at
            from record.merge where entity = '{entity}' and merged_at <= {delivery.until}
            group by record_id
        ),
        chain as (
            select record_id, survivor_id, merged_at, 1 as length from direct
            union all
            select chain.record_id, direct.survivor_id,
                greatest(chain.merged_at, direct.merged_at), chain.length + 1
            from chain join direct on direct.record_id = chain.survivor_id
            where chain.length < 20
        )
        select record_id, arg_max(survivor_id, length) as survivor_id,
            arg_max(merged_at, length) as merged_at
        from chain group by record_id
    )"""


def _struct(values: dict[str, str]) -> str:
    return "struct_pack(" + ", ".join(f'"{name}" := {sql}' for name, sql in values.items()) + ")"
