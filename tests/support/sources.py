"""Landing and loading a company's sources as the assets do it, without Dagster and dbt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.company import Home, RunSettings, load_company
from dagster_project.sources.known import is_replay
from dagster_project.sources.lake import Lake
from dagster_project.sources.lake_view import register_lake
from dagster_project.sources.landing import LandedTable, land_source
from dagster_project.sources.ledger import Ledger
from dagster_project.sources.loading import LoadedTable, load_schema
from dagster_project.sources.registry import SCHEMAS, plan_source, schema_of


def run_dlt(source: Any, pipeline: Any) -> Iterable[Any]:
    """What dagster-dlt does around a pipeline's run."""
    pipeline.drop()
    pipeline.run(source, loader_file_format="parquet").raise_on_failed_jobs()
    return []


class Night:
    """The company of ``folder/company.yml``, run night by night up to raw.

    ``schemas`` are the raw schemas that are loaded; fewer of them make a test faster.
    """

    schemas: Iterable[str] = tuple(SCHEMAS)

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = Home(folder / "home")

    def settings(self, as_of_date: dt.date) -> RunSettings:
        return RunSettings(load_company(self.folder / "company.yml"), as_of_date, self.home)

    def run(self, as_of_date: dt.date) -> tuple[list[LandedTable], list[LoadedTable]]:
        """Land every source, then load every raw schema."""
        settings = self.settings(as_of_date)
        company = settings.company
        landed: list[LandedTable] = []
        for source in () if is_replay(settings) else company.sources:
            plan = plan_source(source, company)
            landed += land_source(plan, Ledger(self.home.landing / source.name), as_of_date)
            if plan.lake is not None:
                lake = Lake(self.home.lake / source.name, source.name)
                events = lake.land(plan.lake, company.reporting.time_zone, as_of_date)
                is_changed = bool(events.new + events.replaced)
                landed.append(LandedTable(events.table, events.rows, is_changed, ()))
        loaded: list[LoadedTable] = []
        for schema in self.schemas:
            sources = {s.name: s.is_full_export for s in company.sources if schema_of(s) == schema}
            vendor = SCHEMAS[schema]
            loaded += load_schema(settings, schema, vendor.loaded_tables, sources, run_dlt)
            for table, columns in vendor.lake_columns.items():
                loaded.append(register_lake(settings, schema, table, columns, sources))
        return landed, loaded

    def raw(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every raw table, in order of its key."""
        content: dict[str, list[tuple[Any, ...]]] = {}
        with duckdb.connect(str(self.home.warehouse), read_only=True) as connection:
            for schema in self.schemas:
                for table in SCHEMAS[schema].loaded_tables:
                    content[f"{schema}.{table}"] = connection.execute(
                        f'select * from {schema}."{table}" order by _source_name, _record_id'
                    ).fetchall()
        return content

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.home.warehouse), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def landed_files(self) -> dict[str, bytes]:
        """The landing area, byte by byte."""
        return {
            str(path.relative_to(self.home.landing)): path.read_bytes()
            for path in sorted(self.home.landing.rglob("*"))
            if path.is_file()
        }
