"""A software company's subscriptions, read through a mapping, against figures from its files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from dagster_project.contract import PROJECT_ROOT
from tests.support.nightly import NightlyRun, run_nightly

pytestmark = [pytest.mark.real_data, pytest.mark.slow, pytest.mark.xdist_group("ravenstack")]
COMPANY = PROJECT_ROOT / "tests/real_data/companies/ravenstack.yml"
LAST_DAY = dt.date(2024, 12, 31)


@pytest.fixture(scope="module")
def night(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> NightlyRun:
    return run_nightly(COMPANY, str(LAST_DAY), tmp_path_factory.mktemp("ravenstack"))


@pytest.fixture(scope="module")
def files(real_data: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    path = real_data / "ravenstack/ravenstack_subscriptions.csv"
    connection.execute(f"create view subscription as from read_csv('{path}')")
    return connection


def monthly(night: NightlyRun, kpi_id: str, variant: str = "headline") -> dict[dt.date, float]:
    return dict(
        night.published(
            f"select period_start, value from marts.fct_kpi where kpi_id = '{kpi_id}' "
            f"and variant = '{variant}' and period_grain = 'month' and segment_type = 'all'"
        )
    )


def test_recurring_revenue_at_month_ends(night: NightlyRun) -> None:
    mrr = monthly(night, "V01")
    assert mrr[dt.date(2023, 12, 1)] == 1_262_113
    assert mrr[dt.date(2024, 6, 1)] == 3_833_405
    assert mrr[dt.date(2024, 12, 1)] == 10_159_608
    assert monthly(night, "V02")[dt.date(2024, 12, 1)] == 121_915_296


def test_recurring_revenue_of_every_month(
    night: NightlyRun, files: duckdb.DuckDBPyConnection
) -> None:
    """The same a second way: from the file, by one plain statement."""
    expected = files.execute(
        """
        select month, sum(mrr_amount)::double
        from (select unnest(generate_series(date '2023-01-01', date '2024-12-01',
            interval 1 month))::date as month)
        join subscription on start_date <= last_day(month)
            and (end_date is null or end_date > last_day(month))
        group by month
        """
    ).fetchall()
    assert len(expected) == 24
    assert monthly(night, "V01") == dict(expected)


def test_subscriptions_and_accounts(night: NightlyRun) -> None:
    """4,514 subscriptions go on, trials included; all 500 accounts pay."""
    assert night.published(
        "select rows_in, rows_out from marts.fct_row_balance "
        "where entity in ('account', 'subscription', 'subscription_charge') order by rows_in"
    ) == [(500, 500), (5000, 5000), (5000, 5000)]
    assert night.published(
        "select sum(subscription_count), count(*) filter (where mrr > 0) "
        "from marts.fct_mrr_monthly where month_start = date '2024-12-01'"
    ) == [(4514, 500)]


def test_arr_waterfall_adds_up_to_the_months(night: NightlyRun) -> None:
    """What was taken away by subscriptions that ended is in contraction or churn, net per day."""
    ((moved,),) = night.published("select sum(arr_change) from marts.fct_arr_movement")
    assert moved == 121_915_296


def test_net_retention_of_the_last_year(
    night: NightlyRun, files: duckdb.DuckDBPyConnection
) -> None:
    """Customers of 31 December 2023 a year later, from the file."""
    ((net, gross, logo),) = files.execute(
        """
        with of_customer as (
            select account_id,
                coalesce(sum(mrr_amount) filter (where start_date <= date '2023-12-31'
                    and (end_date is null or end_date > date '2023-12-31')), 0) as opening,
                coalesce(sum(mrr_amount) filter (where end_date is null), 0) as closing
            from subscription group by account_id
        )
        select sum(closing) / sum(opening), sum(least(opening, closing)) / sum(opening),
            avg((closing > 0)::int)
        from of_customer where opening > 0
        """
    ).fetchall()
    last = dt.date(2024, 12, 1)
    assert monthly(night, "V04", "point_to_point")[last] == pytest.approx(net, rel=1e-9)
    assert monthly(night, "V03", "point_to_point")[last] == pytest.approx(gross, rel=1e-9)
    assert monthly(night, "V05", "point_to_point")[last] == pytest.approx(logo, rel=1e-9)
