"""The page of the made company, in a browser: every section, true numbers, nothing that leaks."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from dagster_project.company import Home, RunSettings, load_company
from dagster_project.contract import PROJECT_ROOT
from dagster_project.page.site import write_site
from dagster_project.publish.publication import read_manifest
from tests.support.browser import Visitor
from tests.support.demo import COMPANY_FILES
from tests.support.nightly import NightlyRun
from tests.support.shown_page import card_value, choose, go_to, open_shown, section_titles

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("made company")]

SECTIONS = {
    "Overview": ["Against targets", "At a glance", "All KPIs"],
    "Account-based funnel": ["From prospecting to pipeline", "Connect rate", "Target accounts"],
    "Leads and response": ["Leads that entered each stage", "Hand-offs to sales"],
    "Pipeline": ["What moved the open pipeline", "Open opportunities by stage"],
    "Forecast": ["Calibration: how often deals won that had reached a stage"],
    "Recurring revenue": ["ARR waterfall", "What a customer costs and brings"],
    "Retention": ["Revenue left, in percent", "Revenue left of a year ago"],
    "Coverage": ["Open pipeline to what is missing of the quota", "The market"],
    "Marketing and product": ["Open rate", "Workspaces that became paid"],
    "People and territories": ["Representatives", "Territories"],
    "Hygiene": ["Rules that are broken", "Worklists"],
    "Run health": ["Every row is accounted for", "How fresh each kind is"],
}
"""Every section, and headings of what only data can fill."""

SCREENSHOTS = PROJECT_ROOT / "data/test_screenshots"
"""Each section in both widths and schemes, to be looked at; the next run replaces them."""

SEGMENTS = {"smb": "SMB", "mid_market": "Mid market", "enterprise": "Enterprise"}
WON = "sum(amount) filter (where is_won)"
WIN_RATE = (
    "count(*) filter (where is_won and is_win_rate_eligible)"
    " / nullif(count(*) filter (where is_closed and is_win_rate_eligible), 0)"
)
DEALS = """
    from marts.fct_opportunity as deal
    left join marts.dim_account as account using (account_id)
    left join marts.dim_territory as area on account.territory = area.territory_name
    left join marts.dim_user as closer on deal.owner_id_at_close = closer.user_id
"""


def test_every_section_shows_data(visit: Visitor, published: NightlyRun) -> None:
    opened = open_shown(visit, published.home.published)
    assert section_titles(opened.page) == list(SECTIONS)
    for title, headings in SECTIONS.items():
        go_to(opened.page, title)
        assert opened.page.get_by_role("heading", level=1).inner_text() == title
        shown = opened.page.locator("main h2, main h3").all_inner_texts()
        assert set(headings) <= set(shown), title
        charts = opened.page.locator(".chart")
        for index in range(charts.count()):
            marks = charts.nth(index).locator("svg path, svg text")
            assert marks.count() > 2, charts.nth(index).get_attribute("aria-label")
    assert opened.errors == []
    assert opened.strays == []


@pytest.mark.parametrize(
    ("filter_id", "column"),
    [
        ("cut-account_segment", "account.account_segment"),
        ("cut-region", "area.region"),
        ("cut-owner", "closer.user_name"),
    ],
)
def test_filters_change_numbers_to_true_ones(
    visit: Visitor, published: NightlyRun, filter_id: str, column: str
) -> None:
    year, begin, end = published.published(
        "select any_value('FY' || fiscal_year), fiscal_year_start_date, fiscal_year_end_date "
        "from marts.dim_date where date_day = date '2025-12-31' group by 2, 3"
    )[0]
    expected = published.published(
        f"select {column}, {WIN_RATE}, coalesce({WON}, 0) {DEALS} "
        f"where close_date between date '{begin}' and date '{end}' and {column} is not null "
        "and is_closed group by 1 order by 1"
    )
    assert len({win_rate for _, win_rate, _ in expected}) > 1, "no choice changes anything"
    page = open_shown(visit, published.home.published, "pipeline").page
    choose(page, "period", year)
    for choice, win_rate, won in expected:
        choose(page, filter_id, SEGMENTS.get(choice, choice))
        assert card_value(page, "P08/count") == (win_rate and pytest.approx(win_rate)), choice
        go_to(page, "Overview")
        shown = card_value(page, "opportunities_won_amount/headline")
        assert shown == pytest.approx(float(won)), choice
        go_to(page, "Pipeline")


def test_the_waterfall_ends_with_the_pipeline_of_the_snapshot(
    visit: Visitor, published: NightlyRun
) -> None:
    page = open_shown(visit, published.home.published, "pipeline").page
    choose(page, "period", "2026-06")
    figure = page.locator("figure", has_text="What moved the open pipeline")
    table = figure.locator("tbody tr")
    figure.locator("summary", has_text="Numbers").click()
    rows = [row.split("\t") for row in table.all_inner_texts()]
    for label, day in ((rows[0], "2026-05-31"), (rows[-1], "2026-06-30")):
        open_amount = published.published(
            "select sum(amount) from marts.fct_opportunity_daily_snapshot "
            f"where snapshot_on = date '{day}' and is_in_pipeline and is_open"
        )[0][0]
        assert label[0] in ("Opening", "Closing")
        assert label[1] == _short(float(open_amount)), day


def _short(amount: float) -> str:
    """As the page writes money where there is little room."""
    for limit, letter in ((1e6, "M"), (1e3, "K")):
        if amount >= limit:
            return f"${amount / limit:.1f}{letter}".replace(".0", "")
    return f"${amount:.1f}".replace(".0", "")


def test_tables_are_sorted_by_keyboard(visit: Visitor, published: NightlyRun) -> None:
    page = open_shown(visit, published.home.published, "health").page
    table = page.get_by_role("region", name="Rows by source and kind")
    head = table.get_by_role("button", name="In", exact=True)
    for direction in ("descending", "ascending"):
        head.focus()
        page.keyboard.press("Enter")
        assert table.locator("th[aria-sort]").get_attribute("aria-sort") == direction
        cells = table.locator("tbody tr td:nth-child(3)").all_inner_texts()
        numbers = [int(cell.replace(",", "")) for cell in cells]
        assert numbers == sorted(numbers, reverse=direction == "descending")
        assert len(set(numbers)) > 3


def test_the_keyboard_reaches_the_content_first(visit: Visitor, published: NightlyRun) -> None:
    page = open_shown(visit, published.home.published).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    assert page.get_by_role("heading", level=1).inner_text() == "Overview"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_keeps_anybody_out(
    visit: Visitor, published: NightlyRun, scheme: str, width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    opened = open_shown(visit, published.home.published)
    opened.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    opened.page.set_viewport_size({"width": width, "height": 800})
    for title in SECTIONS:
        go_to(opened.page, title)
        look = SCREENSHOTS / f"{width}_{scheme}" / f"{title.lower().replace(' ', '_')}.png"
        opened.page.screenshot(path=look, full_page=True)
        for fold in opened.page.locator("main .folds").first.locator("summary").all():
            fold.click()
        found = Axe().run(opened.page).response["violations"]
        serious = {
            one["id"]: [node["html"][:120] for node in one["nodes"][:3]]
            for one in found
            if one["impact"] in ("serious", "critical")
        }
        assert serious == {}, title
        fits = "document.documentElement.scrollWidth <= window.innerWidth"
        assert opened.page.evaluate(fits), f"{title} is wider than the screen"


def test_names_are_text_whatever_they_hold(
    visit: Visitor, published: NightlyRun, tmp_path: Path
) -> None:
    """Values of customers' systems never become part of the page."""
    hostile = "</script><img src=x onerror=\"document.title='broken'\"> & 'Söhne'"
    home = Home(tmp_path)
    home.published.mkdir()
    for name in ("cultivar.duckdb", "manifest.json"):
        shutil.copyfile(published.home.published / name, home.published / name)
    with duckdb.connect(str(home.published_database)) as connection:
        connection.execute("update marts.fct_worklist_item set account_name = ?", [hostile])
        connection.execute("update marts.fct_worklist_item set message = ?", [hostile])
        connection.execute(
            "update marts.fct_kpi set segment = ? where segment_type in ('owner', 'lead_source')",
            [hostile],
        )
    manifest = read_manifest(home.published)
    assert manifest is not None
    as_of = manifest.versions[0].as_of_date
    write_site(RunSettings(load_company(COMPANY_FILES["salesforce"]), as_of, home))
    opened = open_shown(visit, home.published, "hygiene")
    opened.page.locator("details.worklist summary").first.click()
    assert opened.page.locator("details.worklist").first.get_by_text(hostile).count() > 0
    for title in ("Leads and response", "People and territories"):
        go_to(opened.page, title)
        assert opened.page.get_by_text(hostile).count() > 0
    assert opened.page.locator("img").count() == 0
    assert opened.page.title() != "broken"
    assert opened.errors == []
