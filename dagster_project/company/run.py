"""One run: which company, which day, where things are written.

Belongs here: the as-of date (the only place that asks a clock), the folder layout of a company,
and the variables that the models take. Does not belong here: anything that reads or writes data.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_project.company.model import Company

DEFAULT_COMPANY = Path(__file__).resolve().parents[2] / "companies/demo.yml"
"""The company that a run is for when nobody names one."""


@dataclass(frozen=True)
class Home:
    """The one folder under which everything that a company's runs write lies."""

    root: Path

    @property
    def warehouse(self) -> Path:
        """The working warehouse: one writing process, never opened by BI tools."""
        return self.root / "warehouse.duckdb"

    @property
    def landing(self) -> Path:
        """Parquet as extracted, and the ledger of files, before loading."""
        return self.root / "landing"

    @property
    def lake(self) -> Path:
        """Event files that are read in place, a folder a source, and the ledger of each."""
        return self.root / "lake"

    @property
    def pipelines(self) -> Path:
        """Dlt's working folders."""
        return self.root / "dlt"

    @property
    def dbt_target(self) -> Path:
        """Dbt's artefacts, one folder a run."""
        return self.root / "dbt"

    @property
    def hygiene(self) -> Path:
        """Validation results and Data Docs."""
        return self.root / "hygiene"

    @property
    def published(self) -> Path:
        """What BI tools read."""
        return self.root / "published"

    @property
    def published_database(self) -> Path:
        """The published DuckDB file. Not named like a schema in it, which DuckDB cannot resolve."""
        return self.published / "cultivar.duckdb"

    @property
    def restricted_database(self) -> Path:
        """The same with personal data, where the company asks for it."""
        return self.root / "restricted" / "cultivar_restricted.duckdb"

    @property
    def dagster(self) -> Path:
        """Dagster's own storage: runs, events, schedules."""
        return self.root / "dagster"

    @property
    def logs(self) -> Path:
        """Log files of runs."""
        return self.root / "logs"

    @property
    def lock(self) -> Path:
        """Held by the one run that may write."""
        return self.root / "run.lock"


@dataclass(frozen=True)
class RunSettings:
    """What a run needs to know; the same settings and inputs give the same marts."""

    company: Company
    as_of_date: dt.date
    home: Home

    def dbt_vars(self) -> dict[str, Any]:
        """Variables for dbt, all plain JSON values."""
        reporting, thresholds = self.company.reporting, self.company.thresholds
        hours = self.company.business_hours
        return {
            "as_of_date": self.as_of_date.isoformat(),
            "reporting_time_zone": reporting.time_zone,
            "reporting_currency": reporting.currency,
            "fiscal_year_start_month": reporting.fiscal_year_start_month,
            "month_freeze_business_day": thresholds.month_freeze_business_day or 0,
            "business_days": hours.iso_days,
            "business_opening_minute": hours.opening_minute,
            "business_closing_minute": hours.closing_minute,
            "low_n": thresholds.low_n,
            "pipeline_stage_order": thresholds.pipeline_stage_order,
            "churn_grace_days": thresholds.churn_grace_days,
            "customer_life_cap_months": thresholds.customer_life_cap_months,
            "conversation_seconds": thresholds.conversation_seconds,
            "conversation_dispositions": [
                value.lower() for value in thresholds.conversation_dispositions
            ],
            "prospecting_quiet_days": thresholds.prospecting_quiet_days,
            "connect_days": thresholds.connect_days,
            "pass_days": thresholds.pass_days,
            "acceptance_working_days": thresholds.acceptance_working_days,
            "active_prospecting_days": thresholds.active_prospecting_days,
            "context_fields": thresholds.context_fields,
            "qualification_fields": thresholds.qualification_fields,
            "outbound_sources": [value.lower() for value in thresholds.outbound_sources],
            "outbound_lookback_days": thresholds.outbound_lookback_days,
            "free_mail_domains": [value.lower() for value in thresholds.free_mail_domains],
            "shared_domains": [value.lower() for value in self.company.hygiene.shared_domains],
            "referral_sources": [value.lower() for value in thresholds.referral_sources],
            "unpaid_plans": [value.lower() for value in thresholds.unpaid_plans],
            "key_product_events": [value.lower() for value in thresholds.key_product_events],
            "response_sla_minutes": thresholds.response_sla_minutes,
            "existing_conversation_days": thresholds.existing_conversation_days,
            "engaged_days": thresholds.engaged_days,
            "engaged_individuals": thresholds.engaged_individuals,
            "multi_threaded_individuals": thresholds.multi_threaded_individuals,
            "orchestration_days": thresholds.orchestration_days,
            "use_case_stage": thresholds.use_case_stage,
            "qualified_fit": thresholds.qualified_fit,
            "qualified_acts": thresholds.qualified_acts,
            "qualified_individuals": thresholds.qualified_individuals,
            "qualified_days": thresholds.qualified_days,
            "requalified_after_days": thresholds.requalified_after_days,
            "qualified_conversion_days": thresholds.qualified_conversion_days,
            "new_business_types": [value.lower() for value in thresholds.new_business_types],
            "renewal_types": [value.lower() for value in thresholds.renewal_types],
        }


def reporting_day(company: Company, now: dt.datetime | None = None) -> dt.date:
    """The last complete day in the company's reporting time zone that its data describe."""
    now = now or dt.datetime.now(dt.UTC)
    yesterday = now.astimezone(company.time_zone).date() - dt.timedelta(days=1)
    return min(yesterday, company.data_end_on or yesterday)
