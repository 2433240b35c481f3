"""Responses of HubSpot's interface: one file an object, every line one page as it was received.

Belongs here: which objects are read, how their pages look, what their ids look like, and which
canonical entities they feed. Does not belong here: reading pages (``pages``), checks that every
vendor shares, typing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dagster_project.company.model import Company, HubspotExport
from dagster_project.contract import raw_tables
from dagster_project.sources.errors import SourceError
from dagster_project.sources.landing import SourcePlan, TablePlan
from dagster_project.sources.mapping import Place, resolve_column
from dagster_project.sources.pages import SUFFIXES, PageShape, find_pages
from dagster_project.sources.vendor import EVERY_RECORD, Vendor
from dagster_project.sql_text import identifier

SCHEMA = "raw_hubspot"

PROPERTIES = PageShape("results", key="id", unpacked="properties", next_page="$.paging.next")
"""Objects of the CRM and campaigns: fields of the record beside an object ``properties``."""
FIELDS = PageShape("results", key="id", next_page="$.paging.next")
"""Owners, pipelines, marketing mails: fields only."""
DEFINITIONS = PageShape("results", key="name")
"""Definitions of properties: fields only, known by their name."""
EVENTS = PageShape("events", key="id", next_page="$.hasMore")
"""Mail events, of an older interface."""

NUMBER = "[0-9]{1,19}"
ANY_ID = "[^ ]{1,64}"


@dataclass(frozen=True)
class _Object:
    name: str
    """As in the interface's path, and of the file."""
    shape: PageShape = PROPERTIES
    id_pattern: str = NUMBER


OBJECTS: dict[str, _Object] = {
    # raw table: object
    "contact": _Object("contacts"),
    "company": _Object("companies"),
    "deal": _Object("deals"),
    "deal_pipeline": _Object("deal_pipelines", FIELDS, ANY_ID),
    "line_item": _Object("line_items"),
    "product": _Object("products"),
    "owner": _Object("owners", FIELDS),
    "user": _Object("users"),
    "campaign": _Object("campaigns", PROPERTIES, ANY_ID),
    "campaign_member": _Object("campaign_members"),
    "marketing_email": _Object("marketing_emails", FIELDS),
    "email_event": _Object("email_events", EVENTS, ANY_ID),
    "call": _Object("calls"),
    "call_property": _Object("call_properties", DEFINITIONS, ANY_ID),
    "email": _Object("emails"),
    "meeting": _Object("meetings"),
    "communication": _Object("communications"),
    "task": _Object("tasks"),
    "ticket": _Object("tickets"),
    "hand_off": _Object("hand_offs"),
    "sequence_enrollment": _Object("sequence_enrollments"),
}


def plan_hubspot_export(source: HubspotExport, company: Company) -> SourcePlan:
    """Plan the landing of every object that the folder holds.

    Raises:
        SourceError: no folder, no object in it, or a mapping for an unknown object or property.
    """
    folder = company.source_folder(source)
    files = _files_by_table(source, folder)
    tables = {hubspot.name: table for table, hubspot in OBJECTS.items()}
    known = raw_tables(SCHEMA)
    mappings = {}
    for name, columns in source.columns.items():
        place = Place(source.name, company.path.name, name, "")
        if name not in tables:
            raise place.error(
                f"a mapping for the object '{name}'",
                ", ".join(tables),
                "Correct the object's name under columns in the company file.",
            )
        mappings[tables[name]] = {
            resolve_column(
                column, known[tables[name]], Place(source.name, company.path.name, name, column)
            ): mapping
            for column, mapping in columns.items()
        }
    return SourcePlan(
        source=source.name,
        # Every stamp of HubSpot says that it is UTC.
        time_zone=source.time_zone or company.reporting.time_zone,
        date_order="ymd",
        max_row_drop_share=source.max_row_drop_share,
        max_row_drop_minimum=source.max_row_drop_minimum,
        is_full_export=source.is_full_export,
        tables=tuple(
            TablePlan(
                table=table,
                files=(files[table],),
                known_columns=known[table],
                mappings=mappings.get(table, {}),
                key=hubspot.shape.key,
                key_sql=identifier(hubspot.shape.key),
                takes_same_names=True,
                keeps_source_row=False,
                pages=hubspot.shape,
                dropped_columns=source.dropped_columns.get(hubspot.name, ()),
                key_check=_id_check(source.name, hubspot),
            )
            for table, hubspot in OBJECTS.items()
            if table in files
        ),
    )


def _files_by_table(source: HubspotExport, folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise SourceError(
            source.name,
            str(folder),
            "no such folder",
            "the folder with the responses of HubSpot's interface",
            "Correct path of this source in the company file, or put the files there.",
        )
    found = {table: find_pages(folder, hubspot.name) for table, hubspot in OBJECTS.items()}
    files = {table: path for table, path in found.items() if path is not None}
    if not files:
        number = sum(path.is_file() for path in folder.iterdir())
        raise SourceError(
            source.name,
            str(folder),
            f"no object among {number} files" if number else "an empty folder",
            ", ".join(f"{hubspot.name}{SUFFIXES[0]}" for hubspot in OBJECTS.values())
            + f", each also as {SUFFIXES[1]}",
            "Put the responses there, one file an object, named like the object in the path of "
            "the interface.",
        )
    return files


def _id_check(
    source: str, hubspot: _Object
) -> Callable[[duckdb.DuckDBPyConnection, str, str], SourceError | None]:
    def check(
        connection: duckdb.DuckDBPyConnection, relation: str, names: str
    ) -> SourceError | None:
        wrong = connection.execute(
            f"select min(_record_id) from {identifier(relation)} "
            "where not regexp_full_match(_record_id, ?)",
            [hubspot.id_pattern],
        ).fetchone()
        if wrong is None or wrong[0] is None:
            return None
        kind = "numbers" if hubspot.id_pattern == NUMBER else "up to 64 characters without blanks"
        return SourceError(
            source,
            f"{names}, field '{hubspot.shape.key}'",
            f"'{wrong[0]}'",
            f"ids of {hubspot.name}: {kind}",
            "Check that the file holds this object, as the interface returned it.",
        )

    return check


def _filled(column: str) -> str:
    return f"nullif(trim({identifier(column)}), '') is not null"


def _number_of_values(*properties: str) -> str:
    """SQL: how many values the properties of a record had."""
    return " + ".join(
        f"coalesce(json_array_length({identifier('propertiesWithHistory')}, '$.{name}'), 0)"
        for name in properties
    )


def _number_of_changes(*properties: str) -> str:
    """SQL: at how many instants at least one of a record's properties got a value."""
    stamps = ", ".join(
        f"json_extract_string({identifier('propertiesWithHistory')}, '$.{name}[*].timestamp')"
        for name in properties
    )
    return f"coalesce(len(list_distinct(flatten([{stamps}]))), 0)"


def _number_of_later_values(name: str, after: str, until: str | None = None) -> str:
    """SQL: how many values a property got after an instant, and at the latest at another."""
    stamp = "try_cast(stamp as timestamptz)"
    within = f"{stamp} > try_cast({after} as timestamptz)"
    if until is not None:
        within += f" and coalesce({stamp} <= try_cast({until} as timestamptz), true)"
    stamps = f"json_extract_string({identifier('propertiesWithHistory')}, '$.{name}[*].timestamp')"
    return f"coalesce(len(list_filter({stamps}, lambda stamp : {within})), 0)"


_IS_LEAD = _filled("hs_v2_date_entered_lead")
_IS_CONTACT = (
    f"({_filled('hs_v2_date_entered_opportunity')} or not ({_IS_LEAD}) "
    "and coalesce(lower(trim(lifecyclestage)), '') <> 'subscriber')"
)
_CREATED = "coalesce(nullif(trim(createdate), ''), \"createdAt\")"
# An owner that came with a record is no change; one after a lead's conversion is the contact's.
_OWNERS_OF_LEAD = _number_of_later_values(
    "hubspot_owner_id", "hs_v2_date_entered_lead", "hs_v2_date_entered_opportunity"
)
_OWNERS_OF_CONTACT = _number_of_later_values(
    "hubspot_owner_id", f"coalesce(hs_v2_date_entered_opportunity, {_CREATED})"
)
_OWNERS_OF_COMPANY = " + ".join(
    _number_of_later_values(name, _CREATED)
    for name in ("hubspot_owner_id", "sales_development_owner")
)
_IS_MAIL_EVENT = (
    "upper(trim(type)) in ('SENT', 'DELIVERED', 'DEFERRED', 'BOUNCE', 'OPEN', 'CLICK', "
    "'SPAMREPORT') or upper(trim(\"portalSubscriptionStatus\")) = 'UNSUBSCRIBED'"
)
# Every label beside the plain association is a role; a contact without any has one row too.
_ROLES = """(
    select count(*) + sum(greatest(labels - 1, 0)) from (
        select id, count(distinct type) filter (
            where type not in ('deal_to_contact', 'primary_contact')
        ) as labels
        from (
            select unnest(json_extract_string(associations, '$.contacts.results[*].id')) as id,
                unnest(json_extract_string(associations, '$.contacts.results[*].type')) as type
        )
        where id is not null
        group by id
    )
)"""

VENDOR = Vendor(
    source_type="hubspot_export",
    label="hubspot",
    schema=SCHEMA,
    plan=plan_hubspot_export,
    feeds={
        # HubSpot has one object for people: a lead and the contact it becomes are the same one.
        "contact": {
            "lead": f"count(*) filter (where {_IS_LEAD})",
            "contact": f"count(*) filter (where {_IS_CONTACT})",
            "lead_history": f"coalesce(sum({_number_of_values('hs_lead_status')} + "
            f"{_OWNERS_OF_LEAD}) filter (where {_IS_LEAD}), 0)",
            "contact_history": f"coalesce(sum("
            f"{_number_of_values('awareness_stage', 'awareness_change_reason')} + "
            f"{_OWNERS_OF_CONTACT}) filter (where {_IS_CONTACT}), 0)",
            "form_submission": "coalesce(sum("
            + _number_of_values("recent_conversion_date")
            + "), 0)",
        },
        "company": {
            "account": EVERY_RECORD,
            "account_history": f"coalesce(sum({_OWNERS_OF_COMPANY}), 0)",
        },
        "deal": {
            "opportunity": EVERY_RECORD,
            "opportunity_history": "coalesce(sum("
            + _number_of_changes(
                "dealstage",
                "amount",
                "closedate",
                "hs_forecast_probability",
                "hs_manual_forecast_category",
            )
            + "), 0)",
            "opportunity_field_history": "coalesce(sum("
            + _number_of_values(
                "hubspot_owner_id",
                "hs_next_step",
                "next_step_date",
                "qualification_fields",
                "stage_change_reason",
            )
            + "), 0)",
            "opportunity_contact_role": f"coalesce(sum({_ROLES}), 0)",
        },
        "line_item": {"opportunity_line_item": EVERY_RECORD},
        "owner": {"user": EVERY_RECORD},
        "email_event": {"email_event": f"count(*) filter (where {_IS_MAIL_EVENT})"},
        # What they say is added to the records of other tables.
        "deal_pipeline": {},
        "user": {},
        "marketing_email": {},
        "call_property": {},
        "call": {"activity": EVERY_RECORD},
        "email": {"activity": EVERY_RECORD},
        "meeting": {"activity": EVERY_RECORD},
        "communication": {"activity": EVERY_RECORD},
        "task": {"activity": EVERY_RECORD},
        "ticket": {},
        "hand_off": {"hand_off": EVERY_RECORD},
        "sequence_enrollment": {"sequence_enrollment": EVERY_RECORD},
    },
)
