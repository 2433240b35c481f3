"""Pages of an interface's responses: what becomes a row, what a column, and what is refused."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.sources.errors import SourceError
from dagster_project.sources.pages import PageShape
from dagster_project.sources.readers import ReadFile, inspect_file, read_file

HUBSPOT = PageShape("results", key="id", unpacked="properties", next_page="$.paging.next")
MARKETO = PageShape("result", key="id", next_page="$.moreResult", may_lack_records=True)


def record(number: int, **properties: str | None) -> dict[str, Any]:
    """A record as HubSpot gives it."""
    return {"id": str(number), "properties": properties, "archived": False}


def page(*records: dict[str, Any], after: str | None = None) -> dict[str, Any]:
    """A page as HubSpot gives it."""
    return {
        "results": list(records),
        **({"paging": {"next": {"after": after}}} if after else {}),
    }


def written(path: Path, *pages: object) -> Path:
    content = "".join(json.dumps(one) + "\n" for one in pages).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def read(
    path: Path, shape: PageShape = HUBSPOT, earlier: tuple[str, ...] = ()
) -> tuple[ReadFile, list[tuple[Any, ...]]]:
    facts = inspect_file(path, "crm", may_be_compressed=True)
    with duckdb.connect() as connection:
        file = read_file(
            connection, path, facts, "file", source="crm", earlier_columns=earlier, pages=shape
        )
        return file, connection.execute("select * from file").fetchall()


@pytest.mark.parametrize("name", ["contacts.jsonl", "contacts.jsonl.gz"])
def test_every_record_of_every_page_is_a_row_and_every_property_a_column(
    tmp_path: Path, name: str
) -> None:
    first = page(record(1, email="ann@acme.com", phone=None), record(2, email=""), after="2")
    second = page(
        {
            **record(3, email="cy@acme.com", jobtitle="CTO"),
            "associations": {"companies": {"results": [{"id": "9", "type": "contact_to_company"}]}},
        }
    )
    file, rows = read(written(tmp_path / name, first, second))
    assert file.columns == ("id", "archived", "associations", "email", "phone", "jobtitle")
    assert file.rows == 3
    companies = '{"companies":{"results":[{"id":"9","type":"contact_to_company"}]}}'
    assert rows == [
        ("1", "false", None, "ann@acme.com", None, None),
        ("2", "false", None, None, None, None),
        ("3", "false", companies, "cy@acme.com", None, "CTO"),
    ]


def test_fields_of_a_record_are_columns_where_nothing_is_unpacked(tmp_path: Path) -> None:
    path = written(
        tmp_path / "leads.jsonl",
        {
            "requestId": "a",
            "success": True,
            "result": [{"id": 7, "email": "ann@acme.com"}],
            "nextPageToken": "t",
            "moreResult": True,
        },
        {"requestId": "b", "success": True, "moreResult": False},
    )
    file, rows = read(path, MARKETO)
    assert (file.columns, rows) == (("id", "email"), [("7", "ann@acme.com")])


def test_what_two_pages_hold_alike_is_one_record(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.jsonl", page(record(1, a="x"), record(2, a="y"), after="2"),
        page(record(2, a="y"), record(3, a="z")),
    )  # fmt: skip
    assert read(path)[1] == [("1", "false", "x"), ("2", "false", "y"), ("3", "false", "z")]


def test_no_records_are_a_table_without_rows(tmp_path: Path) -> None:
    file, rows = read(written(tmp_path / "a.jsonl", page()), earlier=("id", "archived", "email"))
    assert (file.columns, rows) == (("id", "archived", "email"), [])


def test_odd_names_and_numbers_stay_as_they_are(tmp_path: Path) -> None:
    odd = {"id": 12345678901234567, "properties": {'say "it"': "a", "amount": "0010.50", "x.y": 1}}
    file, rows = read(written(tmp_path / "a.jsonl", page(odd)))
    assert file.columns == ("id", 'say "it"', "amount", "x.y")
    assert rows == [("12345678901234567", "a", "0010.50", "1")]


GOOD = page(record(1, a="x"), after="1")

REFUSED = {
    "broken JSON": ('{"results": []}\n{"results": [', ("line 2", "no valid JSON", "cut off")),
    "no JSON object": ("[1]\n", ("line 1", "no JSON object")),
    "nothing": ("\n", ("no page",)),
    "no records": ([GOOD, {"paging": {}}], ("line 2 (page 2)", "without 'results'", "paging")),
    "records that are no list": ([{"results": {"id": 1}}], ("line 1", "JSON object")),
    "records that are null": ([{"results": None}], ("line 1", "JSON null")),
    "a record that is no object": ([page("1")], ("line 1 (page 1), record 1", "JSON varchar")),  # type: ignore[arg-type]
    "a record without key": ([page(record(1), {"properties": {}})], ("record 2", "no 'id'")),
    "an error response": (
        [GOOD, {"status": "error", "message": "Expired token", "category": "EXPIRED"}],
        ("line 2 (page 2)", "error response", "EXPIRED", "Expired token"),
    ),
    "success false": (
        [{"success": False, "results": [], "errors": [{"code": "606", "message": "Rate limit"}]}],
        ("line 1", "606", "Rate limit"),
    ),
    "a record in two ways": (
        [page(record(1, a="x"), after="1"), page(record(1, a="y"))],
        ("line 2 (page 2)", "'1' once more", "page 1"),
    ),
    "a page missing at the end": ([GOOD], ("line 1", "announces another")),
    "a property named like a field": (
        [page({"id": "1", "properties": {"ID": "2"}})],
        ("'ID'", "'properties'", "'id'"),
    ),
}


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz"])
@pytest.mark.parametrize("case", REFUSED)
def test_refused_pages(tmp_path: Path, case: str, suffix: str) -> None:
    content, says = REFUSED[case]
    path = tmp_path / f"contacts{suffix}"
    if isinstance(content, str):
        path.write_bytes(
            gzip.compress(content.encode()) if suffix == ".jsonl.gz" else content.encode()
        )
    else:
        written(path, *content)
    with pytest.raises(SourceError) as caught:
        read(path)
    for part in (path.name, *says):
        assert part in str(caught.value), str(caught.value)


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda data: data[: len(data) // 2], "breaks off"),
        (lambda data: data[:-3], "breaks off"),
        (lambda data: b"{}\n" + data, "not gzip"),
        (lambda data: data[:-8] + b"\x00" * 8, "not gzip"),
        (lambda data: gzip.compress(b"<html>Log in</html>"), "web page"),
        (lambda data: gzip.compress(b'{"a": "\x00"}'), "NUL"),
        (lambda data: b"", "0 bytes"),
    ],
)
def test_damaged_compression_is_refused(tmp_path: Path, damage: Any, says: str) -> None:
    path = written(tmp_path / "a.jsonl.gz", page(*(record(n, a=str(n * n)) for n in range(500))))
    read(path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(SourceError, match=says):
        read(path)


def test_several_compressed_files_put_together_are_one(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    parts = [page(record(1), after="1"), page(record(2))]
    path.write_bytes(b"".join(gzip.compress(json.dumps(p).encode() + b"\n") for p in parts))
    assert [row[0] for row in read(path)[1]] == ["1", "2"]


def test_only_pages_may_be_compressed(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="compressed archive"):
        inspect_file(written(tmp_path / "a.jsonl.gz", page()), "crm")
