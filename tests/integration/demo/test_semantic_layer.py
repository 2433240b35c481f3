"""MetricFlow over the published marts against fct_kpi: two ways from the marts to a KPI.

Belongs here: that the metrics are valid, and that each equals the KPI that it says it is. Does not
belong here: whether the KPI is right (``test_truth``).
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dagster_project.contract import PROJECT_ROOT
from dagster_project.publish.semantic_layer import write_semantic_project
from tests.support.nightly import NightlyRun, environment

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("made company")]


@pytest.fixture(scope="module")
def semantic_project(published: NightlyRun) -> Path:
    return write_semantic_project(published.home)


def python(semantic_project: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=semantic_project,
        env={**environment(), "PYTHONPATH": os.fspath(PROJECT_ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_metricflow_accepts_the_configuration(semantic_project: Path) -> None:
    """What ``mf validate-configs`` does, columns in the database included."""
    validate = "from dbt_metricflow.cli.main import validate_configs; validate_configs()"
    assert "ERRORS: 0" in python(semantic_project, "-c", validate)


def test_every_metric_equals_its_kpi_in_every_month(
    semantic_project: Path, published: NightlyRun
) -> None:
    found = json.loads(
        python(semantic_project, "-m", "tests.support.metricflow_values", str(semantic_project))
    )
    metrics = {
        (row["kpi_id"], row["variant"], row["month"]): row["value"]
        for row in found
        if row["month"] is not None
    }
    named = {(kpi_id, variant) for kpi_id, variant, _ in metrics}
    kpis = {
        (kpi_id, variant, str(month)): value
        for kpi_id, variant, month, value in published.published(
            "select kpi_id, variant, period_start, value from marts.fct_kpi "
            "where period_grain = 'month' and segment_type = 'all'"
        )
        if (kpi_id, variant) in named
    }
    different = {
        key: (metrics.get(key), kpis.get(key))
        for key in metrics.keys() | kpis.keys()
        if not equal(metrics.get(key), kpis.get(key))
    }
    assert different == {}
    # Every metric was compared, and with more than zeros.
    assert len(named) > 60
    assert {(kpi_id, variant) for kpi_id, variant, _ in kpis} == named
    assert sum(bool(value) for value in kpis.values()) > 500


def equal(metric: float | None, kpi: float | None) -> bool:
    """To 1e-9; where one side has no row for a month, the other has nothing to tell either."""
    if metric is None or kpi is None:
        return not metric and not kpi
    return math.isclose(metric, kpi, rel_tol=1e-9, abs_tol=1e-9)


def test_the_boards_can_be_asked_for(semantic_project: Path) -> None:
    """Each saved query, as ``make query`` asks it, gives rows."""
    for name in ("pipeline", "bookings", "revenue", "funnel", "outreach"):
        query = "from dbt_metricflow.cli.main import query; query()"
        shown = python(
            semantic_project, "-c", query, "--saved-query", f"{name}_board", "--limit", "3"
        )
        assert "metric_time__month" in shown
