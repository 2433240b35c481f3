"""What was published, copied into a schema of a PostgreSQL database, where the company asks for it.

Belongs here: where it goes to, and who may learn what of errors. Does not belong here: how the
schema is replaced (``postgres_schema``), what is published and what is masked (``publication``):
this copies the published file.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from dagster_project.company.model import PostgresCopy
from dagster_project.company.run import RunSettings
from dagster_project.publish.postgres_schema import PostgresError, SchemaCopy, published_tables
from dagster_project.publish.publication import ColumnPolicy, read_manifest

CONNECT_SECONDS = 10


@dataclass(frozen=True)
class Copied:
    """What a copy holds."""

    version: str
    tables: int
    rows: int


def copy_to_postgres(
    settings: RunSettings,
    policy: ColumnPolicy,
    environment: Mapping[str, str],
    progress: Callable[[str], None] = lambda message: None,
) -> Copied:
    """Replace the company's schema in PostgreSQL by what was published last, or change nothing.

    Raises:
        PostgresError: no address, no connection, or a schema that holds what others put there.
    """
    target = settings.company.publication.postgres
    manifest = read_manifest(settings.home.published)
    if target is None or manifest is None:
        raise PostgresError("there is nothing to copy, or nowhere to copy it to")
    version = manifest.version(manifest.current)
    folder = settings.home.root / "postgres"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        with (
            _connected(target, environment) as postgres,
            duckdb.connect(str(settings.home.published_database), read_only=True) as published,
        ):
            published.execute("set TimeZone = 'UTC'")
            tables = published_tables(published, policy)
            copy = SchemaCopy(postgres, published, target.schema_name, folder, progress)
            rows = copy.replace(tables, settings.company.name, version)
            copy.make_room(tables)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Copied(version.version, len(tables), rows)


@contextmanager
def _connected(
    target: PostgresCopy, environment: Mapping[str, str]
) -> Iterator[psycopg.Connection[Any]]:
    """A connection, all of whose errors are told without the address, its secrets or data."""
    url = environment.get(target.url_env, "")
    if not url:
        raise PostgresError(
            f"publication.postgres is to be reached at what the environment variable "
            f"{target.url_env} says, which is not set. Set it to an address such as "
            "postgresql://user:password@host:5432/database."
        )
    parameters = _parsed(url)
    if parameters is None:
        raise PostgresError(
            f"what the environment variable {target.url_env} says is no address of a PostgreSQL "
            "database. It looks like postgresql://user:password@host:5432/database, with %-codes "
            "for special characters in the password."
        )
    secrets = [url, str(parameters.get("password") or "")]
    settings: dict[str, str | int] = {"application_name": "cultivar", "client_encoding": "UTF8"}
    if "connect_timeout" not in parameters:
        settings["connect_timeout"] = CONNECT_SECONDS
    try:
        with psycopg.connect(make_conninfo(url, **settings)) as connection:
            yield connection
    except psycopg.Error as error:
        raise PostgresError(_told(error, secrets)) from None


def _parsed(url: str) -> dict[str, Any] | None:
    """The parts of an address; None where it is none."""
    try:
        parameters = conninfo_to_dict(url)
    except psycopg.Error:
        return None  # what the library says of it quotes it
    # A password with a bare special character ends up in other parts, which errors quote.
    told = [str(parameters.get(part) or "") for part in ("host", "dbname", "user")]
    if any("@" in part for part in told):
        return None
    port = str(parameters.get("port") or "")
    return parameters if not port or port.replace(",", "").isdecimal() else None


def _told(error: psycopg.Error, secrets: list[str]) -> str:
    said = error.diag.message_primary or str(error)
    # Class 22 and 23: data that do not fit, which the message may quote.
    if (error.sqlstate or "").startswith(("22", "23")):
        where = ".".join(filter(None, (error.diag.table_name, error.diag.column_name)))
        said = f"data that do not fit{f' in {where}' if where else ''}"
    # Class 2B: something that others built on a table whose columns have changed; it says what.
    elif (error.sqlstate or "").startswith("2B"):
        said = f"{said}: {error.diag.message_detail}"
    for secret in filter(None, secrets):
        said = said.replace(secret, "***")
    code = f", {error.sqlstate}" if error.sqlstate else ""
    return (
        f"PostgreSQL refused the copy, and its schema is as it was: {said.strip()} "
        f"({type(error).__name__}{code})"
    )
