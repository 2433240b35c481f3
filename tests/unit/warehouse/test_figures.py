"""The KPIs that a mart's page in Dagster shows."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dagster_project.warehouse.figures import mart_figures, sparkline

FCT_KPI = """
create schema marts;
create table marts.dim_kpi (kpi_id varchar, variant varchar, kpi_name varchar, is_headline boolean);
insert into marts.dim_kpi values
    ('P08', 'count', 'Win rate', true), ('P08', 'value', 'Win rate by value', false),
    ('P01', 'amount', 'Pipeline generated', true);
create table marts.fct_kpi (
    kpi_id varchar, variant varchar, unit varchar, segment_type varchar, period_grain varchar,
    period_start date, value double, is_period_complete boolean, target_low double,
    target_high double, status varchar
);
insert into marts.fct_kpi values
    ('P08', 'count', 'ratio', 'all', 'month', '2026-01-01', 0.2, true, 0.3, null, 'below'),
    ('P08', 'count', 'ratio', 'all', 'month', '2026-02-01', 0.4, true, 0.3, null, 'within'),
    ('P08', 'count', 'ratio', 'all', 'month', '2026-03-01', 0.9, false, 0.3, null, 'within'),
    ('P08', 'count', 'ratio', 'all', 'fiscal_year', '2025-02-01', 0.7, true, 0.3, null, 'within'),
    ('P08', 'count', 'ratio', 'owner', 'month', '2026-02-01', 0.6, true, 0.3, null, 'within'),
    ('P08', 'value', 'ratio', 'all', 'month', '2026-02-01', 0.5, true, null, null, 'no_target'),
    ('P01', 'amount', 'reporting_currency', 'all', 'fiscal_quarter', '2026-02-01', 1250.5, true,
        null, null, 'no_target');
"""


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(FCT_KPI)
    return path


def test_a_mart_shows_its_kpis_of_the_last_complete_period(warehouse: Path) -> None:
    lines = str(mart_figures(warehouse)["fct_opportunity"]["kpis"].value).splitlines()
    assert lines[2:] == [
        "| Pipeline generated (P01) | 1,250.50 | ▁ |  | fiscal quarter 2026-02-01 |",
        "| Win rate (P08) | 40.00% | ▁█ | at least 30.00%: within | 2026-02 |",
    ]


def test_the_plots_are_an_image_of_those_with_a_target(warehouse: Path) -> None:
    plots = str(mart_figures(warehouse)["fct_kpi"]["against_targets"].value)
    assert plots.startswith("![KPIs against their targets](data:image/png;base64,iVBORw0KGgo")


def test_without_values_there_are_no_figures(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("delete from marts.fct_kpi")
    assert mart_figures(warehouse) == {}


@pytest.mark.parametrize(
    ("values", "line"),
    [([0.0, 7.0], "▁█"), ([3.0, 3.0, 3.0], "▁▁▁"), ([0.0, 1.0, 2.0, 7.0], "▁▂▃█")],
)
def test_a_sparkline_rises_with_its_values(values: list[float], line: str) -> None:
    assert sparkline(values) == line
