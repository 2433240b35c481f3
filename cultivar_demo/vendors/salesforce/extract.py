"""An object's extract as data, and the fields that every object has.

Belongs here: what all objects share. Does not belong here: any one object.
"""

from __future__ import annotations

from dataclasses import dataclass

from cultivar_demo.settings import REPORTING_TIME_ZONE
from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.files import milliseconds
from cultivar_demo.vendors.identifiers import salesforce_id


@dataclass(frozen=True)
class Extract:
    """What is written of an object.

    Args:
        fields: API name → SQL of its text.
        source: FROM clause with its joins and conditions.
        order: columns that order the rows totally.
    """

    fields: dict[str, str]
    source: str
    order: str

    @property
    def query(self) -> str:
        """The whole query."""
        columns = ", ".join(f'{value} as "{name}"' for name, value in self.fields.items())
        return f"select {columns} from {self.source} order by {self.order}"


def identified(object_name: str, world_id: str, is_deleted: str = "false") -> dict[str, str]:
    """The first two fields of every object."""
    return {"Id": salesforce_id(object_name, world_id), "IsDeleted": is_deleted}


def audited(created_at: str, created_by: str, modified_at: str) -> dict[str, str]:
    """Who made the record, and the stamps by which a nightly query chooses; user by world id."""
    return {
        "CreatedDate": milliseconds(created_at),
        "CreatedById": salesforce_id("User", someone(created_by)),
        "SystemModstamp": milliseconds(modified_at),
    }


def stamped(created_at: str, modified_at: str) -> dict[str, str]:
    """The stamps alone, for the objects with most rows."""
    return {
        "CreatedDate": milliseconds(created_at),
        "SystemModstamp": milliseconds(modified_at),
    }


def someone(user_id: str) -> str:
    """SQL: the user, or the administrator where nobody is recorded."""
    return f"coalesce({user_id}, (select min(user_id) from record.sales_user))"


def business_day(instant: str) -> str:
    """SQL: the calendar day of an instant in the org's time zone."""
    return f"cast(timezone('{REPORTING_TIME_ZONE}', timezone('UTC', {instant})) as date)"


def choice(column: str, texts: dict[str, str], otherwise: str = "null") -> str:
    """SQL: ``column`` translated value by value."""
    cases = " ".join(f"when '{value}' then '{text}'" for value, text in texts.items())
    return f"case {column} {cases} else {otherwise} end"


def conversions(delivery: Delivery) -> str:
    """SQL (in brackets): lead_id, converted_at, contact_id, account_id, opportunity_id so far.

    The conversion itself cannot be undone, so its first stamp is the one that counts.
    """
    prepared = delivery.prepare(
        "lead_conversion",
        """
        select lead_id, min(version_at) as converted_at,
            arg_min(converted_contact_id, version_at) as contact_id,
            arg_min(converted_account_id, version_at) as account_id,
            arg_min(converted_opportunity_id, version_at) as opportunity_id
        from record.lead_version where is_converted group by lead_id
        """,
    )
    return f"(select * from {prepared} where converted_at <= {delivery.until})"


def merges(delivery: Delivery, entity: str) -> str:
    """SQL (in brackets): record_id, survivor_record_id of records merged away so far."""
    exists = delivery.connection.execute(
        "select 1 from duckdb_tables() where schema_name = 'record' and table_name = 'merge'"
    ).fetchone()
    if exists is None:
        return "(select null::bigint as record_id, null::bigint as survivor_record_id limit 0)"
    return f"""(
        select record_id, min(survivor_record_id) as survivor_record_id
        from record.merge where entity = '{entity}' and merged_at <= {delivery.until}
        group by record_id
    )"""
