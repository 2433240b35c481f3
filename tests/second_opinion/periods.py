"""Days and the periods that they lie in; fiscal periods begin in the company's month.

Belongs here: the calendar. Does not belong here: what is counted in a period.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

DAY = dt.timedelta(days=1)


class Period(NamedTuple):
    """Half-open: ``end`` is the first day after it (G12)."""

    grain: str
    start: dt.date
    end: dt.date


ALL_TIME = Period("all_time", dt.date.min, dt.date.max)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of the month so many months later, or that month's last day."""
    index = day.year * 12 + day.month - 1 + months
    first = dt.date(index // 12, index % 12 + 1, 1)
    following = (first.replace(day=28) + 4 * DAY).replace(day=1)
    return first.replace(day=min(day.day, (following - DAY).day))


def month_start(day: dt.date) -> dt.date:
    return day.replace(day=1)


def months_between(first: dt.date, second: dt.date) -> int:
    """Calendar months, whatever the days."""
    return (second.year - first.year) * 12 + second.month - first.month


def is_last_of_month(day: dt.date) -> bool:
    return (day + DAY).day == 1


class Calendar:
    """Periods of a company with its own fiscal year."""

    def __init__(self, fiscal_start_month: int, as_of: dt.date) -> None:
        self.fiscal_start_month = fiscal_start_month
        self.as_of = as_of

    def _block(self, day: dt.date, months: int, first_month: int) -> tuple[dt.date, dt.date]:
        into = (day.month - first_month) % months if months < 12 else (day.month - first_month) % 12
        start = add_months(month_start(day), -into)
        return start, add_months(start, months)

    def fiscal_quarter(self, day: dt.date) -> Period:
        return Period("fiscal_quarter", *self._block(day, 3, self.fiscal_start_month))

    def periods_of(self, day: dt.date, *, weeks: bool = False) -> list[Period]:
        """The dated periods that a day lies in, one of each grain."""
        found = [
            Period("month", *self._block(day, 1, 1)),
            Period("quarter", *self._block(day, 3, 1)),
            Period("year", *self._block(day, 12, 1)),
            self.fiscal_quarter(day),
            Period("fiscal_year", *self._block(day, 12, self.fiscal_start_month)),
        ]
        if weeks:
            monday = day - dt.timedelta(days=day.weekday())
            found.append(Period("week", monday, monday + 7 * DAY))
        return found

    def flow_periods(self, day: dt.date | None, *, weeks: bool = False) -> list[Period]:
        """Where a case of that day counts; without a day in all time only."""
        return [ALL_TIME, *(self.periods_of(day, weeks=weeks) if day else ())]

    def states(self, first: dt.date) -> Iterator[tuple[Period, dt.date]]:
        """Periods up to the run's day, each with the day of its state; and the run's day."""
        seen = set()
        day = first
        while day <= self.as_of:
            for period in self.periods_of(day):
                if period not in seen:
                    seen.add(period)
                    yield period, self.measured_on(period)
            day = add_months(month_start(day), 1)
        yield Period("day", self.as_of, self.as_of + DAY), self.as_of

    def measured_on(self, period: Period) -> dt.date:
        """The last day of a period, or the run's day while it goes on."""
        return min(period.end - DAY, self.as_of)
