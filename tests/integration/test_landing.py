"""Landing and loading: what a night changes in raw, and what it leaves alone."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dagster_project.sources.errors import SourceError
from dagster_project.warehouse.company_tables import landed_tables
from tests.support.sources import Night

FIRST, SECOND, THIRD = dt.date(2026, 5, 30), dt.date(2026, 5, 31), dt.date(2026, 6, 1)

SALESFORCE = """
name: salesforce
sources: [{name: crm, type: salesforce_export, path: export}]
"""


def account(number: int) -> str:
    return f"001{number:012d}AAA"


def write_accounts(folder: Path, rows: dict[int, str], header: str = "Id,Name") -> None:
    export = folder / "export"
    export.mkdir(exist_ok=True)
    lines = [header, *(f"{account(number)},{rest}" for number, rest in rows.items())]
    (export / "Account.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def night(tmp_path: Path) -> Night:
    (tmp_path / "company.yml").write_text(SALESFORCE)
    return Night(tmp_path)


def names(night: Night, condition: str = "not _is_absent") -> dict[str, str]:
    query = f"select _record_id, Name from raw_salesforce.account where {condition}"
    return dict(night.rows(query))


def test_the_same_files_twice_change_nothing(night: Night) -> None:
    write_accounts(night.folder, {1: "Alder", 2: "Birch"})
    night.run(FIRST)
    before = night.raw()
    landed, loaded = night.run(SECOND)
    assert night.raw() == before, "every column, the load id among them"
    assert not any(table.is_changed for table in landed)
    assert sum(table.rows_changed for table in loaded) == 0


def test_the_same_records_in_another_order_change_nothing(night: Night) -> None:
    write_accounts(night.folder, {1: "Alder", 2: "Birch", 3: "Cedar"})
    night.run(FIRST)
    before = night.raw()
    write_accounts(night.folder, {3: "Cedar", 1: "Alder", 2: "Birch"})
    _, loaded = night.run(SECOND)
    assert night.raw() == before
    assert sum(table.rows_changed for table in loaded) == 0


def test_a_changed_file_changes_only_what_changed(night: Night) -> None:
    write_accounts(night.folder, {1: "Alder", 2: "Birch"})
    night.run(FIRST)
    load_ids = dict(night.rows("select _record_id, _dlt_load_id from raw_salesforce.account"))
    write_accounts(night.folder, {1: "Alder", 2: "Birch Foods", 3: "Cedar"})
    _, loaded = night.run(SECOND)
    assert names(night) == {account(1): "Alder", account(2): "Birch Foods", account(3): "Cedar"}
    assert next(t for t in loaded if t.table == "account").rows_changed == 2
    after = dict(night.rows("select _record_id, _dlt_load_id from raw_salesforce.account"))
    assert after[account(1)] == load_ids[account(1)], "an unchanged record is not loaded again"
    assert after[account(2)] != load_ids[account(2)]


def test_a_record_that_disappeared_is_marked_and_comes_back(night: Night) -> None:
    write_accounts(night.folder, {1: "Alder", 2: "Birch"})
    night.run(FIRST)
    write_accounts(night.folder, {1: "Alder"})
    night.run(SECOND)
    query = "select Name, _is_absent, _absent_since from raw_salesforce.account order by Name"
    assert night.rows(query) == [("Alder", False, None), ("Birch", True, SECOND)]
    night.run(THIRD)
    assert night.rows(query)[1] == ("Birch", True, SECOND), "the day is the first one without it"
    write_accounts(night.folder, {1: "Alder", 2: "Birch"})
    night.run(THIRD)
    assert night.rows(query) == [("Alder", False, None), ("Birch", False, None)]


def test_a_partial_export_marks_nothing_absent(night: Night) -> None:
    (night.folder / "company.yml").write_text(
        SALESFORCE.replace("path: export", "path: export, is_full_export: false")
    )
    write_accounts(night.folder, {1: "Alder", 2: "Birch"})
    night.run(FIRST)
    write_accounts(night.folder, {2: "Birch Foods"})
    night.run(SECOND)
    assert names(night) == {account(1): "Alder", account(2): "Birch Foods"}


def test_custom_fields_are_carried_and_a_new_one_is_reported(night: Night) -> None:
    write_accounts(night.folder, {1: "Alder,1"}, "Id,Name,Tier__c")
    night.run(FIRST)
    assert night.rows("select Tier__c, _custom_fields from raw_salesforce.account") == [
        ("1", '{"Tier__c":"1"}')
    ]
    write_accounts(night.folder, {1: "Alder,1,blue"}, "Id,Name,Tier__c,Colour__c")
    landed, _ = night.run(SECOND)
    assert landed[0].new_columns == ("Colour__c",)
    ((custom,),) = night.rows("select _custom_fields from raw_salesforce.account")
    assert json.loads(custom) == {"Tier__c": "1", "Colour__c": "blue"}


def test_what_a_delivery_was_compared_with_is_remembered(night: Night) -> None:
    """Of the table that changed; a day before its landing does not know it."""

    def told(day: dt.date) -> list[tuple[object, ...]]:
        columns = ("table_name", "row_count", "previous_row_count", "column_count", "new_columns")
        company = night.settings(day).company
        landed = landed_tables(company, night.home.landing, day).to_pylist()
        return [tuple(row[column] for column in columns) for row in landed]

    write_accounts(night.folder, {1: "Alder", 2: "Birch"})
    night.run(FIRST)
    assert told(FIRST) == [("account", 2, None, 2, None)]
    write_accounts(night.folder, {1: "Alder,blue", 2: "Birch,", 3: "Cedar,"}, "Id,Name,Colour__c")
    night.run(SECOND)
    assert told(SECOND) == [("account", 3, 2, 3, "Colour__c")]
    assert told(FIRST) == []


def test_the_rows_that_a_source_counted_are_compared_and_remembered(night: Night) -> None:
    (night.folder / "company.yml").write_text(
        SALESFORCE.replace("path: export", "path: export, row_count_file: counts.csv")
    )
    write_accounts(night.folder, {1: "Alder", 2: "Birch"})
    counts = night.folder / "export/counts.csv"
    counts.write_text("Rows,File,by\n2,Account.csv,us\n", encoding="utf-8-sig")
    night.run(FIRST)
    company = night.settings(FIRST).company
    (landed,) = landed_tables(company, night.home.landing, FIRST).to_pylist()
    assert (landed["row_count"], landed["counted_row_count"]) == (2, 2)
    # The files are the same, and the source says that they are not all.
    counts.write_text("Rows,File\n3,Account.csv\n")
    with pytest.raises(SourceError, match=r"Account\.csv[\s\S]*2 rows, where counts\.csv says 3"):
        night.run(SECOND)


def test_a_dropped_column_can_be_accepted(night: Night) -> None:
    write_accounts(night.folder, {1: "Alder,1"}, "Id,Name,Tier__c")
    night.run(FIRST)
    write_accounts(night.folder, {1: "Alder"})
    (night.folder / "company.yml").write_text(
        SALESFORCE.replace("path: export", "path: export, dropped_columns: {Account: [Tier__c]}")
    )
    night.run(SECOND)
    assert night.rows("select Tier__c, _custom_fields from raw_salesforce.account") == [
        (None, None)
    ]


def test_a_byte_order_mark_and_windows_line_ends_mean_nothing(night: Night) -> None:
    write_accounts(night.folder, {1: "Alder", 2: '"Birch, ""B"" Foods"'})
    night.run(FIRST)
    before = night.raw()
    path = night.folder / "export/Account.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    night.run(SECOND)
    assert night.raw() == before
    assert names(night)[account(2)] == 'Birch, "B" Foods'


def test_a_killed_load_is_finished_by_the_next_run(night: Night) -> None:
    """The landing was accepted, the warehouse was lost: the next run loads it from the landing."""
    write_accounts(night.folder, {1: "Alder", 2: "Birch"})
    night.run(FIRST)
    before = names(night)
    night.home.warehouse.unlink()
    landed, _ = night.run(FIRST)
    assert not any(table.is_changed for table in landed)
    assert names(night) == before


def test_records_of_a_source_that_was_removed_leave_the_marts(night: Night) -> None:
    write_accounts(night.folder, {1: "Alder"})
    night.run(FIRST)
    (night.folder / "company.yml").write_text(SALESFORCE.replace("name: crm", "name: other"))
    night.run(SECOND)
    query = "select _source_name, _is_absent from raw_salesforce.account order by 1"
    assert night.rows(query) == [("crm", True), ("other", False)]


MAPPED = """
name: mapped
sources:
  - name: desk
    type: files
    path: export
    tables:
      - entity: opportunity
        files: ["deals-*.csv"]
        where: "kind = 'deal'"
        columns:
          opportunity_id: number
          stage: {column: phase, values: {won: Closed Won, "1": "null"}}
          amount_original: {expression: "cast(cast(amount as decimal(18,2)) * 2 as varchar)"}
          close_date: {column: closed, date_format: "%d.%m.%Y"}
          opportunity_type: {constant: New Business}
          owner_id: {column: owner, lookup: {file: owners.csv, key: short, value: number}}
      - entity: contact
        files: ["deals-*.csv"]
        where: "person is not null"
        columns: {contact_id: "person", last_name: person}
"""


def test_one_file_feeds_several_entities_and_several_files_one(tmp_path: Path) -> None:
    (tmp_path / "company.yml").write_text(MAPPED)
    export = tmp_path / "export"
    export.mkdir()
    header = "number,kind,phase,amount,closed,owner,person,colour\n"
    (export / "deals-1.csv").write_text(header + "D1,deal,won,10,31.01.2026,ab,Ann,red\n")
    (export / "deals-2.csv").write_text(
        header + "D2,deal,lost,ten,31.02.2026,zz,,\nN1,note,,,,,,\n"
    )
    (export / "owners.csv").write_text("short,number\nab,U1\n")
    night = Night(tmp_path)
    night.run(FIRST)
    columns = (
        "_record_id, stage, amount_original, close_date, opportunity_type, owner_id, _custom_fields"
    )
    assert night.rows(f"select {columns} from raw_files.opportunity order by 1") == [
        ("D1", "Closed Won", "20.00", "2026-01-31", "New Business", "U1", '{"colour":"red"}'),
        # What does not fit is kept as it was written, so that it becomes a finding.
        ("D2", "lost", "ten", "31.02.2026", "New Business", "zz", None),
    ]
    assert night.rows("select _record_id, last_name from raw_files.contact") == [("Ann", "Ann")]
    ((source_row,),) = night.rows(
        "select _source_row from raw_files.opportunity where stage='lost'"
    )
    assert json.loads(source_row) == {
        "number": "D2", "kind": "deal", "phase": "lost", "amount": "ten",
        "closed": "31.02.2026", "owner": "zz",
    }  # fmt: skip


def test_json_and_parquet_are_read_as_text(tmp_path: Path) -> None:
    (tmp_path / "company.yml").write_text(
        """
name: kinds
sources:
  - name: desk
    type: files
    path: export
    tables:
      - entity: account
        files: [a.jsonl]
        columns: {account_id: id, account_name: "full name", country: place}
      - entity: user
        files: [u.parquet]
        columns: {user_id: id, is_active: active, created_at: since}
"""
    )
    export = tmp_path / "export"
    export.mkdir()
    (export / "a.jsonl").write_text(
        '{"id": 1, "full name": "Alder \\"A\\"", "place": {"c": "DE"}}\n\n{"id": 2, "new": true}\n'
    )
    since = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    pq.write_table(pa.table({"id": [7], "active": [True], "since": [since]}), export / "u.parquet")
    night = Night(tmp_path)
    night.run(FIRST)
    assert night.rows(
        "select _record_id, account_name, country, _custom_fields from raw_files.account order by 1"
    ) == [("1", 'Alder "A"', '{"c":"DE"}', None), ("2", None, None, '{"new":"true"}')]
    assert night.rows("select _record_id, is_active, created_at from raw_files.user") == [
        ("7", "true", "2026-01-02 03:04:05+00")
    ]


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    nights=st.lists(
        st.dictionaries(
            st.integers(1, 8),
            # Any text that a CSV can hold: quotes, separators, line breaks, other scripts.
            st.text(
                st.characters(exclude_categories=("Cs",), exclude_characters="\x00\r"), min_size=1
            ),
            min_size=1,
            max_size=6,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_raw_follows_any_series_of_exports(
    tmp_path_factory: pytest.TempPathFactory, nights: list[dict[int, str]]
) -> None:
    """After each night the live records are exactly the last export; nothing is ever removed."""
    folder = tmp_path_factory.mktemp("series")
    (folder / "company.yml").write_text(SALESFORCE)
    night, seen = Night(folder), set()
    for number, rows in enumerate(nights):
        quoted = {key: '"' + value.replace('"', '""') + '"' for key, value in rows.items()}
        write_accounts(folder, quoted)
        night.run(FIRST + dt.timedelta(days=number))
        seen |= {account(key) for key in rows}
        expected = {account(key): value.strip() or None for key, value in rows.items()}
        found = {key: value and value.strip() for key, value in names(night).items()}
        assert found == expected
        assert set(names(night, "true")) == seen
