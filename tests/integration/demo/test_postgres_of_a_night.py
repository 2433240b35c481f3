"""The made company's night in PostgreSQL: every table with the rows and sums of the file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.company import Home, RunSettings, load_company
from dagster_project.company.model import PostgresCopy, Publication
from dagster_project.contract import PROJECT_ROOT
from dagster_project.publish.assets import column_policy
from dagster_project.publish.postgres import copy_to_postgres
from dagster_project.publish.publication import ColumnPolicy, read_manifest
from tests.support.demo import COMPANY_FILES
from tests.support.nightly import NightlyRun
from tests.support.postgres import PostgresServer, postgres_server

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("made company")]

NUMBERS = ("BIGINT", "INTEGER", "DOUBLE")


@dataclass(frozen=True)
class Night:
    """The published file, and the server that holds a copy of it."""

    file: Path
    server: PostgresServer
    policy: ColumnPolicy


@pytest.fixture(scope="module")
def night(published: NightlyRun, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    home = Home(tmp_path_factory.mktemp("postgres"))
    home.published.mkdir()
    for name in ("cultivar.duckdb", "manifest.json"):
        shutil.copyfile(published.home.published / name, home.published / name)
    manifest = read_manifest(home.published)
    assert manifest is not None
    company = load_company(COMPANY_FILES["salesforce"]).model_copy(
        update={"publication": Publication(postgres=PostgresCopy(url_env="PG_URL"))}
    )
    settings = RunSettings(company, manifest.versions[0].as_of_date, home)
    dbt = json.loads((PROJECT_ROOT / "dbt_project/target/manifest.json").read_text())
    policy = column_policy(dbt)
    with postgres_server() as server:
        # Twice: into tables that are made, and into tables that are there.
        for _ in range(2):
            copy_to_postgres(settings, policy, {"PG_URL": server.url()})
        yield Night(home.published_database, server, policy)


def test_every_table_has_the_rows_and_sums_of_the_file(night: Night) -> None:
    with duckdb.connect(str(night.file), read_only=True) as connection:
        columns = connection.execute(
            "select schema_name, table_name, "
            "list(struct_pack(name := column_name, type := data_type) order by column_index) "
            "from duckdb_columns() where schema_name in ('marts', 'hygiene', 'bi') "
            "group by all order by all"
        ).fetchall()
        assert len(columns) > 55
        for schema, table, of_table in columns:
            asked = ", ".join(["count(*)", *(measure(c["name"], c["type"]) for c in of_table)])
            expected = connection.execute(f"select {asked} from {schema}.{table}").fetchall()[0]
            found = night.server.rows(f"select {asked} from cultivar.{table}")[0]
            different = {
                name: (one, other)
                for name, one, other in zip(
                    ["rows", *(c["name"] for c in of_table)], expected, found, strict=True
                )
                if not same(one, other)
            }
            assert different == {}, table
    assert night.server.rows("select count(*), sum(row_count) > 0 from cultivar.published_table")[
        0
    ] == (len(columns), True)


def measure(column: str, data_type: str) -> str:
    """One number that tells what a column holds, the same SQL for both."""
    if data_type in NUMBERS or data_type.startswith("DECIMAL"):
        return f'sum("{column}")'
    if data_type == "VARCHAR":
        return f'sum(length("{column}"))'
    if data_type == "BOOLEAN":
        return f'count(*) filter (where "{column}")'
    # Dates and instants.
    return f'sum(extract(epoch from "{column}"))'


def same(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    return float(one) == pytest.approx(float(other), rel=1e-12)


def test_every_comment_of_the_file_is_there(night: Night) -> None:
    with duckdb.connect(str(night.file), read_only=True) as connection:
        expected = connection.execute(
            "select table_name, column_name, comment from duckdb_columns() "
            "where schema_name in ('marts', 'hygiene', 'bi') and comment is not null order by all"
        ).fetchall()
    assert len(expected) > 900
    found = night.server.rows(
        "select relname, attname, col_description(pg_class.oid, attnum) from pg_class "
        "inner join pg_attribute on attrelid = pg_class.oid and attnum > 0 "
        "where relnamespace = 'cultivar'::regnamespace and relname <> 'published_table' "
        "and col_description(pg_class.oid, attnum) is not null"
    )
    assert sorted(found) == sorted(expected)


def test_what_is_declared_as_filled_is_so(night: Night) -> None:
    found = night.server.rows(
        "select count(*) from pg_class "
        "inner join pg_attribute on attrelid = pg_class.oid and attnum > 0 and attnotnull "
        "where relnamespace = 'cultivar'::regnamespace and relname <> 'published_table'"
    )[0][0]
    assert found > 400
    assert found <= len(night.policy.filled)
