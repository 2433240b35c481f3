"""Representatives look for customers: which accounts, which people, in which sequence.

Belongs here: the choice of accounts and people a month, and leads put aside that are looked at
again. Does not belong here: the work itself (``episode``).
"""

from __future__ import annotations

import numpy as np

from cultivar_demo.world.demand.log import NEVER, NONE, choose, rank_within, shares
from cultivar_demo.world.demand.outreach import Work
from cultivar_demo.world.demand.rates import (
    CONVERTED,
    DAY,
    DISQUALIFIED,
    HOUR,
    MINUTE,
    OUTBOUND,
    QUIET_DAYS,
    RECYCLED,
    SALES_QUALIFIED,
    TARGETED,
)
from cultivar_demo.world.demand.sequences import OUTBOUND_PLANS, REACTIVATION
from cultivar_demo.world.demand.state import LEAVING_DAYS, State

SPELLS_A_MONTH = 25
"""New accounts that an sdr takes on in a month."""
RAMP_DAYS = 75
"""A new sdr begins with a third, and takes on more day by day until then."""
TIER_PULL = (0.0, 1.3, 1.0, 0.75)
"""Pull of an account by tier on the target list (0: not on it), beside its fit of 0 to 1."""
NOISE_PULL = 0.7
"""Spread of what an sdr finds interesting for other reasons."""
UNKNOWN_SHARE = 0.012
"""Accounts that the CRM does not know and an sdr comes across in a month."""
REST_DAYS = 40
"""Quiet days beyond the 90 that an account gets at least, on average as much again."""
AFTER_DEAL_DAYS = 300
"""After an accepted hand-off the account is left to the others so long."""
PEOPLE_SHARES = shares(0.30, 0.30, 0.20, 0.12, 0.08)
"""1 to 5 people enrolled a spell."""
KNOWN_CONTACT = 0.12
"""How likely a person who is a contact is enrolled, compared with others."""
DROPPED_AGAIN = 0.15
"""Same for disqualified leads."""
REVIEWED = 0.5
"""Leads put aside that are really looked at again on the day noted; the others are forgotten."""
LATER_SHARE = 0.5
"""People of a spell enrolled up to three days after the first."""
TYPED_IN = 0.6
"""Contacts entered in the days after their account, not with it."""
WITHOUT_CAMPAIGN = 0.4
"""Outbound leads without a campaign."""


def reviews(state: State, month: int, start: int, stop: int, taken: np.ndarray) -> Work:
    """Leads put aside whose day of review is in the month, as far as anybody looks."""
    random = state.random("reviews", month)
    due = (state.review_at >= start) & (state.review_at < stop) & (state.status == RECYCLED)
    job = np.flatnonzero(due)
    job = job[(random.random(len(job)) < REVIEWED) & ~np.isin(job, taken)]
    user = state.owner(state.job_account[job], "sdr", state.review_at[job])
    begin = state.user_time.after(
        user, state.review_at[job], random.integers(0, 6 * HOUR, len(job))
    )
    fits = (user != NONE) & (begin < stop) & (begin < state.job_end[job])
    fits &= begin < state.left_at[user] - 20 * DAY
    fits &= (state.busy_until[job] < begin) & (state.status_at[job] < begin)
    fits &= state.is_mailable(job, begin)
    job, user, begin = job[fits], user[fits], begin[fits]
    state.set_owner(job, begin, user)
    return Work(
        job=job, user=user, start=begin, plan=np.full(len(job), REACTIVATION),
        heat=np.full(len(job), 0.9), enrollment=state.new_enrollments(len(job)),
    )  # fmt: skip


def prospect(state: State, month: int, start: int, stop: int, taken: np.ndarray) -> Work:
    """New spells of the month: accounts by sdr and people; leads are created.

    ``taken`` are jobs that already have work this month; their accounts are left alone.
    """
    random = state.random("outbound", month)
    account, user, begin = _accounts(state, start, stop, taken, random)
    job, place = _people(state, account, begin, random)
    user, spell_begin = user[place], begin[place]
    # All of an account begin within days of each other.
    spread = random.integers(0, 3 * 9 * HOUR, len(job)) * (random.random(len(job)) < LATER_SHARE)
    at = state.user_time.after(user, spell_begin + HOUR, spread)
    fits = (at < stop) & (at < state.job_end[job] + 40 * DAY) & (state.job_start[job] < at - DAY)
    fits &= (state.busy_until[job] < at - DAY) & (state.status_at[job] < at - DAY)
    job, user, at = job[fits], user[fits], at[fits]
    new = state.known_at(job) == NEVER
    # Nobody finds people who have left, unless they are known already.
    fits = ~new | (at < state.job_end[job])
    job, user, at, new = job[fits], user[fits], at[fits], new[fits]
    created = at - random.integers(MINUTE, 10 * MINUTE, len(job))
    campaign = state.campaigns.prospecting(created, random)
    campaign = np.where(random.random(len(job)) < WITHOUT_CAMPAIGN, NONE, campaign)
    state.enter_crm(state.job_account[job], created - MINUTE, OUTBOUND)
    state.create_leads(job[new], created[new], user[new], source=OUTBOUND, campaign=campaign[new])
    listed = new & (campaign != NONE)
    state.log.add("member", job=job[listed], campaign=campaign[listed], at=created[listed] + 1,
                  status=TARGETED)  # fmt: skip
    known = ~new & (state.lead_at[job] < NEVER)
    state.set_owner(job[known], created[known], user[known])
    return Work(
        job=job, user=user, start=at, plan=random.integers(0, OUTBOUND_PLANS, len(job)),
        heat=np.exp(random.normal(0.0, 0.45, len(job))),
        enrollment=state.new_enrollments(len(job)),
    )  # fmt: skip


def _accounts(
    state: State, start: int, stop: int, taken: np.ndarray, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Accounts of the month's new spells, the sdr, and when the sdr begins."""
    count = state.accounts
    begin = random.integers(start, stop - DAY, count)
    rest = (QUIET_DAYS + 1) * DAY + random.exponential(REST_DAYS * DAY, count).astype(np.int64)
    eligible = state.is_in_sam & (state.touched_at + np.maximum(rest, 0) < begin)
    eligible &= state.accepted_at + AFTER_DEAL_DAYS * DAY < begin
    eligible[state.job_account[taken]] = False
    found = (state.entered_at == NEVER) & (random.random(count) < UNKNOWN_SHARE)
    eligible &= (state.entered_at < begin - DAY) | found
    account = np.flatnonzero(eligible)
    begin = begin[account]
    user = state.owner(account, "sdr", begin)
    # A manager who stands in for somebody looks after what comes, and does not prospect.
    staffed = (user != NONE) & (state.user_role[user] == "sdr")
    staffed &= state.left_at[user] > begin + LEAVING_DAYS * DAY
    account, begin, user = account[staffed], begin[staffed], user[staffed]
    tier = state.tier(start)[account]
    pull = np.array(TIER_PULL)[tier] + state.fit[account]
    pull += NOISE_PULL * random.standard_normal(len(account))
    share = (stop - start) / (30.4 * DAY)
    ramp = ((start - state.hired_at) / (RAMP_DAYS * DAY)).clip(0.33, 1.0)
    capacity = SPELLS_A_MONTH * share * ramp
    chosen = rank_within(user, -pull, account) < capacity[user]
    account, begin, user = account[chosen], begin[chosen], user[chosen]
    begin = state.user_time.after(user, begin, 0)
    inside = begin < stop - DAY // 2
    return account[inside], user[inside], begin[inside]


def _people(
    state: State, account: np.ndarray, begin: np.ndarray, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Jobs to be enrolled, and the position of the account of each."""
    job, place = state.jobs_of(account)
    at = begin[place]
    known = state.known_at(job) <= at
    there = (state.job_start[job] < at - 20 * DAY) & ((at < state.job_end[job]) | known)
    open_ = (state.busy_until[job] < at - DAY) & (state.status_at[job] < at - DAY)
    open_ &= (state.bounced_at[job] > at) & (state.opted_out_at[state.job_person[job]] > at)
    draw = random.random(len(job))
    weight = np.where((state.contact_at[job] < NEVER) & (state.lead_at[job] == NEVER),
                      KNOWN_CONTACT, 1.0)  # fmt: skip
    weight = np.where(state.status[job] == DISQUALIFIED, DROPPED_AGAIN, weight)
    weight = np.where(np.isin(state.status[job], (CONVERTED, SALES_QUALIFIED)), 0.0, weight)
    usable = there & open_ & (draw < weight) & (known | (state.known_at(job) == NEVER))
    job, place = job[usable], place[usable]
    wanted = 1 + choose(PEOPLE_SHARES, random.random(len(account)))
    appeal = state.job_near[job] + 0.5 * random.standard_normal(len(job))
    chosen = rank_within(place, -appeal, job) < wanted[place]
    return job[chosen], place[chosen]


def contacts_of_entry(state: State, month: int, start: int, stop: int) -> None:
    """People entered as contacts together with accounts that get into the CRM by lists."""
    random = state.random("contacts", month)
    entered = state.listed_at
    begins = (entered < stop) & ((entered >= start) if month else True)
    account = np.flatnonzero(begins & (entered < NEVER))
    job, place = state.jobs_of(account)
    at = (
        np.maximum(entered[account][place], 0)
        + random.integers(5 * MINUTE, 15 * DAY, len(job)) * (random.random(len(job)) < TYPED_IN)
        + 5 * MINUTE
    )
    usable = (state.job_start[job] < at) & (at < state.job_end[job]) & (at < state.end)
    usable &= state.known_at(job) == NEVER
    job, place, at = job[usable], place[usable], at[usable]
    wanted = choose(CONTACT_SHARES, random.random(len(account)))
    chosen = rank_within(place, random.random(len(job)), job) < wanted[place]
    job, at = job[chosen], at[chosen]
    state.contact_at[job] = at
    state.log.add("direct_contact", job=job, at=at)


CONTACT_SHARES = shares(0.25, 0.35, 0.25, 0.15)
"""0 to 3 people entered with an account from a list."""
