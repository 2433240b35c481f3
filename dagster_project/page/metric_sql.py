"""The SQL that MetricFlow would ask for each KPI, for people who look behind a number of the page.

``python -m dagster_project.page.metric_sql`` writes ``metric_sql.json``, which is committed: it
changes with the semantic models only, and a night need not wait for MetricFlow. A program of its
own, since MetricFlow changes dbt's global state. Belongs here: asking MetricFlow. Does not belong
here: what a metric is (``dbt_project/models/semantic``).
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import duckdb

METRIC_SQL = Path(__file__).with_name("metric_sql.json")
TIME = "metric_time__month"


def metric_statements(project: Path) -> dict[str, dict[str, str]]:
    """``kpi_id/variant`` → its metric and the statement that computes it by month.

    Args:
        project: a folder that ``write_semantic_project`` wrote.
    """
    from dbt_metricflow.cli.cli_configuration import CLIConfiguration
    from metricflow.engine.metricflow_engine import MetricFlowQueryRequest

    configuration = CLIConfiguration()
    configuration.setup(
        dbt_profiles_path=project, dbt_project_path=project, configure_file_logging=False
    )
    statements = {}
    for metric in configuration.semantic_manifest.metrics:
        meta = metric.config.meta if metric.config is not None else {}
        if "kpi_id" not in meta:
            continue
        request = MetricFlowQueryRequest.create(metric_names=[metric.name], group_by_names=[TIME])
        text = configuration.mf.explain(request).sql_statement.sql
        # Its comments tell of MetricFlow's plan, not of the KPI.
        lines = [line for line in text.splitlines() if not line.lstrip().startswith("--")]
        key = f"{meta['kpi_id']}/{meta['variant']}"
        statements[key] = {"metric": metric.name, "sql": "\n".join(lines)}
    return dict(sorted(statements.items()))


def main() -> None:
    """Write the statements anew; nothing has to be published for it."""
    from dagster_project.company.run import Home
    from dagster_project.publish.semantic_layer import write_semantic_project

    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        home.published.mkdir(parents=True)
        duckdb.connect(str(home.published_database)).close()
        os.environ["CULTIVAR_WAREHOUSE"] = str(home.published_database)
        statements = metric_statements(write_semantic_project(home))
    METRIC_SQL.write_text(json.dumps(statements, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
