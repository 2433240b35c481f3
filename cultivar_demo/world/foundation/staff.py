"""The company's staff as plain objects, and the figures that shape it.

Belongs here: what a plan of staff consists of, and its constants. Does not belong here: the events
that make the plan (``staffing``), tables (``organisation``).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np

from cultivar_demo.settings import FISCAL_YEAR_START_MONTH
from cultivar_demo.world.foundation.reference import REGIONS, SEGMENTS

PLANNED_ACCOUNTS = 1_500
"""Size of the market for which HEADCOUNT holds."""

HEADCOUNT_GROWTH = (0.5, 0.75)
"""Power of the market with which HEADCOUNT grows, below and above PLANNED_ACCOUNTS."""

HEADCOUNT: dict[str, tuple[int, int]] = {
    "executive": (1, 1),
    "manager": (3, 1),
    "operations": (1, 1),
    "marketing": (3, 1),
    "se": (2, 1),
    "sdr": (6, 2),
    "ae": (8, 3),
    "am": (3, 1),
    "csm": (2, 1),
}
"""Role → people at the end at PLANNED_ACCOUNTS, and the fewest ever."""

TERRITORY_ROLES = ("sdr", "ae", "am", "csm")
"""Roles that cover territories."""

SHARE_AT_START = 0.65
"""Part of the final headcount that is there on the first day."""

LEAVERS_A_YEAR = {"sdr": 0.28, "ae": 0.18, "am": 0.10, "csm": 0.12, "se": 0.10, "marketing": 0.12}
"""Part of a role's people that leaves in a year."""

ALWAYS_LEAVING_ROLES = ("sdr", "ae")
"""Roles of which at least one person leaves in every company, however small."""

GAP_SHARE = 0.4
"""Leavers whose successor comes only weeks later; the manager covers until then."""

SWAPS_A_YEAR = 0.12
"""Pairs that swap territories at a fiscal year's start, a position."""

RAMP_MONTHS = {"sdr": 3, "ae": 6, "am": 4, "csm": 3, "se": 3}
"""Months until full quota."""

REGION_WEIGHT = {"AMER": 0.52, "EMEA": 0.36, "APAC": 0.12}
SEGMENT_WEIGHT = {"smb": 0.40, "mid_market": 0.40, "enterprise": 0.20}
"""Work that a territory makes."""

OFFICES: dict[str, tuple[tuple[str, str], ...]] = {
    "AMER": (
        ("US", "America/New_York"),
        ("US", "America/Chicago"),
        ("US", "America/Los_Angeles"),
        ("US", "America/New_York"),
        ("CA", "America/Toronto"),
    ),
    "EMEA": (
        ("GB", "Europe/London"),
        ("DE", "Europe/Berlin"),
        ("IE", "Europe/Dublin"),
        ("NL", "Europe/Amsterdam"),
    ),
    "APAC": (("AU", "Australia/Sydney"), ("SG", "Asia/Singapore")),
}
"""Region → country and time zone of the people who work there."""

ONBOARDING_DAYS = 14
"""From the first working day to the first own territory."""

SETTLED_DAYS = 100
"""Nobody leaves a position sooner than this after it changed hands."""

SWAP_DAYS = 30
"""Nobody is moved sooner than this after they came."""

RETRY_DAYS = 30
"""What cannot take place on a day, because nobody is settled, is tried again so much later."""


@dataclass
class Employee:
    """A person with a login; ``number`` is the order of planning, not the user id."""

    number: int
    role: str
    region: str
    country: str
    time_zone: str
    hired_on: dt.date
    left_on: dt.date | None = None
    manager: int | None = None


@dataclass
class Span:
    """A half-open span of days of something (a territory, an employee) at a position."""

    what: int
    valid_from: dt.date
    valid_to: dt.date | None = None


@dataclass
class Position:
    """A desk of a role: the territories it covers and the people who sat there, each with spans."""

    number: int
    role: str
    region: str
    territories: list[Span]
    occupants: list[Span] = field(default_factory=list)
    free_from: dt.date = dt.date.min

    def current_territories(self) -> list[int]:
        """Territories it still covers."""
        return [span.what for span in self.territories if span.valid_to is None]


@dataclass
class Plan:
    """Everybody, and every position."""

    employees: list[Employee]
    positions: list[Position]


def headcount_at_end(role: str, accounts: int) -> int:
    """People of a role on the last day."""
    normal, fewest = HEADCOUNT[role]
    if role == "executive":
        return 1
    market = accounts / PLANNED_ACCOUNTS
    return max(fewest, round(normal * market ** HEADCOUNT_GROWTH[market > 1]))


def territory_weights() -> np.ndarray:
    """Work that each territory makes, by territory id from 1."""
    return np.array([REGION_WEIGHT[r] * SEGMENT_WEIGHT[s] for r in REGIONS for s in SEGMENTS])


def fiscal_year_starts(first: dt.date, last: dt.date) -> list[dt.date]:
    """First days of fiscal years after ``first``, up to ``last``."""
    days = [dt.date(year, FISCAL_YEAR_START_MONTH, 1) for year in range(first.year, last.year + 1)]
    return [day for day in days if first < day <= last]
