"""Zuora's data source export: one CSV an object, named and headed with API names.

Belongs here: which objects are read, how their files are found, what each feeds. Does not belong
here: mapping, checks that every vendor shares, typing.
"""

from __future__ import annotations

from pathlib import Path

from dagster_project.company.model import Company, ZuoraExport
from dagster_project.contract import raw_tables
from dagster_project.sources.errors import SourceError
from dagster_project.sources.landing import SourcePlan, TablePlan
from dagster_project.sources.mapping import Place, resolve_column
from dagster_project.sources.vendor import EVERY_RECORD, Vendor
from dagster_project.sql_text import identifier

SCHEMA = "raw_zuora"

OBJECTS = {
    "account": "Account",
    "subscription": "Subscription",
    "rate_plan_charge": "RatePlanCharge",
    "product": "Product",
}
"""Raw table → object."""


def plan_zuora(source: ZuoraExport, company: Company) -> SourcePlan:
    """Plan the landing of every object that the folder holds.

    Raises:
        SourceError: no folder, no object in it, or a mapping for an unknown object or field.
    """
    files = _files_by_object(source, company.source_folder(source))
    known = raw_tables(SCHEMA)
    tables = {api_name.lower(): table for table, api_name in OBJECTS.items()}
    mappings = {}
    for api_name, columns in source.columns.items():
        table = tables.get(api_name.lower())
        if table is None:
            raise Place(source.name, company.path.name, api_name, "").error(
                f"a mapping for the object '{api_name}'",
                ", ".join(OBJECTS.values()),
                "Correct the object's name under columns in the company file.",
            )
        mappings[table] = {
            resolve_column(
                name, known[table], Place(source.name, company.path.name, api_name, name)
            ): mapping
            for name, mapping in columns.items()
        }
    dropped = {name.lower(): columns for name, columns in source.dropped_columns.items()}
    return SourcePlan(
        source=source.name,
        time_zone=source.time_zone or company.reporting.time_zone,
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
                key="Id",
                key_sql=identifier("Id"),
                takes_same_names=True,
                keeps_source_row=False,
                dropped_columns=dropped.get(OBJECTS[table].lower(), ()),
            )
            for table, path in files.items()
        ),
    )


def _files_by_object(source: ZuoraExport, folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise SourceError(
            source.name,
            str(folder),
            "no such folder",
            "the folder of a Zuora export",
            "Correct path of this source in the company file, or put the export there.",
        )
    by_name = {path.name.lower(): path for path in sorted(folder.iterdir()) if path.is_file()}
    files = {
        table: by_name[f"{api_name.lower()}.csv"]
        for table, api_name in OBJECTS.items()
        if f"{api_name.lower()}.csv" in by_name
    }
    if not files:
        raise SourceError(
            source.name,
            str(folder),
            f"no object among {len(by_name)} files" if by_name else "an empty folder",
            ", ".join(f"{api}.csv" for api in OBJECTS.values()),
            "Put the export's files there; they are named like the objects.",
        )
    return files


VENDOR = Vendor(
    source_type="zuora_export",
    label="zuora",
    schema=SCHEMA,
    plan=plan_zuora,
    feeds={
        # Whom an invoice goes to: looked up by its subscriptions, no entity of its own.
        "account": {},
        "rate_plan_charge": {"subscription_charge": EVERY_RECORD},
    },
)
