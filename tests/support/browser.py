"""Pages in a headless Chromium, with what goes wrong behind them.

Belongs here: finding the browser, opening pages of a folder or of a local address, and recording
console errors and requests that leave it. Does not belong here: what a page should show.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page as BrowserPage

NAMES = ("chromium", "chromium-browser", "google-chrome")

_NETWORK = re.compile("^(https?|wss?):")


@dataclass
class Visit:
    """A page that is open, and what it did that nobody sees."""

    page: BrowserPage
    #: Errors and warnings of the console, and exceptions that nothing caught.
    errors: list[str] = field(default_factory=list)
    #: Addresses that were asked for and lie elsewhere than what was opened.
    strays: list[str] = field(default_factory=list)


#: Folder, or local address, and the page in it → the visit.
Visitor = Callable[[Path | str, str], Visit]


def chromium() -> str:
    """The browser's program; its absence fails in continuous integration, and skips elsewhere."""
    for name in (os.environ.get("CHROMIUM", ""), *NAMES):
        if name and (found := shutil.which(name)):
            return found
    message = "no Chromium was found; scripts/ensure_chromium.sh installs one"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture
def visit() -> Iterator[Visitor]:
    """Opens pages in a browser of its own, which can reach nothing but what is opened."""
    program = chromium()
    from playwright.sync_api import sync_playwright

    # Not kept for a session: Playwright's loop would be in the way of whoever runs one.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)

        def open_page(place: Path | str, name: str) -> Visit:
            root = f"{place.resolve().as_uri()}/" if isinstance(place, Path) else f"{place}/"
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            opened = Visit(context.new_page())
            page = opened.page
            page.on(
                "console",
                lambda message: (
                    opened.errors.append(message.text)
                    if message.type in ("error", "warning")
                    else None
                ),
            )
            page.on("pageerror", lambda error: opened.errors.append(str(error)))
            page.on(
                "request",
                lambda request: (
                    None
                    if request.url.startswith((root, "data:", "blob:"))
                    else opened.strays.append(request.url)
                ),
            )
            context.route(
                _NETWORK,
                lambda route: (
                    route.continue_() if route.request.url.startswith(root) else route.abort()
                ),
            )
            page.goto(root + name)
            return opened

        yield open_page
        browser.close()
