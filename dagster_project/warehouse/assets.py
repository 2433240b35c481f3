"""Dagster assets of the warehouse: the company's tables, the memory, and dbt around the gate.

Belongs here: asset definitions. Does not belong here: SQL, argument building.
"""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DbtCliResource, DbtProject, dbt_assets

from dagster_project.company.run import Home
from dagster_project.contract import DBT_PROJECT
from dagster_project.hygiene.check_results import dbt_test_results, write_dbt_test_results
from dagster_project.owners import OWNERS
from dagster_project.progress import reporter, viewer
from dagster_project.publish.memory import write_memory
from dagster_project.resources import CompanyRun
from dagster_project.sources.assets import raw_asset_keys
from dagster_project.warehouse.arguments import (
    AFTER_GATE,
    BEFORE_GATE,
    NOT_AT_NIGHT,
    build_arguments,
)
from dagster_project.warehouse.company_tables import write_company_tables
from dagster_project.warehouse.figures import ALL_KPIS, mart_figures
from dagster_project.warehouse.lineage import column_lineage, lineage_table
from dagster_project.warehouse.rows import written_rows
from dagster_project.warehouse.translator import Translator

LAYER_SCHEMAS = ("reference", "staging", "canonical", "intermediate", "marts", "bi")
"""Schemas that dbt writes."""

SHOWN_SCHEMAS = ("marts", "bi")
"""Schemas that people look at: their pages say where their columns come from."""

KEPT_TARGETS = 6
"""dbt leaves a folder of artefacts a run and layer; this many are kept."""

COMPANY_TABLES = {
    "source": "Sources of the company and their time zones.",
    "record_link": "Addresses of records' pages, by source and entity, around the record's id.",
    "landed_table": "What each source delivered: rows, those before, its own count, new columns.",
    "delivered_entity": "Which canonical entities each source delivers at all.",
    "opportunity_stage": "Opportunity stages: order, state, probability, forecast category.",
    "lead_status": "Lead statuses and the standard lead stage of each.",
    "campaign_member_status": "Campaign member statuses: rank, and whether each is a response.",
    "excluded_domain": "Domains whose records count in no KPI.",
    "currency_rate": "Dated rates from each currency to the reporting currency.",
    "lake_file_day": "Rows of each event file in the lake, by the day on which they happened.",
    "raw_row_count": "Records in raw per source and canonical entity.",
}

MEMORY_TABLES = {
    "kpi_value_frozen": "Values of periods that were frozen, as published before.",
    "kpi_restatement": "Changes of frozen periods that were seen before.",
    "finding": "Episodes of findings, as published before.",
    "hygiene_scorecard": "Hygiene scorecards of earlier nights, as published before.",
    "record_survivor": "Which account or person each record stood for, as published before.",
    "record_change": "Records that loads since the last published night brought or changed.",
    "run": "The run itself: its day, its id, and whether nights have gone beyond its day.",
}


def dbt_project() -> DbtProject:
    """The dbt project; its manifest is parsed by the Makefile, or by dagster's own dev command."""
    project = DbtProject(project_dir=DBT_PROJECT, profiles_dir=DBT_PROJECT)
    project.prepare_if_dev()
    return project


@dg.multi_asset(
    name="company_tables",
    specs=[
        dg.AssetSpec(
            key=dg.AssetKey(["config", table]),
            deps=raw_asset_keys(),
            group_name="config",
            description=description,
            kinds={"python", "duckdb"},
            owners=OWNERS["operations"],
            metadata={"dagster/table_name": f"config.{table}"},
        )
        for table, description in COMPANY_TABLES.items()
    ],
)
def company_assets(
    context: dg.AssetExecutionContext, run: CompanyRun
) -> Iterator[dg.MaterializeResult[Any]]:
    """The company file as tables, and what raw holds of each source."""
    reporter(context, "company")("writing the company file as tables")
    rows = write_company_tables(run.settings)
    for table, count in rows.items():
        yield dg.MaterializeResult(
            asset_key=dg.AssetKey(["config", table]), metadata={"dagster/row_count": count}
        )


@dg.multi_asset(
    name="memory",
    specs=[
        dg.AssetSpec(
            key=dg.AssetKey(["memory", table]),
            deps=raw_asset_keys(),
            group_name="memory",
            description=description,
            kinds={"python", "duckdb"},
            owners=OWNERS["operations"],
            metadata={"dagster/table_name": f"memory.{table}"},
        )
        for table, description in MEMORY_TABLES.items()
    ],
)
def memory_assets(
    context: dg.AssetExecutionContext, run: CompanyRun
) -> Iterator[dg.MaterializeResult[Any]]:
    """What earlier nights published and this one must not forget."""
    reporter(context, "memory")("reading what was published before")
    for table, count in write_memory(run.settings, context.run_id).items():
        yield dg.MaterializeResult(
            asset_key=dg.AssetKey(["memory", table]), metadata={"dagster/row_count": count}
        )


def dbt_layer_assets(project: DbtProject) -> list[dg.AssetsDefinition]:
    """Dbt in two steps, with the gate between them."""
    return [
        _dbt_assets(project, "dbt_before_gate", BEFORE_GATE, "staging"),
        _dbt_assets(project, "dbt_after_gate", AFTER_GATE, "marts"),
    ]


def _dbt_assets(project: DbtProject, name: str, select: str, step: str) -> dg.AssetsDefinition:
    @dbt_assets(
        manifest=project.manifest_path,
        select=select,
        exclude=NOT_AT_NIGHT,
        name=name,
        project=project,
        dagster_dbt_translator=Translator(),
    )
    def build(
        context: dg.AssetExecutionContext, run: CompanyRun, dbt: DbtCliResource
    ) -> Iterator[Any]:
        home = run.settings.home
        report = reporter(context, step)
        report("starting dbt")
        target = home.dbt_target / f"{context.run_id[:8]}-{name}"
        invocation = dbt.cli(
            build_arguments(run.settings.dbt_vars()), context=context, target_path=target
        )
        show = viewer(step)
        events, failure = [], None
        try:
            for event in invocation.stream():
                _show(event, show)
                events.append(event)
        except Exception as error:
            failure = error
        # Held back until dbt has let go of the warehouse: only then can rows be counted.
        _keep_test_results(run, target, context.run_id)
        told = _told_of_tables(home, project, target, name) if failure is None else {}
        for event in events:
            yield _with_metadata(event, told)
        if failure is not None:
            raise failure
        _prune(home.dbt_target)

    return build


def _keep_test_results(run: CompanyRun, target: Path, run_id: str) -> None:
    """Tests of dbt beside the other checks of the run, also when one of them has failed."""
    results = dbt_test_results(target)
    if results:
        settings = run.settings
        with duckdb.connect(str(settings.home.warehouse)) as connection:
            write_dbt_test_results(connection, results, settings.as_of_date, run_id)


def _told_of_tables(
    home: Home, project: DbtProject, target: Path, name: str
) -> dict[str, dict[str, Any]]:
    """``schema.table`` → what its page in Dagster shows of this run."""
    rows = written_rows(home.warehouse, LAYER_SCHEMAS)
    manifest = json.loads(project.manifest_path.read_text(encoding="utf-8"))
    lineage = column_lineage(
        manifest,
        target / "compiled" / manifest["metadata"]["project_name"],
        home.warehouse,
        home.dbt_target / f"{name}-lineage.json",
    )
    has_kpis = dg.AssetKey(["marts", ALL_KPIS]) in lineage
    figures = mart_figures(home.warehouse) if has_kpis else {}
    told: dict[str, dict[str, Any]] = {}
    for table, counted in rows.items():
        told.setdefault(table, {}).update(
            {
                "dagster/row_count": counted.rows,
                "rows_written": counted.written,
                "rows_deleted": counted.deleted,
            }
        )
    for key, columns in lineage.items():
        of_table = told.setdefault(".".join(key.path), {})
        of_table["dagster/column_lineage"] = columns
        if key.path[0] in SHOWN_SCHEMAS:
            of_table["columns_come_from"] = dg.MetadataValue.md(lineage_table(columns))
    for mart, metadata in figures.items():
        told.setdefault(f"marts.{mart}", {}).update(metadata)
    return told


def _with_metadata(event: Any, told: Mapping[str, Mapping[str, Any]]) -> Any:
    """The event of a built table with what is told of it; dagster-dbt adds the seconds."""
    if not isinstance(event, dg.Output):
        return event
    added = told.get(event.output_name.replace("__", ".", 1))
    return event.with_metadata({**event.metadata, **added}) if added else event


def _show(event: Any, show: Callable[[str], None]) -> None:
    if isinstance(event, dg.Output):
        show(f"built {event.output_name.replace('__', '.')}")
    elif isinstance(event, dg.AssetMaterialization):
        show(f"built {event.asset_key.to_user_string().replace('/', '.')}")


def _prune(targets: Path) -> None:
    folders = sorted(
        (p for p in targets.iterdir() if p.is_dir()), key=lambda p: p.stat().st_mtime, reverse=True
    )
    for folder in folders[KEPT_TARGETS:]:
        shutil.rmtree(folder, ignore_errors=True)
