"""The page of a company that has a CRM and nothing else."""

from __future__ import annotations

import pytest

from tests.support.browser import Visitor
from tests.support.nightly import NightlyRun
from tests.support.shown_page import card_value, choose, open_shown, section_titles

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("nightly")]


def test_what_a_company_has_not_is_left_out_and_named(visit: Visitor, first: NightlyRun) -> None:
    opened = open_shown(visit, first.home.published)
    titles = section_titles(opened.page)
    assert {"Overview", "Pipeline", "Leads and response", "Hygiene", "Run health"} <= set(titles)
    assert not {"Recurring revenue", "Retention"} & set(titles)
    panel = opened.page.locator("section.panel", has_text="Not shown")
    assert "Recurring revenue: there are no" in panel.inner_text()
    assert opened.errors == []
    assert opened.strays == []


def test_responses_in_a_crm_tell_what_brought_deals_and_nothing_of_mails(
    visit: Visitor, first: NightlyRun
) -> None:
    page = open_shown(visit, first.home.published, "marketing").page
    shown = page.locator("[data-kpi]").evaluate_all("all => all.map(one => one.dataset.kpi)")
    assert any(kpi.startswith("M08/") for kpi in shown)
    assert not [kpi for kpi in shown if kpi.startswith(("M01/", "M02/", "M03/", "S04/"))]


def test_amounts_are_in_the_companys_currency(visit: Visitor, first: NightlyRun) -> None:
    page = open_shown(visit, first.home.published, "pipeline").page
    choose(page, "period", "All time")
    won = first.published("select sum(amount) from marts.fct_opportunity where is_won")[0][0]
    page.goto(page.url.replace("#pipeline", "#overview"))
    page.wait_for_selector("h1:has-text('Overview')")
    page.wait_for_selector("main[data-ready]")
    assert card_value(page, "opportunities_won_amount/headline") == pytest.approx(float(won))
    shown = page.locator('[data-kpi="opportunities_won_amount/headline"] .value').inner_text()
    assert shown == f"€{won:,.0f}"


def test_the_summary_says_how_to_open_it(first: NightlyRun) -> None:
    assert "make page COMPANY=" in first.stdout
