"""Subscriptions that users buy by themselves: monthly, renewed by the system.

Belongs here: the life of such subscriptions, month by month, for all at once. Does not belong here:
who buys (``workspaces``), contracts.
"""

from __future__ import annotations

import numpy as np

from cultivar_demo.world.business.arrays import NO_DAY, Book, add_months, choose, day_count
from cultivar_demo.world.business.contracts import (
    CONTRACTION,
    GRACE_DAYS,
    NEW,
    PRICE,
    REACTIVATION,
    RENEWAL,
    UPSELL,
)

CHURN_CHANCE = 0.05
"""A month."""
LATE_CHANCE = 0.02
"""A month: the card fails, and it goes on days later."""
MORE_SEATS_CHANCE, FEWER_SEATS_CHANCE = 0.05, 0.025
"""A month."""
RETURNER_SHARE = 0.08
"""Subscriptions that end after some months and are taken up again later."""
RETURNER_MONTHS = (2, 6)
RETURN_GAP_DAYS = (GRACE_DAYS + 5, 100)
INTRODUCTION_SHARE, INTRODUCTION_RATIO, INTRODUCTION_MONTHS = 0.3, 0.2, 3
"""A reduced price for the first months; its end is a rise in price."""
SEATS = (2, 3, 3, 4, 5, 5, 6, 8, 10)


class SelfServe:
    """Terms, charges and ends of monthly subscriptions, as columns.

    Attributes:
        charges: subscription, effective_from, effective_to, seats, price (cents), movement.
        ends: subscription, ended_on, notice_on, is_final.
        ended_on: by subscription, NaT: lives beyond the last day.
    """

    def __init__(
        self,
        random: np.random.Generator,
        start: np.ndarray,
        list_cents: np.ndarray,
        is_reversed: np.ndarray,
        last_day: np.datetime64,
    ) -> None:
        """Live through the months of subscriptions that begin on ``start``.

        Args:
            random: stream.
            start: datetime64[D], one a subscription.
            list_cents: list price of a seat and month.
            is_reversed: ended after the first month for certain.
            last_day: nothing that begins later is written.
        """
        count = len(start)
        self.charges, self.ends = Book(), Book()
        self.ended_on = np.full(count, NO_DAY)
        seats = np.array(SEATS)[random.integers(0, len(SEATS), count)]
        reduced = random.random(count) < INTRODUCTION_SHARE
        price = np.where(reduced, np.rint(list_cents * (1 - INTRODUCTION_RATIO)), list_cents)
        price = price.astype(np.int64)
        movement = np.full(count, NEW)
        age = np.zeros(count, dtype=np.int64)
        early = start < last_day - np.timedelta64(290, "D")
        returner = choose(random, ~is_reversed, RETURNER_SHARE, early)
        leaves_after = random.integers(*RETURNER_MONTHS, count)
        # The anchor keeps the day of the month: renewals do not drift after short months.
        anchor, since = start.copy(), np.zeros(count, dtype=np.int64)
        alive = np.flatnonzero(start <= last_day)
        while len(alive):
            begin = add_months(anchor[alive], since[alive])
            end = add_months(anchor[alive], since[alive] + 1)
            self.charges.add(
                subscription=alive, effective_from=begin, effective_to=end, seats=seats[alive],
                price=price[alive], movement=movement[alive],
            )  # fmt: skip
            age[alive] += 1
            since[alive] += 1
            size = len(alive)
            draws = random.random((3, size))
            returns = returner[alive] & (age[alive] == leaves_after[alive])
            leaves = is_reversed[alive] & (age[alive] == 1)
            # Whoever is to come back does not leave for good before that.
            settled = ~returner[alive] | (age[alive] > leaves_after[alive])
            leaves |= returns | (settled & (draws[0] < CHURN_CHANCE))
            late = ~leaves & (draws[0] > 1 - LATE_CHANCE)
            gap = np.where(
                returns, random.integers(*RETURN_GAP_DAYS, size),
                np.where(late, random.integers(2, 21, size), 0),
            )  # fmt: skip
            notice = end - day_count(random.integers(1, 25, size))
            stops = leaves | late
            self.ends.add(
                subscription=alive[stops], ended_on=end[stops], is_final=(leaves & ~returns)[stops],
                notice_on=np.where(leaves, notice, NO_DAY)[stops],
            )  # fmt: skip
            self.ended_on[alive[leaves & ~returns]] = end[leaves & ~returns]
            raised = reduced[alive] & (age[alive] == INTRODUCTION_MONTHS)
            more = ~raised & (draws[1] < MORE_SEATS_CHANCE)
            fewer = ~raised & (draws[1] > 1 - FEWER_SEATS_CHANCE) & (seats[alive] > 1)
            change = np.where(more, 1 + (draws[2] * 3).astype(np.int64), np.where(fewer, -1, 0))
            # Late and returning ones go on as they were.
            change = np.where(gap > 0, 0, change)
            raised &= gap == 0
            seats[alive] += change
            price[alive[raised]] = list_cents[alive[raised]]
            reduced[alive[raised]] = False
            movement[alive] = np.select(
                [returns, raised, change > 0, change < 0],
                [REACTIVATION, PRICE, UPSELL, CONTRACTION],
                RENEWAL,
            )
            moved = alive[gap > 0]
            anchor[moved] = end[gap > 0] + day_count(gap[gap > 0])
            since[moved] = 0
            alive = alive[~leaves | returns]
            alive = alive[add_months(anchor[alive], since[alive]) <= last_day]
