"""BI tools over what the made company's night published: each shows the numbers of fct_kpi.

Belongs here: real clients, as people point them at the published folder. Does not belong here:
what is in the files (``test_publication``), PostgreSQL (``test_postgres``).
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from dagster_project.contract import PROJECT_ROOT
from dagster_project.publish.semantic_layer import write_semantic_project
from tests.support.browser import Visitor
from tests.support.nightly import NightlyRun, environment
from tests.support.shown_page import card_value, choose, open_shown
from tests.support.superset import USER, Superset, bi_environment, superset_server

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("made company")]

MONTH = "2026-08"
KPIS = (
    "opportunities_won_amount/headline",
    "pipeline_open_amount/headline",
    "P01/amount",
    "P06/crm_probability",
    "P07/won_median",
    "P08/count",
    "F01/inquiry",
    "V02/headline",
    "V03/point_to_point",
    "V04/point_to_point",
)
"""Cards of the page's overview that are metrics, too: amounts, counts, medians and ratios."""

SUMS = {
    "fct_kpi": "value",
    "fct_opportunity": "amount",
    "fct_mrr_monthly": "mrr",
    "dim_account": "employee_count",
}
"""Published tables, and a column to add up in each: double, decimal and integer."""


@dataclass(frozen=True)
class Connected:
    """A Superset that is connected to a copy of the published file, and its chart of a month."""

    superset: Superset
    file: Path
    database: int
    data_set: int
    chart: int

    def values(self) -> dict[str, float]:
        return {
            f"{row['kpi_id']}/{row['variant']}": row["value"]
            for row in self.superset.chart_rows(self.chart)
        }


@pytest.fixture(scope="module")
def connected(
    published: NightlyRun, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Connected]:
    folder = tmp_path_factory.mktemp("superset")
    file = folder / "cultivar.duckdb"
    shutil.copyfile(published.home.published_database, file)
    with superset_server(folder / "home") as superset:
        database = superset.add_database(file)
        data_set = superset.add_data_set(database, "bi", "bi_kpi")
        chart = superset.add_table_chart(
            data_set,
            f"KPIs of {MONTH}",
            ["kpi_id", "variant", "kpi_name"],
            "max(value)",
            {"period_grain": "month", "period_start": f"{MONTH}-01", "segment_type": "all"},
        )
        yield Connected(superset, file, database, data_set, chart)


def test_ten_kpis_are_one_number_wherever_they_are_read(
    connected: Connected, visit: Visitor, published: NightlyRun
) -> None:
    """Superset's chart, the page, MetricFlow and fct_kpi."""
    in_fct_kpi = {
        f"{kpi_id}/{variant}": value
        for kpi_id, variant, value in published.published(
            "select kpi_id, variant, value from marts.fct_kpi where period_grain = 'month' "
            f"and period_start = date '{MONTH}-01' and segment_type = 'all'"
        )
    }
    expected = {kpi: in_fct_kpi[kpi] for kpi in KPIS}
    assert None not in expected.values(), "a KPI without a value compares nothing"
    assert len(set(expected.values())) == len(KPIS)

    in_superset = connected.values()
    page = open_shown(visit, published.home.published).page
    choose(page, "period", MONTH)
    in_metricflow = metrics(published)
    close = pytest.approx(expected, rel=1e-9)
    assert {kpi: in_superset[kpi] for kpi in KPIS} == close
    assert {kpi: card_value(page, kpi) for kpi in KPIS} == close
    assert {kpi: in_metricflow[kpi] for kpi in KPIS} == close


def metrics(published: NightlyRun) -> dict[str, float]:
    folder = str(write_semantic_project(published.home))
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.metricflow_values", folder, *KPIS],
        cwd=folder,
        env={**environment(), "PYTHONPATH": os.fspath(PROJECT_ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {
        f"{row['kpi_id']}/{row['variant']}": row["value"]
        for row in json.loads(done.stdout)
        if row["month"] == f"{MONTH}-01"
    }


def test_superset_shows_what_the_columns_mean(connected: Connected) -> None:
    told = connected.superset.ask("GET", f"dataset/{connected.data_set}")["result"]["columns"]
    with duckdb.connect(str(connected.file), read_only=True) as connection:
        comments = connection.execute(
            "select column_name, comment from duckdb_columns() where table_name = 'bi_kpi'"
        ).fetchall()
    assert {c["column_name"]: c["description"] for c in told} == dict(comments)


def test_who_writes_sql_in_superset_reads_the_file_and_nothing_beside_it(
    connected: Connected, published: NightlyRun, tmp_path: Path
) -> None:
    rows = connected.superset.run_sql(connected.database, "select count(*) as n from bi.bi_kpi")
    assert rows[0]["n"] == published.published("select count(*) from bi.bi_kpi")[0][0]
    secret = tmp_path / "secret.txt"
    secret.write_text("Kanarienvogel")
    with pytest.raises(AssertionError, match="file system operations are disabled") as raised:
        connected.superset.run_sql(connected.database, f"from read_text('{secret}')")
    assert "Kanarienvogel" not in str(raised.value)
    with pytest.raises(AssertionError):
        connected.superset.run_sql(connected.database, "create table bi.own as select 1 as x")


def test_superset_shows_the_chart_in_a_browser(
    connected: Connected, visit: Visitor, tmp_path: Path
) -> None:
    """A picture of it stays with the test's output."""
    page = visit(connected.superset.address, "login/").page
    page.fill("#username", USER)
    page.fill("#password", connected.superset.password)
    page.press("#password", "Enter")
    page.wait_for_url("**/superset/welcome/")
    page.goto(f"{connected.superset.address}/explore/?slice_id={connected.chart}&standalone=1")
    # The largest values come first, and a table draws only the rows that are in sight.
    page.get_by_text("Annual recurring revenue", exact=True).first.wait_for()
    page.screenshot(path=tmp_path / "chart.png")


def test_a_new_night_is_in_superset_at_once(connected: Connected, tmp_path: Path) -> None:
    """It connects for each query, so that it follows the replaced file by itself."""
    before = connected.values()["P08/count"]
    tonight = tmp_path / "new.duckdb"
    shutil.copyfile(connected.file, tonight)
    kept = tmp_path / "kept.duckdb"
    shutil.copyfile(connected.file, kept)
    with duckdb.connect(str(tonight)) as connection:
        connection.execute("update marts.fct_kpi set value = value + 1 where kpi_id = 'P08'")
    try:
        os.replace(tonight, connected.file)
        assert connected.values()["P08/count"] == pytest.approx(before + 1)
    finally:
        os.replace(kept, connected.file)


def expected_sums(published: NightlyRun) -> dict[str, list[float]]:
    """Table → rows and sum, in the published file, over DuckDB's Python interface."""
    return {
        table: [float(value) for value in rows[0]]
        for table, column in SUMS.items()
        if (rows := published.published(f"select count(*), sum({column}) from marts.{table}"))
    }


def test_pandas_and_polars_read_the_parquet_of_the_manifest(published: NightlyRun) -> None:
    done = subprocess.run(
        [
            bi_environment() / "bin/python",
            PROJECT_ROOT / "tests/bi/data_frames.py",
            published.home.published,
        ],
        input=json.dumps(SUMS),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    expected = expected_sums(published)
    assert all(rows > 10 and total for rows, total in expected.values())
    for library, found in json.loads(done.stdout).items():
        for table, value in expected.items():
            assert found[table] == pytest.approx(value, rel=1e-9), (library, table)


def test_duckdbs_command_line_reads_the_file(published: NightlyRun) -> None:
    query = " union all ".join(
        f"select '{table}' as name, count(*) as n, sum({column}) as total from marts.{table}"
        for table, column in SUMS.items()
    )
    done = subprocess.run(
        [
            bi_environment() / "bin/duckdb",
            *("-readonly", "-csv", "-c", query, published.home.published_database),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = {
        row["name"]: [float(row["n"]), float(row["total"])]
        for row in csv.DictReader(done.stdout.splitlines())
    }
    expected = expected_sums(published)
    assert found.keys() == expected.keys()
    for table, value in expected.items():
        assert found[table] == pytest.approx(value, rel=1e-9), table
