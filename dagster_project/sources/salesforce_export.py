"""Salesforce's data export: one CSV an object, named and headed with API names.

Belongs here: which objects are read, how their files are found, what their ids look like. Does
not belong here: mapping, checks that every vendor shares, typing.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from dagster_project.company.model import Company, SalesforceExport
from dagster_project.contract import raw_tables
from dagster_project.sources.errors import SourceError
from dagster_project.sources.landing import SourcePlan, TablePlan
from dagster_project.sources.mapping import Place, resolve_column
from dagster_project.sources.vendor import EVERY_RECORD, Vendor
from dagster_project.sql_text import identifier

SCHEMA = "raw_salesforce"

OBJECTS: dict[str, tuple[str, str | None]] = {
    # raw table: (object, prefix of its ids; None where every org has its own)
    "account": ("Account", "001"),
    "contact": ("Contact", "003"),
    "lead": ("Lead", "00Q"),
    "opportunity": ("Opportunity", "006"),
    "opportunity_history": ("OpportunityHistory", "008"),
    "opportunity_field_history": ("OpportunityFieldHistory", "017"),
    "opportunity_contact_role": ("OpportunityContactRole", "00K"),
    "opportunity_line_item": ("OpportunityLineItem", "00k"),
    "product2": ("Product2", "01t"),
    "campaign": ("Campaign", "701"),
    "campaign_member": ("CampaignMember", "00v"),
    "task": ("Task", "00T"),
    "event": ("Event", "00U"),
    "user": ("User", "005"),
    "account_contact_relation": ("AccountContactRelation", "07k"),
    "account_history": ("AccountHistory", "017"),
    "lead_history": ("LeadHistory", "017"),
    "contact_history": ("ContactHistory", "017"),
    "hand_off": ("Hand_Off__c", None),
    "sequence_enrollment": ("Sequence_Enrollment__c", None),
}

_CHECKSUM_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def eighteen_characters(column: str) -> str:
    """SQL for the 18-character form of a Salesforce id; other text stays as it is.

    The three further characters encode which of the first fifteen are capitals, five at a time.
    """
    checksum = " || ".join(
        f"substr('{_CHECKSUM_ALPHABET}', 1 + "
        + " + ".join(
            f"{1 << bit} * cast(substr({column}, {chunk * 5 + bit + 1}, 1) between 'A' and 'Z' "
            "as integer)"
            for bit in range(5)
        )
        + ", 1)"
        for chunk in range(3)
    )
    return f"case when length({column}) = 15 then {column} || {checksum} else {column} end"


def plan_salesforce_export(source: SalesforceExport, company: Company) -> SourcePlan:
    """Plan the landing of every object that the folder holds.

    Raises:
        SourceError: no folder, no object in it, or a mapping for an unknown object or field.
    """
    folder = company.source_folder(source)
    files = _files_by_object(source, folder)
    known = raw_tables(SCHEMA)
    objects = {api_name.lower(): table for table, (api_name, _) in OBJECTS.items()}
    mappings = {}
    for api_name, columns in source.columns.items():
        table = objects.get(api_name.lower())
        place = Place(source.name, company.path.name, api_name, "")
        if table is None:
            raise place.error(
                f"a mapping for the object '{api_name}'",
                ", ".join(api for api, _ in OBJECTS.values()),
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
        date_order=source.date_order,
        max_row_drop_share=source.max_row_drop_share,
        max_row_drop_minimum=source.max_row_drop_minimum,
        is_full_export=source.is_full_export,
        tables=tuple(
            TablePlan(
                table=table,
                files=(files[table],),
                known_columns=known[table],
                mappings=mappings.get(table, {}),
                key="Id",
                key_sql=eighteen_characters(identifier("Id")),
                takes_same_names=True,
                keeps_source_row=False,
                dropped_columns=dropped.get(api_name.lower(), ()),
                key_check=_id_check(source.name, api_name, prefix),
            )
            for table, (api_name, prefix) in OBJECTS.items()
            if table in files
        ),
    )


def _files_by_object(source: SalesforceExport, folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise SourceError(
            source.name,
            str(folder),
            "no such folder",
            "the folder of a Salesforce data export",
            "Correct path of this source in the company file, or put the export there.",
        )
    by_name = {path.name.lower(): path for path in sorted(folder.iterdir()) if path.is_file()}
    files = {
        table: by_name[f"{api_name.lower()}.csv"]
        for table, (api_name, _) in OBJECTS.items()
        if f"{api_name.lower()}.csv" in by_name
    }
    if not files:
        raise SourceError(
            source.name,
            str(folder),
            f"no object among {len(by_name)} files" if by_name else "an empty folder",
            ", ".join(f"{api}.csv" for api, _ in OBJECTS.values()),
            "Unpack the data export into this folder; its files are named like the objects.",
        )
    return files


def _id_check(source: str, api_name: str, prefix: str | None):  # type: ignore[no-untyped-def]
    def check(
        connection: duckdb.DuckDBPyConnection, relation: str, names: str
    ) -> SourceError | None:
        wrong = connection.execute(
            f"""
            select _record_id, record from (
                select _record_id, row_number() over () as record from {identifier(relation)}
            )
            where not regexp_full_match(_record_id, '[a-zA-Z0-9]{{18}}')
                or left(_record_id, 3) <> coalesce(?, left(_record_id, 3))
            order by record limit 1
            """,
            [prefix],
        ).fetchone()
        if wrong is None:
            return None
        return SourceError(
            source,
            f"{names}, column 'Id', record {wrong[1]}",
            f"'{wrong[0]}'",
            f"ids of {api_name}: 15 or 18 letters and digits"
            + (f" that begin with {prefix}" if prefix else ""),
            "Check that the file holds this object, and that no program rewrote its ids.",
        )

    return check


VENDOR = Vendor(
    source_type="salesforce_export",
    label="salesforce",
    schema=SCHEMA,
    plan=plan_salesforce_export,
    feeds={
        "product2": {"product": EVERY_RECORD},
        "task": {"activity": EVERY_RECORD},
        "event": {"activity": EVERY_RECORD},
    },
)
