"""Field history: a row for each tracked field that a change of a record touched.

Belongs here: telling changes apart and writing them as Salesforce does. Does not belong here:
which fields are tracked (the objects). Salesforce writes a change of a lookup twice: once with
names and once with ids. A prepared table holds all changes of the world, numbered in order of
time, so that a change has the same id in every delivery.
"""

from __future__ import annotations

from dataclasses import dataclass

from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.files import milliseconds
from cultivar_demo.vendors.identifiers import salesforce_id
from cultivar_demo.vendors.salesforce.extract import Extract, identified, someone


@dataclass(frozen=True)
class Tracked:
    """A tracked field.

    Args:
        field: name in the history.
        data_type: as the history names it.
        value: SQL of the column of the version that tells whether it changed.
        text: SQL of the text written, from ``{value}``; default the value itself.
    """

    field: str
    data_type: str
    value: str
    text: str = "cast({value} as varchar)"


def tracked_user(field: str, column: str) -> tuple[Tracked, ...]:
    """A field that names a user: once with names and once with ids."""
    name = "(select user_name from record.sales_user as staff where staff.user_id = {value})"
    return (
        Tracked(field, "Text", column, name),
        Tracked(field, "EntityId", column, salesforce_id("User", "{value}")),
    )


OWNER = tracked_user("Owner", "owner_user_id")


def field_history(
    delivery: Delivery,
    object_name: str,
    table: str,
    key: str,
    tracked: tuple[Tracked, ...],
    versions: str | None = None,
) -> Extract:
    """The history of ``object_name`` from version table ``table``; ``key`` is its parent's id.

    The first version gives one row, field ``created``. ``versions`` is a relation to read instead
    of the table, where more is tracked than the table holds.
    """
    changes = delivery.prepare(
        f"field_history_{table}", _all_changes(versions or f"record.{table}", key, tracked)
    )
    parent = object_name.removesuffix("FieldHistory").removesuffix("History")
    late_join, is_here, came_late = delivery.late(table, "change", key)
    return Extract(
        {
            **identified(object_name, "change.history_id"),
            f"{parent}Id": salesforce_id(parent, f"change.{key}"),
            "CreatedById": salesforce_id("User", someone("change.owner_user_id")),
            "CreatedDate": milliseconds("change.version_at"),
            "Field": "change.field",
            "DataType": "change.data_type",
            "OldValue": "change.old_value",
            "NewValue": "change.new_value",
        },
        f"""{changes} as change {late_join}
        where change.version_at <= {delivery.until} and {is_here}
            and (change.version_at > {delivery.start} or {came_late})""",
        "change.history_id",
    )


def _all_changes(versions: str, key: str, tracked: tuple[Tracked, ...]) -> str:
    pairs = f"""
        select {key}, version_at, owner_user_id, row_number() over record as version_number,
            {
        ", ".join(
            f"{column} as new_{column}, lag({column}) over record as old_{column}"
            for column in dict.fromkeys(field.value for field in tracked)
        )
    }
        from {versions}
        window record as (partition by {key} order by version_at)
    """
    parts = [
        f"""
        select {key}, version_at, owner_user_id, 0 as place, 'created' as field,
            'Text' as data_type, null as old_value, null as new_value
        from pair where version_number = 1
        """
    ]
    for place, field in enumerate(tracked, start=1):
        old, new = (field.text.format(value=f"{age}_{field.value}") for age in ("old", "new"))
        parts.append(
            f"""
            select {key}, version_at, owner_user_id, {place} as place, '{field.field}' as field,
                '{field.data_type}' as data_type, {old} as old_value, {new} as new_value
            from pair
            where version_number > 1 and old_{field.value} is distinct from new_{field.value}
            """
        )
    return f"""
        with pair as ({pairs}), change as ({" union all ".join(parts)})
        select row_number() over (order by version_at, {key}, place) as history_id, *
        from change order by history_id
    """
