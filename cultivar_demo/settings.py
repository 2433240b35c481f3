"""What a made company is made from, and the days that follow from it.

Belongs here: the knobs, their ranges, the calendar bounds and the named random streams. Does not
belong here: anything that simulates.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np

LAST_DAY = dt.date(2026, 9, 30)
"""The last simulated day of every company. Fixed, so that the same seed gives the same files."""

REPORTING_TIME_ZONE = "America/New_York"
REPORTING_CURRENCY = "USD"
FISCAL_YEAR_START_MONTH = 2
INTERNAL_DOMAIN = "northwind-metrics.com"
"""Mail and web domain of the made company itself."""


@dataclass(frozen=True)
class Settings:
    """The knobs of the simulation.

    Args:
        seed: any integer; the same seed and knobs give byte-identical files.
        accounts: companies in the whole market (50 to 2,000,000); about two thirds are ever known
            to the CRM.
        months: whole calendar months simulated, the last of which ends on ``LAST_DAY`` (3 to 60).
        events_per_day: product events on an average day (0 to 10,000,000).
    """

    seed: int = 1
    accounts: int = 750
    months: int = 36
    events_per_day: int = 250

    def __post_init__(self) -> None:
        for name, low, high in (
            ("accounts", 50, 2_000_000),
            ("months", 3, 60),
            ("events_per_day", 0, 10_000_000),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise ValueError(f"{name} is {value:,}; allowed are {low:,} to {high:,}")

    @property
    def first_day(self) -> dt.date:
        """The first simulated day: the first of a month."""
        month = LAST_DAY.year * 12 + LAST_DAY.month - self.months
        return dt.date(month // 12, month % 12 + 1, 1)

    @property
    def last_day(self) -> dt.date:
        """The last simulated day."""
        return LAST_DAY

    @property
    def days(self) -> int:
        """Number of simulated days; night 1 follows the first, night ``days`` the last."""
        return (self.last_day - self.first_day).days + 1

    def night(self, number: int) -> dt.date:
        """The day that ends with night ``number`` (1 to ``days``)."""
        if not 1 <= number <= self.days:
            raise ValueError(f"night {number} does not exist; allowed are 1 to {self.days}")
        return self.first_day + dt.timedelta(days=number - 1)

    def random(self, *stream: str | int) -> np.random.Generator:
        """An own stream of random numbers a name: a change in one leaves the others."""
        text = "/".join(["cultivar", str(self.seed), *map(str, stream)])
        return np.random.Generator(
            np.random.Philox(int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "big"))
        )


TINY = Settings(accounts=240, months=15, events_per_day=60)
"""Seconds to build, with every behaviour and every kind of dirt at least once; for the tests."""


def cutoff(day: dt.date) -> dt.datetime:
    """The instant (UTC, without offset) at which ``day`` ends in the reporting time zone."""
    midnight = dt.datetime.combine(
        day + dt.timedelta(days=1), dt.time(), tzinfo=ZoneInfo(REPORTING_TIME_ZONE)
    )
    return midnight.astimezone(dt.UTC).replace(tzinfo=None)
