"""What must hold of the tables that a company keeps itself: quotas, territories, costs, lists.

Belongs here: conditions on the records of one source, each with what is allowed and what to do.
They are plans rather than what a tool recorded, so that a mistake is refused like one in the
company file. Does not belong here: conditions that need another source, which the gate and dbt
judge, and values that cannot be read as a number, which the gate reports (rule X01).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from dagster_project.sources.errors import SourceError
from dagster_project.sql_text import identifier, literal

CORRECT = "Correct the record, or the mapping in the company file."


@dataclass(frozen=True)
class RecordCheck:
    """A condition on the records of one landed table.

    Args:
        column: the column that a message names.
        broken: SQL condition over ``record``, and over ``others``, the table ``needs``.
        found: SQL text over ``record`` of what was found; never shows a personal value.
        allowed: what is allowed, in words.
        what_to_do: how to get rid of it.
        needs: another table of the same source; without it the check does not apply.
        beside: columns in which records are alike whose spans must not overlap; ``record`` then
            also has ``earlier_record``, ``earlier_from`` and ``earlier_to``.
        span: first day, and first day no longer, of such a span.
    """

    column: str
    broken: str
    found: str
    allowed: str
    what_to_do: str = CORRECT
    needs: str | None = None
    beside: tuple[str, ...] = ()
    span: tuple[str, str] | None = None


def check_records(
    source: str,
    checks: Mapping[str, Sequence[RecordCheck]],
    relations: Mapping[str, str],
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """Hold the landed records of a source to their checks.

    Args:
        source: name of the source, for messages.
        checks: table → its checks.
        relations: table → the relation with its landed records.
        connection: where these are.

    Raises:
        SourceError: the first record that breaks a check, with how many do.
    """
    for table, own in checks.items():
        for check in own:
            if check.needs is not None and check.needs not in relations:
                continue
            broken = connection.execute(_statement(check, table, relations)).fetchone()
            if broken is not None:
                record, file, found, count = broken
                others = f" (and {count - 1:,} more like it)" if count > 1 else ""
                raise SourceError(
                    source,
                    f"{file}, record {record}, {table}.{check.column}",
                    f"{found}{others}",
                    check.allowed,
                    check.what_to_do,
                )


def _statement(check: RecordCheck, table: str, relations: Mapping[str, str]) -> str:
    relation = identifier(relations[table])
    earlier = alike = ""
    if check.span is not None:
        start, end = check.span
        until = f"coalesce(try_cast({end} as date), date '9999-12-31')"
        earlier = f""", lag(record) over alike as earlier_record,
            coalesce(lag({start}) over alike, 'ever') as earlier_from,
            coalesce(lag({end}) over alike, 'further notice') as earlier_to,
            max({until}) over (
                alike rows between unbounded preceding and 1 preceding
            ) as taken_until"""
        alike = f"""window alike as (
            partition by {", ".join(check.beside)} order by {_begin(start)}, position
        )"""
    others = (
        f", others as (select * from {identifier(relations[check.needs])})" if check.needs else ""
    )
    return f"""
    with placed as (
        select *, row_number() over () as position from {relation}
    ),
    numbered as (
        select *, position - min(position) over (partition by _file_name) + 1 as record from placed
    ),
    records as (select *{earlier} from numbered {alike}){others}
    select record.record, record._file_name, {check.found}, count(*) over ()
    from records as record
    where {check.broken}
    order by record.position
    limit 1
    """


def _begin(start: str) -> str:
    """The first day of a span, as a date; one that is left out is before all others."""
    return f"coalesce(try_cast({start} as date), date '0001-01-01')"


def filled(*columns: str) -> tuple[RecordCheck, ...]:
    """Nothing can be made of a record without these."""
    return tuple(
        RecordCheck(column, f"record.{column} is null", "'nothing'", "a value in every record")
        for column in columns
    )


def dates(*columns: str) -> tuple[RecordCheck, ...]:
    """Days of plans must be readable, since what holds on a day hangs on them."""
    return tuple(
        RecordCheck(
            column,
            # A year of two digits would be read as one of antiquity.
            f"record.{column} is not null "
            f"and coalesce(try_cast(record.{column} as date) < date '1900-01-01', true)",
            f"concat('''', record.{column}, '''')",
            "a date such as 2026-01-31",
            "Correct the record, or say under date_format in the mapping how dates are written.",
        )
        for column in columns
    )


def span(start: str, end: str, *beside: str) -> tuple[RecordCheck, ...]:
    """Half-open spans that end after they begin, one at a time of those alike in ``beside``."""
    checks = [
        *dates(start, end),
        RecordCheck(
            end,
            f"try_cast(record.{end} as date) <= try_cast(record.{start} as date)",
            f"concat('from ', record.{start}, ' to ', record.{end})",
            f"a day after {start}: it is the first day on which the record holds no longer",
        ),
    ]
    if beside:
        checks.append(
            RecordCheck(
                start,
                f"{_begin(f'record.{start}')} < record.taken_until",
                f"concat('from ', coalesce(record.{start}, 'ever'), ', while record ', "
                "record.earlier_record, ' goes from ', record.earlier_from, ' to ', "
                "record.earlier_to)",
                f"one record at a time of the same {' and '.join(beside)}; gaps are fine",
                f"Give the earlier record {start} of the later one as its {end}.",
                beside=beside,
                span=(start, end),
            )
        )
    return tuple(checks)


def number(column: str, minimum: int, maximum: int | None = None) -> tuple[RecordCheck, ...]:
    """A number that lies within bounds."""
    value = f"try_cast(record.{column} as decimal(28, 6))"
    above = f" or {value} > {maximum}" if maximum is not None else ""
    return (
        RecordCheck(
            column,
            f"{value} < {minimum}{above}",
            f"record.{column}",
            f"{minimum} or more" if maximum is None else f"{minimum} to {maximum}",
        ),
    )


def employed(column: str) -> tuple[RecordCheck, ...]:
    """An address that the same source's employees have."""
    return (
        RecordCheck(
            column,
            f"record.{column} is not null and not exists (select 1 from others "
            f"where lower(trim(others.email)) = lower(trim(record.{column})))",
            # Messages go to logs, which hold no personal data.
            "'an address that no record of employee has'",
            "the email of an employee of this source, capitals or not",
            "Correct the address, or add the employee.",
            needs="employee",
        ),
    )


def refers(column: str, table: str) -> tuple[RecordCheck, ...]:
    """The key of a record of another table of the same source."""
    return (
        RecordCheck(
            column,
            f"record.{column} is not null and not exists (select 1 from others "
            f"where trim(others._record_id) = trim(record.{column}))",
            f"concat('''', record.{column}, '''')",
            f"the {table}_id of a {table} of this source",
            needs=table,
        ),
    )


def currency(column: str, codes: Iterable[str]) -> tuple[RecordCheck, ...]:
    """A currency that the company file has rates for."""
    known = sorted(set(codes))
    return (
        RecordCheck(
            column,
            f"upper(trim(record.{column})) not in ({', '.join(literal(code) for code in known)})",
            f"concat('''', record.{column}, '''')",
            ", ".join(known),
            "Correct the record, or add the currency under currency_rates in the company file.",
        ),
    )


def record_checks(entity: str, currencies: Iterable[str]) -> tuple[RecordCheck, ...]:
    """What must hold of the records of ``entity``, given the currencies that have rates."""
    checks = _CHECKS.get(entity)
    return checks(currencies) if checks is not None else ()


Codes = Iterable[str]
_CHECKS: dict[str, Callable[[Codes], tuple[RecordCheck, ...]]] = {
    "employee": lambda codes: (
        *filled("email", "hired_on"),
        *span("hired_on", "left_on"),
        *number("ramp_months", 0),
    ),
    "holiday": lambda codes: (*filled("country_code", "holiday_on"), *dates("holiday_on")),
    "quota": lambda codes: (
        *filled("user_email", "quota_metric", "period_start", "period_end"),
        # A figure that is changed has the same period and another set_on.
        *span("period_start", "period_end", "user_email", "quota_metric", "set_on"),
        *dates("set_on"),
        *number("quota_original", 0),
        *currency("currency_code", codes),
        *employed("user_email"),
    ),
    "territory": lambda codes: filled("territory_name"),
    "territory_assignment": lambda codes: (
        *filled("territory_id", "user_email", "valid_from"),
        *span("valid_from", "valid_to", "territory_id", "sales_role", "user_email"),
        *employed("user_email"),
        *refers("territory_id", "territory"),
    ),
    "cost_entry": lambda codes: (
        *filled("incurred_on", "cost_bucket"),
        *dates("incurred_on"),
        *currency("currency_code", codes),
    ),
    "target_account": lambda codes: (
        *filled("account_domain", "valid_from"),
        *span("valid_from", "valid_to", "target_list_name", "account_domain"),
    ),
    "market_account": lambda codes: (
        *filled("account_domain"),
        *span("valid_from", "valid_to", "account_domain"),
        *number("employee_count", 0),
        *currency("currency_code", codes),
    ),
    "survey_response": lambda codes: (
        *filled("survey_kind", "sent_at"),
        *number("score", 0, 10),
    ),
}
