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
    "marketing_email": _Object("marketing_emails", FIELDS),
    "email_event": _Object("email_events", EVENTS, ANY_ID),
    "call": _Object("calls"),
    "email": _Object("emails"),
    "meeting": _Object("meetings"),
    "communication": _Object("communications"),
    "task": _Object("tasks"),
    "ticket": _Object("tickets"),
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
                key="id",
                key_sql=identifier("id"),
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
            f"{names}, field 'id'",
            f"'{wrong[0]}'",
            f"ids of {hubspot.name}: {kind}",
            "Check that the file holds this object, as the interface returned it.",
        )

    return check


def _filled(column: str) -> str:
    return f"nullif(trim({identifier(column)}), '') is not null"


def _stamps(*properties: str) -> str:
    """SQL: how often at least one of the properties changed, over all records."""
    paths = ", ".join(f"'$.\"{name}\"[*].timestamp'" for name in properties)
    stamps = f"flatten(json_extract_string({identifier('propertiesWithHistory')}, [{paths}]))"
    return f"coalesce(sum(len(list_distinct({stamps}))), 0)"


def _entries(*properties: str) -> str:
    """SQL: how many values the properties had, over all records."""
    lengths = " + ".join(
        f"coalesce(json_array_length({identifier('propertiesWithHistory')}, '$.\"{name}\"'), 0)"
        for name in properties
    )
    return f"coalesce(sum({lengths}), 0)"


def _associated(name: str) -> str:
    """SQL: how many objects ``name`` are associated, each counted once, over all records."""
    ids = f"json_extract_string(associations, '$.\"{name}\".results[*].id')"
    return f"coalesce(sum(len(list_distinct({ids}))), 0)"


_WAS_LEAD = _filled("hs_v2_date_entered_lead")
_LEFT_LEAD = _filled("hs_v2_date_entered_opportunity")

STATE = ("dealstage", "amount", "closedate", "hs_forecast_probability")
"""Properties of a deal of which a change makes a row of its history, as in other CRMs."""
TRACKED = ("hubspot_owner_id", "hs_next_step", "dealtype", "closed_lost_reason")
"""Properties of a deal of which each change makes a row of its field history."""

VENDOR = Vendor(
    source_type="hubspot_export",
    label="hubspot",
    schema=SCHEMA,
    plan=plan_hubspot_export,
    feeds={
        # HubSpot has one object for people: a lead and the contact it becomes are the same one.
        "contact": {
            "lead": f"count(*) filter (where {_WAS_LEAD})",
            "contact": f"count(*) filter (where not {_WAS_LEAD} or {_LEFT_LEAD})",
            "lead_history": f"coalesce(sum(0) filter (where {_WAS_LEAD}), 0)",
        },
        "company": {"account": EVERY_RECORD},
        "deal": {
            "opportunity": EVERY_RECORD,
            "opportunity_history": _stamps(*STATE),
            "opportunity_field_history": _entries(*TRACKED),
            "opportunity_contact_role": _associated("contacts"),
        },
        "line_item": {"opportunity_line_item": EVERY_RECORD},
        "owner": {"user": EVERY_RECORD},
        # What they say is added to the records of other tables.
        "deal_pipeline": {},
        "user": {},
        "marketing_email": {},
        "call": {"activity": EVERY_RECORD},
        "email": {"activity": EVERY_RECORD},
        "meeting": {"activity": EVERY_RECORD},
        "communication": {"activity": EVERY_RECORD},
        "task": {"activity": EVERY_RECORD},
        "ticket": {},
    },
)
