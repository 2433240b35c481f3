"""Every metric that is a KPI of the registry, by month, as MetricFlow computes it: JSON on stdout.

A program of its own, since MetricFlow changes dbt's global state. Its first argument is a folder
with ``dbt_project.yml``, ``profiles.yml`` and ``target/semantic_manifest.json``, the only place
where MetricFlow looks for it; ``CULTIVAR_WAREHOUSE`` names the warehouse. KPIs that follow, such as
``P08/count``, are the only ones that are asked for.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection
from itertools import groupby
from pathlib import Path

from dbt_metricflow.cli.cli_configuration import CLIConfiguration
from metricflow.engine.metricflow_engine import MetricFlowQueryRequest


def values(project: Path, kpis: Collection[str] = ()) -> list[dict[str, object]]:
    """One row a metric and month: metric, kpi_id, variant, month, value."""
    configuration = CLIConfiguration()
    configuration.setup(
        dbt_profiles_path=project, dbt_project_path=project, configure_file_logging=False
    )
    metas = {
        metric.name: metric.config.meta
        for metric in configuration.semantic_manifest.metrics
        if metric.config is not None
        and "kpi_id" in (meta := metric.config.meta)
        and (not kpis or f"{meta['kpi_id']}/{meta['variant']}" in kpis)
    }
    rows: list[dict[str, object]] = []
    # One statement for the metrics of one KPI keeps each statement readable and the number small.
    ordered = sorted(metas, key=lambda name: (metas[name]["kpi_id"], name))
    for _, names in groupby(ordered, key=lambda name: metas[name]["kpi_id"]):
        wanted = list(names)
        result = configuration.mf.query(
            MetricFlowQueryRequest.create(
                metric_names=wanted, group_by_names=["metric_time__month"]
            )
        )
        table = result.result_df
        assert table is not None
        columns = list(table.column_names)
        for row in table.rows:
            cells = dict(zip(columns, row, strict=True))
            month = cells["metric_time__month"]
            for name in wanted:
                rows.append(
                    {
                        "metric": name,
                        "kpi_id": metas[name]["kpi_id"],
                        "variant": metas[name]["variant"],
                        "month": None if month is None else str(month)[:10],
                        "value": None if cells[name] is None else float(cells[name]),
                    }
                )
    return rows


if __name__ == "__main__":
    json.dump(values(Path(sys.argv[1]), sys.argv[2:]), sys.stdout)
