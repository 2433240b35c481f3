"""The SQL that the page shows behind its numbers gives those numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import duckdb
import pytest

from dagster_project.page.data import page_statements
from dagster_project.page.metric_sql import METRIC_SQL
from tests.integration.demo.test_page import SECTIONS
from tests.support.browser import Visitor
from tests.support.nightly import NightlyRun
from tests.support.shown_page import choose, go_to, open_shown

if TYPE_CHECKING:
    from playwright.sync_api import Locator

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("made company")]

CUTS = {
    "everything": (),
    "a region": (("cut-region", 1),),
    "an owner": (("cut-owner", 3),),
}


@pytest.fixture(scope="module")
def marts(published: NightlyRun) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(published.home.published_database), read_only=True) as connection:
        yield connection


def statements(shown: Locator) -> list[str]:
    """What a fold shows when it is opened, by the keyboard or otherwise."""
    fold = shown.locator("details.sql").first
    fold.locator("summary").click()
    fold.locator("pre").first.wait_for()
    return fold.locator("pre").all_text_contents()


@pytest.mark.parametrize("cut", CUTS)
def test_the_statement_behind_a_card_gives_its_number(
    visit: Visitor, published: NightlyRun, marts: duckdb.DuckDBPyConnection, cut: str
) -> None:
    page = open_shown(visit, published.home.published).page
    for filter_id, index in CUTS[cut]:
        page.select_option(f"#{filter_id}", index=index)
        page.wait_for_selector("main[data-ready]")
    compared = 0
    for title in ("Overview", "Pipeline", "Recurring revenue", "Leads and response"):
        go_to(page, title)
        cards = page.locator("article.card[data-kpi]")
        for index in range(cards.count()):
            card = cards.nth(index)
            told = card.get_attribute("data-value")
            row = marts.execute(statements(card)[0]).fetchone()
            if told is None:
                assert row is None or row[0] is None
                continue
            assert row is not None, card.get_attribute("data-kpi")
            assert float(row[0]) == pytest.approx(float(told)), card.get_attribute("data-kpi")
            compared += 1
    assert compared > 15


def test_every_other_statement_runs(
    visit: Visitor, published: NightlyRun, marts: duckdb.DuckDBPyConnection
) -> None:
    opened = open_shown(visit, published.home.published)
    choose(opened.page, "period", "2026-06")
    ran = 0
    for title in SECTIONS:
        go_to(opened.page, title)
        folds = opened.page.locator("details.sql:not(article *):not(table *)")
        # Whatever shows a number says where it comes from.
        for index in range(folds.count()):
            holder = folds.nth(index).locator("xpath=..")
            cursor = marts.cursor()
            for text in statements(holder):
                assert cursor.execute(text) is not None
                ran += 1
            cursor.close()
    assert ran > 60
    assert opened.errors == []


def test_the_metrics_statements_give_the_kpis(marts: duckdb.DuckDBPyConnection) -> None:
    shown = json.loads(METRIC_SQL.read_text(encoding="utf-8"))
    for key, statement in shown.items():
        computed = dict(marts.execute(statement["sql"]).fetchall())
        kpi_id, variant = key.split("/")
        told = marts.execute(
            "select period_start, value from marts.fct_kpi where kpi_id = ? and variant = ? "
            "and segment_type = 'all' and period_grain = 'month' and value is not null",
            [kpi_id, variant],
        ).fetchall()
        by_month = {
            str(month)[:10]: None if value is None else float(value)
            for month, value in computed.items()
        }
        for month, value in told:
            assert by_month[str(month)] == pytest.approx(value, rel=1e-6), (key, month)


def test_the_pages_own_queries_stand_alone(marts: duckdb.DuckDBPyConnection) -> None:
    queries = page_statements(low_n=10)["queries"]
    cursor = marts.cursor()
    cursor.execute(queries["setup"])
    for name, text in queries.items():
        if name != "setup":
            assert cursor.execute(text).fetchall(), name
