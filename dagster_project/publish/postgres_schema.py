"""The schema in PostgreSQL: its tables, and replacing what they hold in one transaction.

Belongs here: what is made, filled, described and dropped there. Does not belong here: connecting,
and what is told of errors (``postgres``).

Tables change in place. Building a schema aside and renaming it would not do: a statement over two
tables that is read just then finds one of each night.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import psycopg
from psycopg import sql

from dagster_project.duckdb_catalog import columns_of
from dagster_project.publish.publication import (
    PUBLISHED_SCHEMAS,
    VIEW_SCHEMA,
    ColumnPolicy,
    Version,
)
from dagster_project.sql_text import identifier, literal

LIST = "published_table"
"""Table that lists the others: which ones are this product's to replace, and of which night."""

LIST_COLUMNS = (
    ("table_name", "text", "Name of a published table or view."),
    ("row_count", "bigint", "Its rows."),
    ("company", "text", "Company whose night it is."),
    ("version", "text", "Version of the publication; the Parquet of the same night has it, too."),
    ("as_of_date", "date", "The run's day."),
    ("run_id", "text", "The run that published it."),
)

TYPES = {
    "VARCHAR": "text",
    "BOOLEAN": "boolean",
    "TINYINT": "smallint",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "HUGEINT": "numeric(38,0)",
    "FLOAT": "real",
    "DOUBLE": "double precision",
    "DATE": "date",
    "TIMESTAMP": "timestamp without time zone",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
}
"""DuckDB's types → PostgreSQL's, as PostgreSQL itself writes them; decimals keep their digits."""

LOCK_SECONDS = 60
"""How long to wait for readers, only where a table's columns have changed."""

CHUNK_BYTES = 1 << 20


class PostgresError(Exception):
    """The copy was not made, and the schema is as it was; the message holds no secret."""


@dataclass(frozen=True)
class Column:
    """A column as it should be in PostgreSQL."""

    name: str
    data_type: str
    is_filled: bool
    comment: str | None


@dataclass(frozen=True)
class Table:
    """A published table or view, and what it should be in PostgreSQL."""

    schema: str
    name: str
    comment: str | None
    columns: tuple[Column, ...]

    @property
    def structure(self) -> list[tuple[str, str, bool]]:
        """What has to be the same for the table to be filled in place."""
        return [(column.name, column.data_type, column.is_filled) for column in self.columns]


def published_tables(published: duckdb.DuckDBPyConnection, policy: ColumnPolicy) -> list[Table]:
    """Tables and views of the published file, as they should be in PostgreSQL."""
    names = published.execute(
        "select table_schema, table_name from information_schema.tables "
        "where table_schema in (select unnest(?)) order by table_schema, table_name",
        [[*PUBLISHED_SCHEMAS, VIEW_SCHEMA]],
    ).fetchall()
    tables = [
        Table(
            schema,
            name,
            policy.table_comments.get(name),
            tuple(
                Column(
                    column,
                    _type(name, column, data_type),
                    # What is masked is empty, but for text.
                    (name, column) in policy.filled
                    and (data_type == "VARCHAR" or (name, column) not in policy.personal),
                    policy.column_comments.get((name, column)),
                )
                for column, data_type in columns_of(published, schema, name).items()
            ),
        )
        for schema, name in names
    ]
    if len({table.name for table in tables}) < len(tables) or LIST in {t.name for t in tables}:
        raise PostgresError("two published tables have one name, which one schema cannot hold")
    return tables


def _type(table: str, column: str, data_type: str) -> str:
    if data_type.startswith("DECIMAL("):
        return data_type.replace("DECIMAL", "numeric")
    if data_type not in TYPES:
        raise PostgresError(f"{table}.{column} is {data_type}, which has no type in PostgreSQL yet")
    return TYPES[data_type]


class SchemaCopy:
    """One copy: the two connections, and where text lies on its way from one to the other."""

    def __init__(
        self,
        postgres: psycopg.Connection[Any],
        published: duckdb.DuckDBPyConnection,
        schema: str,
        folder: Path,
        progress: Callable[[str], None],
    ) -> None:
        self._postgres = postgres
        self._published = published
        self._schema = schema
        self._folder = folder
        self._progress = progress

    def _qualified(self, table: str) -> sql.Identifier:
        return sql.Identifier(self._schema, table)

    def replace(self, tables: list[Table], company: str, version: Version) -> int:
        """Replace everything in one transaction; returns the rows of all tables."""
        with self._postgres.transaction():
            self._execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [self._schema])
            self._execute("select set_config('lock_timeout', %s, true)", [f"{LOCK_SECONDS}s"])
            there = self._there()
            ours = self._ours(there, company)
            if taken := sorted({table.name for table in tables} & there.keys() - ours):
                raise PostgresError(
                    f"schema {self._schema} holds tables that were not copied there by this "
                    f"product, and have the names of published ones: {', '.join(taken)}. Give "
                    "publication.postgres another schema_name, or rename them."
                )
            is_same = {t.name: there.get(t.name) == t.structure for t in tables}
            rows: dict[str, int] = {}
            # A table that is made anew keeps readers waiting until the end, so these come last.
            for table in sorted(tables, key=lambda table: not is_same[table.name]):
                if is_same[table.name]:
                    self._execute(sql.SQL("delete from {}").format(self._qualified(table.name)))
                else:
                    self._create(table)
                rows[table.name] = self._fill(table)
                self._progress(f"{table.name}: {rows[table.name]:,} rows")
            self._comment(tables)
            for name in sorted(ours - rows.keys()):
                self._execute(sql.SQL("drop table if exists {}").format(self._qualified(name)))
            self._list(rows, company, version)
        return sum(rows.values())

    def make_room(self, tables: list[Table]) -> None:
        """Have the room of yesterday's rows used again; no reader waits for this."""
        self._postgres.autocommit = True
        names = sql.SQL(", ").join(self._qualified(table.name) for table in tables)
        # The copy is made; what is not done here, the server does later by itself.
        with suppress(psycopg.Error):
            self._execute(sql.SQL("vacuum (analyze, truncate false) {}").format(names))

    def _execute(self, query: Any, values: list[Any] | None = None) -> psycopg.Cursor[Any]:
        return self._postgres.execute(query, values)

    def _there(self) -> dict[str, list[tuple[str, str, bool]]]:
        """Tables, views and the like in the schema, which is made if need be → their structure."""
        found = self._execute("select 1 from pg_namespace where nspname = %s", [self._schema])
        if found.fetchone() is None:
            self._execute(sql.SQL("create schema {}").format(sql.Identifier(self._schema)))
        rows = self._execute(
            """
            select relation.relname, attribute.attname,
                format_type(attribute.atttypid, attribute.atttypmod), attribute.attnotnull
            from pg_class as relation
            inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
            left join pg_attribute as attribute
                on relation.oid = attribute.attrelid
                and attribute.attnum > 0 and not attribute.attisdropped
            where namespace.nspname = %s and relation.relkind in ('r', 'p', 'v', 'm', 'f')
            order by relation.relname, attribute.attnum
            """,
            [self._schema],
        ).fetchall()
        there: dict[str, list[tuple[str, str, bool]]] = {}
        for relation, *column in rows:
            there.setdefault(relation, []).append(tuple(column))
        return there

    def _ours(self, there: Mapping[str, object], company: str) -> set[str]:
        """Tables that earlier copies made, as the list says; made if need be."""
        name = self._qualified(LIST)
        if LIST not in there:
            columns = sql.SQL(", ").join(
                sql.SQL("{} {} not null").format(sql.Identifier(column), sql.SQL(data_type))
                for column, data_type, _ in LIST_COLUMNS
            )
            self._execute(sql.SQL("create table {} ({})").format(name, columns))
            for column, _, comment in LIST_COLUMNS:
                self._execute(
                    sql.SQL("comment on column {} is {}").format(
                        sql.Identifier(self._schema, LIST, column), sql.Literal(comment)
                    )
                )
        rows = self._execute(sql.SQL("select table_name, company from {}").format(name)).fetchall()
        others = {of for _, of in rows} - {company}
        if others:
            raise PostgresError(
                f"schema {self._schema} holds another company: {', '.join(sorted(others))}. Give "
                "publication.postgres a schema_name of its own."
            )
        return {table for table, _ in rows}

    def _create(self, table: Table) -> None:
        name = self._qualified(table.name)
        # Without "cascade": what others built on a table is theirs, and stops the copy.
        self._execute(sql.SQL("drop table if exists {}").format(name))
        columns = sql.SQL(", ").join(
            sql.SQL("{} {}{}").format(
                sql.Identifier(column.name),
                sql.SQL(column.data_type),
                sql.SQL(" not null" if column.is_filled else ""),
            )
            for column in table.columns
        )
        self._execute(sql.SQL("create table {} ({})").format(name, columns))

    def _fill(self, table: Table) -> int:
        file = self._folder / "rows.csv"
        texts = [column.name for column in table.columns if column.data_type == "text"]
        selected = ", ".join(
            # PostgreSQL's texts hold everything but NUL.
            f"replace({identifier(column.name)}, chr(0), '') as {identifier(column.name)}"
            if column.data_type == "text"
            else identifier(column.name)
            for column in table.columns
        )
        # An empty text is quoted, and NULL is not.
        quoted = f", force_quote ({', '.join(map(identifier, texts))})" if texts else ""
        self._published.execute(
            f"copy (select {selected} from {table.schema}.{identifier(table.name)}) "
            f"to {literal(str(file))} (format csv, header false, nullstr ''{quoted})"
        )
        statement = sql.SQL("copy {} ({}) from stdin (format csv)").format(
            self._qualified(table.name),
            sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns),
        )
        with self._postgres.cursor() as cursor:
            with cursor.copy(statement) as copy, file.open("rb") as rows:
                while chunk := rows.read(CHUNK_BYTES):
                    copy.write(chunk)
            written = cursor.rowcount
        file.unlink()
        return written

    def _comment(self, tables: list[Table]) -> None:
        """Write the comments that are not there yet."""
        rows = self._execute(
            """
            select relation.relname, attribute.attname,
                col_description(relation.oid, attribute.attnum)
            from pg_class as relation
            inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
            inner join pg_attribute as attribute
                on relation.oid = attribute.attrelid and attribute.attnum > 0
            where namespace.nspname = %(schema)s
            union all
            select relation.relname, null, obj_description(relation.oid, 'pg_class')
            from pg_class as relation
            inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
            where namespace.nspname = %(schema)s
            """,
            {"schema": self._schema},  # type: ignore[arg-type]
        ).fetchall()
        there = {(relation, column): comment for relation, column, comment in rows}
        for table in tables:
            if (table.comment or None) != there[table.name, None]:
                self._execute(
                    sql.SQL("comment on table {} is {}").format(
                        self._qualified(table.name), sql.Literal(table.comment or None)
                    )
                )
            for column in table.columns:
                if (column.comment or None) != there[table.name, column.name]:
                    self._execute(
                        sql.SQL("comment on column {} is {}").format(
                            sql.Identifier(self._schema, table.name, column.name),
                            sql.Literal(column.comment or None),
                        )
                    )

    def _list(self, rows: Mapping[str, int], company: str, version: Version) -> None:
        name = self._qualified(LIST)
        self._execute(sql.SQL("delete from {}").format(name))
        self._execute(
            sql.SQL(
                "insert into {} (table_name, row_count, company, version, as_of_date, run_id) "
                "select counted.table_name, counted.row_count, %s, %s, %s, %s "
                "from unnest(%s::text[], %s::bigint[]) as counted (table_name, row_count)"
            ).format(name),
            [
                *(company, version.version, version.as_of_date, version.run_id),
                *(list(rows), list(rows.values())),
            ],
        )
