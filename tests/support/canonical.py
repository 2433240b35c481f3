"""A warehouse with an empty canonical CRM contract, and a few valid records to break.

The columns come from dbt's own YAML, so that a test cannot drift from the contract.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.contract import PROJECT_ROOT, canonical_contract, hygiene_columns
from dagster_project.publish.memory import remembered

#: The seed that dbt loads before the gate.
TITLE_KEYWORDS = PROJECT_ROOT / "seeds/reference/title_keyword.csv"

CONFIG_TABLES = """
create schema config;
create table config.source (
    source_name varchar, source_type varchar, time_zone varchar, freshness_limit_days integer
);
create table config.landed_table (
    source_name varchar, table_name varchar, is_full_export boolean, row_count bigint,
    previous_row_count bigint, column_count integer, counted_row_count bigint
);
create table config.delivered_entity (
    source_name varchar, entity varchar, first_loaded_on date
);
create table config.opportunity_stage (
    stage varchar, stage_order integer, state varchar, default_probability double,
    forecast_category varchar, expected_days integer
);
create table config.lead_status (status varchar, lead_stage varchar);
create table config.campaign_member_status (
    status varchar, status_rank integer, is_responded boolean
);
create table config.excluded_domain (domain varchar, reason varchar);
create table config.currency_rate (
    currency_code varchar, valid_from date, rate_to_reporting decimal(18, 8)
);
insert into config.source values ('crm', 'salesforce_export', 'UTC', null);
insert into config.opportunity_stage values
    ('Prospecting', 1, 'open', 0.1, 'pipeline', 10),
    ('Proposal', 3, 'open', 0.5, 'best_case', null),
    ('Negotiation', 4, 'open', 0.8, 'commit', null),
    ('Closed Won', 9, 'won', 1, 'closed', null),
    ('Closed Lost', 10, 'lost', 0, 'omitted', null);
insert into config.lead_status values
    ('Open', 'new'), ('Working', 'working'), ('Qualified', 'marketing_qualified'),
    ('Recycled', 'recycled'),
    ('Closed - Converted', 'converted'), ('Closed', 'disqualified');
insert into config.campaign_member_status values ('Sent', 1, false), ('Responded', 2, true);
insert into config.currency_rate values ('EUR', date '2026-01-01', 1.1);
"""


def key(natural_id: str | None, source_name: str = "crm") -> str | None:
    """The surrogate key that staging gives a natural id."""
    if natural_id is None:
        return None
    return hashlib.md5(f"{source_name}|{natural_id}".encode()).hexdigest()


class Warehouse:
    """A warehouse file; records are added by entity, each a valid one unless told otherwise."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self.connect() as con:
            con.execute("create schema canonical")
            for entity, columns in canonical_contract().items():
                definition = ", ".join(f'"{column.name}" {column.data_type}' for column in columns)
                con.execute(f'create table canonical."{entity}" ({definition})')
            con.execute(CONFIG_TABLES)
            con.execute("create schema reference")
            con.execute(
                "create table reference.title_keyword as from read_csv(?, header = true, "
                "types = {'is_whole': 'boolean', 'precedence': 'integer'})",
                [str(TITLE_KEYWORDS)],
            )
            episodes = ", ".join(f"{c.name} {c.data_type}" for c in hygiene_columns("finding"))
            con.execute("create schema memory")
            con.execute(f"create table memory.finding ({episodes})")
            con.execute(
                "create table memory.run "
                "(as_of_date date, run_id varchar, is_replay boolean, previous_as_of_date date)"
            )
            con.execute(
                "insert into config.delivered_entity select 'crm', unnest(?), null",
                [list(canonical_contract())],
            )

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A connection with the session settings of a run."""
        con = duckdb.connect(str(self.path))
        con.execute("set TimeZone = 'UTC'")
        return con

    def add(self, entity: str, natural_id: str, **values: Any) -> str:
        """Insert a record; returns its key. Defaults make it break no rule."""
        source_name = values.pop("source_name", "crm")
        record_key = key(natural_id, source_name)
        known = {column.name for column in canonical_contract()[entity]}
        row: dict[str, Any] = {
            f"{entity}_id": record_key,
            "source_name": source_name,
            "source_record_id": natural_id,
            **{name: False for name in ("is_deleted", "is_excluded") if name in known},
            **_DEFAULTS.get(entity, {}),
            **_own(entity, natural_id),
            **values,
        }
        if "created_at" in known:
            row.setdefault("created_at", "2026-01-10 09:00:00+00")
        assert set(row) <= known, f"{entity} has no column {sorted(set(row) - known)}"
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" for _ in row)
        with self.connect() as con:
            con.execute(
                f'insert into canonical."{entity}" ({names}) values ({marks})', list(row.values())
            )
        assert record_key is not None
        return record_key

    def update(self, entity: str, natural_id: str, **values: Any) -> None:
        """Change a record in place."""
        changes = ", ".join(f'"{name}" = ?' for name in values)
        with self.connect() as con:
            con.execute(
                f'update canonical."{entity}" set {changes} where source_record_id = ?',
                [*values.values(), natural_id],
            )

    def remember(
        self, published: Path, as_of: date, *, previous: date | None, is_replay: bool = False
    ) -> None:
        """Fill schema ``memory`` from a published file, as a run does before its gate."""
        with self.connect() as con:
            if published.exists():
                con.execute(f"attach '{published}' as published (read_only)")
            finding = remembered(con, "hygiene", "finding")
            con.execute(f"create or replace table memory.finding as {finding}")
            con.execute("delete from memory.run")
            con.execute(
                "insert into memory.run values (?, 'run', ?, ?)", [as_of, is_replay, previous]
            )

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self.connect() as con:
            return con.execute(statement).fetchall()

    def add_valid_records(self) -> None:
        """One record of each entity that has rules; none of them breaks one."""
        for entity, natural_id in VALID_RECORDS.items():
            self.add(entity, natural_id, **_VALID_CHANGES.get(entity, {}))


def _own(entity: str, natural_id: str) -> dict[str, Any]:
    """A name, a product or an address of the record's own, so that it is no duplicate."""
    word = re.sub("[^a-z0-9]", "", natural_id.lower())
    if entity == "account":
        site = {"website": f"https://www.{word}.com", "website_domain": f"{word}.com"}
        return {"account_name": f"Company {natural_id}", **site}
    if entity == "opportunity":
        return {"opportunity_name": f"Pumps {natural_id}", "product_name": f"Pump {natural_id}"}
    if entity == "usage_record":
        return {"metering_id": f"meter {natural_id}"}
    domain = {"contact": "acme-pumps.com", "lead": "fcof.net"}.get(entity)
    return {"email": f"{word}@{domain}", "email_domain": domain} if domain else {}


#: Natural ids of the valid records.
VALID_RECORDS = {
    "user": "U1",
    "account": "A1",
    "contact": "C1",
    "campaign": "M1",
    "lead": "L1",
    "opportunity": "O1",
    "marketing_person": "MP1",
    "campaign_member": "CM1",
    "activity": "T1",
    "workspace": "W1",
    "subscription": "S1",
    "subscription_charge": "SC1",
    "opportunity_contact_role": "R1",
    "workspace_user": "WU1",
    "product_event": "E1",
    "usage_record": "UR1",
    "support_ticket": "ST1",
    "churn_event": "CE1",
}

#: What the valid records have beyond the defaults: the account is a customer who uses the product.
_VALID_CHANGES: dict[str, dict[str, Any]] = {
    "account": {
        "account_name": "Acme Pumps",
        "website": "https://acme-pumps.com",
        "website_domain": "acme-pumps.com",
        "account_type": "Customer",
    },
    "contact": {"email": "rose@acme-pumps.com"},
    "lead": {"email": "bertha@fcof.net"},
}

_DEFAULTS: dict[str, dict[str, Any]] = {
    "user": {"user_name": "Ada Owner", "email": "ada@cultivar-test.com", "is_active": True},
    "account": {
        "account_type": "Prospect",
        "account_segment": "smb",
        "country": "United States",
        "employee_count": 100,
        "annual_revenue": 10_000_000,
        "owner_id": key("U1"),
    },
    "contact": {
        "account_id": key("A1"),
        "first_name": "Rose",
        "last_name": "Gonzalez",
        "title": "SVP, Procurement",
        "phone": "(512) 757-6000",
        "mobile_phone": "(512) 757-9340",
        "country": "United States",
        "consent_status": "Opted In",
        "owner_id": key("U1"),
    },
    "lead": {
        "first_name": "Bertha",
        "last_name": "Boxer",
        "title": "Director of Vendor Relations",
        "company_name": "Farmers Coop",
        "phone": "(850) 644-4200",
        "mobile_phone": "(850) 644-4201",
        "country": "USA",
        "disqualified_reason": "No budget",
        "lead_source": "Web",
        "lead_status": "Closed - Converted",
        "is_converted": True,
        "converted_date": "2026-02-01",
        "converted_contact_id": key("C1"),
        "campaign_id": key("M1"),
        "owner_id": key("U1"),
    },
    "opportunity": {
        "account_id": key("A1"),
        "stage": "Prospecting",
        "created_at": "2026-02-20 09:00:00+00",
        "amount_original": 1000,
        "probability": 0.1,
        "close_date": "2026-06-30",
        "lead_source": "Web",
        "campaign_id": key("M1"),
        "next_step": "Call",
        "loss_reason": "Price",
        "owner_id": key("U1"),
    },
    "campaign": {
        "campaign_name": "Fair",
        "campaign_type": "Trade Show",
        "start_date": "2026-01-01",
        "actual_cost_original": 100,
        "owner_id": key("U1"),
    },
    "marketing_person": {
        "lead_id": key("L1"),
        "contact_id": key("C1"),
        "lead_status": "Closed - Converted",
    },
    "campaign_member": {
        "campaign_id": key("M1"),
        "lead_id": key("L1"),
        "member_status": "Responded",
        "has_responded": True,
    },
    "activity": {
        "activity_type": "call",
        "lead_id": key("L1"),
        "is_done": True,
        "activity_date": "2026-02-02",
        "owner_id": key("U1"),
    },
    "workspace": {"workspace_name": "Acme", "account_id": key("A1")},
    "workspace_user": {"workspace_id": key("W1"), "email": "rose@acme-pumps.com"},
    "product_event": {
        "event_name": "Signed In",
        "workspace_id": key("W1"),
        "workspace_user_id": key("WU1"),
        "occurred_at": "2026-02-28 10:00:00+00",
    },
    "opportunity_contact_role": {
        "opportunity_id": key("O1"),
        "contact_id": key("C1"),
        "role": "Champion",
    },
    "subscription": {
        "account_id": key("A1"),
        "status": "Active",
        "signed_on": "2025-12-20",
        "started_on": "2026-01-01",
    },
    "subscription_charge": {
        "subscription_id": key("S1"),
        "account_id": key("A1"),
        "is_recurring": True,
        "effective_from": "2026-01-01",
        "quantity": 10,
        "unit_price_original": 5,
        "monthly_recurring_original": 50,
    },
    "usage_record": {"subscription_id": key("S1"), "used_on": "2026-02-01"},
    "support_ticket": {"account_id": key("A1"), "opened_at": "2026-02-02 10:00:00+00"},
    # It came back.
    "churn_event": {
        "account_id": key("A1"),
        "churned_on": "2025-06-30",
        "reactivated_on": "2026-01-01",
    },
}
