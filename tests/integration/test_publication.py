"""Publication: what is in the files, what is masked, how long nights are kept."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.company import Company, Home, RunSettings
from dagster_project.company.model import Publication
from dagster_project.publish.publication import ColumnPolicy, publish, read_manifest

POLICY = ColumnPolicy(
    table_comments={
        "dim_person": "One row per person; it's made up.",
        "bi_person": "People, for BI tools.",
    },
    column_comments={
        ("dim_person", "email"): "E-mail address.",
        ("bi_person", "person_name"): "Where mail reaches them.",
    },
    personal=frozenset({("dim_person", "email"), ("dim_person", "born_on")}),
)


def company(**changes: Any) -> Company:
    source = {"name": "crm", "type": "salesforce_export", "path": "."}
    return Company(name="acme", sources=[source], publication=Publication(**changes))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.root.mkdir()
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(
            """
            create schema marts; create schema hygiene; create schema intermediate;
            create table marts.dim_person as
                select 'p1' as person_id, 'ann@private.example' as email,
                    date '1990-01-02' as born_on
                union all select 'p2', null, null;
            create table hygiene.finding as select 'f1' as finding_id;
            create table hygiene.quarantined_lead as select 'ann@private.example' as email;
            create table intermediate.int_secret as select 1 as x;
            create view marts.not_a_table as select 1 as x;
            create schema bi;
            create view bi.bi_person as
                select person_id, email as person_name from marts.dim_person;
            """
        )
    return home


def settings(home: Home, day: int, **changes: Any) -> RunSettings:
    return RunSettings(company(**changes), dt.date(2026, 5, day), home)


def read(home: Home, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home.published_database), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_marts_findings_and_views_are_published_and_nothing_else(home: Home) -> None:
    publish(settings(home, 1), "run-0001", POLICY)
    assert read(
        home, "select table_schema, table_name from information_schema.tables order by all"
    ) == [("bi", "bi_person"), ("hygiene", "finding"), ("marts", "dim_person")]


def test_personal_columns_are_masked_and_keep_their_types(home: Home) -> None:
    publish(settings(home, 1), "run-0001", POLICY)
    assert read(home, "select * from marts.dim_person order by 1") == [
        ("p1", "***", None),
        ("p2", None, None),
    ]
    assert ("born_on", "DATE") in [row[:2] for row in read(home, "describe marts.dim_person")]
    for path in home.published.rglob("*"):
        assert not path.is_file() or b"ann@private.example" not in path.read_bytes(), path


def test_views_for_bi_tools_read_what_is_published(home: Home) -> None:
    publish(settings(home, 1), "run-0001", POLICY)
    home.warehouse.unlink()
    assert read(home, "select person_id, person_name from bi.bi_person order by 1") == [
        ("p1", "***"),
        ("p2", None),
    ]
    assert read(home, "select comment from duckdb_views() where view_name = 'bi_person'") == [
        ("People, for BI tools.",)
    ]
    assert read(
        home, "select column_name, comment from duckdb_columns() where table_name = 'bi_person'"
    ) == [("person_id", None), ("person_name", "Where mail reaches them.")]


def test_a_company_may_publish_in_the_clear(home: Home) -> None:
    publish(settings(home, 1, personal_data="clear"), "run-0001", POLICY)
    assert read(home, "select email from marts.dim_person where person_id = 'p1'") == [
        ("ann@private.example",)
    ]


def test_a_restricted_file_is_whole_and_only_its_owners(home: Home) -> None:
    publish(settings(home, 1, has_restricted_file=True), "run-0001", POLICY)
    with duckdb.connect(str(home.restricted_database), read_only=True) as connection:
        assert connection.execute("select email from marts.dim_person order by all").fetchall() == [
            ("ann@private.example",),
            (None,),
        ]
        assert connection.execute("select person_name from bi.bi_person where person_id = 'p1'")
    assert home.restricted_database.stat().st_mode & 0o077 == 0
    assert home.restricted_database.parent.stat().st_mode & 0o077 == 0
    assert read(home, "select email from marts.dim_person order by all")[0] == ("***",)


def test_a_restricted_file_goes_when_it_is_no_longer_asked_for(home: Home) -> None:
    publish(settings(home, 1, has_restricted_file=True), "run-0001", POLICY)
    publish(settings(home, 2), "run-0002", POLICY)
    assert not home.restricted_database.exists()


def test_a_process_sees_the_new_night_when_it_has_closed_the_old_one(home: Home) -> None:
    """All connections of a process to one path share what was opened first."""
    query = "select count(*) from hygiene.finding"
    publish(settings(home, 1), "run-0001", POLICY)
    with duckdb.connect(str(home.published_database), read_only=True) as early:
        with duckdb.connect(str(home.warehouse)) as connection:
            connection.execute("insert into hygiene.finding values ('f2')")
        publish(settings(home, 2), "run-0002", POLICY)
        assert early.execute(query).fetchall() == [(1,)]
        assert read(home, query) == [(1,)]
    assert read(home, query) == [(2,)]


def test_comments_are_carried_over(home: Home) -> None:
    publish(settings(home, 1), "run-0001", POLICY)
    assert read(home, "select comment from duckdb_tables() where table_name = 'dim_person'") == [
        ("One row per person; it's made up.",)
    ]
    assert read(home, "select comment from duckdb_columns() where column_name = 'email'") == [
        ("E-mail address.",)
    ]


def test_the_manifest_pins_complete_parquet_files(home: Home) -> None:
    version = publish(settings(home, 1), "run-0001", POLICY)
    manifest = read_manifest(home.published)
    assert manifest is not None
    assert manifest.current == version.version
    for table in manifest.version(manifest.current).tables:
        name = table.name.split(".")[1]
        path = home.published / "parquet" / version.version / name / f"{name}.parquet"
        assert hashlib.sha256(path.read_bytes()).hexdigest() == table.sha256
        assert duckdb.execute(f"select count(*) from '{path}'").fetchall() == [(table.rows,)]


def test_the_last_nights_are_kept_and_a_night_once(home: Home) -> None:
    for day in range(1, 10):
        publish(settings(home, day), f"run-{day:04d}", POLICY)
    publish(settings(home, 9), "run-again", POLICY)
    manifest = read_manifest(home.published)
    assert manifest is not None
    kept = [version.as_of_date.day for version in manifest.versions]
    assert kept == [9, 8, 7, 6, 5, 4, 3]
    assert manifest.current.endswith("run-agai")
    folders = {path.name for path in (home.published / "parquet").iterdir()}
    assert folders == {version.version for version in manifest.versions}
    assert not list(home.published.glob(".*.new"))


def test_a_past_day_may_be_published_again(home: Home) -> None:
    for day in (5, 6, 7):
        publish(settings(home, day, keep_nights=2), f"run-{day:04d}", POLICY)
    publish(settings(home, 1, keep_nights=2), "run-past", POLICY)
    manifest = read_manifest(home.published)
    assert manifest is not None
    assert [version.as_of_date.day for version in manifest.versions] == [7, 1]
    assert manifest.version(manifest.current).as_of_date.day == 1


def test_a_failure_halfway_leaves_the_night_before(home: Home) -> None:
    publish(settings(home, 1), "run-0001", POLICY)
    before = home.published_database.read_bytes(), (home.published / "manifest.json").read_bytes()

    def fail(line: str) -> None:
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        publish(settings(home, 2), "run-0002", POLICY, fail)
    after = home.published_database.read_bytes(), (home.published / "manifest.json").read_bytes()
    assert after == before
    publish(settings(home, 2), "run-0003", POLICY)
    assert not list(home.published.glob(".*.new")), "the leftovers are gone with the next success"
