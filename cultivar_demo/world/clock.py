"""Calendars and clocks: working days by country, local hours to UTC, and the seasons of a year.

Belongs here: vectorised functions of days, countries and time zones. Does not belong here: who
does what on such a day.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import numpy as np
import pyarrow as pa

from cultivar_demo.settings import LAST_DAY, REPORTING_TIME_ZONE, cutoff

CALENDAR_YEARS = range(LAST_DAY.year - 12, LAST_DAY.year + 6)
"""Years whose holidays and time changes are known; days outside have weekends only."""

HOLIDAY_PARTS = {"GB": "ENG"}
"""Countries whose nationwide list lacks days that nearly everybody has off; the part that counts
for the whole of them."""

Days = np.ndarray
"""Array of datetime64[D]."""

Stamps = np.ndarray
"""Array of datetime64[s]."""


@cache
def holidays_of(country: str) -> tuple[tuple[dt.date, str], ...]:
    """Public holidays of ``country`` (ISO alpha-2) in ``CALENDAR_YEARS``, by day, with names."""
    part = HOLIDAY_PARTS.get(country)
    found = holidays.country_holidays(country, subdiv=part, years=CALENDAR_YEARS, observed=True)
    return tuple(sorted(found.items()))


@cache
def _calendar(country: str) -> np.busdaycalendar:
    days = [day for day, _ in holidays_of(country)]
    return np.busdaycalendar(holidays=np.array(days, dtype="datetime64[D]"))


def _groups(values: Any, size: int) -> list[tuple[str, np.ndarray | slice]]:
    """Each distinct text of ``values`` (one text, or an array of ``size``) with its positions."""
    if isinstance(values, str):
        return [(values, slice(None))]
    encoded = pa.array(values, pa.string()).dictionary_encode()
    if len(encoded) != size:
        raise ValueError(f"{len(encoded)} values for {size} days")
    codes = np.asarray(encoded.indices)
    return [(text, codes == code) for code, text in enumerate(encoded.dictionary.to_pylist())]


def is_working_day(days: Days, country: Any) -> np.ndarray:
    """Whether each day is neither a weekend nor a public holiday.

    Args:
        days: datetime64[D], any length.
        country: one ISO alpha-2 code, or one a day.
    """
    days = np.asarray(days, dtype="datetime64[D]")
    result = np.zeros(days.shape, dtype=bool)
    for code, where in _groups(country, days.size):
        result[where] = np.is_busday(days[where], busdaycal=_calendar(code))
    return result


def add_working_days(days: Days, n: Any, country: Any) -> Days:
    """The ``n``-th working day after each day (before it, if negative).

    0 gives the day itself, or the next working day if it is none. One working day after a
    Saturday is the Monday.

    Args:
        days: datetime64[D], any length.
        n: one whole number, or one a day.
        country: one ISO alpha-2 code, or one a day.
    """
    days = np.asarray(days, dtype="datetime64[D]")
    counts = np.broadcast_to(np.asarray(n, dtype=np.int64), days.shape)
    result = days.copy()
    for code, where in _groups(country, days.size):
        calendar = _calendar(code)
        start, count = days[where], counts[where]
        # From a day off, counting forward begins on the working day before it.
        back = np.busday_offset(start, 0, roll="backward", busdaycal=calendar)
        ahead = np.busday_offset(start, 0, roll="forward", busdaycal=calendar)
        begin = np.where(count > 0, back, ahead)
        result[where] = np.busday_offset(begin, count, busdaycal=calendar)
    return result


def working_days(country: str, first: dt.date, last: dt.date) -> Days:
    """Every working day of ``country`` from ``first`` to ``last``, both included."""
    days = np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + 1)
    return days[is_working_day(days, country)]


@cache
def _transitions(zone: str) -> tuple[np.ndarray, np.ndarray]:
    """UTC instants (datetime64[s]) at which an offset begins, and the offsets (timedelta64[s])."""
    info = ZoneInfo(zone)
    first = dt.datetime(CALENDAR_YEARS.start, 1, 1, tzinfo=dt.UTC)
    hours = (CALENDAR_YEARS.stop - CALENDAR_YEARS.start) * 366 * 24

    def offset(hour: int) -> int:
        moment = (first + dt.timedelta(hours=hour)).astimezone(info)
        return int(moment.utcoffset().total_seconds())  # type: ignore[union-attr]

    starts, offsets = [0], [offset(0)]
    for day in range(0, hours, 24):
        if offset(day + 24) == offsets[-1]:
            continue
        # Zones change at most once a day, on a full hour of UTC, in the years we use.
        hour = next(hour for hour in range(day, day + 25) if offset(hour) != offsets[-1])
        starts.append(hour)
        offsets.append(offset(hour))
    base = np.datetime64(first.replace(tzinfo=None), "s")
    return (
        base + np.array(starts) * np.timedelta64(3600, "s"),
        np.array(offsets).astype("timedelta64[s]"),
    )


def to_utc(local: Stamps, zone: Any) -> Stamps:
    """UTC of a wall clock time; of a doubled hour the first, a skipped one moves an hour on.

    Args:
        local: datetime64, any length.
        zone: one IANA name, or one a stamp.
    """
    local = np.asarray(local, dtype="datetime64[s]")
    result = local.copy()
    for name, where in _groups(zone, local.size):
        starts, offsets = _transitions(name)
        before = np.concatenate([offsets[:1], offsets[:-1]])
        walls = starts + np.maximum(before, offsets)
        index = np.searchsorted(walls, local[where], side="right") - 1
        result[where] = local[where] - offsets[np.maximum(index, 0)]
    return result


def to_local(utc: Stamps, zone: Any) -> Stamps:
    """Wall clock time of an instant in UTC; arguments as in ``to_utc``."""
    utc = np.asarray(utc, dtype="datetime64[s]")
    result = utc.copy()
    for name, where in _groups(zone, utc.size):
        starts, offsets = _transitions(name)
        index = np.searchsorted(starts, utc[where], side="right") - 1
        result[where] = utc[where] + offsets[np.maximum(index, 0)]
    return result


def at_working_hour(
    days: Days, zone: Any, random: np.random.Generator, start: float = 9, end: float = 17
) -> Stamps:
    """A random second of each day between two hours of the local clock, as UTC.

    Args:
        days: datetime64[D], any length; not moved, so give working days.
        zone: one IANA name, or one a day.
        random: stream.
        start: first hour of the local clock; fractions allowed.
        end: hour before which it is.
    """
    days = np.asarray(days, dtype="datetime64[D]")
    seconds = random.integers(int(start * 3600), int(end * 3600), days.shape)
    return to_utc(days.astype("datetime64[s]") + seconds.astype("timedelta64[s]"), zone)


def start_of_day(days: Days) -> Stamps:
    """The instant (UTC) at which each day begins in the reporting time zone."""
    return to_utc(
        np.asarray(days, dtype="datetime64[D]").astype("datetime64[s]"), REPORTING_TIME_ZONE
    )


def last_instant() -> np.datetime64:
    """The first instant (UTC) that is no longer simulated."""
    return np.datetime64(cutoff(LAST_DAY), "s")


DEMAND_BY_WEEKDAY = np.array([1.0, 1.15, 1.15, 1.05, 0.8, 0.15, 0.12])
"""Monday to Sunday: interest is a matter of the working week."""

DEMAND_BY_MONTH = np.array([0.95, 1.05, 1.1, 1.05, 1.05, 1.0, 0.8, 0.75, 1.1, 1.15, 1.1, 0.9])
"""January to December: a dip in summer."""

YEAR_END_DEMAND = 0.3
"""Factor from 20 December to 2 January."""

DEALS_BY_WEEK_OF_QUARTER = np.array(
    [0.45, 0.5, 0.55, 0.6, 0.65, 0.75, 0.8, 0.9, 1.0, 1.15, 1.5, 2.2, 3.2]
)
"""Thirteen weeks of a fiscal quarter: signatures pile up at its end."""

FISCAL_YEAR_END_DEALS = 1.25
"""Factor for the last fiscal quarter (November to January)."""


def demand_weight(days: Days) -> np.ndarray:
    """Relative weight of each day for demand: weekday, summer dip, year-end dip; mean about 1."""
    days = np.asarray(days, dtype="datetime64[D]")
    month, day_of_month = _month_and_day(days)
    weekday = (days.astype(np.int64) + 3) % 7  # 1 January 1970 was a Thursday
    weight = DEMAND_BY_WEEKDAY[weekday] * DEMAND_BY_MONTH[month - 1]
    year_end = ((month == 12) & (day_of_month >= 20)) | ((month == 1) & (day_of_month <= 2))
    return np.where(year_end, weight * YEAR_END_DEMAND, weight) / DEMAND_BY_WEEKDAY.mean()


def deal_weight(days: Days) -> np.ndarray:
    """Relative weight of each day for signing deals: low early in a fiscal quarter, a rush at its
    end (April, July, October, January), more at the fiscal year's end; weekends nearly none.
    """
    days = np.asarray(days, dtype="datetime64[D]")
    start, length = fiscal_quarter(days)
    week = ((days - start).astype(np.int64) * 13) // length
    weekday = (days.astype(np.int64) + 3) % 7
    month, _ = _month_and_day(days)
    weight = DEALS_BY_WEEK_OF_QUARTER[week] * np.where(weekday < 5, 1.0, 0.02)
    return np.where(np.isin(month, (11, 12, 1)), weight * FISCAL_YEAR_END_DEALS, weight)


def fiscal_quarter(days: Days) -> tuple[Days, np.ndarray]:
    """First day of each day's fiscal quarter (February, May, August, November), and its length."""
    months = np.asarray(days, dtype="datetime64[D]").astype("datetime64[M]").astype(np.int64)
    # Month 0 is January 1970; fiscal quarters begin in months 1, 4, 7, 10 of a year.
    first = ((months - 1) // 3) * 3 + 1
    start = first.astype("datetime64[M]").astype("datetime64[D]")
    end = (first + 3).astype("datetime64[M]").astype("datetime64[D]")
    return start, (end - start).astype(np.int64)


def _month_and_day(days: Days) -> tuple[np.ndarray, np.ndarray]:
    months = days.astype("datetime64[M]")
    return months.astype(np.int64) % 12 + 1, (days - months.astype("datetime64[D]")).astype(
        np.int64
    ) + 1
