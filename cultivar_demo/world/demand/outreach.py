"""A representative works through a plan of contact: mails, calls, messages, and what comes back.

Belongs here: the steps done, their replies and calls, and how the plan ended. Does not belong
here: who is worked on (``inbound``, ``outbound``), what follows an answer (``follow_up``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cultivar_demo.world.demand.log import NEVER, NONE, choose, shares
from cultivar_demo.world.demand.rates import (
    AUTO,
    BOUNCED,
    CALL,
    CONVERSATION,
    EMAIL,
    EXIT_BOUNCED,
    EXIT_MEETING,
    EXIT_OPTED_OUT,
    EXIT_REPLIED,
    FINISHED,
    GATEKEEPER,
    LINKEDIN,
    MEANINGFUL_SECONDS,
    NEUTRAL,
    OPTED_OUT,
    POSITIVE,
    WRONG_NUMBER,
)
from cultivar_demo.world.demand.sequences import CHANNEL, GAP, IS_AUTOMATED, WIDTH
from cultivar_demo.world.demand.state import State
from cultivar_demo.world.demand.touches import add_touches
from cultivar_demo.world.demand.working_time import CLOSES

SLIP = 0.18
"""A step done by hand is done a working day late."""
SKIP = 0.07
"""A step done by hand is never done."""
AUTO_REPLY, PERSONAL_REPLY = 0.013, 0.03
"""A person of average interest answers an automated mail, a personal mail."""
REPLY_SHARES = shares(0.38, 0.17, 0.20, 0.16, 0.0, 0.09)
"""Of each kind of reply; bounces come on their own."""
REPLY_HOURS, REPLY_SPREAD = 4.0, 1.2
"""Median of the hours until a person replies, and spread of its logarithm."""
BOUNCE_GONE, BOUNCE_ANY = 0.92, 0.003
"""A mail bounces after the person left the company, and anyway."""
ANSWERED_CALL = 0.13
"""A call to a person of average interest becomes a conversation."""
UNANSWERED_SHARES = shares(0.0, 0.30, 0.12, 0.55, 0.03)
"""Of each disposition of the other calls."""
TALK_SECONDS, TALK_SPREAD = 140.0, 0.9
"""Median length of a conversation, and spread of its logarithm."""
TALK_SHARES = shares(0.55, 0.26, 0.19)
"""A meaningful conversation ends positive, neutral, negative."""
PERSONALISED = (0.08, 0.72)
"""An automated, a manual outbound touch is personalised."""
PERSONALISED_UNKNOWN = 0.12
"""Nobody noted whether a manual touch was personalised."""
STOP_FOR_COLLEAGUE = 0.75
"""The others of the account are taken out of the sequence once one of them agrees."""


@dataclass
class Work:
    """People to be contacted: one row a job.

    ``start`` is the instant of the first step, within working hours; ``heat`` multiplies the
    chance of answers; ``enrollment`` is a key or NONE.
    """

    job: np.ndarray
    user: np.ndarray
    start: np.ndarray
    plan: np.ndarray
    heat: np.ndarray
    enrollment: np.ndarray


@dataclass
class Reached:
    """How each row of ``Work`` ended.

    ``answer`` is POSITIVE, NEUTRAL, NEGATIVE, OPTED_OUT, BOUNCED or NONE, at ``ended_at``;
    ``by_call`` whether by telephone; ``answered_key`` the mail that was answered last.
    """

    ended_at: np.ndarray
    first_at: np.ndarray
    last_at: np.ndarray
    answer: np.ndarray
    by_call: np.ndarray
    reason: np.ndarray
    talked: np.ndarray


def reach(state: State, work: Work, random: np.random.Generator) -> Reached:
    """Do the steps of the plans until an answer, and log touches and replies."""
    count = len(work.job)
    shape = (count, WIDTH)
    channel, automated = CHANNEL[work.plan], IS_AUTOMATED[work.plan]
    user = np.broadcast_to(work.user[:, None], shape)
    job = np.broadcast_to(work.job[:, None], shape)
    account = state.job_account[job]
    at = _step_instants(state, work, user, channel, automated, random)

    manual = ~automated
    done = (channel != NONE) & (at < state.left_at[user])
    done[:, 1:] &= ~(manual & (random.random(shape) < SKIP))[:, 1:]
    runs_on = (done & (at >= state.end - 3_600)).any(axis=1)
    done &= at < state.end - 3_600
    mailed = channel == EMAIL
    done &= ~mailed | state.is_mailable(job, at)

    # What comes back.
    gone = at >= state.job_end[job]
    eager = (work.heat * (0.35 + 1.6 * state.interest[work.job]))[:, None]
    bounce = mailed & (random.random(shape) < np.where(gone, BOUNCE_GONE, BOUNCE_ANY))
    chance = np.where(automated, AUTO_REPLY, PERSONAL_REPLY) * eager
    replies = mailed & ~bounce & ~gone & (random.random(shape) < chance)
    reply = np.full(shape, NONE)
    reply[replies] = choose(REPLY_SHARES, state.even("reply", int(replies.sum()), random))
    hours = np.exp(random.normal(np.log(REPLY_HOURS), REPLY_SPREAD, shape))
    back = state.account_time.after(account, at, (hours * 3_600).clip(60, 6 * 32_400))
    seconds = random.integers(8, 90, shape)
    back = np.where(bounce | (reply == AUTO), at + seconds, np.maximum(back, at + 120))
    reply = np.where(bounce, BOUNCED, reply)

    called = channel == CALL
    answers = ~gone & (random.random(shape) < ANSWERED_CALL * eager)
    disposition = choose(UNANSWERED_SHARES, random.random(shape))
    disposition = np.where(called, np.where(answers, CONVERSATION, disposition), NONE)
    disposition = np.where(
        called & gone, np.where(seconds % 3 == 0, WRONG_NUMBER, GATEKEEPER), disposition
    )
    duration = _durations(disposition, random)
    meaningful = (disposition == CONVERSATION) & (duration >= MEANINGFUL_SECONDS)
    talk = np.where(meaningful, choose(TALK_SHARES, random.random(shape)), NONE)
    closed = at + duration.clip(0)

    # The first answer ends the plan; notes of absence and neutral talks do not.
    exit_at = np.full(shape, NEVER)
    ends = (reply != NONE) & (reply != AUTO)
    exit_at = np.where(done & ends, back, exit_at)
    exit_at = np.where(done & meaningful & (talk != NEUTRAL), closed, exit_at)
    column = exit_at.argmin(axis=1)
    row = np.arange(count)
    ended = exit_at[row, column]
    answer = np.where(reply[row, column] != NONE, reply[row, column], talk[row, column])
    answer = np.where(ended == NEVER, NONE, answer)
    by_call = (channel[row, column] == CALL) & (answer != NONE)

    # A colleague who agrees takes the others out.
    agreed = np.full(state.accounts, NEVER)
    yes = answer == POSITIVE
    np.minimum.at(agreed, state.job_account[work.job[yes]], ended[yes])
    colleague = agreed[state.job_account[work.job]]
    stopped = (colleague < ended) & (random.random(count) < STOP_FOR_COLLEAGUE)
    ended, answer = np.where(stopped, colleague, ended), np.where(stopped, NONE, answer)
    by_call &= ~stopped

    done &= at <= ended[:, None]
    returned = done & (reply != NONE) & (back <= ended[:, None]) & (back < state.end)
    last = np.where(done, at, 0).max(axis=1)
    first = np.where(done, at, NEVER).min(axis=1)
    reason = np.select(
        [stopped, answer == BOUNCED, answer == OPTED_OUT, answer != NONE],
        [EXIT_MEETING, EXIT_BOUNCED, EXIT_OPTED_OUT, EXIT_REPLIED],
        FINISHED,
    )
    answered = ended < state.end
    answer = np.where(answered, answer, NONE)
    # Without an answer it is finished minutes after the last step.
    last_act = np.where(done, np.maximum(at, closed), work.start[:, None]).max(axis=1)
    whole = np.where(answered, ended, np.where((ended < NEVER) | runs_on, NEVER, last_act + 150))
    _log(state, work, done, at, closed, channel, automated, disposition, duration, returned,
         back, reply, random)  # fmt: skip
    return Reached(
        ended_at=whole,
        first_at=first,
        last_at=np.maximum(last, np.where(whole < NEVER, whole, 0)),
        answer=answer,
        by_call=by_call & answered,
        reason=reason,
        talked=(done & meaningful).any(axis=1),
    )


def _step_instants(
    state: State,
    work: Work,
    user: np.ndarray,
    channel: np.ndarray,
    automated: np.ndarray,
    random: np.random.Generator,
) -> np.ndarray:
    """When each step is due: working days after the first, later where people are slow."""
    shape = user.shape
    slip = ~automated & (random.random(shape) < SLIP)
    gap = GAP[work.plan] + np.where(GAP[work.plan] > 0, slip, 0)
    day, _ = state.user_time.local(work.user, work.start)
    days = state.user_time.add_days(
        user, np.broadcast_to(day[:, None], shape), np.cumsum(gap, axis=1)
    )
    opens = np.where(automated, 8.5, 9.1) * 3_600
    closes = np.where(automated, 11.5, 17.6) * 3_600
    second = (opens + random.random(shape) * (closes - opens)).astype(np.int64)
    at = state.user_time.instant(user, days, second)
    at[:, 0] = work.start
    soon = random.integers(240, 2_400, shape)
    for column in range(1, WIDTH):
        same_day = GAP[work.plan][:, column] == 0
        latest = state.user_time.instant(
            work.user, days[:, column], np.full(len(at), CLOSES + 1_800)
        )
        at[same_day, column] = np.minimum(at[:, column - 1] + soon[:, column], latest)[same_day]
    return at


def _durations(disposition: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Seconds of each call; NONE where there is none."""
    talk = np.exp(random.normal(np.log(TALK_SECONDS), TALK_SPREAD, disposition.shape))
    # By disposition: conversation, voicemail, gatekeeper, no_answer, wrong_number.
    low = np.array([12, 18, 25, 0, 8, 0])[disposition]
    high = np.array([3_000, 55, 150, 30, 45, 1])[disposition]
    other = low + random.random(disposition.shape) * (high - low)
    seconds = np.where(disposition == CONVERSATION, talk.clip(12, 2_700), other).astype(np.int64)
    return np.where(disposition == NONE, NONE, seconds)


def _log(
    state: State,
    work: Work,
    done: np.ndarray,
    at: np.ndarray,
    closed: np.ndarray,
    channel: np.ndarray,
    automated: np.ndarray,
    disposition: np.ndarray,
    duration: np.ndarray,
    returned: np.ndarray,
    back: np.ndarray,
    reply: np.ndarray,
    random: np.random.Generator,
) -> None:
    row, column = np.nonzero(done)
    auto = automated[row, column]
    personal = random.random(len(row)) < np.where(auto, *PERSONALISED)
    unknown = ~auto & (random.random(len(row)) < PERSONALISED_UNKNOWN)
    kind = channel[row, column]
    is_call = kind == CALL
    in_sequence = work.enrollment[row] != NONE
    keys = add_touches(
        state,
        kind=kind,
        is_automated=auto,
        is_personalised=np.where(unknown, NONE, personal),
        subject=np.where(kind == EMAIL, np.minimum(column, 5), np.where(kind == LINKEDIN, 6, 7)),
        user=work.user[row],
        job=work.job[row],
        enrollment=work.enrollment[row],
        step=np.where(in_sequence, column + 1, NONE),
        variant=np.where(in_sequence & (kind == EMAIL), work.job[row] % 2, NONE),
        created=np.where(is_call, closed[row, column], at[row, column]),
        occurred=at[row, column],
        ended=np.where(is_call, closed[row, column], NEVER),
        duration=duration[row, column],
        disposition=disposition[row, column],
    )
    answered = returned[row, column]
    row, column = row[answered], column[answered]
    kind = reply[row, column]
    add_touches(
        state,
        kind=EMAIL,
        direction=1,
        is_automated=(kind == AUTO) | (kind == BOUNCED),
        subject=np.where(kind == AUTO, 9, np.where(kind == BOUNCED, 10, 8)),
        user=work.user[row],
        job=work.job[row],
        enrollment=work.enrollment[row],
        step=np.where(work.enrollment[row] != NONE, column + 1, NONE),
        created=back[row, column],
        occurred=back[row, column],
        reply_to=keys[answered],
        reply_kind=kind,
    )
