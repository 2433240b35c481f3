"""Visits of the website: those that end in a form, those from mails, and those out of interest.

Belongs here: page views and forms. Does not belong here: leads (``inbound``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cultivar_demo.world.clock import demand_weight
from cultivar_demo.world.demand.awareness import FORM, WEBSITE, push
from cultivar_demo.world.demand.log import NONE, choose, shares
from cultivar_demo.world.demand.rates import (
    ATTENDED,
    CONTENT,
    DAY,
    ENGAGED,
    EVENT,
    HOUR,
    INTERACTED,
    MEETING_REQUESTED,
    PAID_SEARCH,
    PAID_SOCIAL,
    REGISTERED,
    SIGN_UP,
    WEB_FORM,
)
from cultivar_demo.world.demand.state import State

if TYPE_CHECKING:
    from cultivar_demo.world.demand.inbound import Arrivals

FORMS = ("Request a demo", "Contact sales", "Download guide", "Event registration", "Sign up")
DEMO, CONTACT, GUIDE, REGISTRATION, SIGNUP = range(5)
FORM_POINTS = np.array([48, 38, 14, 16, 34, 42])
"""Points of each form; the last is for those who came without a form: referrals, partners."""
FORM_MEMBER = np.array(
    [MEETING_REQUESTED, ENGAGED, INTERACTED + 1, REGISTERED, REGISTERED, ENGAGED]
)
"""Status as campaign member that each form gives."""
FORM_AWARENESS = ((5, 0.35), (4, 0.5), (3, 0.6), (3, 0.5), (4, 0.4), (4, 0.3))
"""Stage that each form may lead to, and how likely."""
FORM_PAGE = (
    "/demo", "/contact", "/resources/guide-to-reporting", "/events/registration", "/signup",
)  # fmt: skip
FORMS_BY_SOURCE = {
    WEB_FORM: (0.42, 0.26, 0.22, 0.10, 0.0),
    EVENT: (0.0, 0.0, 0.0, 1.0, 0.0),
    PAID_SEARCH: (0.38, 0.12, 0.42, 0.08, 0.0),
    PAID_SOCIAL: (0.10, 0.05, 0.75, 0.10, 0.0),
    CONTENT: (0.06, 0.06, 0.83, 0.05, 0.0),
    SIGN_UP: (0.0, 0.0, 0.0, 0.0, 1.0),
}
"""Source → share of each form; sources left out come without one."""

PAGES = (
    "/", "/product", "/pricing", "/customers", "/product/forecasting", "/integrations",
    "/blog/reporting-by-hand", "/blog/one-version-of-the-truth", "/docs/getting-started",
    "/security", "/about", "/careers", *FORM_PAGE,
)  # fmt: skip
PAGE_SHARES = shares(20, 14, 11, 8, 7, 7, 10, 8, 6, 3, 4, 2, 0, 0, 0, 0, 0)
PRICING = 2
FIRST_FORM_PAGE = 12
REFERRERS = ("google.com", "linkedin.com", "bing.com", "g2.com", "reddit.com")
GOOGLE, LINKEDIN = 0, 1
REFERRER_SHARES = shares(0.55, 0.17, 0.08, 0.12, 0.08)
DIRECT = 0.38
"""Visits without a referrer."""

VISITS = 0.32
"""Visits out of interest an account of the market and month."""
PAGES_A_VISIT = 2.6
AT_STAND = 0.5
"""Arrivals by an event that are there, not registering for it."""
TAGGED = 0.5
"""Unpaid arrivals by a link that names the campaign; paid ones always do."""
LOOKS_FIRST, EACH_PAGE = 0.8, 0.7
"""Visitors who look at pages before their form; each of up to three pages."""
SECOND_DEVICE = 0.22
"""Visits from another device, with its own cookie."""
PAGE_AWARENESS = 0.2


def arrival_form(source: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Form of each arrival; NONE where it came without one."""
    form = np.full(len(source), NONE)
    draw = random.random(len(source))
    for code, weights in FORMS_BY_SOURCE.items():
        rows = source == code
        form[rows] = choose(shares(*weights), draw[rows])
    return form


def log_arrivals(state: State, arrivals: Arrivals, is_new: np.ndarray) -> None:
    """The forms of a month's arrivals, pages before them, membership and awareness."""
    random = state.random("forms", arrivals.month)
    job, at, form, source = arrivals.job, arrivals.at, arrivals.form, arrivals.source
    member = arrivals.campaign != NONE
    status = FORM_MEMBER[form]
    # At a stand people are there already when they give their data.
    there = (source == EVENT) & (random.random(len(job)) < AT_STAND)
    status = np.where(there, ATTENDED, status)
    state.log.add("member", job=job[member], campaign=arrivals.campaign[member],
                  at=at[member] + 1, status=status[member])  # fmt: skip
    for code, (target, chance) in enumerate(FORM_AWARENESS):
        rows = form == (code if code < len(FORMS) else NONE)
        push(state, job=job[rows], at=at[rows], target=target, chance=chance, reason=FORM)
    by_form = form != NONE
    referrer = choose(REFERRER_SHARES, random.random(len(job)))
    referrer = np.where(source == PAID_SEARCH, GOOGLE, referrer)
    referrer = np.where(source == PAID_SOCIAL, LINKEDIN, referrer)
    paid = (source == PAID_SEARCH) | (source == PAID_SOCIAL)
    referrer = np.where(~paid & (random.random(len(job)) < DIRECT), NONE, referrer)
    tagged = paid | (random.random(len(job)) < TAGGED)
    device = (random.random(len(job)) < SECOND_DEVICE).astype(np.int64)
    rows = np.flatnonzero(by_form)
    before = rows[random.random(len(rows)) < LOOKS_FIRST]
    for back in (3, 2, 1):
        some = before[random.random(len(before)) < EACH_PAGE]
        _log_pages(
            state, job[some], at[some] - back * random.integers(15, 200, len(some)) - 5,
            choose(PAGE_SHARES, random.random(len(some))), referrer[some],
            np.where(tagged, arrivals.campaign, NONE)[some], device[some],
        )  # fmt: skip
    state.log.add(
        "visit", job=job[rows], at=at[rows], page=FIRST_FORM_PAGE + form[rows], form=form[rows],
        referrer=NONE, campaign=np.where(tagged, arrivals.campaign, NONE)[rows],
        device=device[rows],
    )  # fmt: skip


def browse(
    state: State, month: int, start: int, stop: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Visits out of interest in a month: job, instant and points of each page of known people."""
    random = state.random("visits", month)
    days = np.arange(start // DAY, stop // DAY)
    weight = demand_weight(days.astype("datetime64[D]"))
    count = random.poisson(VISITS * state.accounts * weight.sum() / 30.4)
    present = (state.job_start <= start) & (state.job_end > stop)
    # Those whom we know hear of us more often.
    known = state.known_at(np.arange(state.jobs)) <= start
    pull = np.cumsum(present * state.interest * np.where(known, 3.0, 1.0))
    job = np.searchsorted(pull, random.random(count) * pull[-1], side="right").clip(
        0, state.jobs - 1
    )
    day = days[choose(np.cumsum(weight) / weight.sum(), random.random(count))]
    at = state.account_time.instant(
        state.job_account[job], day, random.integers(7 * HOUR, 22 * HOUR, count)
    )
    pages = random.geometric(1 / PAGES_A_VISIT, count).clip(1, 9)
    row = np.repeat(np.arange(count), pages)
    number = np.arange(len(row)) - np.repeat(np.cumsum(pages) - pages, pages)
    at = at[row] + number * random.integers(20, 160, len(row))
    page = choose(PAGE_SHARES, random.random(len(row)))
    referrer = np.where(
        random.random(count) < DIRECT, NONE, choose(REFERRER_SHARES, random.random(count))
    )[row]
    device = (random.random(count) < SECOND_DEVICE).astype(np.int64)[row]
    inside = (at < stop) & (at >= start)
    job, at, page = job[row][inside], at[inside], page[inside]
    referrer = np.where(number == 0, referrer, NONE)[inside]
    _log_pages(state, job, at, page, referrer, np.full(len(job), NONE), device[inside])
    return job, at, np.where(page == PRICING, 6, 1)


def _log_pages(
    state: State,
    job: np.ndarray,
    at: np.ndarray,
    page: np.ndarray,
    referrer: np.ndarray,
    campaign: np.ndarray,
    device: np.ndarray,
) -> None:
    state.log.add("visit", job=job, at=at, page=page, form=NONE, referrer=referrer,
                  campaign=campaign, device=device)  # fmt: skip
    push(state, job=job, at=at, target=np.where(page == PRICING, 3, 2),
                  chance=PAGE_AWARENESS, reason=WEBSITE)  # fmt: skip


def visit_from_mail(
    state: State, job: np.ndarray, at: np.ndarray, page: np.ndarray, campaign: np.ndarray
) -> None:
    """The page that opens with a click in a mail."""
    inside = at < state.end
    _log_pages(state, job[inside], at[inside], page[inside], np.full(inside.sum(), NONE),
               campaign[inside], np.zeros(inside.sum(), np.int64))  # fmt: skip
