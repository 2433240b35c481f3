"""The content of a Great Expectations page, without its scripts, icon fonts and outside links.

Belongs here: reading a page as a tree, and what each of its elements becomes. Does not belong
here: files, the frame around the content, the index (``docs.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

from dagster_project.hygiene.result import RuleResult

# fmt: off
_VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
})
_DROPPED = frozenset({
    "script", "style", "link", "meta", "img", "nav", "footer", "form", "button", "input", "label",
    "hr", "svg", "iframe", "object",
})
# fmt: on
_HEADINGS = {"h4": "h2", "h5": "h2", "h6": "h3"}

# What Great Expectations calls it → what the rules' documentation calls it.
_WORDING = {
    "Table-Level Expectations": "Rules",
    "Evaluated Expectations": "Rules checked",
    "Successful Expectations": "Rules passed",
    "Unsuccessful Expectations": "Rules failed",
    "Success Percent": "Passed",
    "Expectation Suite:": "Suite:",
    "Expectation Suite Name": "Suite",
}


@dataclass(frozen=True)
class RuleOutcome:
    """A rule in a validation."""

    rule_id: str
    #: Id, title and severity: what the page shows for the rule.
    description: str
    severity: str
    is_passed: bool
    failed_rows: int
    checked_rows: int
    #: What the gate found: why the rule is, how to fix it, some failing records.
    found: RuleResult | None = None

    @property
    def title(self) -> str:
        """The description without id and severity."""
        return (
            self.description.removeprefix(self.rule_id).removesuffix(f"({self.severity})").strip()
        )

    @property
    def rows(self) -> str:
        """How many records break the rule, in words."""
        if not self.checked_rows:
            return "no record to check"
        tolerated = " (tolerated)" if self.is_passed and self.failed_rows else ""
        return f"{self.failed_rows:,} of {self.checked_rows:,}{tolerated}"

    @property
    def share(self) -> str:
        """The share of records that break the rule; one in thousands is not none."""
        share = 100 * self.failed_rows / self.checked_rows if self.checked_rows else 0
        return "< 0.1 %" if 0 < share < 0.1 else f"{share:.1f} %"

    @property
    def has_records(self) -> bool:
        """Whether the page lists records below the table of rules."""
        return self.found is not None and bool(self.found.sample)


def plain_content(page: str, rules: Sequence[RuleOutcome]) -> str:
    """The sections of a page as plain HTML.

    Args:
        page: the page as Great Expectations wrote it.
        rules: the outcomes that a validation page shows, in the order wanted; none for a suite.
    """
    parser = _TreeParser()
    parser.feed(page)
    parser.close()
    sections = [element for element in parser.root.iter("div") if "ge-section" in _classes(element)]
    for section in sections:
        _simplify(section)
        _show_rules(section, rules)
    return "\n".join(_html(section) for section in sections)


class _TreeParser(HTMLParser):
    """Builds the tree of a page; end tags without a start are passed over."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = ET.Element("page")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = ET.SubElement(self._open[-1], tag, {name: value or "" for name, value in attrs})
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        for position in range(len(self._open) - 1, 0, -1):
            if self._open[position].tag == tag:
                del self._open[position:]
                return

    def handle_data(self, data: str) -> None:
        parent = self._open[-1]
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + data
        else:
            parent.text = (parent.text or "") + data


def _simplify(parent: ET.Element) -> None:
    for child in list(parent):
        if _is_dropped(child):
            _remove(parent, child)
            continue
        if child.tag == "i":
            _icon_to_text(child)
        elif "collapse" in _classes(child):
            _unfold(child)
        child.tag = _HEADINGS.get(child.tag, child.tag)
        kept = {"href": child.get("href"), "id": child.get("id"), "colspan": child.get("colspan")}
        if child.tag == "span":
            kept["class"] = child.get("class") if "status" in _classes(child) else None
        child.attrib = {name: value for name, value in kept.items() if value}
        if _is_external(child.attrib.get("href", "")):
            del child.attrib["href"]
        _simplify(child)
        if child.tag != "td" and child.tag != "br" and not len(child) and not _text(child):
            _remove(parent, child)
    parent.text = _worded(parent.text)
    for child in parent:
        child.tail = _worded(child.tail)


def _is_dropped(element: ET.Element) -> bool:
    if element.tag in _DROPPED or (element.tag == "thead" and "hidden" in element.attrib):
        return True
    if element.tag == "i":
        return _icon_status(element) is None
    if element.tag == "p":
        # Unfolds by a script what follows; that is a <details> here.
        return any(link.get("data-toggle") == "collapse" for link in element.iter("a"))
    # "… contains 7 total Expectations across 0 columns": every rule reads the whole record.
    return element.tag == "div" and [_text(part) for part in element.iter("h6")] == ["Notes"]


def _icon_status(icon: ET.Element) -> str | None:
    classes = _classes(icon)
    if "text-success" in classes:
        return "passed"
    return "failed" if "text-danger" in classes or "text-warning" in classes else None


def _icon_to_text(icon: ET.Element) -> None:
    status = _icon_status(icon) or ""
    icon.tag = "span"
    icon.attrib = {"class": f"status {status}"}
    icon.text = status
    # Where a word follows the icon already, it says the same.
    if (icon.tail or "").strip().lower() in {"succeeded", "success", "failed"}:
        icon.tail = ""


def _unfold(element: ET.Element) -> None:
    element.tag = "details"
    summary = ET.Element("summary")
    summary.text = "About this run"
    element.insert(0, summary)


def _show_rules(section: ET.Element, rules: Sequence[RuleOutcome]) -> None:
    """Give the table of a validation's rules their counts, in the order of ``rules``."""
    for table in section.iter("table"):
        body = table.find("tbody")
        rows = {} if body is None else {_text(row[1]): row for row in body if len(row) == 3}
        if body is None or not any(rule.description in rows for rule in rules):
            continue
        heads = table.findall("thead/tr/th")
        for head, title in zip(heads, ("Status", "Rule", "Failing records"), strict=True):
            _set_text(head, title)
        heads[-1].set("class", "count")
        shown = [(rule, rows.pop(rule.description)) for rule in rules if rule.description in rows]
        for rule, row in shown:
            if not rule.has_records:
                row.set("id", f"rule-{rule.rule_id}")
            _set_text(row[1], "")
            row[1].extend(_rule_cell(rule))
            _set_text(row[2], rule.rows)
            row[2].set("class", "count")
        body[:] = [*(row for _, row in shown), *rows.values()]


def _rule_cell(rule: RuleOutcome) -> list[ET.Element]:
    name, severity = ET.Element("strong"), ET.Element("span", {"class": "severity"})
    name.text, severity.text = rule.rule_id, rule.severity
    if not rule.has_records:
        name.tail = f" {rule.title} "
        return [name, severity]
    link = ET.Element("a", {"href": f"#rule-{rule.rule_id}"})
    name.tail, link.tail = f" {rule.title}", " "
    link.append(name)
    return [link, severity]


def _set_text(element: ET.Element, text: str) -> None:
    element[:] = []
    element.text = text


def _remove(parent: ET.Element, child: ET.Element) -> None:
    """Remove an element but not the text that follows it."""
    position = list(parent).index(child)
    if child.tail and position:
        parent[position - 1].tail = (parent[position - 1].tail or "") + child.tail
    elif child.tail:
        parent.text = (parent.text or "") + child.tail
    parent.remove(child)


def _is_external(href: str) -> bool:
    return "://" in href or href.startswith(("//", "mailto:", "javascript:"))


def _classes(element: ET.Element) -> Sequence[str]:
    return element.get("class", "").split()


def _text(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _worded(text: str | None) -> str | None:
    stripped = (text or "").strip()
    return text.replace(stripped, _WORDING[stripped]) if text and stripped in _WORDING else text


def _html(element: ET.Element) -> str:
    element.attrib = {"id": element.get("id", ""), "class": "section"}
    element.tag, element.tail = "section", None
    return ET.tostring(element, encoding="unicode", method="html")
