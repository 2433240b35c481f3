"""A funnel from lead to subscription in Parquet, against figures from its files."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from dagster_project.contract import PROJECT_ROOT
from tests.support.nightly import NightlyRun, run_nightly
from tests.support.real_data import assert_every_row_is_accounted_for, rules_broken

pytestmark = [pytest.mark.real_data, pytest.mark.slow, pytest.mark.xdist_group("leadforge")]
COMPANY = PROJECT_ROOT / "tests/real_data/companies/leadforge.yml"


@pytest.fixture(scope="module")
def night(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> NightlyRun:
    return run_nightly(COMPANY, "2024-04-30", tmp_path_factory.mktemp("leadforge"))


def all_time(night: NightlyRun, kpi_id: str, variant: str = "headline") -> tuple[float, float]:
    ((value, n),) = night.published(
        f"select value, n from marts.fct_kpi where kpi_id = '{kpi_id}' "
        f"and variant = '{variant}' and period_grain = 'all_time' and segment_type = 'all'"
    )
    return value, n


def test_opportunities(night: NightlyRun) -> None:
    assert night.published(
        """
        select count(*), count(*) filter (where is_won), count(*) filter (where is_lost),
            count(*) filter (where is_open), sum(amount) filter (where is_won)
        from marts.fct_opportunity
        """
    ) == [(4641, 1049, 1168, 2424, Decimal("64214711.00"))]
    assert all_time(night, "opportunities_won_amount")[0] == 64_214_711
    assert all_time(night, "P08", "count")[0] == pytest.approx(1049 / (1049 + 1168))


def test_leads(night: NightlyRun) -> None:
    value, n = all_time(night, "F03", "lead_to_conversion")
    assert n == 5000
    assert value == pytest.approx(1049 / 5000)
    assert all_time(night, "F01", "inquiry")[0] == 5000
    assert all_time(night, "F01", "converted")[0] == 1049


def test_days_to_win(night: NightlyRun, real_data: Path) -> None:
    path = real_data / "leadforge/opportunities.parquet"
    expected = duckdb.execute(
        f"select date_trunc('month', closed_at::date)::date, "
        f"median(closed_at::date - created_at::date) "
        f"from '{path}' where close_outcome = 'closed_won' group by 1 order by 1"
    ).fetchall()
    assert len(expected) == 4
    assert (
        night.published(
            "select period_start, value from marts.fct_kpi where kpi_id = 'P07' "
            "and variant = 'won_median' and period_grain = 'month' and segment_type = 'all' "
            "order by period_start"
        )
        == expected
    )


def test_every_row_is_accounted_for(night: NightlyRun, real_data: Path) -> None:
    folder = real_data / "leadforge"
    files = {
        "account": "accounts",
        "contact": "contacts",
        "lead": "leads",
        "opportunity": "opportunities",
        "activity": "sales_activities",
        "subscription": "subscriptions",
    }
    assert_every_row_is_accounted_for(
        night, {entity: folder / f"{name}.parquet" for entity, name in files.items()}
    )


def test_no_key_is_broken(night: NightlyRun) -> None:
    """Ids and keys are clean: nothing is quarantined."""
    assert (
        night.published("select entity from marts.fct_row_balance where rows_quarantined > 0") == []
    )


def test_no_rule_finds_what_is_not_there(night: NightlyRun) -> None:
    """The people have neither names nor addresses, and only closed opportunities have a date."""
    assert rules_broken(night) == set()
