"""Working the page as its readers do.

Belongs here: choosing, reading and waiting. Does not belong here: what should be shown.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.browser import Visit, Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Page as BrowserPage

READY = "main[data-ready]"


def open_shown(visit: Visitor, published: Path, section: str = "overview") -> Visit:
    """The page of a published folder, at a section."""
    opened = visit(published / "page", f"index.html#{section}")
    opened.page.wait_for_selector(READY)
    return opened


def go_to(page: BrowserPage, title: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=title, exact=True).click()
    page.wait_for_selector(READY)


def choose(page: BrowserPage, filter_id: str, label: str) -> None:
    page.select_option(f"#{filter_id}", label=label)
    page.wait_for_selector(READY)


def section_titles(page: BrowserPage) -> list[str]:
    return page.get_by_role("navigation").get_by_role("link").all_inner_texts()


def card_value(page: BrowserPage, kpi: str) -> float | None:
    """The exact number behind a card; what it shows is rounded."""
    told = page.locator(f'[data-kpi="{kpi}"]').first.get_attribute("data-value")
    return None if told is None else float(told)
