"""A software company's subscriptions, read through a mapping, against figures from its files.

Its readme says that the data are clean; what is wrong with them was counted with plain SQL.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from dagster_project.contract import PROJECT_ROOT
from tests.support.nightly import NightlyRun, run_nightly
from tests.support.real_data import (
    assert_every_row_is_accounted_for,
    findings,
    rules_broken,
)

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


def test_every_row_is_accounted_for(night: NightlyRun, real_data: Path) -> None:
    folder = real_data / "ravenstack"
    files = {
        "account": "accounts",
        "subscription": "subscriptions",
        "subscription_charge": "subscriptions",
        "usage_record": "feature_usage",
        "support_ticket": "support_tickets",
        "churn_event": "churn_events",
    }
    assert_every_row_is_accounted_for(
        night, {entity: folder / f"ravenstack_{name}.csv" for entity, name in files.items()}
    )


def test_uses_under_one_id(night: NightlyRun) -> None:
    """21 uses have the id of another one: they are held back, and nothing else is."""
    assert findings(night, "X02") == {("usage_record", "metering_id"): 21}
    assert night.published(
        "select entity, rows_quarantined from marts.fct_row_balance where rows_quarantined > 0"
    ) == [("usage_record", 21)]


def test_uses_before_and_after_the_subscription(night: NightlyRun) -> None:
    assert night.published(
        """
        select
            count(*) filter (where contains(value, ' / service from ')),
            count(*) filter (where contains(value, ' / service until ')),
            count(*)
        from hygiene.violation
        where rule_id = 'C06' and entity = 'usage_record' and field = 'used_on'
        """
    ) == [(19142, 290, 19142 + 290)]


def test_tickets_before_the_customer_signed_up(night: NightlyRun) -> None:
    assert findings(night, "C06")["support_ticket", "opened_at"] == 1077


def test_departures_that_the_account_denies_and_the_other_way_round(night: NightlyRun) -> None:
    assert night.published(
        """
        select
            count(*) filter (where starts_with(value, 'Customer / left on ')),
            count(*) filter (where value = 'Former Customer / no departure'),
            count(*)
        from hygiene.violation where rule_id = 'X04' and field = 'account_type'
        """
    ) == [(277, 35, 277 + 35)]


def test_former_customers_whose_subscription_goes_on(
    night: NightlyRun, files: duckdb.DuckDBPyConnection, real_data: Path
) -> None:
    path = real_data / "ravenstack/ravenstack_accounts.csv"
    ((expected,),) = files.execute(
        f"select count(*) from read_csv('{path}') as account where churn_flag "
        "and account_id in (select account_id from subscription where end_date is null)"
    ).fetchall()
    assert expected > 100
    assert findings(night, "A11") == {("account", "account_type"): expected}


def test_no_rule_finds_what_is_not_there(night: NightlyRun) -> None:
    """There are no people, owners or websites in the data, so no rule asks for them."""
    assert rules_broken(night) == {
        "account.A11",
        "account.X04",
        "support_ticket.C06",
        "usage_record.C06",
        "usage_record.X02",
    }
