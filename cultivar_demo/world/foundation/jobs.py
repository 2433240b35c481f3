"""Jobs at the companies of the market: who holds one when, and changes of job.

Belongs here: spans, functions, seniorities as numbers. Does not belong here: names, titles and
addresses (``people``).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from cultivar_demo.settings import Settings
from cultivar_demo.world.foundation.draw import choose
from cultivar_demo.world.foundation.places import COUNTRIES

FUNCTIONS = ("it", "security", "finance", "operations", "executive", "procurement", "other")
FUNCTION_SHARES = (0.30, 0.08, 0.15, 0.20, 0.08, 0.06, 0.13)
SENIORITIES = ("c_level", "vp", "director", "manager", "individual")
SENIORITY_SHARES = (0.05, 0.09, 0.21, 0.35, 0.30)
FIRST_SLOTS = ((4, 0), (0, 2), (3, 3))
"""The first people of each company, as function and seniority: its head, who runs the technology,
and who runs the daily business; the others are drawn."""

FEWEST_PEOPLE = 3
MOST_PEOPLE = 12
PEOPLE_BY_SIZE = 0.85
"""People who matter at a company: 3 with up to ten employees, and so many more for each factor e
of size."""

JOB_CHANGES_A_YEAR = 0.08
STAYS_IN_MARKET_SHARE = 0.6
"""Job changes that lead to another company of the market."""

SAME_COUNTRY_SHARE = 0.9
"""Changes to a company of the same country."""

SUCCESSOR_SHARE = 0.75
"""Left jobs that somebody new takes."""

LONGEST_BREAK_DAYS = 60
MEAN_TENURE_DAYS = 1_300


@dataclass
class Jobs:
    """Columns of jobs in the making; account and person are positions from 0."""

    person: np.ndarray
    account: np.ndarray
    function: np.ndarray
    seniority: np.ndarray
    started: np.ndarray
    ended: np.ndarray

    @staticmethod
    def joined(parts: list[Jobs]) -> Jobs:
        """All parts, one after the other."""
        return Jobs(
            *(np.concatenate([vars(part)[name] for part in parts]) for name in vars(parts[0]))
        )


def draw_jobs(
    settings: Settings, employees: np.ndarray, account_country: np.ndarray
) -> tuple[Jobs, int]:
    """All jobs, and the number of persons.

    Args:
        settings: knobs.
        employees: people of each account.
        account_country: position in ``COUNTRIES`` of each account.
    """
    random = settings.random("foundation/jobs")
    counts = FEWEST_PEOPLE + PEOPLE_BY_SIZE * np.log(np.maximum(employees, 10) / 10)
    counts = np.floor(counts + random.random(len(counts))).astype(np.int64)
    counts = counts.clip(FEWEST_PEOPLE, np.minimum(MOST_PEOPLE, np.maximum(employees, 3)))
    account = np.repeat(np.arange(len(counts)), counts)
    size = len(account)
    slot = np.arange(size) - np.repeat(np.cumsum(counts) - counts, counts)
    function = choose(FUNCTION_SHARES, size, random)
    seniority = choose(SENIORITY_SHARES, size, random)
    for number, (fixed_function, fixed_seniority) in enumerate(FIRST_SLOTS):
        function[slot == number] = fixed_function
        seniority[slot == number] = fixed_seniority
    first = np.datetime64(settings.first_day, "D")
    tenure = (1 + random.exponential(MEAN_TENURE_DAYS, size)).astype(np.int64)
    started = first - tenure.clip(1, 9_000).astype("timedelta64[D]")
    ended = np.full(size, np.datetime64("NaT"), dtype="datetime64[D]")
    jobs = Jobs(np.arange(size), account, function, seniority, started, ended)
    persons = size
    by_country = np.argsort(account_country, kind="stable")
    bounds = np.searchsorted(account_country[by_country], np.arange(len(COUNTRIES) + 1))
    last = np.datetime64(settings.last_day, "D")
    windows = np.linspace(0, settings.days, -(-settings.months // 12) + 1).astype(np.int64)
    for begin, stop in itertools.pairwise(windows):
        window, length = first + begin, int(stop - begin)
        # Only jobs held since before the window change in it, so that none ends as it begins.
        held = np.flatnonzero(np.isnat(jobs.ended) & (jobs.started < window))
        leaving = held[random.random(len(held)) < JOB_CHANGES_A_YEAR * length / 365]
        jobs.ended[leaving] = window + random.integers(1, length, len(leaving))
        moved = _moves(jobs, leaving, account_country, by_country, bounds, last, random)
        followed = _successors(jobs, leaving, persons, last, random)
        persons += len(followed.person)
        jobs = Jobs.joined([jobs, moved, followed])
    return jobs, persons


def _moves(
    jobs: Jobs,
    leaving: np.ndarray,
    account_country: np.ndarray,
    by_country: np.ndarray,
    bounds: np.ndarray,
    last: np.datetime64,
    random: np.random.Generator,
) -> Jobs:
    """New jobs of those who stay in the market."""
    chosen = leaving[random.random(len(leaving)) < STAYS_IN_MARKET_SHARE]
    home = account_country[jobs.account[chosen]]
    width = bounds[home + 1] - bounds[home]
    near = by_country[bounds[home] + (random.random(len(chosen)) * width).astype(np.int64)]
    anywhere = random.integers(0, len(account_country), len(chosen))
    target = np.where(random.random(len(chosen)) < SAME_COUNTRY_SHARE, near, anywhere)
    pause = random.integers(0, LONGEST_BREAK_DAYS + 1, len(chosen))
    started = jobs.ended[chosen] + pause
    is_real = (target != jobs.account[chosen]) & (started <= last)
    chosen, target, started = chosen[is_real], target[is_real], started[is_real]
    # One in four takes a step up with the change.
    step = (random.random(len(chosen)) < 0.25) & (jobs.seniority[chosen] > 1)
    return Jobs(
        jobs.person[chosen],
        target,
        jobs.function[chosen],
        jobs.seniority[chosen] - step,
        started,
        np.full(len(chosen), np.datetime64("NaT"), dtype="datetime64[D]"),
    )


def _successors(
    jobs: Jobs, leaving: np.ndarray, persons: int, last: np.datetime64, random: np.random.Generator
) -> Jobs:
    """New people in jobs that were left."""
    chosen = leaving[random.random(len(leaving)) < SUCCESSOR_SHARE]
    started = jobs.ended[chosen] + random.integers(7, 120, len(chosen))
    chosen, started = chosen[started <= last], started[started <= last]
    return Jobs(
        persons + np.arange(len(chosen)),
        jobs.account[chosen],
        jobs.function[chosen],
        jobs.seniority[chosen],
        started,
        np.full(len(chosen), np.datetime64("NaT"), dtype="datetime64[D]"),
    )
