"""Data Docs of a night, as somebody sees them who opens the folder in a browser.

The hand-made company's mistakes are worked out by hand from ``tests/fixtures/orchard``. What each
page holds in detail is tested without a browser, in ``test_gate``.
"""

from __future__ import annotations

import pytest

from dagster_project.hygiene.rules import ENTITIES
from tests.support.browser import Visitor
from tests.support.nightly import NightlyRun

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("nightly")]


def test_from_the_index_to_the_records_that_break_a_rule(first: NightlyRun, visit: Visitor) -> None:
    """The suites, the last validation, and a failing rule with its rows, by clicking."""
    docs = first.home.hygiene / "latest/data_docs"
    opened = visit(docs, "index.html")
    page = opened.page

    assert page.locator("h1").inner_text() == "Hygiene checks of 2026-05-31"
    assert page.locator("#entities tbody tr").count() == len(ENTITIES)
    row = page.locator("#entities tbody tr").filter(
        has=page.get_by_role("cell", name="contact", exact=True)
    )
    assert row.locator(".status").inner_text() == "failed"

    row.get_by_role("link", name="suite").click()
    assert page.locator("h1").inner_text() == "contact: suite"
    assert "P02 The e-mail address can receive mail" in page.locator("body").inner_text()

    page.get_by_role("link", name="See the validation").click()
    assert page.locator("h1").inner_text() == "contact: validation of 2026-05-31"
    page.get_by_role("link", name="P02 The e-mail address can receive mail").click()
    rule = page.locator("#rule-P02")
    assert rule.locator("tbody tr").all_inner_texts() == ["crm\t003000000000007AAA\temail\t***"]
    assert "How to fix it:" in rule.inner_text()
    query = rule.locator("pre")
    assert not query.is_visible()
    rule.locator("summary").click()
    assert query.is_visible()
    assert first.published(query.inner_text()) == first.published(
        "select rule_id, record_id, source_name, source_record_id, owner_id, field, value "
        "from hygiene.violation where rule_id = 'P02' and entity = 'contact'"
    )
    # No address of the person is anywhere on the page.
    assert "@" not in page.content()

    assert opened.errors == []
    assert opened.strays == []


def test_a_failing_rule_of_the_index_leads_to_its_records(
    first: NightlyRun, visit: Visitor
) -> None:
    opened = visit(first.home.hygiene / "latest/data_docs", "index.html")
    page = opened.page
    # Worst first: the opportunity without an account is quarantined.
    failing = page.locator("h2#failing-rules + table tbody tr")
    severities = failing.locator("td:first-child").all_inner_texts()
    assert severities == sorted(severities)
    page.get_by_role("link", name="O01 The opportunity has an existing account").click()
    rule = page.locator("#rule-O01")
    assert rule.locator("tbody tr").all_inner_texts() == [
        "crm\t006000000000013AAA\taccount_id\tempty"
    ]
    assert rule.is_visible()
    assert page.evaluate("document.querySelector(':target').id") == "rule-O01"
    assert (opened.errors, opened.strays) == ([], [])
