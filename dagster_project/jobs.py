"""Dagster jobs.

Belongs here: which assets run together, and how. Does not belong here: when they run (schedules).
"""

from __future__ import annotations

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import (
    UnresolvedAssetJobDefinition as AssetJob,
)

__all__ = ["NIGHTLY", "AssetJob", "nightly_job"]

NIGHTLY = "nightly"


def nightly_job() -> AssetJob:
    """The whole pipeline, from files to publication, in one process: DuckDB has one writer."""
    return dg.define_asset_job(
        NIGHTLY,
        selection=dg.AssetSelection.all(),
        executor_def=dg.in_process_executor,
        description=(
            "Everything, from files to publication. `make nightly`, the schedule and the button "
            "in the user interface run this same job."
        ),
        tags={"dagster/max_runtime": 6 * 60 * 60},
    )
