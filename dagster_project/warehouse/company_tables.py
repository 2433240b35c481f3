"""The company file as tables of schema ``config``, for the models to join.

Belongs here: pure builders of Arrow tables, and writing them in one transaction. Does not belong
here: what the models make of them.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from dagster_project.company.model import ANY_ENTITY, Company
from dagster_project.company.run import RunSettings
from dagster_project.contract import canonical_contract
from dagster_project.sources.known import LOADED, as_of_schema
from dagster_project.sources.lake_view import LAKE_FILE_DAY
from dagster_project.sources.ledger import Ledger
from dagster_project.sources.registry import VENDORS
from dagster_project.sql_text import identifier

_TEXT, _INTEGER, _DOUBLE, _BOOLEAN = pa.string(), pa.int32(), pa.float64(), pa.bool_()


def company_tables(company: Company) -> dict[str, pa.Table]:
    """Every ``config`` table that follows from the company file alone."""
    return {
        "source": _table(
            {
                "source_name": _TEXT,
                "source_type": _TEXT,
                "time_zone": _TEXT,
                "crm_source_name": _TEXT,
                "crm_source_type": _TEXT,
                "freshness_limit_days": _INTEGER,
            },
            [
                {
                    "source_name": source.name,
                    "source_type": source.type,
                    "time_zone": source.time_zone or company.reporting.time_zone,
                    "crm_source_name": crm.name if crm is not None else None,
                    "crm_source_type": crm.type if crm is not None else None,
                    "freshness_limit_days": source.freshness_limit_days,
                }
                for source in company.sources
                for crm in (company.crm_source_of(source),)
            ],
        ),
        "record_link": _table(
            {"source_name": _TEXT, "entity": _TEXT, "before_id": _TEXT, "after_id": _TEXT},
            [
                {
                    "source_name": source.name,
                    "entity": entity,
                    "before_id": before,
                    "after_id": after,
                }
                for source in company.sources
                for entity in canonical_contract()
                for link in (source.record_links.get(entity, source.record_links.get(ANY_ENTITY)),)
                if link is not None
                for before, _, after in (link.partition("{id}"),)
            ],
        ),
        "opportunity_stage": _table(
            {
                "stage": _TEXT,
                "stage_order": _INTEGER,
                "state": _TEXT,
                "default_probability": _DOUBLE,
                "forecast_category": _TEXT,
                "expected_days": _INTEGER,
            },
            [
                {
                    "stage": stage.name,
                    "stage_order": stage.order,
                    "state": stage.state,
                    "default_probability": stage.probability,
                    "forecast_category": stage.forecast_category,
                    "expected_days": stage.expected_days,
                }
                for stage in company.stages
            ],
        ),
        "lead_status": _table(
            {"status": _TEXT, "lead_stage": _TEXT},
            [{"status": s.name, "lead_stage": s.stage} for s in company.lead_statuses],
        ),
        "campaign_member_status": _table(
            {"status": _TEXT, "status_rank": _INTEGER, "is_responded": _BOOLEAN},
            [
                {"status": s.name, "status_rank": s.rank, "is_responded": s.is_responded}
                for s in company.campaign_member_statuses
            ],
        ),
        "excluded_domain": _table(
            {"domain": _TEXT, "reason": _TEXT},
            [{"domain": d.domain, "reason": d.reason} for d in company.excluded_domains],
        ),
        "currency_rate": _table(
            {
                "currency_code": _TEXT,
                "valid_from": pa.date32(),
                "rate_to_reporting": pa.decimal128(18, 8),
            },
            [
                {
                    "currency_code": rate.currency,
                    "valid_from": rate.valid_from,
                    "rate_to_reporting": rate.rate.quantize(Decimal("1e-8")),
                }
                for rate in company.currency_rates
            ],
        ),
    }


def _table(columns: dict[str, pa.DataType], rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=pa.schema(list(columns.items())))


def landed_tables(company: Company, landing: Path, as_of_date: dt.date) -> pa.Table:
    """What each source delivered, as of the run's day; what was landed later is not told."""
    accepted = [
        (source, manifest)
        for source in company.sources
        for ledger in (Ledger(landing / source.name),)
        for table in ledger.tables()
        for manifest in (ledger.accepted(table),)
        if manifest is not None and manifest.as_of_date <= as_of_date
    ]
    return _table(
        {
            "source_name": _TEXT,
            "table_name": _TEXT,
            "is_full_export": _BOOLEAN,
            "landed_on": pa.date32(),
            "row_count": pa.int64(),
            "previous_row_count": pa.int64(),
            "counted_row_count": pa.int64(),
            "column_count": _INTEGER,
            "new_columns": _TEXT,
        },
        [
            {
                "source_name": source.name,
                "table_name": manifest.table,
                "is_full_export": source.is_full_export,
                "landed_on": manifest.as_of_date,
                "row_count": manifest.rows,
                "previous_row_count": manifest.previous_rows,
                "counted_row_count": manifest.counted_rows,
                "column_count": len(manifest.columns),
                "new_columns": ", ".join(manifest.new_columns) or None,
            }
            for source, manifest in accepted
        ],
    )


def write_company_tables(settings: RunSettings) -> dict[str, int]:
    """Write schema ``config`` anew; returns rows per table.

    Beside the company file's own tables, as of the run's day: ``landed_table`` (what each source
    delivered), ``delivered_entity`` (what it delivers at all), ``raw_row_count`` (records in raw
    per source and canonical entity) and ``lake_file_day`` (rows of each file of the lake by day).
    """
    rows: dict[str, int] = {}
    company, as_of_date = settings.company, settings.as_of_date
    tables = company_tables(company) | {
        "landed_table": landed_tables(company, settings.home.landing, as_of_date)
    }
    with duckdb.connect(str(settings.home.warehouse)) as connection:
        connection.execute("begin")
        connection.execute("create schema if not exists config")
        for name, table in tables.items():
            connection.register("company_table", table)
            connection.execute(
                f"create or replace table config.{identifier(name)} as select * from company_table"
            )
            connection.unregister("company_table")
            rows[name] = table.num_rows
        for name, query in (
            ("delivered_entity", _delivered_entities(as_of_date)),
            ("raw_row_count", _raw_row_counts()),
            ("lake_file_day", _lake_file_days()),
        ):
            connection.execute(f"create or replace table config.{name} as {query}")
            counted = connection.execute(f"select count(*) from config.{name}").fetchone()
            rows[name] = int(counted[0]) if counted else 0
        connection.execute("commit")
    return rows


def _delivered_entities(as_of_date: dt.date) -> str:
    feeds = ", ".join(
        f"('{vendor.schema}', '{table}', '{entity}')"
        for vendor in VENDORS
        for table in vendor.tables
        for entity in vendor.feeds_of(table)
    )
    landed = "\nunion all\n".join(
        f"select source_name, '{vendor.schema}' as raw_schema, table_name, "
        "first_on, min(first_on) over (partition by source_name) as first_of_source "
        f"from {vendor.schema}.{LOADED}"
        for vendor in VENDORS
    )
    return f"""
    select source_name, entity, min(first_on) as first_loaded_on
    from ({landed})
    semi join config.source using (source_name)
    join (values {feeds}) as feed (raw_schema, table_name, entity) using (raw_schema, table_name)
    -- What came with a later night was not delivered yet; before the first one nobody watched.
    where coalesce(
        first_on <= date '{as_of_date.isoformat()}'
        or first_of_source > date '{as_of_date.isoformat()}',
        true
    )
    group by source_name, entity
    """


def _raw_row_counts() -> str:
    counts = "\nunion all\n".join(
        f"select _source_name as source_name, '{entity}' as entity, "
        f"cast({counted} as bigint) as rows_in "
        f"from {as_of_schema(vendor.schema)}.{identifier(table)} group by 1"
        for vendor in VENDORS
        for table in vendor.tables
        for entity, counted in vendor.feeds_of(table).items()
    )
    return (
        "select source_name, entity, cast(sum(rows_in) as bigint) as rows_in "
        f"from ({counts}) group by 1, 2"
    )


def _lake_file_days() -> str:
    columns = {
        "source_name": "varchar",
        "table_name": "varchar",
        "lake_file": "varchar",
        "fingerprint": "varchar",
        "event_on": "date",
        "rows_in": "bigint",
    }
    nothing = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in columns.items())
    return "\nunion all\n".join(
        [
            f"select {nothing} where false",
            *(
                f"select {', '.join(columns)} from {vendor.schema}.{LAKE_FILE_DAY} "
                "semi join config.source using (source_name)"
                for vendor in VENDORS
                if vendor.lake_columns
            ),
        ]
    )
