"""People who come by themselves: forms, events, referrals, partners, sign-ups; and who is called.

Belongs here: arrivals, marketing qualification, and which of them an sdr works on and how soon.
Does not belong here: the work itself (``episode``).
"""

from __future__ import annotations

import numpy as np

from cultivar_demo.world.clock import demand_weight
from cultivar_demo.world.demand.episode import disqualify_untouched
from cultivar_demo.world.demand.log import NEVER, NONE, choose, first_of, shares
from cultivar_demo.world.demand.outreach import Work
from cultivar_demo.world.demand.rates import (
    CALL,
    CONTENT,
    CONVERSATION,
    DAY,
    EMAIL,
    EVENT,
    HOUR,
    MARKETING_QUALIFIED,
    MINUTE,
    NEW,
    PAID_SEARCH,
    PAID_SOCIAL,
    PARTNER,
    QUALIFYING_SCORE,
    RECYCLED,
    REFERRAL,
    SIGN_UP,
    WEB_FORM,
    WORKING,
)
from cultivar_demo.world.demand.sequences import INBOUND, INBOUND_BY_MAIL
from cultivar_demo.world.demand.state import State
from cultivar_demo.world.demand.touches import CALLED, CONFIRMATION, add_touches
from cultivar_demo.world.demand.website import FORM_POINTS, arrival_form, log_arrivals

ARRIVALS = 0.085
"""Inbound arrivals an account of the market and month, before season."""
SOURCE_SHARES = {
    WEB_FORM: 0.27, EVENT: 0.13, PAID_SEARCH: 0.15, PAID_SOCIAL: 0.10, REFERRAL: 0.06,
    PARTNER: 0.06, CONTENT: 0.15, SIGN_UP: 0.08,
}  # fmt: skip
KNOWN_SOURCES = (WEB_FORM, EVENT, CONTENT)
"""How people arrive again whom the CRM knows."""
WORKING_HOURS_SHARE = 0.8
"""Arrivals between 9 and 18 of the visitor's clock; the others from 7 to 23."""
SECOND_RECORD = 0.3
"""The form of a person who is a contact makes a lead as well."""
EARLIER_TALK = 0.6
"""Such a person had a conversation with us shortly before."""
WRONG_OWNER = 0.04
"""Given to the wrong representative at first."""
JUNK = 0.05
"""Students, competitors, spam: dropped without a touch."""
CONFIRMED = 0.85
"""Forms that are confirmed by a mail at once; not a human touch."""
RESPONSE_HOURS = ((0.52, 0.25), (0.39, 4.0))
"""Of qualified leads: share and median working hours of the fast and the slow; the rest never."""
UNQUALIFIED_RESPONSE = (0.66, 2.0)
"""Same for the others."""
RESPONSE_SPREAD = 1.1
"""Spread of the logarithm of the response."""


class Arrivals:
    """Arrivals of a month: arrays job, at, source, campaign, form, in order of time."""

    def __init__(self, state: State, month: int, start: int, stop: int) -> None:
        self.month = month
        random = state.random("arrivals", month)
        days = np.arange(start // DAY, stop // DAY)
        weight = demand_weight(days.astype("datetime64[D]"))
        count = random.poisson(ARRIVALS * state.accounts * weight.sum() / 30.4)
        present = (state.job_start <= start) & (state.job_end > stop)
        pull = np.cumsum(present * state.interest**1.5)
        job = np.searchsorted(pull, random.random(count) * pull[-1], side="right")
        job = job.clip(0, state.jobs - 1)
        day = days[choose(np.cumsum(weight) / weight.sum(), random.random(count))]
        office = random.random(count) < WORKING_HOURS_SHARE
        second = np.where(
            office, random.integers(9 * HOUR, 18 * HOUR, count),
            random.integers(7 * HOUR, 23 * HOUR, count),
        )  # fmt: skip
        at = state.account_time.instant(state.job_account[job], day, second)
        keep = (at >= start) & (at < stop - HOUR) & ~state.is_busy(job, at)
        # The CRM is about to get to know some of them another way.
        keep &= (state.known_at(job) <= at) | (state.known_at(job) == NEVER)
        job, at = job[keep], at[keep]
        first = first_of(job, at)
        first = first[np.argsort(at[first], kind="stable")]
        self.job, self.at = job[first], at[first]
        known = state.known_at(self.job) < NEVER
        codes = np.array(list(SOURCE_SHARES))
        source = codes[choose(shares(*SOURCE_SHARES.values()), random.random(len(self.job)))]
        again = np.array(KNOWN_SOURCES)[random.integers(0, 3, len(self.job))]
        source = np.where(known, again, source)
        campaign = state.campaigns.bringing(source, self.at, random)
        # On the first morning campaigns are still being set up: nobody comes.
        brought = (campaign != NONE) | (source == REFERRAL)
        self.job, self.at = self.job[brought], self.at[brought]
        self.source, self.campaign = source[brought], campaign[brought]
        self.form = arrival_form(self.source, random)


def receive(
    state: State, month: int, arrivals: Arrivals, crossed: tuple[np.ndarray, np.ndarray]
) -> tuple[Work, np.ndarray]:
    """Make leads of arrivals, qualify, and choose whom an sdr works on.

    Args:
        state: the agents.
        month: number from 0.
        arrivals: of the month.
        crossed: jobs that are leads whose score crossed the threshold, and when; no arrivals.

    Returns:
        The work, and the jobs that must not be worked on by others this month.
    """
    random = state.random("inbound", month)
    job, at = arrivals.job, arrivals.at
    is_lead, is_contact = state.lead_at[job] < NEVER, state.contact_at[job] < NEVER
    second = is_contact & ~is_lead & (state.even("second record", len(job), random) < SECOND_RECORD)
    new = ~is_lead & (~is_contact | second)
    _earlier_talk(state, job[second], at[second], random)
    state.score[job] += FORM_POINTS[arrivals.form]  # the last one for none
    owner = _representative(state, job, at)
    wrong = new & (state.even("wrong owner", len(job), random) < WRONG_OWNER)
    others = (state.territory[state.job_account[job]] + 1) % (int(state.territory.max()) + 1)
    first_owner = owner.copy()
    if wrong.any():
        first_owner[wrong] = state.by_territory(others[wrong], "sdr", int(at.min()))
    wrong &= first_owner != owner
    holder = np.where(first_owner == NONE, state.stand_in(at), first_owner)
    state.create_leads(
        job[new], at[new], holder[new], source=arrivals.source[new],
        campaign=arrivals.campaign[new],
    )  # fmt: skip
    log_arrivals(state, arrivals, new)
    worked = np.isin(state.status[job], (NEW, WORKING, RECYCLED)) & (state.lead_at[job] <= at)
    worked &= state.status_at[job] <= at
    hot = worked & (state.score[job] >= QUALIFYING_SCORE)
    qualified_at = at + random.integers(20, 400, len(job))
    hot &= qualified_at < state.end
    state.set_status(job[hot], qualified_at[hot], MARKETING_QUALIFIED)
    ready = np.where(hot, qualified_at, at)
    given = at + random.integers(20 * MINUTE, 40 * HOUR, len(job))
    wrong &= given < state.end
    state.set_owner(job[wrong], given[wrong], owner[wrong])
    ready = np.where(wrong, np.maximum(given + MINUTE, ready), ready)

    # Leads that crossed the threshold by other acts.
    more, crossed_at = crossed
    state.set_status(more, crossed_at, MARKETING_QUALIFIED)
    their_owner = _representative(state, more, crossed_at)
    state.set_owner(more, crossed_at, their_owner)

    _confirm(state, job, at, arrivals.form, first_owner, new | (is_lead & hot), random)
    junk = new & ~hot & (random.random(len(job)) < JUNK)
    disqualify_untouched(state, job[junk], owner[junk], at[junk], random)
    candidates = worked & ~junk
    jobs = np.concatenate([job[candidates], more])
    users = np.concatenate([owner[candidates], their_owner])
    ready = np.concatenate([ready[candidates], crossed_at + MINUTE])
    hot = np.concatenate([hot[candidates], np.ones(len(more), bool)])
    started = _response(state, users, ready, hot, random)
    rows = (started < state.end) & (users != NONE)
    rows[rows] &= started[rows] < state.left_at[users[rows]]
    jobs, users, started, hot = jobs[rows], users[rows], started[rows], hot[rows]
    work = Work(
        job=jobs,
        user=users,
        start=started,
        plan=np.where(hot & (random.random(len(jobs)) < CALLED_FIRST), INBOUND, INBOUND_BY_MAIL),
        heat=np.where(hot, HEAT[0], HEAT[1]),
        enrollment=np.full(len(jobs), NONE),
    )
    return work, np.concatenate([arrivals.job, more])


def _representative(state: State, job: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Whose lead it is: the account's sdr if the CRM has the account, else in turns."""
    account = state.job_account[job]
    owner = state.owner(account, "sdr", at)
    unknown = (state.entered_at[account] > at) | (owner == NONE)
    if unknown.any():
        owner[unknown] = state.by_territory(
            state.territory[account[unknown]], "sdr", int(at[unknown].min())
        )
    late = (owner != NONE) & ~state.is_employed(owner, at)
    return np.where(late, NONE, owner)


CALLED_FIRST = 0.75
"""Qualified leads that are called first; all others get a mail first."""
HEAT = (2.6, 1.35)
"""How much more often a qualified, an unqualified inbound lead answers than a stranger."""


def _response(
    state: State,
    user: np.ndarray,
    ready: np.ndarray,
    hot: np.ndarray,
    random: np.random.Generator,
) -> np.ndarray:
    """When an sdr first turns to each lead; NEVER for those left alone."""
    (fast, fast_hours), (slow, slow_hours) = RESPONSE_HOURS
    some, some_hours = UNQUALIFIED_RESPONSE
    draw = random.random(len(user))
    median = np.where(hot, np.where(draw < fast, fast_hours, slow_hours), some_hours)
    seconds = np.exp(random.normal(np.log(median * HOUR), RESPONSE_SPREAD)).clip(60, 20 * 9 * HOUR)
    answered = draw < np.where(hot, fast + slow, some)
    answered &= user != NONE
    return np.where(answered, state.user_time.after(user, ready, seconds), NEVER)


def _earlier_talk(
    state: State, job: np.ndarray, at: np.ndarray, random: np.random.Generator
) -> None:
    """A conversation with a contact, days before the form."""
    talks = state.even("earlier talk", len(job), random) < EARLIER_TALK
    job, at = job[talks], at[talks]
    user = state.owner(state.job_account[job], "owner", at)
    when = state.user_time.after(user, at - random.integers(3, 20, len(job)) * DAY, 0)
    when += random.integers(0, 40 * MINUTE, len(job))
    seconds = random.integers(130, 900, len(job))
    fits = (user != NONE) & (state.contact_at[job] < when) & (when + HOUR < at)
    fits &= state.is_employed(user, when) & (state.job_start[job] < when)
    job, user, when, seconds = job[fits], user[fits], when[fits], seconds[fits]
    add_touches(
        state, kind=CALL, is_personalised=1, subject=CALLED, user=user, job=job,
        created=when + seconds, occurred=when, ended=when + seconds, duration=seconds,
        disposition=CONVERSATION,
    )  # fmt: skip


def _confirm(
    state: State,
    job: np.ndarray,
    at: np.ndarray,
    form: np.ndarray,
    owner: np.ndarray,
    wanted: np.ndarray,
    random: np.random.Generator,
) -> None:
    """A mail at once that the request has arrived, in the owner's name."""
    sent = at + random.integers(20, 240, len(job))
    rows = wanted & (form != NONE) & (random.random(len(job)) < CONFIRMED) & (owner != NONE)
    rows &= state.is_mailable(job, sent) & (sent < state.end)
    rows[rows] &= state.is_employed(owner[rows], sent[rows])
    add_touches(
        state, kind=EMAIL, is_automated=True, subject=CONFIRMATION, user=owner[rows],
        job=job[rows], created=sent[rows], occurred=sent[rows],
    )  # fmt: skip
