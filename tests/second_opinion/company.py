"""What the second opinion reads: admitted records and the company's settings, as plain objects.

Belongs here: reading tables of a warehouse into records, merged accounts, days in the reporting
time zone. Does not belong here: arithmetic.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import yaml

from dagster_project.company import Home, RunSettings, load_company
from dagster_project.contract import DBT_PROJECT

Record = SimpleNamespace
"""One row; its columns are attributes."""


class Company:
    """A company after a night: ``table("opportunity")`` are its admitted opportunities."""

    def __init__(self, warehouse: Path, company_file: Path, as_of: dt.date) -> None:
        self._connection = duckdb.connect(str(warehouse), read_only=True)
        self._connection.execute("set timezone = 'UTC'")
        self._tables: dict[str, list[Record]] = {}
        self.as_of = as_of
        run = RunSettings(load_company(company_file), as_of, Home(warehouse.parent))
        defaults = yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text())["vars"]
        self.settings: dict[str, Any] = defaults | run.dbt_vars()
        self.time_zone = ZoneInfo(self.settings["reporting_time_zone"])

    def table(self, name: str, schema: str = "resolved") -> list[Record]:
        """All rows of a table; an admitted record has passed exclusions and quarantine.

        Which records are one is an input here as it is to the pipeline: the truth judges it.
        """
        key = f"{schema}.{name}"
        if key not in self._tables:
            cursor = self._connection.execute(f'from {schema}."{name}"')
            columns = [column[0] for column in cursor.description or ()]
            # Free text of sources, which no KPI of these families needs as a whole.
            self._tables[key] = [
                Record(**dict(zip(columns, row, strict=True))) for row in cursor.fetchall()
            ]
        return self._tables[key]

    def local_day(self, instant: dt.datetime | None) -> dt.date | None:
        """The business day of an instant: in the reporting time zone."""
        return instant.astimezone(self.time_zone).date() if instant else None

    @cached_property
    def end(self) -> dt.datetime:
        """The first instant after the run's day."""
        midnight = dt.datetime.combine(self.as_of + dt.timedelta(days=1), dt.time())
        return midnight.replace(tzinfo=self.time_zone)

    @cached_property
    def accounts(self) -> dict[str, Record]:
        return {account.account_id: account for account in self.table("account")}

    @cached_property
    def users(self) -> dict[str, Record]:
        return {user.user_id: user for user in self.table("user")}

    @cached_property
    def _merged_into(self) -> dict[str, str]:
        """Merged accounts are no longer admitted themselves; their records count elsewhere."""
        return {
            account.account_id: account.merged_into_account_id
            for account in self.table("account", "canonical")
            if account.merged_into_account_id
        }

    def survivor(self, account_id: str | None) -> str | None:
        """The account that a merged one became, followed through chains (G6)."""
        seen = set()
        while account_id in self._merged_into and account_id not in seen:
            seen.add(account_id)
            account_id = self._merged_into[account_id]
        return account_id

    def account(self, account_id: str | None) -> Record | None:
        return self.accounts.get(self.survivor(account_id) or "")

    def by(self, name: str, column: str) -> dict[Any, list[Record]]:
        """The rows of a table by the value of a column."""
        found: dict[Any, list[Record]] = defaultdict(list)
        for record in self.table(name):
            found[getattr(record, column)].append(record)
        return found

    def setting(self, name: str) -> Any:
        return self.settings[name]
