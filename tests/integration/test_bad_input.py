"""Broken files: each stops its source with a clear message and leaves yesterday's data in place.

Every case starts from a source that was loaded the night before. It breaks one thing, lands and
loads again as the nightly run does, and compares all of raw with the night before.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dagster_project.hygiene.delivery import default_delivery_rules
from dagster_project.sources.errors import KEPT, SourceError
from tests.support.sources import Night

YESTERDAY, TODAY = dt.date(2026, 5, 31), dt.date(2026, 6, 1)

ACCOUNTS = "Id,Name,Industry\n" + "".join(
    f"001{number:012d}AAA,Company {number},Energy\n" for number in range(30)
)
CONTACTS = "Id,AccountId,LastName\n003000000000001AAA,001000000000001AAA,Hahn\n"

SALESFORCE = """
name: salesforce
sources:
  - {name: crm, type: salesforce_export, path: export}
"""

FILES = """
name: files
sources:
  - name: desk
    type: files
    path: export
    tables:
      - entity: opportunity
        files: ["deals-*.csv"]
        columns:
          opportunity_id: deal
          opportunity_name: {expression: "deal || ' ' || title"}
          stage: {column: phase, values: {won: Closed Won}}
          amount_original: amount
          close_date: {column: closed, date_format: "%d.%m.%Y"}
          owner_id: {column: owner, lookup: {file: owners.csv, key: short, value: number}}
      - entity: activity
        files: [calls.jsonl]
        columns: {activity_id: id, subject: about}
      - entity: user
        files: [people.parquet]
        columns: {user_id: id, user_name: name}
"""

HUBSPOT = """
name: hubspot
sources:
  - {name: crm, type: hubspot_export, path: export}
"""

PAGES = [
    {
        "results": [
            {"id": str(number), "properties": {"name": f"Company {number}", "industry": "Energy"}}
            for number in page
        ],
        **({"paging": {"next": {"after": "15"}}} if 0 in page else {}),
    }
    for page in (range(15), range(15, 30))
]

DEALS = (
    "deal,title,phase,amount,closed,owner\n"
    "D1,First,won,10,31.01.2026,ab\n"
    "D2,Second,open,20,28.02.2026,cd\n"
)


def write_salesforce(folder: Path) -> None:
    (folder / "export").mkdir()
    (folder / "company.yml").write_text(SALESFORCE)
    (folder / "export/Account.csv").write_text(ACCOUNTS)
    (folder / "export/Contact.csv").write_text(CONTACTS)


def write_files(folder: Path) -> None:
    export = folder / "export"
    export.mkdir()
    (folder / "company.yml").write_text(FILES)
    (export / "deals-1.csv").write_text(DEALS)
    (export / "deals-2.csv").write_text(DEALS.replace("D1", "D3").replace("D2", "D4"))
    (export / "owners.csv").write_text("short,number\nab,U1\ncd,U2\n")
    (export / "calls.jsonl").write_text('{"id": "A1", "about": "call"}\n{"id": "A2"}\n')
    pq.write_table(
        pa.table({"id": ["U1", "U2"], "name": ["Ada", "Ben"]}), export / "people.parquet"
    )


def packed(*pages: object) -> bytes:
    return gzip.compress("".join(json.dumps(page) + "\n" for page in pages).encode(), mtime=0)


def write_hubspot(folder: Path) -> None:
    (folder / "export").mkdir()
    (folder / "company.yml").write_text(HUBSPOT)
    (folder / "export/companies.jsonl.gz").write_bytes(packed(*PAGES))


@dataclass(frozen=True)
class Broken:
    """One way to break a source, and what its message must say."""

    name: str
    write: Callable[[Path], None]
    damage: Callable[[Path], object]
    says: tuple[str, ...]


def text(name: str, content: str | bytes) -> Callable[[Path], object]:
    data = content.encode() if isinstance(content, str) else content
    return lambda folder: (folder / "export" / name).write_bytes(data)


def company(old: str, new: str) -> Callable[[Path], object]:
    def damage(folder: Path) -> None:
        path = folder / "company.yml"
        before = path.read_text()
        assert old in before
        path.write_text(before.replace(old, new))

    return damage


def cut(name: str, keep: int) -> Callable[[Path], object]:
    def damage(folder: Path) -> None:
        path = folder / "export" / name
        path.write_bytes(path.read_bytes()[:keep])

    return damage


def remove(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / "export" / name).unlink()


def rename_column(folder: Path) -> None:
    path = folder / "export/Account.csv"
    path.write_text(path.read_text().replace("Industry", "Sector"))


ACCOUNT_ROW = "001000000000001AAA,Company 1,Energy"
LINES = ACCOUNTS.splitlines(keepends=True)


def says(*lines: str) -> Callable[[Path], object]:
    """The source counts its rows, in these lines."""

    def damage(folder: Path) -> None:
        text("counts.csv", "\n".join(["file,rows", *lines, ""]))(folder)
        company("path: export", "path: export, row_count_file: counts.csv")(folder)

    return damage


BROKEN = [
    Broken(
        "fewer rows than the source counted",
        write_hubspot,
        says("companies.jsonl.gz,31"),
        ("companies.jsonl.gz", "30 rows", "counts.csv says 31", "T08"),
    ),
    Broken(
        "a file that the source counted is missing",
        write_hubspot,
        says("companies.jsonl.gz,30", "compnies.jsonl.gz,4"),
        ("no such file", "4 rows", "Did you mean 'companies.jsonl.gz'"),
    ),
    Broken(
        "a count that is no number",
        write_hubspot,
        says("companies.jsonl.gz,many"),
        ("counts.csv, row 2", "'many'", "a number"),
    ),
    Broken(
        "a missing file with counts",
        write_hubspot,
        company("path: export", "path: export, row_count_file: none.csv"),
        ("none.csv", "no such file", "row_count_file"),
    ),
    Broken("empty", write_salesforce, text("Account.csv", ""), ("Account.csv", "0 bytes")),
    Broken(
        "only a header",
        write_salesforce,
        text("Account.csv", LINES[0]),
        ("Account.csv", "no records", "30", "T02"),
    ),
    Broken(
        "no header",
        write_salesforce,
        text("Account.csv", "\n" + ACCOUNTS),
        ("Account.csv", "row 1", "no header"),
    ),
    Broken(
        "a column without a name",
        write_salesforce,
        text("Account.csv", ACCOUNTS.replace("Name,", ",", 1)),
        ("row 1", "no name for column 2"),
    ),
    Broken(
        "a column twice",
        write_salesforce,
        text("Account.csv", ACCOUNTS.replace("Industry", "NAME", 1)),
        ("row 1", "column 'Name' more than once"),
    ),
    Broken(
        "a changed header",
        write_salesforce,
        rename_column,
        ("row 1", "'Industry'", "2026-05-31", "T01"),
    ),
    Broken(
        "a row with too few values",
        write_salesforce,
        text("Account.csv", ACCOUNTS.replace(ACCOUNT_ROW, "001000000000001AAA,Company 1")),
        ("Account.csv, row 3", "2 values", "3 values"),
    ),
    Broken(
        "a row with too many values",
        write_salesforce,
        text("Account.csv", ACCOUNTS.replace(ACCOUNT_ROW, ACCOUNT_ROW + ",more")),
        ("Account.csv, row 3", "4 values", "3 values"),
    ),
    Broken(
        "cut off within a row",
        write_salesforce,
        cut("Account.csv", len(ACCOUNTS) - len(LINES[-1]) + 8),
        ("Account.csv, row 31", "1 values", "cut off"),
    ),
    Broken(
        "cut off within the last value",
        write_salesforce,
        cut("Account.csv", len(ACCOUNTS) - 3),
        ("Account.csv, row 31", "does not end", "cut off"),
    ),
    Broken(
        "cut off between rows",
        write_salesforce,
        text("Account.csv", "".join(LINES[:21])),
        # 15 % of 30 are 4.5; a third is missing.
        ("20 records", "30 were delivered", "at least 26, 4 fewer", "T03", "to 0.34 for one night"),
    ),
    Broken(
        "an open quotation mark",
        write_salesforce,
        text("Account.csv", ACCOUNTS.replace("Company 7", '"Company 7')),
        ("Account.csv, row 9", "'Name'", "quotation mark"),
    ),
    Broken(
        "latin-1",
        write_salesforce,
        text("Account.csv", ACCOUNTS.replace("Company 7", "Café").encode("latin-1")),
        ("Account.csv, row 9", "'Name'", "not UTF-8"),
    ),
    Broken("UTF-16", write_salesforce, text("Account.csv", ACCOUNTS.encode("utf-16")), ("UTF-16",)),
    Broken(
        "NUL characters",
        write_salesforce,
        text("Account.csv", ACCOUNTS.replace("Company 7", "Comp\x00any")),
        ("Account.csv", "NUL"),
    ),
    Broken(
        "semicolons",
        write_salesforce,
        text("Account.csv", ACCOUNTS.replace(",", ";")),
        ("row 1", "semicolons", "commas"),
    ),
    Broken(
        "a login page",
        write_salesforce,
        text("Account.csv", "<!DOCTYPE html><html><title>Log in</title></html>"),
        ("Account.csv", "web page", "logged in"),
    ),
    Broken(
        "compressed",
        write_salesforce,
        text("Account.csv", gzip.compress(ACCOUNTS.encode())),
        ("Account.csv", "compressed", "Unpack"),
    ),
    Broken(
        "a record twice",
        write_salesforce,
        text("Account.csv", ACCOUNTS + LINES[3]),
        ("column 'Id'", "001000000000002AAA", "2 times"),
    ),
    Broken(
        "a record twice, as 15 and as 18 characters",
        write_salesforce,
        text("Account.csv", ACCOUNTS + "001000000000002,Company 2,Energy\n"),
        ("column 'Id'", "001000000000002AAA", "2 times"),
    ),
    Broken(
        "a record without id",
        write_salesforce,
        text("Account.csv", ACCOUNTS.replace("001000000000005AAA", "")),
        ("column 'Id', record 6", "no key"),
    ),
    Broken(
        "ids rewritten by a spreadsheet",
        write_salesforce,
        text("Account.csv", ACCOUNTS.replace("001000000000005AAA", "1.00E+12")),
        ("column 'Id', record 6", "1.00E+12", "15 or 18"),
    ),
    Broken(
        "another object's records",
        write_salesforce,
        text("Account.csv", CONTACTS.replace("AccountId,LastName", "Name,Industry")),
        ("column 'Id', record 1", "003000000000001AAA", "begin with 001"),
    ),
    Broken(
        "a file that was delivered before is missing",
        write_salesforce,
        remove("Contact.csv"),
        ("Contact.csv", "no such file", "2026-05-31"),
    ),
    Broken(
        "an empty folder",
        write_salesforce,
        lambda folder: [path.unlink() for path in (folder / "export").iterdir()],
        ("empty folder", "Account.csv"),
    ),
    Broken(
        "no folder",
        write_salesforce,
        company("path: export", "path: exports"),
        ("exports", "no such folder"),
    ),
    Broken(
        "a mapping to a column that the file lacks",
        write_files,
        company("amount_original: amount", "amount_original: amont"),
        ("deals-1.csv, mapping of opportunity.amount_original", "'amont'", "Did you mean 'amount'"),
    ),
    Broken(
        "a mapping to a column that the contract lacks",
        write_files,
        company("amount_original: amount", "amount_originl: amount"),
        ("opportunity.amount_originl", "Did you mean 'amount_original'"),
    ),
    Broken(
        "an unknown entity",
        write_files,
        company("entity: opportunity", "entity: oportunity"),
        ("'oportunity'", "Did you mean 'opportunity'"),
    ),
    Broken(
        "no key mapped",
        write_files,
        company("activity_id: id, ", ""),
        ("activity.activity_id", "no mapping for the key"),
    ),
    Broken(
        "an expression that is no SQL",
        write_files,
        company("deal || ' ' || title", "deal || || title"),
        ("opportunity.opportunity_name", "not SQL"),
    ),
    Broken(
        "an expression that reads other data",
        write_files,
        company("deal || ' ' || title", "(select max(deal) from file_0)"),
        ("opportunity.opportunity_name", "more than one value computed from a row"),
    ),
    Broken(
        "an expression over a column that the file lacks",
        write_files,
        company("deal || ' ' || title", "deal || tittle"),
        ("opportunity.opportunity_name", "'tittle'", "Did you mean 'title'"),
    ),
    Broken(
        "an unknown function",
        write_files,
        company("deal || ' ' || title", "shorten(title)"),
        ("mapping of opportunity", "shorten"),
    ),
    Broken(
        "a date format that is none",
        write_files,
        company("%d.%m.%Y", "%d.%m.%Q"),
        ("opportunity.close_date", "'%d.%m.%Q'"),
    ),
    Broken(
        "a pattern without files",
        write_files,
        company("deals-*.csv", "deels-*.csv"),
        ("deels-*.csv", "no file with this pattern"),
    ),
    Broken(
        "a path outside the folder",
        write_files,
        company("calls.jsonl", "../company.yml"),
        ("../company.yml", "outside the source's folder"),
    ),
    Broken(
        "a looked-up file with a key twice",
        write_files,
        text("owners.csv", "short,number\nab,U1\nab,U2\n"),
        ("owners.csv, column 'short'", "'ab'", "each key once"),
    ),
    Broken(
        "one of several files has another header",
        write_files,
        text("deals-2.csv", DEALS.replace("amount", "value")),
        ("deals-2.csv, mapping of opportunity.amount_original", "'amount'"),
    ),
    Broken(
        "overlapping files",
        write_files,
        text("deals-2.csv", DEALS),
        ("deals-1.csv, deals-2.csv", "'D1' 2 times"),
    ),
    Broken(
        "a broken line of JSON",
        write_files,
        text("calls.jsonl", '{"id": "A1", "about": "call"}\n{"id": "A2", "abo'),
        ("calls.jsonl, row 2", "no valid JSON"),
    ),
    Broken(
        "a line of JSON that is no object",
        write_files,
        text("calls.jsonl", '{"id": "A1"}\n["A2"]\n'),
        ("calls.jsonl, row 2", "array"),
    ),
    Broken(
        "a Parquet file without its end",
        write_files,
        cut("people.parquet", 200),
        ("people.parquet", "no readable Parquet"),
    ),
    Broken(
        "a page of broken JSON",
        write_hubspot,
        text("companies.jsonl.gz", gzip.compress(gzip.decompress(packed(*PAGES))[:-9])),
        ("companies.jsonl.gz, line 2", "no valid JSON"),
    ),
    Broken(
        "compressed pages cut off",
        write_hubspot,
        cut("companies.jsonl.gz", len(packed(*PAGES)) - 5),
        ("companies.jsonl.gz", "breaks off"),
    ),
    Broken(
        "an error response among the pages",
        write_hubspot,
        text(
            "companies.jsonl.gz",
            packed(PAGES[0], {"status": "error", "category": "RATE_LIMITS", "message": "Too fast"}),
        ),
        ("line 2 (page 2)", "error response", "RATE_LIMITS"),
    ),
    Broken(
        "a page without records",
        write_hubspot,
        text("companies.jsonl.gz", packed(PAGES[0], {"total": 30})),
        ("line 2 (page 2)", "without 'results'", "total"),
    ),
    Broken(
        "the last page missing",
        write_hubspot,
        text("companies.jsonl.gz", packed(PAGES[0])),
        ("line 1 (page 1)", "announces another"),
    ),
    Broken(
        "a record on two pages that differ",
        write_hubspot,
        text(
            "companies.jsonl.gz",
            packed(PAGES[0], {"results": [{"id": "3", "properties": {"name": "Other"}}]}),
        ),
        ("line 2 (page 2)", "'3' once more"),
    ),
    Broken(
        "a kind of file that nobody reads",
        write_files,
        lambda folder: (
            (folder / "export/people.xlsx").write_bytes(b"x"),
            company("people.parquet", "people.xlsx")(folder),
        ),
        ("people.xlsx", ".xlsx"),
    ),
]


@pytest.fixture(scope="session")
def yesterdays(tmp_path_factory: pytest.TempPathFactory) -> dict[Callable[[Path], None], Path]:
    """For each kind of source, a folder in which the night before went well."""
    folders = {}
    for write in (write_salesforce, write_files, write_hubspot):
        folders[write] = tmp_path_factory.mktemp(write.__name__)
        write(folders[write])
        Night(folders[write]).run(YESTERDAY)
    return folders


@pytest.mark.parametrize("broken", BROKEN, ids=[broken.name for broken in BROKEN])
def test_a_broken_file_is_refused_and_yesterday_stays(
    tmp_path: Path, broken: Broken, yesterdays: dict[Callable[[Path], None], Path]
) -> None:
    shutil.copytree(yesterdays[broken.write], tmp_path, dirs_exist_ok=True)
    night = Night(tmp_path)
    before, landed = night.raw(), night.landed_files()
    assert sum(len(rows) for rows in before.values()) > 0

    broken.damage(tmp_path)
    with pytest.raises(SourceError) as caught:
        night.run(TODAY)

    message = str(caught.value)
    for part in broken.says:
        assert part in message, message
    for part in ("found:", "allowed:", "what to do:", KEPT):
        assert part in message, message
    assert night.raw() == before
    assert night.landed_files() == landed, "the refused landing left something behind"


def test_the_list_of_broken_files_is_long_enough() -> None:
    assert len({broken.name for broken in BROKEN}) == len(BROKEN) >= 20


def test_every_rule_of_deliveries_that_landing_judges_refuses_a_file() -> None:
    said = {part for broken in BROKEN for part in broken.says}
    judged = {rule.id for rule in default_delivery_rules() if rule.judged_by == "landing"}
    assert judged == {"T01", "T02", "T03", "T08"}
    assert judged <= said


def test_a_smaller_export_is_taken_with_the_share_that_the_refusal_names(tmp_path: Path) -> None:
    write_salesforce(tmp_path)
    night = Night(tmp_path)
    night.schemas = ("raw_salesforce",)
    night.run(YESTERDAY)
    # A third is missing, and 0.33 would still be too little.
    (tmp_path / "export/Account.csv").write_text("".join(LINES[:21]))
    with pytest.raises(SourceError, match=r"set max_row_drop_share .* to 0\.34 for one night"):
        night.run(TODAY)
    company("path: export", "path: export, max_row_drop_share: 0.33")(tmp_path)
    with pytest.raises(SourceError, match="at least 21, 9 fewer than before"):
        night.run(TODAY)
    company("max_row_drop_share: 0.33", "max_row_drop_share: 0.34")(tmp_path)
    night.run(TODAY)
    counted = "select count(*), count(*) filter (where _is_absent) from raw_salesforce.account"
    assert night.rows(counted) == [(30, 10)]
    # One night is enough: the next one is compared with what was taken.
    company(", max_row_drop_share: 0.34", "")(tmp_path)
    (tmp_path / "export/Account.csv").write_text("".join(LINES[:20]))
    night.run(TODAY + dt.timedelta(days=1))
    assert night.rows(counted) == [(30, 11)]


@pytest.mark.parametrize("write", [write_salesforce, write_files])
def test_the_next_complete_export_is_loaded(tmp_path: Path, write: Callable[[Path], None]) -> None:
    """After a refused night nothing sticks: the repaired source loads as if nothing had been."""
    write(tmp_path)
    night = Night(tmp_path)
    night.run(YESTERDAY)
    name = "Account.csv" if write is write_salesforce else "deals-1.csv"
    path = tmp_path / "export" / name
    good = path.read_text()
    path.write_text(good + "x,y,z,too,many,values,here,by,far\n")
    with pytest.raises(SourceError):
        night.run(TODAY)
    path.write_text(good.replace("Company 7", "Company seven").replace("First", "Erste"))
    night.run(TODAY)
    assert any(
        "Company seven" in json.dumps(rows, default=str) or "Erste" in json.dumps(rows, default=str)
        for rows in night.raw().values()
    )


def test_no_message_shows_a_row_of_the_file(tmp_path: Path) -> None:
    """Rows hold personal data, and messages end up in logs."""
    write_salesforce(tmp_path)
    secret = "canary.person@private.example"
    (tmp_path / "export/Contact.csv").write_text(CONTACTS + f"003000000000002AAA,,{secret},more\n")
    with pytest.raises(SourceError) as caught:
        Night(tmp_path).run(TODAY)
    assert secret not in str(caught.value)
    assert "row 3" in str(caught.value)


def test_the_warehouse_is_free_after_a_refusal(tmp_path: Path) -> None:
    write_salesforce(tmp_path)
    night = Night(tmp_path)
    night.run(YESTERDAY)
    text("Account.csv", "")(tmp_path)
    with pytest.raises(SourceError):
        night.run(TODAY)
    duckdb.connect(str(night.home.warehouse)).close()
