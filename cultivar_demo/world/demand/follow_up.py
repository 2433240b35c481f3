"""What follows an answer: the sdr's reply, meetings and their chains.

Belongs here: from a positive answer to a held meeting. Does not belong here: the hand-off.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cultivar_demo.world.demand.log import NEVER, NONE, choose, shares
from cultivar_demo.world.demand.rates import (
    CANCELLED,
    DAY,
    EMAIL,
    HELD,
    HOUR,
    MEETING,
    MINUTE,
    NO_SHOW,
    RESCHEDULED,
)
from cultivar_demo.world.demand.state import State
from cultivar_demo.world.demand.touches import INTRODUCTION, RESPONSE, add_touches

ANSWER_HOURS = 1.2
"""Median working hours until the sdr answers a reply."""
BOOKS_AFTER_REPLY, BOOKS_AFTER_CALL = 0.82, 0.84
"""A positive answer leads to a meeting."""
MEETING_DAYS = (2, 9)
"""Working days from booking to meeting, half-open."""
OUTCOME_SHARES = shares(0.73, 0.11, 0.06, 0.10)
"""held, no_show, cancelled, rescheduled."""
AGAIN_AFTER_NO_SHOW, AGAIN_AFTER_CANCELLED = 0.55, 0.25
"""A new meeting replaces one that did not take place; always after a rescheduled one."""
NEVER_ENTERED = 0.06
"""Nobody ever enters how the meeting went, so nothing comes of it."""
TECHNICAL_SHARE = 0.18
"""An se joins."""
HALF_AN_HOUR = 0.8
"""Meetings so long; the others take an hour."""
ENTERED_SOON = 0.75
"""Outcomes entered within the hour and a half; the others take days."""
ROUNDS = 4
"""Most meetings of a chain."""


@dataclass
class Meetings:
    """How each chain ended: ``held_at`` (end of the held meeting, or NEVER), ``last_at``."""

    held_at: np.ndarray
    booked: np.ndarray
    last_at: np.ndarray


def answer_replies(
    state: State, job: np.ndarray, user: np.ndarray, at: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """The sdr writes back to each reply; the instant of that mail, NEVER if none was sent."""
    delay = np.exp(random.normal(np.log(ANSWER_HOURS * HOUR), 1.0, len(job))).clip(120, 60_000)
    wrote = state.user_time.after(user, at, delay)
    sends = state.is_mailable(job, wrote) & (wrote < state.left_at[user]) & (wrote < state.end)
    add_touches(
        state, kind=EMAIL, is_personalised=1, subject=RESPONSE, user=user[sends],
        job=job[sends], created=wrote[sends], occurred=wrote[sends],
    )  # fmt: skip
    return np.where(sends, wrote, NEVER)


def book_meetings(
    state: State, job: np.ndarray, user: np.ndarray, at: np.ndarray, random: np.random.Generator
) -> Meetings:
    """Book a meeting for each row at ``at`` (NEVER: none) and follow it to its end.

    The host works at the company until the meeting; otherwise there is none.
    """
    count = len(job)
    held = np.full(count, NEVER)
    last = np.zeros(count, np.int64)
    booked = np.zeros(count, bool)
    previous = np.full(count, NONE)
    created = at.copy()
    rows = np.flatnonzero(created < state.end)
    experts = np.flatnonzero(state.user_role == "se")
    for _ in range(ROUNDS):
        if not len(rows):
            break
        host, when = user[rows], created[rows]
        day, _ = state.user_time.local(host, when)
        day = state.user_time.add_days(host, day, random.integers(*MEETING_DAYS, len(rows)))
        starts = state.user_time.instant(
            host, day, 9 * HOUR + 30 * MINUTE * random.integers(0, 17, len(rows))
        )
        length = 30 * MINUTE * np.where(random.random(len(rows)) < HALF_AN_HOUR, 1, 2)
        stays = starts + length < state.left_at[host]
        outcome = choose(OUTCOME_SHARES, state.even("outcome", len(rows), random))
        entered = starts + length + _entry_delay(len(rows), random)
        # Cancelled and rescheduled beforehand: at some working time in between.
        gap = state.user_time.position(host, starts) - state.user_time.position(host, when)
        early = state.user_time.after(host, when, (gap * random.uniform(0.1, 0.9, len(rows))))
        entered = np.where(outcome >= CANCELLED, np.maximum(early, when + 60), entered)
        forgotten = state.even("no outcome", len(rows), random) < NEVER_ENTERED
        unknown = (outcome < CANCELLED) & forgotten
        unknown |= entered >= state.end
        entered = np.where(unknown, NEVER, entered)
        with_expert = state.even("technical user", len(rows), random) < TECHNICAL_SHARE
        expert = experts[random.integers(0, len(experts), len(rows))] if len(experts) else NONE
        with_expert &= len(experts) > 0
        if len(experts):
            with_expert &= (state.hired_at[expert] <= when) & (starts < state.left_at[expert])
        keys = add_touches(
            state,
            kind=MEETING,
            is_personalised=1,
            subject=INTRODUCTION,
            user=host[stays],
            technical_user=np.where(with_expert, expert, NONE)[stays],
            job=job[rows][stays],
            created=when[stays],
            occurred=starts[stays],
            ended=(starts + length)[stays],
            outcome=np.where(unknown, NONE, outcome)[stays],
            outcome_at=entered[stays],
            previous=previous[rows][stays],
        )
        rows, outcome, entered = rows[stays], outcome[stays], entered[stays]
        starts, length, unknown = starts[stays], length[stays], unknown[stays]
        booked[rows] = True
        took_place = (outcome == HELD) & ~unknown
        held[rows[took_place]] = (starts + length)[took_place]
        last[rows] = np.where(outcome >= CANCELLED, created[rows], starts + length)
        chance = np.select(
            [outcome == RESCHEDULED, outcome == NO_SHOW, outcome == CANCELLED],
            [1.0, AGAIN_AFTER_NO_SHOW, AGAIN_AFTER_CANCELLED],
            0.0,
        )
        again = ~unknown & (random.random(len(rows)) < chance)
        previous[rows] = keys
        rebooked = state.user_time.after(user[rows], entered.clip(0, state.end), MINUTE)
        rebooked = np.where(outcome == RESCHEDULED, entered, rebooked)
        created[rows] = rebooked
        rows = rows[again & (rebooked < state.end)]
    return Meetings(held_at=held, booked=booked, last_at=last)


def _entry_delay(count: int, random: np.random.Generator) -> np.ndarray:
    """Seconds until the outcome is entered: minutes mostly, days sometimes."""
    quick = random.integers(2 * MINUTE, 90 * MINUTE, count)
    slow = random.integers(4 * HOUR, 4 * DAY, count)
    return np.where(random.random(count) < ENTERED_SOON, quick, slow)
