"""Marketo's interface: one file of responses a resource, as they were received.

Belongs here: which resources are read, how their files are found, what each feeds. Does not belong
here: reading pages (``pages``), mapping, checks that every vendor shares, typing.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

from dagster_project.company.model import Company, MarketoExport
from dagster_project.contract import raw_tables
from dagster_project.sources.errors import SourceError
from dagster_project.sources.landing import SourcePlan, TablePlan
from dagster_project.sources.mapping import Place, resolve_column
from dagster_project.sources.pages import PageShape, find_pages
from dagster_project.sources.vendor import EVERY_RECORD, Vendor
from dagster_project.sql_text import identifier

SCHEMA = "raw_marketo"


@dataclass(frozen=True)
class Resource:
    """A resource of the interface: the name of its file, and the field that tells records apart."""

    file: str
    key: str


RESOURCES: dict[str, Resource] = {
    # raw table: resource
    "lead": Resource("leads", "id"),
    # Numbers of activities are no longer unique; their GUIDs are.
    "activity": Resource("activities", "marketoGUID"),
    "activity_type": Resource("activity_types", "id"),
    "program": Resource("programs", "id"),
    "campaign": Resource("campaigns", "id"),
}

EMAIL_ACTIVITY_TYPES = ("6", "7", "8", "9", "10", "11", "27")
"""Send, delivered, bounced, unsubscribe, open, click, bounced soft; dbt staging names them too."""

FORM_ACTIVITY_TYPE = "2"
"""Fill out form; dbt staging names it too."""


def plan_marketo(source: MarketoExport, company: Company) -> SourcePlan:
    """Plan the landing of every resource that the folder holds.

    Raises:
        SourceError: no folder, no resource in it, or a mapping for an unknown one or its field.
    """
    files = _files(source, company.source_folder(source))
    known = raw_tables(SCHEMA)
    tables = {resource.file: table for table, resource in RESOURCES.items()}
    mappings = {}
    for name, columns in source.columns.items():
        table = tables.get(name.lower())
        if table is None:
            near = difflib.get_close_matches(name.lower(), tables, 1, 0.5)
            raise Place(source.name, company.path.name, name, "").error(
                f"a mapping for '{name}'",
                ", ".join(tables),
                (f"Did you mean '{near[0]}'? " if near else "")
                + "Correct the name under columns in the company file.",
            )
        mappings[table] = {
            resolve_column(
                column, known[table], Place(source.name, company.path.name, name, column)
            ): mapping
            for column, mapping in columns.items()
        }
    dropped = {name.lower(): columns for name, columns in source.dropped_columns.items()}
    return SourcePlan(
        source=source.name,
        time_zone=source.time_zone or company.reporting.time_zone,
        # Stamps of the interface are ISO 8601 with an offset.
        date_order="ymd",
        max_row_drop_share=source.max_row_drop_share,
        max_row_drop_minimum=source.max_row_drop_minimum,
        is_full_export=source.is_full_export,
        tables=tuple(
            TablePlan(
                table=table,
                files=(path,),
                known_columns=known[table],
                mappings=mappings.get(table, {}),
                key=RESOURCES[table].key,
                key_sql=identifier(RESOURCES[table].key),
                takes_same_names=True,
                keeps_source_row=False,
                # A response without any record leaves the list out.
                pages=PageShape(
                    "result",
                    key=RESOURCES[table].key,
                    next_page="$.moreResult",
                    may_lack_records=True,
                ),
                dropped_columns=dropped.get(RESOURCES[table].file, ()),
            )
            for table, path in files.items()
        ),
    )


def _files(source: MarketoExport, folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise SourceError(
            source.name,
            str(folder),
            "no such folder",
            "the folder with the responses of Marketo's interface",
            "Correct path of this source in the company file, or put the files there.",
        )
    found = {table: find_pages(folder, resource.file) for table, resource in RESOURCES.items()}
    files = {table: path for table, path in found.items() if path is not None}
    if not files:
        count = sum(path.is_file() for path in folder.iterdir())
        raise SourceError(
            source.name,
            str(folder),
            f"no resource among {count} files" if count else "an empty folder",
            ", ".join(f"{resource.file}.jsonl.gz" for resource in RESOURCES.values()),
            "Write the responses of each resource into one file, a response a line.",
        )
    return files


VENDOR = Vendor(
    source_type="marketo_export",
    label="marketo",
    schema=SCHEMA,
    plan=plan_marketo,
    feeds={
        "lead": {"marketing_person": EVERY_RECORD},
        "activity": {
            "email_event": 'count(*) filter (where "activityTypeId" in ('
            + ", ".join(f"'{number}'" for number in EMAIL_ACTIVITY_TYPES)
            + "))",
            "form_submission": 'count(*) filter (where "activityTypeId" = '
            f"'{FORM_ACTIVITY_TYPE}')",
        },
        "activity_type": {},
        "program": {},
        "campaign": {},
    },
)
