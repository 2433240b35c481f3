"""Our own people as columns: their clocks, and who of a role works in a region on a day.

Belongs here: look-ups of users for whole columns. Does not belong here: who owns an account
(``foundation.ownership``).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from cultivar_demo.world.business.arrays import take
from cultivar_demo.world.clock import add_working_days, at_working_hour, to_local
from cultivar_demo.world.world import World

REGIONS = ("AMER", "EMEA", "APAC")
FAR_FUTURE = np.datetime64("2200-01-01", "D")


class Staff:
    """Users by id; arrays have one entry an id, entry 0 is nobody."""

    def __init__(self, world: World) -> None:
        users = world.sql(
            "select user_id, role, region, country, time_zone, hired_on, "
            "coalesce(left_on, date '2200-01-01') as left_on from sales_user order by user_id"
        )
        size = int(pa.compute.max(users["user_id"]).as_py()) + 1
        self._index = users["user_id"].to_numpy()
        self.zone_names, self._zone = _coded(users["time_zone"], self._index, size)
        self.country_names, self._country = _coded(users["country"], self._index, size)
        self.role_names, self.role = _coded(users["role"], self._index, size)
        region_names, region = _coded(users["region"], self._index, size)
        self.region = np.array([REGIONS.index(name) for name in region_names])[region]
        self.hired = np.full(size, FAR_FUTURE)
        self.hired[self._index] = users["hired_on"].to_numpy().astype("datetime64[D]")
        self.left = np.full(size, NO_ONE_LEFT)
        self.left[self._index] = users["left_on"].to_numpy().astype("datetime64[D]")

    def zones(self, users: np.ndarray) -> pa.Array:
        """IANA zone of each user."""
        return take(self.zone_names, self._zone[users])

    def working_days(self, days: np.ndarray, users: np.ndarray) -> np.ndarray:
        """Each day, or the user's next working day."""
        return add_working_days(days, 0, take(self.country_names, self._country[users]))

    def working_stamps(
        self, random: np.random.Generator, days: np.ndarray, users: np.ndarray
    ) -> np.ndarray:
        """A second within the working hours of each user on the day or the next working day."""
        if len(days) == 0:
            return np.empty(0, dtype="datetime64[s]")
        return at_working_hour(
            self.working_days(days, users), self.zones(users), random, start=8.5, end=17.5
        )

    def local_days(self, stamps: np.ndarray, users: np.ndarray) -> np.ndarray:
        """Calendar day on which each stamp falls at the user's desk."""
        if len(stamps) == 0:
            return np.empty(0, dtype="datetime64[D]")
        return to_local(stamps, self.zones(users)).astype("datetime64[D]")

    def pick(
        self, random: np.random.Generator, role: str, region: np.ndarray, days: np.ndarray
    ) -> np.ndarray:
        """A user of ``role`` in each region (number) employed on each day; of another region, if
        there is none; -1, if there is none at all.
        """
        result = np.full(len(days), -1, dtype=np.int64)
        candidates = self._index[self.role[self._index] == _position(self.role_names, role)]
        draws = random.random(len(days))
        months = days.astype("datetime64[M]")
        for month in np.unique(months):
            in_month = months == month
            first = month.astype("datetime64[D]")
            # Someone who is there from before the month until after it; else whoever is there.
            there = candidates[
                (self.hired[candidates] <= first)
                & (self.left[candidates] > first + np.timedelta64(31, "D"))
            ]
            for number in range(len(REGIONS)):
                where = np.flatnonzero(in_month & (region == number))
                pool = there[self.region[there] == number]
                pool = pool if len(pool) else there
                if len(where) and len(pool):
                    result[where] = pool[(draws[where] * len(pool)).astype(np.int64)]
        return result


NO_ONE_LEFT = FAR_FUTURE


def region_numbers(regions: pa.ChunkedArray | pa.Array) -> np.ndarray:
    """Positions of region names in ``REGIONS``."""
    index = pa.compute.index_in(regions, value_set=pa.array(REGIONS))
    return (
        index.to_numpy(zero_copy_only=False).astype(np.int64)
        if isinstance(index, pa.Array)
        else index.to_numpy().astype(np.int64)
    )


def _position(names: list[str], name: str) -> int:
    return names.index(name) if name in names else -1


def _coded(column: pa.ChunkedArray, index: np.ndarray, size: int) -> tuple[list[str], np.ndarray]:
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    codes = np.zeros(size, dtype=np.int64)
    codes[index] = encoded.indices.to_numpy()
    return encoded.dictionary.to_pylist(), codes
