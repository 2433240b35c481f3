"""From a company file's column mapping to one SQL expression over a file's text columns.

Belongs here: building and checking expressions, before anything is loaded. Does not belong here:
reading files, and judging values (dbt staging types them, the gate judges them).
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import sqlglot
import sqlglot.errors
from sqlglot import exp

from dagster_project.company.model import ColumnMapping
from dagster_project.sources.errors import SourceError
from dagster_project.sql_text import identifier, literal

# An expression computes one value from one row; it neither reads other data nor does anything.
_REFUSED = (exp.Query, exp.Command, exp.DDL, exp.DML, exp.AggFunc, exp.Window, exp.Placeholder)

ROW = "source_row"
"""Alias under which every expression sees the file's row."""


@dataclass(frozen=True)
class Place:
    """Where a mapping stands, for messages."""

    source: str
    file: str
    entity: str
    column: str

    def error(self, found: str, allowed: str, what_to_do: str) -> SourceError:
        """A mapping error at this place."""
        where = f"{self.file}, mapping of {self.entity}.{self.column}"
        return SourceError(self.source, where, found, allowed, what_to_do)


def resolve_column(name: str, columns: Sequence[str], place: Place) -> str:
    """The file's own spelling of column ``name``.

    Raises:
        SourceError: the file has no such column; suggests the nearest.
    """
    if name in columns:
        return name
    for column in columns:
        if column.lower() == name.lower():
            return column
    near = difflib.get_close_matches(name, columns, 1, 0.5)
    raise place.error(
        f"no column '{name}' in the file",
        ", ".join(f"'{column}'" for column in columns),
        f"Did you mean '{near[0]}'? Correct the mapping in the company file."
        if near
        else "Correct the mapping in the company file, or export the file with that column.",
    )


def check_expression(text: str, columns: Sequence[str], place: Place) -> tuple[str, set[str]]:
    """Check an SQL expression of the company file; returns it with the columns that it reads.

    Raises:
        SourceError: no SQL, more than one scalar expression, or a column that the file lacks.
    """
    allowed = "one SQL expression over the file's columns, such as \"First Name\" || ' ' || Last"
    try:
        statements = sqlglot.parse(f"select {text}", read="duckdb")
    except sqlglot.errors.SqlglotError as error:
        reason = str(error).splitlines()[0].split(". Line")[0]
        raise place.error(
            f"an expression that is not SQL ({reason}): {text}",
            allowed,
            "Correct the expression in the company file.",
        ) from None
    select = statements[0] if len(statements) == 1 else None
    if (
        not isinstance(select, exp.Select)
        or len(select.expressions) != 1
        or [name for name, value in select.args.items() if value and name != "expressions"]
        or isinstance(select.expressions[0], exp.Star | exp.Alias)
        or any(node is not select and isinstance(node, _REFUSED) for node in select.walk())
    ):
        raise place.error(
            f"more than one value computed from a row: {text}",
            allowed,
            "Write one expression, without select, from, aggregates or a second statement.",
        )
    used: set[str] = set()
    expression = select.expressions[0]
    for node in list(expression.find_all(exp.Column)):
        name = resolve_column(node.name, columns, place)
        used.add(name)
        # Qualified, so that a joined lookup can never answer for a column of the file.
        node.set("this", exp.to_identifier(name, quoted=True))
        node.set("table", exp.to_identifier(ROW))
    return expression.sql(dialect="duckdb"), used


@dataclass(frozen=True)
class Mapped:
    """A mapped column: its SQL over the file's row, the file columns it reads, a join if any."""

    sql: str
    used: frozenset[str]
    join: str = ""


def map_column(
    mapping: ColumnMapping,
    columns: Sequence[str],
    place: Place,
    *,
    keep_on_error: bool = False,
    lookup_relation: str | None = None,
    lookup_columns: Sequence[str] = (),
) -> Mapped:
    """SQL for ``mapping`` over the file's row, giving text or NULL.

    Args:
        mapping: what the company file says.
        columns: the file's columns.
        place: where we are, for messages.
        keep_on_error: whether a value at which the expression fails gives the original text of
            its first column, which becomes a finding, instead of failing the statement.
        lookup_relation: table with the second file, if the mapping looks one up.
        lookup_columns: the second file's columns.

    Raises:
        SourceError: the mapping does not fit the file.
    """
    used: set[str] = set()
    join = ""
    if mapping.constant is not None:
        sql = literal(mapping.constant)
    elif mapping.expression is not None:
        sql, used = check_expression(mapping.expression, columns, place)
        sql = f"cast(({sql}) as varchar)"
        if keep_on_error and used:
            original = f"{ROW}.{identifier(min(used))}"
            sql = f"coalesce(try({sql}), {original})"
    else:
        column = resolve_column(mapping.column or "", columns, place)
        used.add(column)
        sql = f"{ROW}.{identifier(column)}"
    sql = f"nullif(trim({sql}), '')"
    if mapping.lookup is not None and lookup_relation is not None:
        key = resolve_column(mapping.lookup.key, lookup_columns, place)
        value = resolve_column(mapping.lookup.value, lookup_columns, place)
        alias = f"lookup_{place.column}"
        # max() keeps one row a key, whatever the file holds; duplicates are refused beforehand.
        join = (
            f"left join (select {identifier(key)} as key, max({identifier(value)}) as value "
            f"from {identifier(lookup_relation)} group by 1) as {alias} on {alias}.key = {sql}"
        )
        # A key that the second file lacks stays visible.
        sql = f"coalesce({alias}.value, {sql})"
    if mapping.date_format is not None:
        sql = _date(sql, mapping.date_format, place)
    if mapping.values is not None:
        cases = " ".join(
            f"when {literal(found)} then {literal(wanted)}"
            for found, wanted in mapping.values.items()
        )
        # A value outside the list is kept as it is: the gate reports it, nobody loses it.
        sql = f"case {sql} {cases} else {sql} end"
    return Mapped(sql, frozenset(used), join)


def _date(sql: str, date_format: str, place: Place) -> str:
    """ISO text where ``sql`` has the format; the original text where it has not."""
    try:
        duckdb.execute("select strptime('x', ?)", [date_format])
    except duckdb.InvalidInputException as error:
        if "Failed to parse format specifier" in str(error):
            raise place.error(
                f"the date format '{date_format}'",
                "a strptime format such as %d.%m.%Y %H:%M",
                "Correct date_format in the company file.",
            ) from None
    if "%z" in date_format:
        shape = "%Y-%m-%dT%H:%M:%S+00:00"
    elif any(part in date_format for part in ("%H", "%I", "%c", "%X")):
        shape = "%Y-%m-%dT%H:%M:%S"
    else:
        shape = "%Y-%m-%d"
    parsed = f"try_strptime({sql}, {literal(date_format)})"
    return f"coalesce(strftime({parsed}, {literal(shape)}), {sql})"
