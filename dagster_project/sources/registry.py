"""All kinds of sources.

Belongs here: one line a vendor, and finding the vendor of a source. A further vendor is a module
with ``VENDOR``, a line here, its type in ``company/model.py``, dbt's declaration of its raw tables
and its staging models. Does not belong here: what any vendor is like.
"""

from __future__ import annotations

from dataclasses import replace

from dagster_project.company.model import Company, Source
from dagster_project.sources import files, hubspot, marketo, salesforce_export, segment, zuora
from dagster_project.sources.landing import SourcePlan
from dagster_project.sources.vendor import Vendor

VENDORS: tuple[Vendor, ...] = (
    salesforce_export.VENDOR,
    marketo.VENDOR,
    hubspot.VENDOR,
    segment.VENDOR,
    zuora.VENDOR,
    files.VENDOR,
)

SCHEMAS: dict[str, Vendor] = {vendor.schema: vendor for vendor in VENDORS}
"""Raw schema → the vendor that fills it."""


def vendor_of(source: Source) -> Vendor:
    """The vendor of a source of the company file."""
    return next(vendor for vendor in VENDORS if vendor.source_type == source.type)


def plan_source(source: Source, company: Company) -> SourcePlan:
    """The landing plan of any kind of source.

    Raises:
        SourceError: the folder, a file's name or a mapping does not fit.
    """
    plan = vendor_of(source).plan(source, company)
    if source.row_count_file is None:
        return plan
    return replace(plan, row_count_file=company.source_folder(source) / source.row_count_file)


def schema_of(source: Source) -> str:
    """The raw schema that ``source`` feeds."""
    return vendor_of(source).schema
