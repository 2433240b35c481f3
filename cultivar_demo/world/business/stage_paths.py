"""The way of deals through the stages: when each was entered, skips and regressions, the end.

Belongs here: dates and stages of many deals at once. Does not belong here: amounts, fields, who is
involved.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cultivar_demo.constants import STAGES
from cultivar_demo.world.business.arrays import Book, choose, day_count, second_count
from cultivar_demo.world.business.staff import Staff
from cultivar_demo.world.clock import deal_weight, fiscal_quarter

WON, LOST, OPEN = 0, 1, 2
"""How a deal ends; OPEN: it is forgotten and stays open."""

WON_STAGE, LOST_STAGE = 90, 91
EXPECTED_DAYS = np.array([0, *(stage.expected_days for stage in STAGES if stage.state == "open")])
"""By stage order."""

SPREAD = 0.5
"""Sigma of the lognormal around the expected days of a stage."""
SKIP_CHANCE = 0.07
"""A step forward leaves out one stage."""
REGRESSION_CHANCE = 0.04
"""A step leads one stage back."""
REASON_CHANCE = 0.55
"""A skip is explained; of regressions, every other one."""
LONGEST_WALK = 24
"""Steps after which every deal has reached its last stage (regressions are rare)."""
GHOSTING = 1.5
"""The last stage of a lost deal takes so much longer."""
RUSH_DAYS = 36
"""A signature waits up to so many days for the end of the fiscal quarter."""
PATIENCE_DAYS = 20.0
"""The longer the wait would be, the fewer wait."""
SLIP_SHARE = 0.03
"""Of won deals: signed days after the quarter's end, entered with a date before it."""
BACKDATED_SHARE = 0.05
"""Of closed deals: the business date lies days before the entry."""
REOPENED_WON_SHARE, REOPENED_LOST_SHARE = 0.024, 0.036
"""Of lost deals: reopened within 90 days, and then won, or lost again."""
REVOKED_WIN_SHARE = 0.015
"""Of won deals: reopened and lost within days."""

REASONS_BACK = (
    "New stakeholder asked to start over",
    "Requirements changed",
    "Budget owner changed",
    "Entered too early",
)
REASONS_SKIPPED = ("Done in one meeting", "Known customer team", "Stage not needed")
NO_REASON = -1
REASONS = (*REASONS_BACK, *REASONS_SKIPPED)


@dataclass(frozen=True)
class Plan:
    """What is to happen to each deal; arrays of one length.

    Attributes:
        created_at: datetime64[s].
        user: owner, whose clock and calendar count.
        first_stage, last_stage: orders of the first and the last open stage.
        outcome: WON, LOST or OPEN.
        close_day: datetime64[D] on which it ends; NaT: as long as it takes.
        pace: factor on the expected days where no day is given.
        may_reopen: whether it may be reopened, won deals be revoked, closes be backdated.
        is_alone: whether it is the only deal of its company, so that its end stands.
    """

    created_at: np.ndarray
    user: np.ndarray
    first_stage: np.ndarray
    last_stage: np.ndarray
    outcome: np.ndarray
    close_day: np.ndarray
    pace: np.ndarray
    may_reopen: np.ndarray
    is_alone: np.ndarray


@dataclass(frozen=True)
class Paths:
    """Stage events, ordered by deal and time; ``reason`` indexes ``REASONS`` or is NO_REASON.

    ``closed_at`` is when the deal last ended (NaT: open), ``close_date`` the business date of
    that, ``is_won`` how. ``ghosted_from`` is when talk ends before the last event (NaT: never).
    """

    deal: np.ndarray
    at: np.ndarray
    stage: np.ndarray
    reason: np.ndarray
    business_day: np.ndarray
    closed_at: np.ndarray
    close_date: np.ndarray
    is_won: np.ndarray


def walk(random: np.random.Generator, staff: Staff, plan: Plan, last_day: np.datetime64) -> Paths:
    """Lead every deal through its stages; nothing is cut off at the last day."""
    count = len(plan.created_at)
    book = Book()
    now = plan.created_at.copy()
    stage = plan.first_stage.copy()
    is_scaled = ~np.isnat(plan.close_day)
    end_at = np.full(count, np.datetime64("NaT", "s"))
    book.add(
        deal=np.arange(count), at=now, stage=stage, reason=np.full(count, NO_REASON),
        business_day=np.full(count, np.datetime64("NaT", "D")),
    )  # fmt: skip
    remaining = np.concatenate([np.cumsum(EXPECTED_DAYS[::-1])[::-1], [0]]).astype(float)
    active = np.arange(count)
    regressed = 0
    for step in range(LONGEST_WALK):
        if not len(active):
            break
        here, last = stage[active], plan.last_stage[active]
        is_last = here >= last
        draws = random.random((4, len(active)))
        today = staff.local_days(now[active], plan.user[active])
        natural = (
            EXPECTED_DAYS[here] * plan.pace[active]
            * np.exp(SPREAD * random.standard_normal(len(active)))
            * np.where(is_last & (plan.outcome[active] == LOST), GHOSTING, 1.0)
        )  # fmt: skip
        left = (plan.close_day[active] - today).astype(np.int64).astype(float)
        left_stages = np.maximum(remaining[here] - remaining[last + 1], 1.0)
        scaled = np.where(
            is_last, left, left * EXPECTED_DAYS[here] / left_stages * (0.7 + 0.6 * draws[3])
        )
        stay = np.maximum(np.rint(np.where(is_scaled[active], scaled, natural)), 1.0)
        at = staff.working_stamps(random, today + day_count(stay), plan.user[active])
        # The end of a deal, or one move.
        end_at[active[is_last]] = at[is_last]
        moving = ~is_last
        back = (
            moving
            & (draws[0] < REGRESSION_CHANCE)
            & (here > plan.first_stage[active])
            & (step < LONGEST_WALK // 2)
        )
        skip = moving & ~back & (draws[0] > 1 - SKIP_CHANCE) & (here + 2 <= last)
        target = here + np.where(back, -1, np.where(skip, 2, 1))
        reason = np.where(
            back, (draws[1] * len(REASONS_BACK)).astype(np.int64),
            len(REASONS_BACK) + (draws[1] * len(REASONS_SKIPPED)).astype(np.int64),
        )  # fmt: skip
        # Every other regression is explained, so that both kinds occur soon.
        regressions = regressed + np.cumsum(back)
        regressed += int(back.sum())
        explained = np.where(back, regressions % 2 == 0, skip & (draws[2] < REASON_CHANCE))
        reason = np.where(explained, reason, NO_REASON)
        moved = active[moving]
        now[moved], stage[moved] = at[moving], target[moving]
        book.add(
            deal=moved, at=at[moving], stage=target[moving], reason=reason[moving],
            business_day=np.full(len(moved), np.datetime64("NaT", "D")),
        )  # fmt: skip
        active = moved
    return _finish(random, staff, plan, book, end_at, now, last_day)


def _finish(
    random: np.random.Generator,
    staff: Staff,
    plan: Plan,
    book: Book,
    end_at: np.ndarray,
    entered_at: np.ndarray,
    last_day: np.datetime64,
) -> Paths:
    """Add the ends: the rush, backdating, reopenings."""
    count = len(end_at)
    # Reaching the end late enough in the simulation to be seen whole.
    early = end_at < last_day - np.timedelta64(60, "D")
    ends = plan.outcome != OPEN
    won = plan.outcome == WON
    free = np.isnat(plan.close_day)
    day = staff.local_days(end_at, plan.user)
    rushed = won & free
    day[rushed] = _rush(random, day[rushed])
    slipped = choose(random, won & plan.may_reopen, SLIP_SHARE, early)
    quarter, length = fiscal_quarter(day)
    quarter_end = quarter + day_count(length)
    day = np.where(slipped, quarter_end + day_count(1 + random.integers(0, 8, count)), day)
    at = staff.working_stamps(random, day, plan.user)
    # Moved days may have come no later than the last stage's entry only by a working day's hours.
    at = np.maximum(at, entered_at + second_count(random.integers(600, 5_400, count)))
    business = staff.local_days(at, plan.user)
    backdated = choose(random, ends & plan.may_reopen & ~slipped, BACKDATED_SHARE, early)
    earlier = day_count(random.integers(4, 15, count))
    created = plan.created_at.astype("datetime64[D]")
    business = np.where(backdated, np.maximum(business - earlier, created + 1), business)
    business = np.where(
        slipped, quarter_end - day_count(1 + random.integers(0, 3, count)), business
    )
    none = np.full(count, NO_REASON)
    book.add(
        deal=np.flatnonzero(ends), at=at[ends],
        stage=np.where(won, WON_STAGE, LOST_STAGE)[ends], reason=none[ends],
        business_day=business[ends],
    )  # fmt: skip
    closed_at = np.where(ends, at, np.datetime64("NaT", "s"))
    is_won = won.copy()

    # Lost deals come back, won ones are revoked.
    soon = closed_at < last_day - np.timedelta64(150, "D")
    soon &= plan.is_alone
    lost = ends & ~won & plan.may_reopen & (plan.last_stage >= 3)
    wins = choose(random, lost, REOPENED_WON_SHARE, soon)
    revived = wins | choose(random, lost & ~wins, REOPENED_LOST_SHARE, soon)
    revoked = choose(random, won & plan.may_reopen & ~slipped, REVOKED_WIN_SHARE, soon)
    back_day = business + day_count(
        np.where(revoked, random.integers(4, 9, count), random.integers(15, 85, count))
    )
    back_day = np.maximum(back_day, staff.local_days(at, plan.user) + 2)
    reopened = revived | revoked
    where = np.flatnonzero(reopened)
    back_at = staff.working_stamps(random, back_day[where], plan.user[where])
    stage = np.where(revoked, 7, plan.last_stage)[where]
    book.add(
        deal=where, at=back_at, stage=stage, reason=np.full(len(where), NO_REASON),
        business_day=np.full(len(where), np.datetime64("NaT", "D")),
    )  # fmt: skip
    stay = np.where(
        revoked[where], random.integers(2, 7, len(where)), random.integers(12, 60, len(where))
    )
    again_day = staff.local_days(back_at, plan.user[where]) + day_count(stay)
    again_at = staff.working_stamps(random, again_day, plan.user[where])
    again_business = staff.local_days(again_at, plan.user[where])
    book.add(
        deal=where, at=again_at, stage=np.where(wins[where], WON_STAGE, LOST_STAGE),
        reason=np.full(len(where), NO_REASON), business_day=again_business,
    )  # fmt: skip
    closed_at[where], business[where], is_won[where] = again_at, again_business, wins[where]
    events = book.columns()
    order = np.lexsort((events["at"], events["deal"]))
    return Paths(
        **{name: values[order] for name, values in events.items()},
        closed_at=closed_at,
        close_date=np.where(ends, business, np.datetime64("NaT", "D")),
        is_won=is_won,
    )


def _rush(random: np.random.Generator, days: np.ndarray) -> np.ndarray:
    """Days moved up to RUSH_DAYS later, to when signatures are usual."""
    ahead = np.arange(RUSH_DAYS)
    grid = days[:, None] + ahead.astype("timedelta64[D]")[None, :]
    weight = deal_weight(grid.ravel()).reshape(grid.shape) * np.exp(-ahead / PATIENCE_DAYS)[None, :]
    cumulative = np.cumsum(weight, axis=1)
    draws = random.random(len(days)) * cumulative[:, -1] if len(days) else np.empty(0)
    moved = (cumulative < draws[:, None]).sum(axis=1)
    return days + moved.astype("timedelta64[D]")
