"""What a kind of source is made of.

Belongs here: the record that each vendor module fills in once, as ``VENDOR``. Does not belong
here: the list of vendors (``registry``), and anything of one vendor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from dagster_project.company.model import Company
from dagster_project.contract import raw_tables
from dagster_project.sources.landing import SourcePlan

EVERY_RECORD = "count(*)"


@dataclass(frozen=True)
class Vendor:
    """A kind of source: how its files are planned, where they land, and what they feed."""

    source_type: str
    """``type`` of a source in the company file, such as ``salesforce_export``."""
    label: str
    """One word for people, such as ``salesforce``."""
    schema: str
    """Raw schema, such as ``raw_salesforce``: declared in dbt's ``_<folder>__sources.yml``."""
    plan: Callable[[Any, Company], SourcePlan]
    """(source of the company file, company) → the landing plan."""
    feeds: dict[str, dict[str, str]]
    """Raw table → canonical entity → SQL aggregate over the raw table that counts the rows it
    gives that entity. A table that is not listed feeds the entity of its own name, row by row;
    one with an empty dictionary feeds none."""
    lake_columns: dict[str, dict[str, str]] = field(default_factory=dict)
    """Raw table that is a view over files of the lake → column → type; others are loaded."""

    def feeds_of(self, raw_table: str) -> dict[str, str]:
        """Canonical entity → SQL aggregate that counts the rows that ``raw_table`` gives it."""
        return self.feeds.get(raw_table, {raw_table: EVERY_RECORD})

    @property
    def tables(self) -> dict[str, tuple[str, ...]]:
        """Raw table → its business columns."""
        return raw_tables(self.schema)

    @property
    def loaded_tables(self) -> dict[str, tuple[str, ...]]:
        """Those that are loaded."""
        return {
            table: columns
            for table, columns in self.tables.items()
            if table not in self.lake_columns
        }
