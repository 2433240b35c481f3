"""What the browser fixture records; without it a page that asks the network would pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import browser
from tests.support.browser import Visitor

pytestmark = pytest.mark.slow


def page(folder: Path, body: str) -> Path:
    folder.mkdir()
    (folder / "index.html").write_text(f"<!DOCTYPE html><title>A page</title>{body}")
    return folder


def test_a_quiet_page_has_nothing_against_it(tmp_path: Path, visit: Visitor) -> None:
    site = page(tmp_path / "site", '<link rel="stylesheet" href="a.css"><h1>Here</h1>')
    (site / "a.css").write_text("h1 { color: red }")
    opened = visit(site, "index.html")
    assert opened.page.locator("h1").inner_text() == "Here"
    assert (opened.errors, opened.strays) == ([], [])


def test_requests_that_leave_the_folder_are_recorded(tmp_path: Path, visit: Visitor) -> None:
    (tmp_path / "beside.css").write_text("")
    opened = visit(
        page(
            tmp_path / "site",
            '<link rel="stylesheet" href="../beside.css"><img src="https://example.com/logo.png">',
        ),
        "index.html",
    )
    # The browser asks in an order of its own.
    assert sorted(opened.strays) == [
        (tmp_path / "beside.css").as_uri(),
        "https://example.com/logo.png",
    ]


def test_errors_of_scripts_are_recorded(tmp_path: Path, visit: Visitor) -> None:
    opened = visit(
        page(
            tmp_path / "site",
            "<script>console.error('told')</script><script>throw new Error('thrown')</script>",
        ),
        "index.html",
    )
    assert "told" in opened.errors
    assert any("thrown" in error for error in opened.errors)


@pytest.mark.parametrize(
    ("ci", "outcome"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)]
)
def test_without_a_browser_continuous_integration_fails(
    monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    monkeypatch.setattr(browser.shutil, "which", lambda name: None)
    with pytest.raises(outcome, match=r"scripts/ensure_chromium\.sh"):
        browser.chromium()
