"""The one function that puts the code location together.

Belongs here: which definitions exist for which company. Does not belong here: their contents.
Tests call ``build_defs`` with resources of their own and never patch globals.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource
from dagster_dlt import DagsterDltResource

from dagster_project.company import load_company
from dagster_project.hygiene.assets import gate_assets
from dagster_project.identity.assets import identity_assets
from dagster_project.jobs import nightly_job
from dagster_project.page.assets import page_asset
from dagster_project.publish.assets import postgres_asset, publication_asset
from dagster_project.resources import CompanyRun, default_company_path
from dagster_project.schedules import nightly_schedule
from dagster_project.sources.assets import ingestion_assets
from dagster_project.warehouse.assets import (
    company_assets,
    dbt_layer_assets,
    dbt_project,
    memory_assets,
)

# What BI tools see must be from last night by the time people come to work.
FRESH_BY_MORNING = dt.timedelta(hours=4)


def build_defs(*, resource_overrides: Mapping[str, Any] | None = None) -> dg.Definitions:
    """All definitions for the company named by ``CULTIVAR_COMPANY``.

    Args:
        resource_overrides: resources in place of the default ones, by name.
    """
    company_path = default_company_path()
    company = load_company(company_path)
    project = dbt_project()
    warehouse = [company_assets, memory_assets, *dbt_layer_assets(project)]
    gate, identity = gate_assets(), identity_assets()
    upstream = [
        key
        for assets in (*warehouse, gate, identity)
        for key, group in assets.group_names_by_key.items()
        if group in ("marts", "kpi", "bi", "gate", "identity")
    ]
    published = [publication_asset(upstream, project.manifest_path), page_asset()]
    if company.publication.postgres is not None:
        published.append(postgres_asset(project.manifest_path))
    freshness = dg.FreshnessPolicy.cron(
        deadline_cron="0 6 * * *",
        lower_bound_delta=FRESH_BY_MORNING,
        timezone=company.reporting.time_zone,
    )
    job = nightly_job()
    assets = dg.map_asset_specs(
        lambda spec: (
            dg.apply_freshness_policy(spec, freshness)
            if spec.group_name in ("marts", "kpi", "bi", "published")
            else spec
        ),
        [*ingestion_assets(company), *warehouse, gate, identity, *published],
    )
    return dg.Definitions(
        assets=assets,
        jobs=[job],
        schedules=[nightly_schedule(job, company)],
        executor=dg.in_process_executor,
        resources={
            "run": CompanyRun(
                company_path=company_path,
                home_path=os.environ.get("CULTIVAR_HOME", ""),
                as_of_date=os.environ.get("CULTIVAR_AS_OF", ""),
            ),
            "dbt": DbtCliResource(
                project_dir=project,
                dbt_executable=str(Path(__file__).parent / "warehouse" / "dbt"),
            ),
            "dlt": DagsterDltResource(),
            **(resource_overrides or {}),
        },
    )
