"""Reading HTML pages in tests."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path


class Page(HTMLParser):
    """What a page shows and refers to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        #: Values of every ``href`` and ``src``.
        self.links: list[str] = []
        #: Values of every ``id``.
        self.ids: list[str] = []
        #: Tags that occur.
        self.tags: set[str] = set()
        #: Texts marked as a status.
        self.statuses: list[str] = []
        #: Cells of every table row, as text.
        self.rows: list[list[str]] = []
        self._in_status = self._in_cell = False
        self.feed(path.read_text(encoding="utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.links += [given[name] for name in ("href", "src") if name in given]
        self.ids += [given["id"]] if "id" in given else []
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self._in_cell = True
        if "status" in given.get("class", "").split():
            self.statuses.append("")
            self._in_status = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._in_cell = False
            self.rows[-1][-1] = " ".join(self.rows[-1][-1].split())
        elif tag == "span":
            self._in_status = False

    def handle_data(self, data: str) -> None:
        if self._in_status:
            self.statuses[-1] += data
        if self._in_cell:
            self.rows[-1][-1] += data
