"""The copy in PostgreSQL: the same numbers, one night at a time, and no secret told.

A real server and a small published night. Does not belong here: the whole night of the made company
(``demo/test_postgres_of_a_night``).
"""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import psycopg
import pytest
from psycopg import sql

from dagster_project.company import Company, Home, RunSettings
from dagster_project.company.model import PostgresCopy, Publication
from dagster_project.publish.assets import postgres_asset
from dagster_project.publish.postgres import Copied, PostgresError, copy_to_postgres
from dagster_project.publish.publication import ColumnPolicy, publish, read_manifest
from dagster_project.resources import CompanyRun
from tests.support.postgres import READER, PostgresServer, postgres_server

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("postgres")]

POLICY = ColumnPolicy(
    table_comments={"dim_person": "One row per person; it's made up."},
    column_comments={
        ("dim_person", "email"): "E-mail address, 100% made up.",
        ("bi_person", "mail"): "Where mail reaches them.",
    },
    personal=frozenset({("dim_person", "email"), ("dim_person", "born_on")}),
    filled=frozenset(
        {("dim_person", "person_id"), ("dim_person", "born_on"), ("bi_person", "person_id")}
    ),
)
NASTY = ("", None, "a,b", 'a "b"', "a\nb\r\nc", "\\.", "\\N", "NULL", "grüße 😀", " x ")


@dataclass(frozen=True)
class Place:
    """A company with a home, and a schema of its own in the server."""

    server: PostgresServer
    home: Home
    schema: str

    def settings(self, day: int, *, name: str = "acme", **changes: Any) -> RunSettings:
        company = Company(
            name=name,
            sources=[{"name": "crm", "type": "salesforce_export", "path": "."}],
            publication=Publication(
                postgres=PostgresCopy(url_env="PG_URL", schema_name=self.schema), **changes
            ),
        )
        return RunSettings(company, dt.date(2026, 5, day), self.home)

    def change(self, statement: str, values: list[Any] | None = None) -> None:
        with duckdb.connect(str(self.home.warehouse)) as connection:
            connection.execute(statement, values)

    def night(self, day: int, policy: ColumnPolicy = POLICY, **changes: Any) -> Copied:
        """Publish a day, and copy it."""
        settings = self.settings(day, **changes)
        publish(settings, f"run-{day:04d}", policy)
        return copy_to_postgres(settings, policy, {"PG_URL": self.server.url()})

    def rows(self, query: str, user: str | None = None) -> list[tuple[Any, ...]]:
        """Rows of a query, in which ``{}`` stands for the schema."""
        named = sql.SQL(query).format(*[sql.Identifier(self.schema)] * query.count("{}"))
        return self.server.rows(named, **({"user": user} if user else {}))


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with postgres_server() as running:
        running.rows(
            sql.SQL("create role {} login password {}").format(
                sql.Identifier(READER), sql.Literal(running.password)
            )
        )
        yield running


@pytest.fixture
def place(server: PostgresServer, tmp_path: Path, request: pytest.FixtureRequest) -> Place:
    home = Home(tmp_path / "home")
    home.root.mkdir()
    place = Place(server, home, f"s{abs(hash(request.node.name)):x}"[:40])
    place.change(
        """
        create schema marts; create schema hygiene; create schema bi;
        create table marts.dim_person as
            select 'p1' as person_id, 'ann@private.example' as email, date '1990-01-02' as born_on
            union all select 'p2', null, null;
        create table marts.fct_night as select 1 as night, i as n from range(2000) as r (i);
        create table hygiene.finding as select 'f1' as finding_id;
        create table hygiene.quarantined_lead as select 'ann@private.example' as email;
        create view bi.bi_person as select person_id, email as mail from marts.dim_person;
        """
    )
    return place


def test_everything_published_is_there_and_nothing_else(place: Place) -> None:
    copied = place.night(1)
    assert (copied.tables, copied.rows) == (4, 2005)
    manifest = read_manifest(place.home.published)
    assert manifest is not None
    assert copied.version == manifest.current
    assert place.rows(
        "select table_name, row_count, company, version, as_of_date, run_id "
        "from {}.published_table order by 1"
    ) == [
        (name, rows, "acme", manifest.current, dt.date(2026, 5, 1), "run-0001")
        for name, rows in (("bi_person", 2), ("dim_person", 2), ("fct_night", 2000), ("finding", 1))
    ]
    assert place.server.rows(
        sql.SQL("select count(*) from pg_class where relnamespace = {}::regnamespace").format(
            sql.Literal(place.schema)
        )
    ) == [(5,)]


def test_personal_columns_are_masked_as_they_are_in_the_file(place: Place) -> None:
    place.night(1)
    assert place.rows("select * from {}.dim_person order by 1") == [
        ("p1", "***", None),
        ("p2", None, None),
    ]
    assert place.rows("select mail from {}.bi_person order by 1") == [("***",), (None,)]
    place.night(2, personal_data="clear")
    assert place.rows("select email, born_on from {}.dim_person where person_id = 'p1'") == [
        ("ann@private.example", dt.date(1990, 1, 2))
    ]


def test_types_values_and_blanks_are_the_same(place: Place) -> None:
    place.change(
        """
        create table marts.fct_value as
        select cast(1 as integer) as whole, cast(9007199254740993 as bigint) as large,
            cast('123456789012345678901234567890123456.78' as decimal(38, 2)) as money,
            cast(0.1 as double) + 0.2 as ratio, cast('inf' as double) as endless,
            true as flag, date '2026-02-28' as day,
            timestamptz '2026-03-29 01:30:00.123456+01' as instant
        union all select null, null, null, null, null, null, null, null;
        create table marts.dim_text (position integer, content varchar);
        """
    )
    for position, text in enumerate(NASTY):
        place.change("insert into marts.dim_text values (?, ?)", [position, text])
    place.change("insert into marts.dim_text select 99, 'a' || chr(0) || 'b'")
    place.night(1)
    types = place.server.rows(
        sql.SQL(
            "select array_agg(format_type(atttypid, atttypmod) order by attnum) from pg_attribute "
            "where attrelid = {}::regclass and attnum > 0"
        ).format(sql.Literal(f"{place.schema}.fct_value"))
    )[0][0]
    assert types == [
        "integer",
        "bigint",
        "numeric(38,2)",
        "double precision",
        "double precision",
        "boolean",
        "date",
        "timestamp with time zone",
    ]
    assert place.rows(
        "select whole, large, cast(money as text), ratio, endless, flag, day, "
        "cast(instant at time zone 'UTC' as text) from {}.fct_value order by 1 nulls last"
    ) == [
        (
            *(1, 9007199254740993, "123456789012345678901234567890123456.78"),
            *(0.1 + 0.2, float("inf"), True, dt.date(2026, 2, 28), "2026-03-29 00:30:00.123456"),
        ),
        (None,) * 8,
    ]
    texts = [text for (text,) in place.rows("select content from {}.dim_text order by position")]
    assert texts == [*NASTY, "ab"]


def test_comments_and_what_is_never_empty_are_carried_over(place: Place) -> None:
    place.night(1)
    told = {
        (table, column): (comment, is_filled)
        for table, column, comment, is_filled in place.rows(
            "select relname, attname, col_description(pg_class.oid, attnum), attnotnull "
            "from pg_class inner join pg_attribute on attrelid = pg_class.oid and attnum > 0 "
            f"where relnamespace = '{place.schema}'::regnamespace and relname like '%person'"
        )
    }
    assert told == {
        ("dim_person", "person_id"): (None, True),
        ("dim_person", "email"): ("E-mail address, 100% made up.", False),
        # Masked, and so empty whatever the mart says.
        ("dim_person", "born_on"): (None, False),
        ("bi_person", "person_id"): (None, True),
        ("bi_person", "mail"): ("Where mail reaches them.", False),
    }
    about = "select obj_description('{}.dim_person'::regclass)".replace("{}", place.schema)
    assert place.rows(about) == [("One row per person; it's made up.",)]
    place.night(2, replace(POLICY, table_comments={"dim_person": "Changed."}))
    assert place.rows(about) == [("Changed.",)]


def test_four_readers_see_whole_nights_while_it_is_replaced(place: Place) -> None:
    place.change("create table marts.fct_other as select night from marts.fct_night")
    place.night(1)
    place.rows("grant usage on schema {} to " + READER)
    place.rows("grant select on all tables in schema {} to " + READER)
    seen: list[set[tuple[Any, ...]]] = [set() for _ in range(4)]
    failed: list[BaseException] = []
    is_over = threading.Event()
    query = sql.SQL(
        "select (select min(night) from {0}.fct_night), (select max(night) from {0}.fct_night), "
        "(select sum(night) / count(*) from {0}.fct_other), (select count(*) from {0}.fct_night), "
        "(select max(cast(right(run_id, 4) as integer)) from {0}.published_table)"
    ).format(sql.Identifier(place.schema))

    def read(found: set[tuple[Any, ...]]) -> None:
        try:
            with psycopg.connect(place.server.url(READER), autocommit=True) as connection:
                while not is_over.is_set():
                    found.add(tuple(map(int, connection.execute(query).fetchone() or ())))
        except BaseException as error:
            failed.append(error)

    readers = [threading.Thread(target=read, args=(found,)) for found in seen]
    for reader in readers:
        reader.start()
    # One reader keeps to one state of the database for its whole transaction.
    with psycopg.connect(place.server.url(READER)) as patient:
        patient.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        begun = patient.execute(query).fetchone()
        for night in range(2, 9):
            place.change(f"update marts.fct_night set night = {night}")
            place.change(f"update marts.fct_other set night = {night}")
            place.night(night)
        assert patient.execute(query).fetchone() == begun
    is_over.set()
    for reader in readers:
        reader.join()
    assert failed == []
    for found in seen:
        assert len(found) > 2, "the reader was not there while nights changed"
        assert found <= {(night, night, night, 2000, night) for night in range(1, 9)}


def test_a_failing_copy_leaves_the_night_before(place: Place) -> None:
    place.night(1)
    place.change("update marts.fct_night set night = 2")
    settings = place.settings(2)
    publish(settings, "run-0002", POLICY)
    lines: list[str] = []

    def fail(line: str) -> None:
        lines.append(line)
        if len(lines) == 4:
            raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        copy_to_postgres(settings, POLICY, {"PG_URL": place.server.url()}, fail)
    assert any("fct_night" in line for line in lines)
    assert place.rows("select distinct night from {}.fct_night") == [(1,)]
    assert place.rows("select distinct run_id from {}.published_table") == [("run-0001",)]
    assert not (place.home.root / "postgres").exists()
    copy_to_postgres(settings, POLICY, {"PG_URL": place.server.url()})
    assert place.rows("select distinct night from {}.fct_night") == [(2,)]


def test_data_that_do_not_fit_are_not_told(place: Place) -> None:
    place.night(1, personal_data="clear")
    filled = replace(POLICY, filled=frozenset({("dim_person", "email")}))
    with pytest.raises(PostgresError, match=r"do not fit in dim_person\.email") as raised:
        place.night(2, filled, personal_data="clear")
    assert "private.example" not in str(raised.value)
    assert raised.value.__suppress_context__
    assert place.rows("select distinct run_id from {}.published_table") == [("run-0001",)]


def test_tables_that_changed_are_made_anew_and_old_ones_go(place: Place) -> None:
    place.night(1)
    place.change("alter table marts.fct_night add column extra decimal(18, 2)")
    place.change("drop table hygiene.finding")
    place.night(2)
    assert place.rows("select count(*), count(extra) from {}.fct_night") == [(2000, 0)]
    names = [name for (name,) in place.rows("select table_name from {}.published_table order by 1")]
    assert names == ["bi_person", "dim_person", "fct_night"]
    assert place.rows(f"select to_regclass('{place.schema}.finding')") == [(None,)]


def test_rights_and_views_of_others_stay(place: Place) -> None:
    place.night(1)
    place.rows("grant usage on schema {} to " + READER)
    place.rows("grant select on {}.fct_night to " + READER)
    place.rows(f"create view public.v_{place.schema} as select max(night) as n from {{}}.fct_night")
    place.rows("create table {}.own_notes as select 1 as x")
    place.change("update marts.fct_night set night = 2")
    place.night(2)
    assert place.rows("select max(night) from {}.fct_night", READER) == [(2,)]
    assert place.rows(f"select n from public.v_{place.schema}") == [(2,)]
    assert place.rows("select x from {}.own_notes") == [(1,)]
    place.change("alter table marts.fct_night add column extra integer")
    with pytest.raises(PostgresError, match=f"view v_{place.schema} depends on table"):
        place.night(3)
    assert place.rows(f"select n from public.v_{place.schema}") == [(2,)]


def test_what_others_put_there_is_not_touched(place: Place) -> None:
    place.rows("create schema {}")
    place.rows("create table {}.dim_person as select 'ours' as x")
    with pytest.raises(PostgresError, match=r"not copied there by this product.*: dim_person"):
        place.night(1)
    assert place.rows("select x from {}.dim_person") == [("ours",)]
    assert place.rows(f"select to_regclass('{place.schema}.fct_night')") == [(None,)]


def test_a_schema_is_for_one_company(place: Place) -> None:
    place.night(1)
    with pytest.raises(PostgresError, match="holds another company: acme"):
        place.night(2, name="other")
    assert place.rows("select distinct company from {}.published_table") == [("acme",)]


def test_a_type_without_a_counterpart_is_named(place: Place) -> None:
    place.change("create table marts.fct_list as select [1, 2] as numbers")
    with pytest.raises(PostgresError, match=r"fct_list\.numbers is INTEGER\[\]"):
        place.night(1)


CANARY = "Kanarienvogel-7391"


@pytest.mark.parametrize(
    ("address", "says"),
    [
        (f"postgresql://cultivar_test:{CANARY}@127.0.0.1:{{port}}/postgres", "authentication"),
        (f"postgresql://cultivar_test:{CANARY}@127.0.0.1:1/postgres", "refused"),
        (f"postgresql://cultivar_test:{CANARY}/x@127.0.0.1:{{port}}/postgres", "is no address"),
        (f"postgresql://cultivar_test:p@{CANARY}@127.0.0.1:{{port}}/postgres", "is no address"),
        (f"postgresql://cultivar_test:1/{CANARY}@127.0.0.1:{{port}}/postgres", "is no address"),
        (f"postgresql://cultivar_test:%zz{CANARY}@127.0.0.1/postgres", "is no address"),
        (f"host=127.0.0.1 password={CANARY} prt=1", "is no address"),
        ("", "environment variable PG_URL says, which is not set"),
    ],
)
def test_no_secret_is_told_by_the_asset(
    place: Place,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    address: str,
    says: str,
) -> None:
    publish(place.settings(1), "run-0001", POLICY)
    company = place.home.root / "acme.yml"
    company.write_text(
        "name: acme\n"
        "sources:\n  - {name: crm, type: salesforce_export, path: .}\n"
        "publication:\n  postgres: {url_env: PG_URL}\n"
    )
    manifest = place.home.root / "manifest.json"
    manifest.write_text(json.dumps({"nodes": {}, "sources": {}}))
    monkeypatch.setenv("PG_URL", address.format(port=place.server.port))
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize(
            [postgres_asset(manifest)],
            resources={
                "run": CompanyRun(
                    company_path=str(company),
                    home_path=str(place.home.root),
                    as_of_date="2026-05-01",
                )
            },
            instance=instance,
            raise_on_error=False,
        )
        told = "\n".join(map(repr, instance.all_logs(result.run_id)))
    assert not result.success
    assert says in told
    printed = capfd.readouterr()
    for text in (told, printed.out, printed.err, caplog.text):
        assert CANARY not in text
