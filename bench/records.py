"""A warehouse full of made canonical records, written by DuckDB itself: the same bytes every time.

Belongs here: sizes, the macros that expressions use, and writing the file. Does not belong here:
what the records say (``people_tables``, ``sales_tables``, ``work_tables``).

Every entity of the contract is there in the contract's own columns; those without a size are empty.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import duckdb

from bench import people_tables, sales_tables, work_tables
from dagster_project.company.load import load_company
from dagster_project.company.model import Company
from dagster_project.company.run import DEFAULT_COMPANY
from dagster_project.contract import PROJECT_ROOT, canonical_contract, hygiene_columns
from dagster_project.sql_text import identifier
from dagster_project.warehouse.company_tables import company_tables

#: The day of the measured night, and the source that all records are from.
AS_OF_DATE = dt.date(2026, 9, 30)
SOURCE_NAME = "crm"

#: Records by entity at full size; the first three are what the gate's promise is about.
FULL_SIZES = {
    "lead": 1_000_000,
    "opportunity": 200_000,
    "activity": 10_000_000,
    "account": 100_000,
    "contact": 500_000,
    "campaign_member": 1_000_000,
    "email_event": 1_000_000,
    "form_submission": 200_000,
    "lead_history": 500_000,
    "contact_history": 200_000,
    "opportunity_history": 1_400_000,
    "opportunity_field_history": 200_000,
    "opportunity_contact_role": 400_000,
    "opportunity_line_item": 400_000,
    "subscription": 50_000,
    "subscription_charge": 100_000,
    "workspace": 20_000,
    "workspace_user": 60_000,
    "product_event": 1_000_000,
    "market_account": 50_000,
    "target_account": 5_000,
}
#: These do not grow with the company's records.
FIXED_SIZES = {
    "user": 400,
    "employee": 400,
    "campaign": 1_000,
    "product": 40,
    "territory": 3,
    "territory_assignment": 1_200,
}

_TABLES = {
    **people_tables.PEOPLE_TABLES,
    **sales_tables.SALES_TABLES,
    **work_tables.WORK_TABLES,
}
_PARTS = {**people_tables.PARTS, **sales_tables.PARTS, **work_tables.PARTS}

# `known_at` is when the CRM began to know a record; whoever is worked, is worked after that, but
# for one in two hundred.
_MACROS = """
create temp macro pick(i, salt, n) as cast(hash(i, salt) % n as bigint);
create temp macro one_in(i, salt, n) as hash(i, salt) % n = 0;
create temp macro natural_id(prefix, i) as concat(prefix, printf('%012d', i));
create temp macro record_key(prefix, i) as md5(concat('crm|', natural_id(prefix, i)));
create temp macro instant_of(i, salt, days) as
    timestamptz '2026-09-30 12:00:00+00' - interval 1 minute * pick(i, salt, days * 1440);
create temp macro day_of(i, salt, days) as cast(instant_of(i, salt, days) as date);
create temp macro known_at(entity, i) as instant_of(i, concat('known ', entity), 1000)
    - interval 60 day;
create temp macro work_time(entity, i, activity) as known_at(entity, i)
    + case when one_in(activity, 'early', 200) then interval (-4) day
    else interval 1 day * (1 + pick(activity, 'worked', 50)) end;
create temp macro user_email(i) as concat('user', cast(i as varchar), '@northwind-metrics.com');
create temp macro account_domain(i) as case when one_in(i, 'shared', 100) then 'gmail.com'
    else concat('company', cast(i as varchar), ['.com', '.de', '.co.uk', '.io'][1 + i % 4]) end;
create temp macro contact_account(i, accounts) as pick(i, 'account', accounts);
create temp macro contact_email(i, accounts) as case
    when one_in(i, 'mailless', 50) then null
    when one_in(i, 'disposable', 400) then concat('x', cast(i as varchar), '@mailinator.com')
    when one_in(i, 'syntax', 100) then concat('rose..', cast(i as varchar), '@company.com')
    when one_in(i, 'role', 100) then concat('info@company', cast(i as varchar), '.com')
    when one_in(i, 'moved', 40) then concat('c', cast(i as varchar), '@elsewhere.com')
    else concat('c', cast(i - cast(one_in(i, 'twin', 100) as integer) as varchar), '@',
        account_domain(contact_account(i, accounts))) end;
create temp macro lead_email(i, accounts, contacts) as case
    when one_in(i, 'mailless', 50) then null
    when one_in(i, 'contact', 30) then contact_email(pick(i, 'is', contacts), accounts)
    when one_in(i, 'disposable', 400) then concat('x', cast(i as varchar), '@mailinator.com')
    when one_in(i, 'private', 30) then concat('l', cast(i as varchar), '@gmail.com')
    when one_in(i, 'typo', 100) then concat('l', cast(i as varchar), '@gmial.com')
    when one_in(i, 'syntax', 100) then concat('rose..', cast(i as varchar), '@company.com')
    else concat('l', cast(i as varchar), '@', account_domain(pick(i, 'company', accounts))) end;
create temp macro phone_number(i, salt) as case
    when one_in(i, salt || ' short', 50) then concat('12', cast(i % 10 as varchar))
    else concat('+1', cast(2012000000 + pick(i, salt, 7000000000) as varchar)) end;
"""


def bench_company() -> Company:
    """The company whose stages, statuses, rates and thresholds the made records follow."""
    return load_company(DEFAULT_COMPANY)


def sizes_at(scale: float) -> dict[str, int]:
    """Records by entity at ``scale``; never too few for what belongs together."""
    scaled = {entity: max(int(rows * scale), 40) for entity, rows in FULL_SIZES.items()}
    # Four opportunities a contract, two charges a contract, seven changes an opportunity.
    scaled["subscription"] = scaled["opportunity"] // 4
    scaled["subscription_charge"] = 2 * scaled["subscription"]
    scaled["opportunity_history"] = 7 * scaled["opportunity"]
    return {**scaled, **FIXED_SIZES}


def write_warehouse(path: Path, scale: float) -> dict[str, int]:
    """Write a warehouse as it is before the gate; returns records by entity."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # A run that was killed leaves its log beside the file, which fits no other file.
    for left in (path, path.with_name(f"{path.name}.wal")):
        left.unlink(missing_ok=True)
    sizes = sizes_at(scale)
    with duckdb.connect(str(path)) as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute(_MACROS)
        con.execute("create schema canonical")
        _write_title_keywords(con)
        for entity in canonical_contract():
            con.execute(_create_table(entity, sizes))
        _write_configuration(con)
        _write_memory(con)
    return sizes


def _create_table(entity: str, sizes: dict[str, int]) -> str:
    written = dict(_TABLES.get(entity, {}))
    prefix = re.match(r"record_key\('(\w+)'", written.get(f"{entity}_id", ""))
    if prefix:
        written["source_name"] = f"'{SOURCE_NAME}'"
        written["source_record_id"] = f"natural_id('{prefix.group(1)}', i)"
        written["is_deleted"] = written["is_excluded"] = "false"
        written.setdefault("created_at", "timestamptz '2023-01-01 00:00:00+00'")
        written.setdefault("modified_at", "timestamptz '2026-09-29 00:00:00+00'")
    columns = ",\n".join(
        f"cast({_filled(written.get(column.name, 'null'), sizes)} as {column.data_type}) "
        f"as {identifier(column.name)}"
        for column in canonical_contract()[entity]
    )
    return (
        f"create table canonical.{identifier(entity)} as\nselect\n{columns}\n"
        f"from range({sizes.get(entity, 0)}) as made (i)"
    )


def _filled(expression: str, sizes: dict[str, int]) -> str:
    """``expression`` with parts and sizes put in; parts may hold sizes."""
    plural = {
        "opportunities" if entity == "opportunity" else f"{entity}s": str(size)
        for entity, size in sizes.items()
    }
    for texts in (_PARTS, plural):
        for name, text in texts.items():
            expression = expression.replace("{" + name + "}", text)
    return expression


def _write_configuration(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create schema config")
    for name, table in company_tables(bench_company()).items():
        con.register("company_table", table)
        con.execute(f"create table config.{identifier(name)} as select * from company_table")
        con.unregister("company_table")
    con.execute(
        "create table config.delivered_entity as select ? as source_name, unnest(?) as entity, "
        "cast(null as date) as first_loaded_on",
        [SOURCE_NAME, sorted(_TABLES)],
    )
    con.execute(
        "create table config.landed_table (source_name varchar, table_name varchar, "
        "is_full_export boolean, row_count bigint, previous_row_count bigint, "
        "column_count integer, counted_row_count bigint)"
    )


def _write_title_keywords(con: duckdb.DuckDBPyConnection) -> None:
    """The one reference seed that rules ask."""
    con.execute("create schema reference")
    con.execute(
        "create table reference.title_keyword as from read_csv(?, header = true, "
        "types = {'is_whole': 'boolean', 'precedence': 'integer'})",
        [str(PROJECT_ROOT / "seeds/reference/title_keyword.csv")],
    )


def _write_memory(con: duckdb.DuckDBPyConnection) -> None:
    """As before a company's first night: everything is found for the first time."""
    columns = ", ".join(
        f"{identifier(column.name)} {column.data_type}" for column in hygiene_columns("finding")
    )
    con.execute("create schema memory")
    con.execute(f"create table memory.finding ({columns})")
    con.execute(
        "create table memory.run as select ? as as_of_date, 'bench' as run_id, "
        "false as is_replay, cast(null as date) as previous_as_of_date",
        [AS_OF_DATE],
    )
