"""Working time of the representatives, for whole columns of users and instants.

Belongs here: the axis of working seconds a user. Does not belong here: who works on what. Instants
are whole seconds since 1970 in UTC (int64), days are days since then.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cultivar_demo.world.clock import is_working_day, to_utc

DAY = 86_400
OPENS = 9 * 3_600
"""Working hours begin, second of the local day."""
CLOSES = 18 * 3_600
"""Working hours end, second of the local day."""
OPEN_SECONDS = CLOSES - OPENS
MARGIN_DAYS = 420
"""Days before and after the simulation that the calendars cover."""


class WorkingTime:
    """Working days and hours of every user.

    Args:
        countries: ISO alpha-2, one a user; decides holidays.
        time_zones: IANA name, one a user; decides hours.
        first_day: first simulated day; ``last_day``: the last one (days since 1970).
    """

    def __init__(
        self, countries: Sequence[str], time_zones: Sequence[str], first_day: int, last_day: int
    ) -> None:
        self._origin = first_day - MARGIN_DAYS
        days = np.arange(self._origin, last_day + MARGIN_DAYS).astype("datetime64[D]")
        country_names, self._country = np.unique(np.asarray(countries, str), return_inverse=True)
        zone_names, self._zone = np.unique(np.asarray(time_zones, str), return_inverse=True)
        works = np.array([is_working_day(days, str(name)) for name in country_names])
        self._works = works
        # Number of working days before each day, and the n-th working day (padded by the last).
        self._before = np.cumsum(works, axis=1) - works
        self._nth = np.full(works.shape, len(days) - 1)
        for row, flags in enumerate(works):
            found = np.flatnonzero(flags)
            self._nth[row, : len(found)] = found
        # One offset a zone and local day: zones change at night, outside working hours.
        noon = days.astype("datetime64[s]") + np.timedelta64(12, "h")
        self._offset = np.array(
            [(noon - to_utc(noon, str(name))).astype(np.int64) for name in zone_names]
        )

    def _row(self, days: np.ndarray) -> np.ndarray:
        return np.clip(days - self._origin, 0, self._works.shape[1] - 1)

    def local(self, users: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Local day and second of the day of each instant."""
        zone = self._zone[users]
        guess = at + self._offset[zone, self._row(at // DAY)]
        local = at + self._offset[zone, self._row(guess // DAY)]
        return local // DAY, local % DAY

    def instant(self, users: np.ndarray, days: np.ndarray, seconds: np.ndarray) -> np.ndarray:
        """The instant of a local day and second of it."""
        return days * DAY + seconds - self._offset[self._zone[users], self._row(days)]

    def is_working_day(self, users: np.ndarray, days: np.ndarray) -> np.ndarray:
        """Whether each local day is a working day of the user."""
        return self._works[self._country[users], self._row(days)]

    def add_days(self, users: np.ndarray, days: np.ndarray, count: np.ndarray | int) -> np.ndarray:
        """The ``count``-th working day after each day; 0: the day, or the next working day."""
        country = self._country[users]
        row = self._row(days)
        # From a day off, the number of working days before it already points at the next one.
        past = np.where(self._works[country, row] | (np.asarray(count) == 0), 0, 1)
        index = self._before[country, row] + np.asarray(count) - past
        return self._nth[country, np.clip(index, 0, self._nth.shape[1] - 1)] + self._origin

    def position(self, users: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Working seconds from the origin to each instant."""
        day, second = self.local(users, at)
        country, row = self._country[users], self._row(day)
        inside = np.clip(second - OPENS, 0, OPEN_SECONDS) * self._works[country, row]
        return self._before[country, row] * OPEN_SECONDS + inside

    def at_position(self, users: np.ndarray, position: np.ndarray) -> np.ndarray:
        """The instant at which so many working seconds have passed."""
        index = np.clip(position // OPEN_SECONDS, 0, self._nth.shape[1] - 1)
        day = self._nth[self._country[users], index] + self._origin
        return self.instant(users, day, OPENS + position % OPEN_SECONDS)

    def after(self, users: np.ndarray, at: np.ndarray, seconds: np.ndarray | int) -> np.ndarray:
        """The instant so many working seconds after ``at``; always inside working hours."""
        return self.at_position(users, self.position(users, at) + np.asarray(seconds, np.int64))
