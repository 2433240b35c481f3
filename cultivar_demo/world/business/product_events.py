"""What users do in the product, made day by day: never held as a whole, never stored.

Belongs here: ``product_events``. Does not belong here: who the users are (``workspace_users``).

Each day has random streams of its own, so days may be asked for in any order. A small part of a
day's events arrives on one of the three following days: those have a stream by day and delay, and a
day's file is put together from its own prompt events and the late ones of the days before.
"""

from __future__ import annotations

import datetime as dt
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa

from cultivar_demo.schema import TABLES
from cultivar_demo.world.business.arrays import take
from cultivar_demo.world.business.staff import REGIONS, region_numbers
from cultivar_demo.world.clock import start_of_day, to_local
from cultivar_demo.world.world import World

LATE_SHARE = 0.01
"""Of the events: arrive one to three days later."""
LATE_DAYS = (1, 2, 3)
LATE_DAY_SHARES = (0.6, 0.25, 0.15)
PROMPT_SECONDS = 45
"""All others arrive within this time."""

EVENTS = (
    "Signed In",
    "Report Viewed",
    "Report Created",
    "Report Shared",
    "Data Source Connected",
    "Dashboard Exported",
    "Teammate Invited",
    "Limit Reached",
    "Upgrade Viewed",
)
PAID_SHARES = (0.34, 0.36, 0.1, 0.08, 0.02, 0.07, 0.015, 0.005, 0.01)
FREE_SHARES = (0.36, 0.27, 0.1, 0.05, 0.04, 0.03, 0.03, 0.07, 0.05)
FIRST_EVENT = EVENTS.index("Signed In")
"""A user is first seen by signing in, at joined_at."""

ZONES = {"AMER": "America/New_York", "EMEA": "Europe/Berlin", "APAC": "Asia/Singapore"}
"""Clock of a region's users; strangers live by the first one."""
HOURS = np.array(
    [1, 0.5, 0.3, 0.3, 0.5, 1, 3, 8, 18, 26, 28, 26, 18, 22, 27, 27, 23, 16, 9, 6, 5, 4, 3, 2]
)
"""Weight of each local hour."""
WEEKDAYS = np.array([1.0, 1.08, 1.1, 1.05, 0.85, 0.16, 0.14])
"""Weight of each local day from Monday."""


class _Crowd:
    """Users as columns, ready for drawing.

    Attributes:
        mean_rate: events a day of a unit of activity on an average day.
    """

    def __init__(self, world: World) -> None:
        settings = world.settings
        table = world.sql(
            """
            select
                own.workspace_user_id, own.workspace_id, own.email, own.joined_at,
                coalesce(own.left_at, timestamp '2200-01-01') as left_at, own.activity,
                coalesce(account.region, 'AMER') as region,
                coalesce(workspace.paid_at, timestamp '2200-01-01') as paid_at
            from workspace_user as own
            join workspace using (workspace_id)
            left join account on account.account_id = workspace.account_id
            order by own.workspace_user_id
            """
        )
        self.user = table["workspace_user_id"].to_numpy()
        self.workspace = table["workspace_id"].to_numpy()
        self.email = table["email"].combine_chunks()
        self.joined = table["joined_at"].to_numpy().astype("datetime64[s]").astype(np.int64)
        self.left = table["left_at"].to_numpy().astype("datetime64[s]").astype(np.int64)
        self.paid = table["paid_at"].to_numpy().astype("datetime64[s]").astype(np.int64)
        self.activity = table["activity"].to_numpy()
        self.region = region_numbers(table["region"])
        days = np.arange(
            np.datetime64(settings.first_day, "D"), np.datetime64(settings.last_day, "D") + 2
        )
        self.first_day = days[0]
        # starts[k] is the begin of the k-th day, in seconds since 1970; the last entry the end.
        self.starts = start_of_day(days).astype(np.int64)
        self.hour_weights = [_hour_weights(self.starts, ZONES[region]) for region in REGIONS]
        weight = np.array([weights.sum(axis=1) for weights in self.hour_weights])
        self.day_weight = weight / weight.mean()
        total = self._activity_by_day()
        expected = float((total * self.day_weight).sum())
        wished = settings.events_per_day * settings.days
        # Joining is an event besides; where it is all that is wished, nothing else happens.
        joins = int(np.count_nonzero(self.joined >= self.starts[0]))
        self.mean_rate = max(wished - joins, 0) / expected if expected else 0.0
        self.is_silent = settings.events_per_day == 0

    @property
    def days(self) -> int:
        """Number of days."""
        return len(self.starts) - 1

    def _activity_by_day(self) -> np.ndarray:
        """Activity of those who are there the whole day, by region and day."""
        first = np.searchsorted(self.starts, self.joined)
        after = np.searchsorted(self.starts, self.left, side="right") - 1
        there = after > first
        result = np.zeros((len(REGIONS), self.days + 1))
        for region in range(len(REGIONS)):
            own = there & (self.region == region)
            change = np.bincount(
                np.minimum(first[own], self.days), self.activity[own], self.days + 1
            )
            change -= np.bincount(
                np.minimum(after[own], self.days), self.activity[own], self.days + 1
            )
            result[region] = np.cumsum(change)
        return result[:, : self.days]


_crowds: WeakKeyDictionary[World, _Crowd] = WeakKeyDictionary()


def product_events(world: World, day: dt.date) -> pa.Table:
    """The events that arrived on a day of the reporting time zone, in order of arrival.

    The same day gives the same events, whatever was asked for before. Over all days of the
    simulation every event comes exactly once, and ``settings.events_per_day`` on average.

    Args:
        world: a finished world.
        day: a simulated day.
    """
    if not world.settings.first_day <= day <= world.settings.last_day:
        raise ValueError(f"{day} is not simulated")
    crowd = _crowds.get(world)
    if crowd is None:
        crowd = _crowds[world] = _Crowd(world)
    number = int((np.datetime64(day, "D") - crowd.first_day).astype(int))
    if crowd.is_silent:
        return TABLES["product_event"].schema.empty_table()
    parts = [_prompt(world, crowd, number), _joins(world, crowd, number)]
    parts += [
        _late(world, crowd, number - delay, delay) for delay in LATE_DAYS if number - delay >= 0
    ]
    user, occurred, received, code, stream = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    order = np.lexsort((stream, received))
    user, occurred, received = user[order], occurred[order], received[order]
    return pa.table(
        {
            "message_id": _message_ids(stream[order]),
            "event_name": take(EVENTS, code[order]),
            "workspace_user_id": crowd.user[user],
            "workspace_id": crowd.workspace[user],
            "email": crowd.email.take(pa.array(user)),
            "occurred_at": occurred.astype("datetime64[s]").astype("datetime64[us]"),
            "received_at": received.astype("datetime64[s]").astype("datetime64[us]"),
        },
        schema=TABLES["product_event"].schema,
    )


_Part = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""Users, occurred, received (seconds since 1970), event codes, numbers unique over all events."""


def _prompt(world: World, crowd: _Crowd, number: int) -> _Part:
    """Events that happen and arrive on a day."""
    random = world.settings.random("product_events", number)
    # What would arrive after the last day arrives at once, so that none is lost.
    late = sum(
        share
        for delay, share in zip(LATE_DAYS, LATE_DAY_SHARES, strict=True)
        if number + delay < crowd.days
    )
    user, occurred, code = _drawn(random, crowd, number, 1 - LATE_SHARE * late)
    received = occurred + random.integers(1, PROMPT_SECONDS, len(user))
    received = np.minimum(received, crowd.starts[number + 1] - 1)
    return user, occurred, received, code, _numbers(number, 0, len(user))


def _late(world: World, crowd: _Crowd, number: int, delay: int) -> _Part:
    """Events that happen on a day and arrive ``delay`` days later."""
    random = world.settings.random("product_events", number, "late", delay)
    share = LATE_SHARE * LATE_DAY_SHARES[LATE_DAYS.index(delay)]
    user, occurred, code = _drawn(random, crowd, number, share)
    start, end = crowd.starts[number + delay], crowd.starts[number + delay + 1]
    received = random.integers(start, end, len(user))
    return user, occurred, received, code, _numbers(number, delay, len(user))


def _joins(world: World, crowd: _Crowd, number: int) -> _Part:
    """Users who are first seen on a day."""
    start, end = crowd.starts[number], crowd.starts[number + 1]
    user = np.flatnonzero((crowd.joined >= start) & (crowd.joined < end))
    occurred = crowd.joined[user]
    received = np.minimum(occurred + 2, end - 1)
    code = np.full(len(user), FIRST_EVENT)
    return user, occurred, received, code, _numbers(number, 7, len(user))


def _drawn(
    random: np.random.Generator, crowd: _Crowd, number: int, share: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """``share`` of a day's events: users (of those there all day), instants, codes."""
    start, end = crowd.starts[number], crowd.starts[number + 1]
    there = (crowd.joined <= start) & (crowd.left >= end)
    users, seconds = [], []
    for region in range(len(REGIONS)):
        own = np.flatnonzero(there & (crowd.region == region))
        cumulative = np.cumsum(crowd.activity[own])
        total = cumulative[-1] if len(own) else 0.0
        mean = total * crowd.mean_rate * crowd.day_weight[region, number] * share
        size = int(random.poisson(mean))
        picked = np.searchsorted(cumulative, random.random(size) * total, side="right")
        users.append(own[np.minimum(picked, max(len(own) - 1, 0))] if size else own[:0])
        weights = np.cumsum(crowd.hour_weights[region][number])
        hour = np.searchsorted(weights, random.random(size) * weights[-1], side="right")
        seconds.append(start + 3_600 * hour + random.integers(0, 3_600, size))
    user = np.concatenate(users)
    occurred = np.minimum(np.concatenate(seconds), end - 1)
    draws = random.random(len(user))
    paid = occurred >= crowd.paid[user]
    code = np.where(
        paid,
        np.searchsorted(np.cumsum(PAID_SHARES[:-1]), draws, side="right"),
        np.searchsorted(np.cumsum(FREE_SHARES[:-1]), draws, side="right"),
    )
    return user, occurred, code


def _hour_weights(starts: np.ndarray, zone: str) -> np.ndarray:
    """Weight of each hour of each reporting day for a region: days by 25 hours."""
    hours = np.diff(starts) // 3_600
    grid = starts[:-1, None] + 3_600 * np.arange(25)[None, :]
    local = to_local(grid.ravel().astype("datetime64[s]"), zone)
    day = local.astype("datetime64[D]")
    hour = (local - day).astype(np.int64) // 3_600
    weekday = (day.astype(np.int64) + 3) % 7
    weights = (HOURS[hour] * WEEKDAYS[weekday]).reshape(grid.shape)
    return np.where(np.arange(25)[None, :] < hours[:, None], weights, 0.0)


def _numbers(day: int, delay: int, size: int) -> np.ndarray:
    """A number for each event that no other event has."""
    return (
        (np.uint64(day) << np.uint64(40))
        + (np.uint64(delay) << np.uint64(36))
        + np.arange(size, dtype=np.uint64)
    )


_HEX = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)


def _message_ids(numbers: np.ndarray) -> pa.Array:
    """Sixteen hexadecimal digits a number: mixed, but still one to one (splitmix64)."""
    with np.errstate(over="ignore"):
        mixed = numbers + np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed = mixed ^ (mixed >> np.uint64(31))
    octets = mixed.byteswap().view(np.uint8).reshape(-1, 8)
    digits = np.empty((len(mixed), 16), dtype=np.uint8)
    digits[:, 0::2] = _HEX[octets >> 4]
    digits[:, 1::2] = _HEX[octets & 15]
    offsets = np.arange(0, 16 * len(mixed) + 1, 16, dtype=np.int32)
    return pa.StringArray.from_buffers(
        len(mixed), pa.py_buffer(offsets.tobytes()), pa.py_buffer(digits.tobytes())
    )
