"""Dagster resources: the company's run and dbt.

Belongs here: what assets are given to work with, and its life cycle. Does not belong here: what
assets do with it.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from filelock import FileLock, Timeout
from pydantic import PrivateAttr

from dagster_project.company import Home, RunSettings, load_company
from dagster_project.company.run import DEFAULT_COMPANY, reporting_day
from dagster_project.contract import PROJECT_ROOT

LOCK_WAIT_SECONDS = 30
"""How long a run waits for another one to end; CULTIVAR_LOCK_WAIT_SECONDS says otherwise."""


class AnotherRunIsWritingError(Exception):
    """The company's folder is being written by another run."""


class CompanyRun(dg.ConfigurableResource):  # type: ignore[type-arg]
    """One run of one company: its settings, and the right to write, held for the whole run."""

    company_path: str = ""
    """Company file; by default the one that the code location was loaded for."""
    home_path: str = ""
    """Folder for everything the run writes; by default ``data/<company>`` of this project."""
    as_of_date: str = ""
    """Day whose end the marts describe (YYYY-MM-DD); by default yesterday, or ``data_end_on``."""

    _settings: RunSettings = PrivateAttr()

    @property
    def settings(self) -> RunSettings:
        """Company, as-of date and folders of this run."""
        return self._settings

    @contextmanager
    def yield_for_execution(
        self, context: dg.InitResourceContext
    ) -> Generator[CompanyRun, None, None]:
        """Load the company file and hold the company's write lock until the run ends."""
        # A run that is given one value (the schedule gives the date) comes with the others blank.
        company_path, home_path = self.company_path, self.home_path
        if not company_path:
            company_path = default_company_path()
            home_path = home_path or os.environ.get("CULTIVAR_HOME", "")
        self._settings = run_settings(company_path, home_path, self.as_of_date)
        home = self._settings.home
        home.root.mkdir(parents=True, exist_ok=True)
        wait = float(os.environ.get("CULTIVAR_LOCK_WAIT_SECONDS", LOCK_WAIT_SECONDS))
        lock = FileLock(home.lock, timeout=wait)
        try:
            lock.acquire()
        except Timeout:
            raise AnotherRunIsWritingError(
                f"another run is writing {home.root} (it holds {home.lock}). "
                "One run writes at a time: wait for it to end, then start this one again."
            ) from None
        try:
            # dbt's profile reads the path of the warehouse from the environment.
            os.environ["CULTIVAR_WAREHOUSE"] = str(home.warehouse)
            # And dbt itself runs in this environment, whether or not it is activated.
            os.environ["CULTIVAR_PYTHON"] = sys.executable
            yield self
        finally:
            lock.release()


def default_company_path() -> str:
    """The company file that this process was started for."""
    return os.environ.get("CULTIVAR_COMPANY") or str(DEFAULT_COMPANY)


def run_settings(company_path: str, home_path: str = "", as_of_date: str = "") -> RunSettings:
    """Settings of a run, with the defaults filled in.

    Raises:
        CompanyFileError: the company file is refused.
        ValueError: ``as_of_date`` is no date.
    """
    company = load_company(company_path)
    try:
        as_of = dt.date.fromisoformat(as_of_date) if as_of_date else reporting_day(company)
    except ValueError:
        raise ValueError(
            f"AS_OF is '{as_of_date}'; allowed is a date like 2026-01-31. "
            "Without it, the run takes yesterday in the reporting time zone, or data_end_on."
        ) from None
    home = Path(home_path) if home_path else PROJECT_ROOT / "data" / company.name
    return RunSettings(company=company, as_of_date=as_of, home=Home(home.resolve()))
