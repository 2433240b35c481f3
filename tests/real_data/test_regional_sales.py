"""Microsoft's regional sales sample, read through a mapping, against figures from its files."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from dagster_project.contract import PROJECT_ROOT
from tests.support.browser import Visitor
from tests.support.nightly import NightlyRun, run_nightly
from tests.support.real_data import (
    assert_every_row_is_accounted_for,
    findings,
    relation,
    rules_broken,
)
from tests.support.shown_page import card_value, choose, go_to, open_shown, section_titles

pytestmark = [pytest.mark.real_data, pytest.mark.slow, pytest.mark.xdist_group("regional_sales")]
COMPANY = PROJECT_ROOT / "tests/real_data/companies/regional_sales.yml"


@pytest.fixture(scope="module")
def night(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> NightlyRun:
    return run_nightly(COMPANY, "2021-11-10", tmp_path_factory.mktemp("regional_sales"))


def kpi(night: NightlyRun, kpi_id: str, variant: str, grain: str = "all_time") -> float:
    ((value,),) = night.published(
        f"select value from marts.fct_kpi where kpi_id = '{kpi_id}' and variant = '{variant}' "
        f"and period_grain = '{grain}' and segment_type = 'all'"
    )
    return float(value)


def test_opportunities(night: NightlyRun) -> None:
    assert night.published(
        """
        select count(*) filter (where is_won), count(*) filter (where is_lost),
            count(*) filter (where is_open), sum(amount) filter (where is_won),
            sum(amount) filter (where is_open), count(*) filter (where campaign_id is null)
        from marts.fct_opportunity
        """
    ) == [(7282, 7385, 5333, Decimal("26435925.00"), Decimal("27812381.00"), 6732)]


def test_figures(night: NightlyRun) -> None:
    assert kpi(night, "P08", "count") == pytest.approx(0.496489, abs=5e-7)
    assert kpi(night, "opportunities_won_count", "headline") == 7282
    assert kpi(night, "opportunities_lost_count", "headline") == 7385
    assert kpi(night, "opportunities_open_count", "headline", "day") == 5333
    assert kpi(night, "opportunities_won_amount", "headline") == 26_435_925
    assert kpi(night, "opportunities_open_amount", "headline", "day") == 27_812_381
    assert kpi(night, "pipeline_open_amount", "headline", "day") == 19_900_361
    assert kpi(night, "P07", "won_mean") == pytest.approx(121.115628, abs=5e-7)
    assert kpi(night, "P07", "lost_mean") == pytest.approx(94.624103, abs=5e-7)


def test_days_to_close_agree_with_the_samples_own_column(
    night: NightlyRun, real_data: Path
) -> None:
    path = real_data / "regional_sales/opportunities.csv"
    own = duckdb.execute(
        f"select OpportunitySeq, cast(DaysToClose as integer) from read_csv('{path}', "
        "all_varchar = true, header = true) where Status <> 'Open'"
    ).fetchall()
    ours = night.published(
        "select source_opportunity_id, days_to_close from marts.fct_opportunity where not is_open"
    )
    assert sorted(ours) == sorted(own)


@pytest.mark.parametrize("grain", ["month", "quarter", "year"])
@pytest.mark.parametrize("segment_type", ["all", "owner", "industry", "territory", "product"])
def test_win_rates_of_every_segment_and_period(
    night: NightlyRun, real_data: Path, grain: str, segment_type: str
) -> None:
    """The same rate a second way: from the files, by one plain statement."""
    folder = real_data / "regional_sales"

    def file(name: str) -> str:
        return f"read_csv('{folder / name}', all_varchar = true, header = true)"

    segment = {
        "all": "'all'",
        "owner": "Owner",
        "industry": "coalesce(Industry, IndustrySeq)",
        "territory": "Territory",
        "product": "Product",
    }[segment_type]
    expected = duckdb.execute(
        f"""
        select {segment}, cast(date_trunc('{grain}', cast(CloseDate as date)) as date),
            count(*) filter (where Status = 'Won'), count(*)
        from {file("opportunities.csv")} as o
        join {file("accounts.csv")} as a using (AccountSeq)
        left join {file("owners.csv")} as u using (SystemUserSeq)
        left join {file("industries.csv")} using (IndustrySeq)
        left join {file("territories.csv")} as t on t.TerritorySeq = a.TerritorySeq
        left join {file("products.csv")} using (ProductSeq)
        where Status <> 'Open'
        group by 1, 2
        """
    ).fetchall()
    found = night.published(
        f"""
        select segment, period_start, numerator, denominator from marts.fct_kpi
        where kpi_id = 'P08' and variant = 'count' and period_grain = '{grain}'
            and segment_type = '{segment_type}' and denominator > 0
        """
    )
    assert len(expected) >= 3
    assert sorted(found) == sorted(expected)


def test_duplicate_account_name(night: NightlyRun) -> None:
    assert findings(night, "A10") == {("account", "account_name"): 1}


def test_opportunities_without_a_campaign(night: NightlyRun) -> None:
    assert findings(night, "O17") == {("opportunity", "campaign_id"): 6732}


def test_a_title_that_tells_nothing(night: NightlyRun) -> None:
    """The one contact of the sample is called a sample, by title, too."""
    assert findings(night, "P07") == {("contact", "title"): 1}


def test_every_row_is_accounted_for(night: NightlyRun, real_data: Path) -> None:
    folder = real_data / "regional_sales"
    files = {
        "account": "accounts",
        "contact": "contacts",
        "user": "owners",
        "product": "products",
        "campaign": "campaigns",
        "opportunity": "opportunities",
        "opportunity_line_item": "opportunities",
    }
    assert_every_row_is_accounted_for(
        night, {entity: folder / f"{name}.csv" for entity, name in files.items()}
    )


def test_opportunities_that_are_the_same(night: NightlyRun, real_data: Path) -> None:
    """Every open one but the first of its account, product and month: these customers buy often."""
    ((expected,),) = duckdb.execute(
        f"""
        select sum(alike - 1) from (
            select count(*) as alike from {relation(real_data / "regional_sales/opportunities.csv")}
            where Status = 'Open'
            group by AccountSeq, ProductSeq, left(CloseDate, 7)
        )
        """
    ).fetchall()
    assert expected > 0
    assert findings(night, "O20") == {("opportunity", "opportunity_name"): expected}


def test_no_rule_finds_what_is_not_there(night: NightlyRun) -> None:
    """There are no activities, histories, sources or next steps in the data."""
    assert rules_broken(night) == {
        "account.A10",
        "contact.P07",
        "opportunity.O04",
        "opportunity.O17",
        "opportunity.O20",
        "opportunity.O25",
    }


def test_the_page_shows_what_there_is_and_says_what_there_is_not(
    night: NightlyRun, visit: Visitor
) -> None:
    opened = open_shown(visit, night.home.published)
    page = opened.page
    assert section_titles(page) == [
        *("Overview", "Pipeline", "Forecast"),
        *("People and territories", "Hygiene", "Run health"),
    ]
    not_shown = page.locator("section.panel", has_text="Not shown")
    for text in (
        "Marketing and product: there is neither marketing automation nor product use.",
        "Recurring revenue: there are no subscriptions.",
        "Leads and response: there are no leads.",
        "Coverage: there are no quotas and no list of the market.",
    ):
        assert text in not_shown.inner_text()
    not_shown.locator("summary").click()
    assert "Open rate, people (M01): needs email send" in not_shown.inner_text()
    # The sample has no segments of companies: there is nothing to choose.
    filters = page.locator("select").evaluate_all("found => found.map(one => one.id)")
    assert filters == ["period", "cut-owner", "cut-region"]

    choose(page, "period", "All time")
    assert card_value(page, "P08/count") == pytest.approx(0.496489, abs=5e-7)
    assert card_value(page, "opportunities_won_amount/headline") == 26_435_925
    for title in section_titles(page):
        go_to(page, title)
        charts = page.locator(".chart")
        for index in range(charts.count()):
            assert charts.nth(index).locator("svg path").count() > 2, title
    assert opened.errors == []
    assert opened.strays == []
