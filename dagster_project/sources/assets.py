"""Dagster assets of ingestion: one landing asset a source, one raw asset a table.

Belongs here: asset definitions and their metadata. Does not belong here: how landing and loading
are done.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg
from dagster_dlt import DagsterDltResource, DagsterDltTranslator
from dagster_dlt.translator import DltResourceTranslatorData

from dagster_project.company.model import Company, Source
from dagster_project.contract import raw_table_description, raw_tables
from dagster_project.owners import OWNERS
from dagster_project.progress import reporter
from dagster_project.resources import CompanyRun
from dagster_project.sources.errors import SourceError
from dagster_project.sources.known import is_replay
from dagster_project.sources.lake import Lake
from dagster_project.sources.lake_view import register_lake
from dagster_project.sources.landing import LandedTable, land_source
from dagster_project.sources.ledger import Ledger
from dagster_project.sources.loading import load_schema
from dagster_project.sources.registry import SCHEMAS, plan_source

# Disks and interfaces have bad moments. Nothing after ingestion is retried.
INGESTION_RETRIES = dg.RetryPolicy(max_retries=2, delay=5, backoff=dg.Backoff.EXPONENTIAL)


def landing_key(source_name: str) -> dg.AssetKey:
    """Key of the landing asset of a source."""
    return dg.AssetKey(["landing", source_name])


def ingestion_assets(company: Company) -> list[dg.AssetsDefinition]:
    """All assets that bring the company's sources into raw."""
    landings = [_landing_asset(source) for source in company.sources]
    return [*landings, *(_raw_assets(schema, company) for schema in SCHEMAS)]


def _landing_asset(source: Source) -> dg.AssetsDefinition:
    @dg.asset(
        key=landing_key(source.name),
        group_name="landing",
        description=(
            f"Files of source '{source.name}', read strictly, mapped and checked as a whole, then "
            "written as Parquet. Takes no lock; a refused file leaves everything as it was."
        ),
        kinds={"python", "parquet"},
        owners=OWNERS["data"],
        retry_policy=INGESTION_RETRIES,
    )
    def landing(context: dg.AssetExecutionContext, run: CompanyRun) -> dg.MaterializeResult[Any]:
        settings = run.settings
        own = next(s for s in settings.company.sources if s.name == source.name)
        report = reporter(context, f"landing {source.name}")
        if is_replay(settings):
            report(f"{source.name}: not read, nights have gone beyond {settings.as_of_date}")
            return dg.MaterializeResult(
                metadata={"as_of_date": settings.as_of_date.isoformat(), "is_read": False}
            )
        try:
            plan = plan_source(own, settings.company)
            tables = land_source(
                plan, Ledger(settings.home.landing / source.name), settings.as_of_date, report
            )
            if plan.lake is not None:
                lake = Lake(settings.home.lake / source.name, source.name)
                events = lake.land(
                    plan.lake,
                    settings.company.reporting.time_zone,
                    settings.as_of_date,
                    report,
                )
                report(
                    f"{source.name}: {events.rows:,} events in the lake; {len(events.new):,} files "
                    f"new, {len(events.replaced):,} replaced, {events.repeated:,} rows repeated"
                )
                tables.append(
                    LandedTable(events.table, events.rows, bool(events.new + events.replaced), ())
                )
        except SourceError as error:
            # A refused file does not get right by reading it again.
            raise dg.Failure(description=str(error), allow_retries=False) from None
        table = dg.TableSchema(
            columns=[dg.TableColumn(n) for n in ("table", "rows", "changed", "new columns")]
        )
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": sum(t.rows for t in tables),
                "as_of_date": settings.as_of_date.isoformat(),
                "tables": dg.MetadataValue.table(
                    [
                        dg.TableRecord(
                            {
                                "table": t.table,
                                "rows": t.rows,
                                "changed": str(t.is_changed),
                                "new columns": ", ".join(t.new_columns),
                            }
                        )
                        for t in tables
                    ],
                    schema=table,
                ),
            }
        )

    return landing


def _raw_assets(schema: str, company: Company) -> dg.AssetsDefinition:
    vendor = SCHEMAS[schema]
    kind = vendor.source_type
    sources = [source.name for source in company.sources if source.type == kind]
    specs = [
        dg.AssetSpec(
            key=dg.AssetKey([schema, table]),
            deps=[landing_key(name) for name in sources],
            group_name="raw",
            description=raw_table_description(schema, table)
            or f"Raw {table.replace('_', ' ')} records, as sent.",
            kinds={vendor.label, "parquet" if table in vendor.lake_columns else "dlt", "duckdb"},
            owners=OWNERS["data"],
            metadata={"dagster/table_name": f"{schema}.{table}"},
        )
        for table in vendor.tables
    ]

    @dg.multi_asset(
        name=schema,
        specs=specs,
        retry_policy=INGESTION_RETRIES,
    )
    def raw(
        context: dg.AssetExecutionContext, run: CompanyRun, dlt: DagsterDltResource
    ) -> Iterator[dg.MaterializeResult[Any]]:
        full = {
            source.name: source.is_full_export
            for source in run.settings.company.sources
            if source.type == kind
        }
        report = reporter(context, f"raw {vendor.label}")
        # Raw of a vendor that the company does not have is made empty, which nobody waits for.
        if full:
            report("comparing what was landed with raw")
        loaded = load_schema(
            run.settings,
            schema,
            vendor.loaded_tables,
            full,
            lambda dlt_source, pipeline: dlt.run(
                context=context,
                dlt_source=dlt_source,
                dlt_pipeline=pipeline,
                dagster_dlt_translator=_translator(schema),
                loader_file_format="parquet",
            ),
            report,
        )
        for name, columns in vendor.lake_columns.items():
            loaded.append(register_lake(run.settings, schema, name, columns, full, report))
        for table in loaded:
            yield dg.MaterializeResult(
                asset_key=dg.AssetKey([schema, table.table]),
                metadata={
                    "dagster/row_count": table.rows,
                    "rows_new_changed_or_gone": table.rows_changed,
                    "rows_absent": table.rows_absent,
                    "load_id": table.load_id or "never loaded",
                    "newest_modified_at": table.newest_modified_at or "none",
                },
            )

    return raw


def _translator(schema: str) -> DagsterDltTranslator:
    class Translator(DagsterDltTranslator):
        def get_asset_spec(self, data: DltResourceTranslatorData) -> dg.AssetSpec:
            return dg.AssetSpec(dg.AssetKey([schema, data.resource.name]))

    return Translator()


def raw_asset_keys(schemas: Sequence[str] = tuple(SCHEMAS)) -> list[dg.AssetKey]:
    """Keys of all raw assets."""
    return [dg.AssetKey([schema, table]) for schema in schemas for table in raw_tables(schema)]
