"""Passing leads to sales: the sdr's hand-off, the ae's decision, second attempts, conversion.

Belongs here: attempts and decisions. Does not belong here: the deals (``business``).
"""

from __future__ import annotations

import numpy as np

from cultivar_demo.world.demand.awareness import CONVERSATION as CONVERSATION_HAD
from cultivar_demo.world.demand.awareness import push
from cultivar_demo.world.demand.log import NEVER, NONE, choose, first_of, shares
from cultivar_demo.world.demand.rates import (
    CALL,
    CONVERSATION,
    CONVERTED,
    DAY,
    DISQUALIFIED,
    EMAIL,
    HOUR,
    MARKETING_QUALIFIED,
    MINUTE,
    NEW,
    NO_FIT,
    NOT_INTERESTED,
    RECYCLED,
    REJECTION_SHARES,
    SALES_QUALIFIED,
    VOICEMAIL,
    WORKING,
)
from cultivar_demo.world.demand.state import State
from cultivar_demo.world.demand.touches import AE_INTRODUCTION, CALLED, add_touches
from cultivar_demo.world.demand.working_time import OPEN_SECONDS

ACCEPTED = 0.73
"""Of the hand-offs that are answered."""
UNANSWERED = 0.05
"""Hand-offs that nobody ever answers."""
LATE = 0.07
"""Answers after the ten working days that were agreed."""
DECISION_DAYS, DECISION_SPREAD = 1.6, 0.9
"""Median working days until an answer in time, and spread of its logarithm."""
AE_ACTS_FIRST = 0.7
"""The ae writes or calls before deciding."""
AE_CALLS, AE_TALKS = 0.4, 0.5
"""Of these acts: calls, the others are mails; of the calls: conversations."""
RECYCLED_AFTER_REJECTION, NO_FIT_SHARE = 0.68, 0.6
"""The others are disqualified: for want of fit, or of interest."""
SECOND_ATTEMPT = 0.4
"""A recycled lead is called again within weeks and passed a second time."""
STATUS_FORGOTTEN = 0.05
"""The sdr passes a lead without setting Sales Qualified, so that it is skipped."""
ATTEMPTS = 3
TALK_AWARENESS = 0.6
"""Such a talk raises the person's awareness."""
COLLEAGUE = 0.10
"""After an acceptance another lead of the company is passed too."""
CONTEXT_SHARES = shares(0.02, 0.05, 0.11, 0.22, 0.32, 0.28)
"""Of 0 to 5 context fields filled."""
NO_REASON = 0.05
"""Disqualified without a reason."""


def pass_on(
    state: State, job: np.ndarray, user: np.ndarray, at: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """Hand each lead to sales soon after ``at``; the instant of the last act on each.

    ``user`` is the sdr. Leads are there and not converted.
    """
    last = at.copy()
    rows = np.arange(len(job))
    ready = at
    for _ in range(ATTEMPTS):
        minutes = random.integers(5 * MINUTE, 7 * HOUR, len(rows))
        handed = state.user_time.after(user[rows], ready, minutes)
        accounts = state.job_account[job[rows]]
        possible = (handed < state.end) & (handed < state.left_at[user[rows]])
        rows, handed, accounts = rows[possible], handed[possible], accounts[possible]
        if not len(rows):
            break
        state.enter_crm(accounts, handed - MINUTE, state.source[job[rows]])
        ae = state.owner(accounts, "owner", handed)
        staffed = ae != NONE
        rows, handed, ae = rows[staffed], handed[staffed], ae[staffed]
        marks = state.even("no status", len(rows), random) >= STATUS_FORGOTTEN
        state.set_status(job[rows][marks], handed[marks], SALES_QUALIFIED, owner=ae[marks])
        state.set_owner(job[rows][~marks], handed[~marks], ae[~marks])
        # Whatever it says, nobody else works on it until the ae answers.
        state.status_at[job[rows]] = handed
        state.attempts[job[rows]] += 1
        decided, accepted = _decide(state, ae, handed, random)
        _ae_acts(state, job[rows], ae, handed, decided, random)
        answered = decided < state.end
        rejected = answered & ~accepted
        reason = np.where(
            rejected, choose(shares(*REJECTION_SHARES), random.random(len(rows))), NONE
        )
        state.log.add(
            "hand_off", job=job[rows], sdr=user[rows], ae=ae, at=handed,
            attempt=state.attempts[job[rows]],
            filled=choose(CONTEXT_SHARES, random.random(len(rows))),
            decision=np.where(answered, np.where(accepted, 1, 0), NONE),
            decided=np.where(answered, decided, NEVER), reason=reason,
        )  # fmt: skip
        last[rows] = np.where(answered, decided, handed)
        yes = answered & accepted
        _convert(state, job[rows][yes], decided[yes])
        state.newly_accepted.append((job[rows][yes], user[rows][yes], decided[yes]))
        rows, ready = _reject(state, job, user, rows[rejected], decided[rejected], random)
        last[rows] = np.maximum(last[rows], ready)
    return last


def _decide(
    state: State, ae: np.ndarray, handed: np.ndarray, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """When the ae answers (NEVER: not at all), and whether the answer is yes."""
    count = len(ae)
    days = np.exp(random.normal(np.log(DECISION_DAYS), DECISION_SPREAD, count)).clip(0.05, 9.4)
    late = state.even("late decision", count, random) < LATE
    days = np.where(late, random.uniform(10.6, 26, count), days)
    decided = state.user_time.after(ae, handed, days * OPEN_SECONDS)
    silent = state.even("no decision", count, random) < UNANSWERED
    silent |= decided >= state.left_at[ae]
    yes = state.even("decision", count, random) < ACCEPTED
    return np.where(silent, NEVER, decided), yes


def _ae_acts(
    state: State,
    job: np.ndarray,
    ae: np.ndarray,
    handed: np.ndarray,
    decided: np.ndarray,
    random: np.random.Generator,
) -> None:
    """The ae's first mail or call, before the decision."""
    until = np.minimum(decided, handed + 4 * DAY)
    span = state.user_time.position(ae, until) - state.user_time.position(ae, handed)
    at = state.user_time.after(ae, handed, span * random.uniform(0.05, 0.85, len(job)))
    acts = (random.random(len(job)) < AE_ACTS_FIRST) & (at > handed) & (at + HOUR < until)
    acts &= (at + HOUR < state.end) & (at < state.left_at[ae])
    calls = random.random(len(job)) < AE_CALLS
    mails = acts & ~calls & state.is_mailable(job, at)
    add_touches(
        state, kind=EMAIL, is_personalised=1, subject=AE_INTRODUCTION, user=ae[mails],
        job=job[mails], created=at[mails], occurred=at[mails],
    )  # fmt: skip
    calls &= acts
    talked = random.random(len(job)) < AE_TALKS
    seconds = np.where(
        talked, random.integers(60, 1_200, len(job)), random.integers(20, 50, len(job))
    )
    ended = at + seconds
    add_touches(
        state, kind=CALL, subject=CALLED, user=ae[calls], job=job[calls],
        created=ended[calls], occurred=at[calls], ended=ended[calls], duration=seconds[calls],
        disposition=np.where(talked, CONVERSATION, VOICEMAIL)[calls],
    )  # fmt: skip


def _convert(state: State, job: np.ndarray, at: np.ndarray) -> None:
    """Accepted: the lead becomes a contact, unless the person already is one."""
    state.set_status(job, at, CONVERTED)
    state.log.add("conversion", job=job, at=at)
    state.contact_at[job] = np.minimum(state.contact_at[job], at)
    np.maximum.at(state.accepted_at, state.job_account[job], at)


def _reject(
    state: State,
    job: np.ndarray,
    user: np.ndarray,
    rows: np.ndarray,
    at: np.ndarray,
    random: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Rejected: back to the sdr; the rows tried again, and when the sdr has called them."""
    recycled = random.random(len(rows)) < RECYCLED_AFTER_REJECTION
    recycle(state, job[rows[recycled]], at[recycled], random, owner=user[rows[recycled]])
    dropped = ~recycled
    disqualify(
        state, job[rows[dropped]], at[dropped],
        np.where(random.random(dropped.sum()) < NO_FIT_SHARE, NO_FIT, NOT_INTERESTED), random,
        owner=user[rows[dropped]],
    )  # fmt: skip
    again = recycled & (state.even("second attempt", len(rows), random) < SECOND_ATTEMPT)
    rows = rows[again]
    days = random.integers(4, 26, len(rows)) * OPEN_SECONDS
    called = state.user_time.after(
        user[rows], at[again], days + random.integers(0, OPEN_SECONDS, len(rows))
    )
    works = (called + HOUR < state.end) & (called + DAY < state.left_at[user[rows]])
    rows, called = rows[works], called[works]
    seconds = random.integers(130, 1_500, len(rows))
    _talk(state, job[rows], user[rows], called, seconds)
    return rows, called + seconds


def bring_colleagues(state: State, random: np.random.Generator) -> None:
    """After some acceptances of the month the sdr talks to another lead of the company as well,
    and passes it too: it joins the deal.
    """
    parts, state.newly_accepted = state.newly_accepted, []
    if not parts:
        return
    job, user, at = (np.concatenate(column) for column in zip(*parts, strict=True))
    chosen = state.even("colleague", len(job), random) < COLLEAGUE
    job, user, at = job[chosen], user[chosen], at[chosen]
    other, place = state.jobs_of(state.job_account[job])
    user, at = user[place], at[place]
    called = state.user_time.after(
        user, at, random.integers(OPEN_SECONDS, 18 * OPEN_SECONDS, len(other))
    )
    fits = np.isin(state.status[other], (NEW, WORKING, MARKETING_QUALIFIED, RECYCLED))
    fits &= (state.busy_until[other] < called) & (state.status_at[other] < called)
    fits &= (state.job_start[other] < called) & (called < state.job_end[other])
    fits &= (called + HOUR < state.end) & (called + DAY < state.left_at[user])
    rows = np.flatnonzero(fits)
    # One a company, and nobody twice.
    rows = rows[first_of(place[rows], other[rows])]
    rows = rows[first_of(other[rows], called[rows])]
    other, user, called = other[rows], user[rows], called[rows]
    seconds = random.integers(130, 1_500, len(other))
    _talk(state, other, user, called, seconds)
    last = pass_on(state, other, user, called + seconds, random)
    state.newly_accepted = []
    state.busy_before[other] = state.busy_until[other]
    state.busy_from[other] = called
    state.busy_until[other] = last


def _talk(
    state: State, job: np.ndarray, user: np.ndarray, at: np.ndarray, seconds: np.ndarray
) -> None:
    """The sdr calls and has a conversation."""
    push(state, job=job, at=at + seconds, target=4, chance=TALK_AWARENESS, reason=CONVERSATION_HAD)
    add_touches(
        state, kind=CALL, is_personalised=1, subject=CALLED, user=user, job=job,
        created=at + seconds, occurred=at, ended=at + seconds, duration=seconds,
        disposition=CONVERSATION,
    )  # fmt: skip


def recycle(
    state: State,
    job: np.ndarray,
    at: np.ndarray,
    random: np.random.Generator,
    *,
    owner: np.ndarray | int = NONE,
) -> None:
    """Put leads aside, with a day of review; their score begins low again."""
    state.score[job] = np.minimum(state.score[job], 35)
    review = at // DAY + random.integers(30, 121, len(job))
    state.set_status(job, at, RECYCLED, owner=owner, review_day=review)


def disqualify(
    state: State,
    job: np.ndarray,
    at: np.ndarray,
    reason: np.ndarray | int,
    random: np.random.Generator,
    *,
    owner: np.ndarray | int = NONE,
) -> None:
    """Drop leads, mostly with a reason."""
    forgotten = state.even("no reason", len(job), random) < NO_REASON
    state.set_status(job, at, DISQUALIFIED, owner=owner, reason=np.where(forgotten, NONE, reason))
