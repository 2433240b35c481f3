"""One episode of work on people: contact, answers, meetings, hand-off, and where the lead ends.

Belongs here: the order of acts and the lead's status through them. Does not belong here: the
single acts (``outreach``, ``follow_up``, ``hand_offs``).
"""

from __future__ import annotations

import numpy as np

from cultivar_demo.world.demand import follow_up, hand_offs
from cultivar_demo.world.demand.awareness import CONVERSATION, MEETING, OUTREACH, push
from cultivar_demo.world.demand.log import NEVER, NONE
from cultivar_demo.world.demand.outreach import Work, reach
from cultivar_demo.world.demand.rates import (
    BOUNCED,
    COMPETITOR,
    DISQUALIFIED,
    HOUR,
    MINUTE,
    NEGATIVE,
    NEUTRAL,
    NEW,
    NO_FIT,
    NOT_INTERESTED,
    OPTED_OUT,
    OUTBOUND,
    POSITIVE,
    RECYCLED,
    SALES_ACCEPTED,
    SPAM,
    STUDENT,
    UNREACHABLE,
    WORKING,
)
from cultivar_demo.world.demand.sequences import INBOUND
from cultivar_demo.world.demand.state import State

TOUCH_AWARENESS = 0.35
"""First touches that make somebody aware."""
ANSWER_AWARENESS = ((POSITIVE, 4, 0.55), (NEUTRAL, 3, 0.5))
"""Answer, the stage it leads towards, and how often."""
MEETING_AWARENESS = ((4, 0.62), (5, 0.22))
"""Same for a held meeting."""
STATUS_FORGOTTEN = 0.12
"""The sdr begins to work without setting the status, so that it is skipped later."""
FORGOTTEN_AGAIN = 0.7
"""Who forgot that does not set Sales Accepted either."""
ACCEPTS_NEUTRAL = 0.25
"""The sdr accepts a lead after a neutral answer."""
ACCEPTS_POSITIVE = 0.9
"""And after a positive one."""
QUALIFIES = 0.93
"""After a held meeting the lead is passed to sales."""
PASSED_BY_TELEPHONE = 0.16
"""An inbound lead is passed right after a good call, without a meeting of the sdr."""
NEGATIVE_DISQUALIFIED, OPTED_OUT_DISQUALIFIED, BOUNCED_DISQUALIFIED = 0.55, 0.7, 0.4
"""Leads dropped after such an end; the rest of the first are recycled, others stay as they are."""
SILENT_RECYCLED, SILENT_DISQUALIFIED = 0.5, 0.14
"""Leads put aside, dropped, after a plan without an answer; the rest stay as they are: stale."""


def work_on(state: State, work: Work, random: np.random.Generator) -> None:
    """Work on people from ``work.start`` on; each is a lead or a contact and not busy."""
    if not len(work.job):
        return
    job, user = work.job, work.user
    result = reach(state, work, random)
    _end_enrollments(state, work, result.ended_at, result.reason)
    _opt_out(state, job[result.answer == OPTED_OUT], result.ended_at[result.answer == OPTED_OUT])
    bounced = result.answer == BOUNCED
    state.bounced_at[job[bounced]] = result.ended_at[bounced]
    is_lead = state.lead_at[job] <= work.start
    touched = result.first_at < NEVER
    began = is_lead & touched & np.isin(state.status[job], (NEW, RECYCLED, DISQUALIFIED))
    careless = state.even("careless", len(job), random) < STATUS_FORGOTTEN
    began &= ~careless
    state.set_status(job[began], result.first_at[began] + MINUTE, WORKING)
    push(
        state,
        job=job[touched],
        at=result.first_at[touched],
        target=2,
        chance=TOUCH_AWARENESS,
        reason=OUTREACH,
    )

    last = np.maximum(result.last_at, work.start)
    written = np.isin(result.answer, (POSITIVE, NEUTRAL)) & ~result.by_call
    answered_at = np.where(result.by_call, result.ended_at + 2 * MINUTE, NEVER)
    answered_at[written] = follow_up.answer_replies(
        state, job[written], user[written], result.ended_at[written], random
    )
    last = np.maximum(last, np.where(answered_at < NEVER, answered_at, 0))
    for answer, target, chance in ANSWER_AWARENESS:
        rows = result.answer == answer
        push(
            state,
            job=job[rows],
            at=result.ended_at[rows],
            target=target,
            chance=chance,
            reason=CONVERSATION,
        )

    accepts = np.where(result.answer == POSITIVE, ACCEPTS_POSITIVE, 0.0)
    accepts = np.where((result.answer == NEUTRAL) | (result.talked & (result.answer == NONE)),
                       ACCEPTS_NEUTRAL, accepts)  # fmt: skip
    accepted = is_lead & (random.random(len(job)) < accepts)
    accepted_at = np.where(result.answer != NONE, result.ended_at, last)
    accepted_at = np.maximum(
        state.user_time.after(user, accepted_at, random.integers(MINUTE, 3 * HOUR, len(job))),
        accepted_at + MINUTE,
    )
    accepted &= accepted_at < state.end
    accepted &= ~careless | (random.random(len(job)) >= FORGOTTEN_AGAIN)
    state.set_status(job[accepted], accepted_at[accepted], SALES_ACCEPTED)
    last = np.maximum(last, np.where(accepted, accepted_at, 0))

    agreed = np.flatnonzero((result.answer == POSITIVE) & (answered_at < state.end))
    passed, qualified_at = _qualify(state, work, result.by_call, answered_at, agreed, last, random)
    qualified_at = np.maximum(qualified_at, last[passed])
    _lead_for_contact(state, job[passed], user[passed], qualified_at)
    last[passed] = np.maximum(
        last[passed], hand_offs.pass_on(state, job[passed], user[passed], qualified_at, random)
    )
    _settle(state, work, result.answer, result.ended_at, last, passed, is_lead, random)
    state.busy_before[job] = state.busy_until[job]
    state.busy_from[job] = work.start
    state.busy_until[job] = last


def _qualify(
    state: State,
    work: Work,
    by_call: np.ndarray,
    answered_at: np.ndarray,
    agreed: np.ndarray,
    last: np.ndarray,
    random: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Rows to be passed to sales, and since when they are good enough; ``last`` is updated."""
    direct = by_call[agreed] & (work.plan[agreed] >= INBOUND)
    direct &= state.even("passed by telephone", len(agreed), random) < PASSED_BY_TELEPHONE
    books = np.where(by_call[agreed], follow_up.BOOKS_AFTER_CALL, follow_up.BOOKS_AFTER_REPLY)
    books = ~direct & (random.random(len(agreed)) < books)
    meeting_rows = agreed[books]
    user = work.user[meeting_rows]
    created = answered_at[meeting_rows]
    later = state.user_time.after(user, created, random.integers(5 * MINUTE, 8 * HOUR, len(user)))
    created = np.where(by_call[meeting_rows], created, later)
    meetings = follow_up.book_meetings(state, work.job[meeting_rows], user, created, random)
    last[meeting_rows] = np.maximum(last[meeting_rows], meetings.last_at)
    held = meetings.held_at < state.end
    for later, (target, chance) in enumerate(MEETING_AWARENESS):
        push(
            state, job=work.job[meeting_rows[held]], at=meetings.held_at[held] + later,
            target=target, chance=chance, reason=MEETING,
        )  # fmt: skip
    good = held & (random.random(len(held)) < QUALIFIES)
    passed = np.concatenate([agreed[direct], meeting_rows[good]])
    since = np.concatenate([answered_at[agreed[direct]], meetings.held_at[good]])
    return passed, since


def _lead_for_contact(state: State, job: np.ndarray, user: np.ndarray, at: np.ndarray) -> None:
    """A contact that is to be passed gets a lead first: an action to be taken."""
    new = state.lead_at[job] == NEVER
    state.create_leads(job[new], at[new] - 5 * MINUTE, user[new], source=OUTBOUND, campaign=NONE)


def _end_enrollments(state: State, work: Work, ended_at: np.ndarray, reason: np.ndarray) -> None:
    rows = work.enrollment != NONE
    over = ended_at < state.end
    state.log.add(
        "enrollment",
        key=work.enrollment[rows],
        plan=work.plan[rows],
        job=work.job[rows],
        user=work.user[rows],
        at=work.start[rows],
        ended=np.where(over, np.maximum(ended_at, work.start), NEVER)[rows],
        reason=np.where(over, reason, NONE)[rows],
    )


def _opt_out(state: State, job: np.ndarray, at: np.ndarray) -> None:
    """No mail to the person from now on."""
    np.minimum.at(state.opted_out_at, state.job_person[job], at)
    state.log.add("opt_out", job=job, at=at)


def _settle(
    state: State,
    work: Work,
    answer: np.ndarray,
    ended_at: np.ndarray,
    last: np.ndarray,
    passed: np.ndarray,
    is_lead: np.ndarray,
    random: np.random.Generator,
) -> None:
    """Where leads end that were not passed; those with a representative's good answer stay."""
    open_ = is_lead.copy()
    open_[passed] = False
    draw = random.random(len(work.job))
    at = state.user_time.after(work.user, last, random.integers(HOUR, 30 * HOUR, len(work.job)))
    at = np.maximum(at, last + MINUTE)
    possible = open_ & (at < state.end) & (at < state.left_at[work.user])
    not_interested = (answer == NEGATIVE) & (draw < NEGATIVE_DISQUALIFIED)
    not_interested |= (answer == OPTED_OUT) & (draw < OPTED_OUT_DISQUALIFIED)
    unreachable = (answer == BOUNCED) & (draw < BOUNCED_DISQUALIFIED)
    silent = (answer == NONE) & (state.status[work.job] != SALES_ACCEPTED)
    unreachable |= silent & (draw < SILENT_DISQUALIFIED)
    recycled = silent & ~unreachable & (draw < SILENT_DISQUALIFIED + SILENT_RECYCLED)
    recycled |= (answer == NEGATIVE) & ~not_interested
    recycled |= np.isin(answer, (POSITIVE, NEUTRAL)) & (draw < SILENT_RECYCLED)
    reason = np.where(not_interested, NOT_INTERESTED, UNREACHABLE)
    dropped = possible & (not_interested | unreachable)
    hand_offs.disqualify(state, work.job[dropped], at[dropped], reason[dropped], random)
    recycled &= possible & ~dropped
    hand_offs.recycle(state, work.job[recycled], at[recycled], random)
    ended = dropped | recycled
    last[ended] = np.maximum(last, at)[ended]


def disqualify_untouched(
    state: State, job: np.ndarray, user: np.ndarray, at: np.ndarray, random: np.random.Generator
) -> None:
    """Drop leads at a glance: students, competitors, spam."""
    looked = state.user_time.after(user, at, random.integers(MINUTE, 20 * HOUR, len(job)))
    possible = (user != NONE) & (looked < state.end) & (looked < state.left_at[user])
    reason = random.choice(np.array([STUDENT, COMPETITOR, SPAM, NO_FIT]), len(job))
    hand_offs.disqualify(state, job[possible], looked[possible], reason[possible], random)
