"""Mails of campaigns, and what people do with them: bounces, opens, clicks, sign-offs, events.

Belongs here: a month's mailings, registrations and attendance. Does not belong here: mails of
representatives (``outreach``).

A mail to somebody on whom a representative works is not sent: ``keep`` drops it once the month's
work is known. Until then its sign-off or bounce counts already, which is what the work sees.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cultivar_demo.world.demand.awareness import EVENT_ATTENDED, MAIL, push
from cultivar_demo.world.demand.campaigns import EVENT_TYPES
from cultivar_demo.world.demand.log import LOGS, NEVER, NONE, Columns
from cultivar_demo.world.demand.rates import (
    ATTENDED,
    DAY,
    ENGAGED,
    HOUR,
    INTERACTED,
    MEETING_REQUESTED,
    MINUTE,
    REGISTERED,
    SENT,
    TARGETED,
)
from cultivar_demo.world.demand.state import State
from cultivar_demo.world.demand.website import (
    FIRST_FORM_PAGE,
    REGISTRATION,
    visit_from_mail,
)


class Mailing(NamedTuple):
    """A mail to many."""

    campaign: int
    name: str
    at: int
    audience: float
    event_at: int
    page: int


AUDIENCE = {
    "newsletter": 0.12, "product": 0.06, "nurture": 0.075, "invitation": 0.065,
    "reminder": 0.03, "content": 0.05,
}  # fmt: skip
"""Part of the people we know that gets each mailing; more of the interested."""
HARD_GONE, HARD_ANY = 0.9, 0.0015
"""A mail bounces for good after the person left the company, and anyway."""
SOFT, SOFT_DELIVERED = 0.016, 0.6
"""A mail bounces for now; of these, delivered hours later."""
PROXY_OPENS = 0.93
"""A privacy proxy opens a mail it gets."""
OPEN_BASE, OPEN_INTEREST = 0.07, 0.50
CLICK_BASE, CLICK_INTEREST = 0.04, 0.16
"""Open of a delivered mail, click of an opened one: base, and with full interest besides."""
UNSUBSCRIBES, UNSUBSCRIBES_OPENED = 0.0009, 0.009
"""Sign-off of a delivered mail unopened (by its header), opened."""
OPEN_HOURS, OPEN_SPREAD = 5.0, 1.5
"""Median of the hours until a mail is opened, and spread of its logarithm."""
REGISTERS = 0.5
"""A click on an invitation leads to a registration."""
ATTENDS, ENGAGES, ASKS_FOR_MEETING = 0.55, 0.18, 0.05
"""Of the registered; of those who attend."""
TARGETED_BEFORE = 0.15
"""Invited people who were on the event's list before the mail."""
CLICK_POINTS, REGISTRATION_POINTS, ATTENDED_POINTS, MEETING_POINTS = 4, 10, 12, 40
OPEN_AWARENESS, CLICK_AWARENESS = 0.3, 0.35
"""An opened mail makes aware, a click intrigues."""
ATTENDED_AWARENESS, ENGAGED_AWARENESS = 0.7, 0.2
"""Attending an event intrigues, or brings a use case."""
SPREAD_SECONDS = 90 * MINUTE
"""A mailing takes so long to go out."""
PAGE_OF = {
    "newsletter": 6, "product": 1, "nurture": 3, "content": 7,
    "invitation": FIRST_FORM_PAGE + REGISTRATION, "reminder": FIRST_FORM_PAGE + REGISTRATION,
}  # fmt: skip
"""Position in ``PAGES`` of the page that each mailing links to."""


def mailings(state: State) -> list[Mailing]:
    """Every mailing of the simulation in order of time."""
    campaigns = state.campaigns
    found = []

    def add(row: int, kind: str, name: str, at: int, event_at: int = NONE) -> None:
        mailing = Mailing(
            int(campaigns.key[row]), name, at, AUDIENCE[kind], event_at, PAGE_OF[kind]
        )
        found.append((mailing, int(campaigns.created_at[row])))

    for row in np.flatnonzero(campaigns.type == "Email").tolist():
        start = int(campaigns.start_on[row])
        label = campaigns.name[row][:7].replace("_", "-")
        add(row, "newsletter", f"Newsletter {label}", _weekday(start + 6 * DAY) + 15 * HOUR)
        add(row, "product", f"Product news {label}", _weekday(start + 19 * DAY) + 14 * HOUR)
        for number in (1, 2):
            at = _weekday(start + (2 + 9 * number) * DAY) + 16 * HOUR
            add(row, "nurture", f"Nurture {label} part {number}", at)
    for row in np.flatnonzero(np.isin(campaigns.type, EVENT_TYPES)).tolist():
        event_at = int(campaigns.start_on[row]) + 16 * HOUR
        name = campaigns.name[row]
        for days in (18, 11):
            add(
                row,
                "invitation",
                f"Invitation {name} {days}d",
                _weekday(event_at - days * DAY),
                event_at,
            )
        add(row, "reminder", f"Last call {name}", event_at - 2 * DAY, event_at)
    for row in np.flatnonzero(campaigns.type == "Content").tolist():
        start = int(campaigns.start_on[row])
        add(
            row,
            "content",
            f"New guide {campaigns.name[row]}",
            _weekday(start + 8 * DAY) + 15 * HOUR,
        )
    return sorted(
        (m for m, created in found if created + HOUR < m.at < state.end - 2 * HOUR),
        key=lambda m: (m.at, m.name),
    )


def _weekday(at: int) -> int:
    """The same hour of the day, on Monday if it was a weekend."""
    weekday = (at // DAY + 3) % 7
    return at + max(0, 7 - weekday) * DAY * (weekday >= 5)


class MonthOfMail:
    """The mails of a month: first drawn, then kept where nobody works on the person."""

    def __init__(self, state: State, month: int, planned: list[Mailing]) -> None:
        self._state = state
        self._random = state.random("mail", month)
        known = np.flatnonzero(state.known_at(np.arange(state.jobs)) < NEVER)
        parts = [self._send(mailing, known) for mailing in planned]
        parts = [part for part in parts if len(part["job"])]
        self.sends: Columns = (
            {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
            if parts
            else {}
        )

    def __len__(self) -> int:
        return len(self.sends["job"]) if self.sends else 0

    def _send(self, mailing: Mailing, known: np.ndarray) -> Columns:
        """Send a mailing to a part of the known people."""
        state, random = self._state, self._random
        wanted = mailing.audience * (0.5 + state.interest[known] * 1.3)
        job = known[random.random(len(known)) < wanted]
        at = mailing.at + random.integers(0, SPREAD_SECONDS, len(job))
        fits = (state.known_at(job) + HOUR < at) & state.is_mailable(job, at)
        fits &= ~state.is_busy(job, at) & (state.job_start[job] < at) & (at < state.end - HOUR)
        job, at = job[fits], at[fits]
        count = len(job)
        gone = at >= state.job_end[job]
        hard = random.random(count) < np.where(gone, HARD_GONE, HARD_ANY)
        soft = ~hard & (random.random(count) < SOFT)
        later = soft & (random.random(count) < SOFT_DELIVERED)
        delay = np.where(
            later, random.integers(HOUR, 30 * HOUR, count), random.integers(1, 40, count)
        )
        delivered = np.where(hard | (soft & ~later), NEVER, at + delay)
        interest = state.interest[job]
        read = (delivered < NEVER) & ~gone
        opens = read & (random.random(count) < OPEN_BASE + OPEN_INTEREST * interest)
        wait = np.exp(random.normal(np.log(OPEN_HOURS * HOUR), OPEN_SPREAD, count))
        opened = np.where(opens, delivered + wait.clip(30, 12 * DAY).astype(np.int64), NEVER)
        clicks = opens & (random.random(count) < CLICK_BASE + CLICK_INTEREST * interest)
        clicked = np.where(clicks, opened + random.integers(4, 240, count), NEVER)
        leaves = np.where(opens, UNSUBSCRIBES_OPENED, UNSUBSCRIBES)
        leaves = read & (random.random(count) < leaves)
        base = np.where(opens, opened, np.where(read, delivered, 0) + 20 * MINUTE)
        unsubscribed = np.where(leaves, base + random.integers(10, 900, count), NEVER)
        proxied = (delivered < NEVER) & state.has_proxy[state.job_person[job]]
        proxied &= random.random(count) < PROXY_OPENS
        proxy = np.where(proxied, delivered + random.integers(1, 9, count), NEVER)
        bounced = np.where(hard, at + random.integers(2, 60, count), NEVER)
        state.bounced_at[job] = np.minimum(state.bounced_at[job], bounced)
        unsubscribed = _before(unsubscribed, state.end)
        np.minimum.at(state.opted_out_at, state.job_person[job], unsubscribed)
        return {
            "job": job,
            "campaign": np.full(count, mailing.campaign),
            "mail": np.full(count, _mail_number(state, mailing.name)),
            "at": at,
            "delivered": _before(delivered, state.end),
            "soft": np.where(soft, at + random.integers(2, 60, count), NEVER),
            "hard": bounced,
            "proxy": _before(proxy, state.end),
            "opened": _before(opened, state.end),
            "clicked": _before(clicked, state.end),
            "page": np.full(count, mailing.page),
            "unsubscribed": unsubscribed,
            "event_at": np.full(count, mailing.event_at),
        }

    def acts(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Clicks as job, instant, points."""
        if not len(self):
            return (np.zeros(0, np.int64),) * 3
        rows = self.sends["clicked"] < NEVER
        job, at = self.sends["job"][rows], self.sends["clicked"][rows]
        return job, at, np.full(len(job), CLICK_POINTS)

    def keep(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Log the mails that were really sent; registrations and attendance as job, at, points."""
        if not len(self):
            return (np.zeros(0, np.int64),) * 3
        state, sends = self._state, self.sends
        job, at = sends["job"], sends["at"]
        person = state.job_person[job]
        dropped = state.is_busy(job, at) | (at >= state.opted_out_at[person])
        # A representative's mail may have bounced first.
        dropped |= at > state.bounced_at[job]
        own = sends["unsubscribed"] == state.opted_out_at[person]
        leaves = sends["unsubscribed"] < NEVER
        undone = dropped & own & leaves
        state.opted_out_at[person[undone]] = NEVER
        undone = dropped & (sends["hard"] == state.bounced_at[job]) & (sends["hard"] < NEVER)
        state.bounced_at[job[undone]] = NEVER
        # Somebody who has signed off already does not do so again.
        sends["unsubscribed"] = np.where(own & ~dropped, sends["unsubscribed"], NEVER)
        kept = {key: values[~dropped] for key, values in sends.items()}
        state.log.add("send", **{name: kept[name] for name in LOGS["send"].split()})
        left = kept["unsubscribed"] < NEVER
        state.log.add("opt_out", job=kept["job"][left], at=kept["unsubscribed"][left])
        state.log.add(
            "member", job=kept["job"], campaign=kept["campaign"], at=kept["at"], status=SENT
        )
        clicked = kept["clicked"] < NEVER
        clicks = {key: values[clicked] for key, values in kept.items()}
        state.log.add("member", job=clicks["job"], campaign=clicks["campaign"],
                      at=clicks["clicked"], status=INTERACTED)  # fmt: skip
        push(
            state,
            job=clicks["job"],
            at=clicks["clicked"],
            target=3,
            chance=CLICK_AWARENESS,
            reason=MAIL,
        )
        opened = kept["opened"] < NEVER
        push(state, job=kept["job"][opened], at=kept["opened"][opened], target=2,
                      chance=OPEN_AWARENESS, reason=MAIL)  # fmt: skip
        visit_from_mail(
            state, clicks["job"], clicks["clicked"] + 2, clicks["page"], clicks["campaign"]
        )
        return self._events(kept, clicks)

    def _events(self, kept: Columns, clicks: Columns) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Registrations after clicks on invitations, and who comes."""
        state, random = self._state, self._random
        invited = kept["event_at"] != NONE
        targeted = invited & (random.random(len(invited)) < TARGETED_BEFORE)
        before = kept["at"] - random.integers(DAY, 6 * DAY, len(invited))
        targeted &= state.known_at(kept["job"]) < before - DAY
        targeted &= state.campaigns.created_by_key(kept["campaign"]) < before
        state.log.add("member", job=kept["job"][targeted], campaign=kept["campaign"][targeted],
                      at=before[targeted], status=TARGETED)  # fmt: skip
        event_at = clicks["event_at"]
        registered = clicks["clicked"] + random.integers(30, 300, len(event_at))
        registers = (event_at != NONE) & (registered < event_at) & (registered < state.end)
        registers &= random.random(len(event_at)) < REGISTERS
        job, at, campaign = (
            clicks["job"][registers],
            registered[registers],
            clicks["campaign"][registers],
        )
        state.log.add("member", job=job, campaign=campaign, at=at, status=REGISTERED)
        state.log.add("visit", job=job, at=at, page=FIRST_FORM_PAGE + REGISTRATION,
                      form=REGISTRATION, referrer=NONE, campaign=campaign, device=0)  # fmt: skip
        points = [(job, at, np.full(len(job), REGISTRATION_POINTS))]
        came = (random.random(len(job)) < ATTENDS) & (event_at[registers] + 3 * HOUR < state.end)
        came &= event_at[registers] < state.job_end[job]
        job, campaign = job[came], campaign[came]
        at = event_at[registers][came] + random.integers(0, 20 * MINUTE, len(job))
        state.log.add("member", job=job, campaign=campaign, at=at, status=ATTENDED)
        push(state, job=job, at=at, target=3, chance=ATTENDED_AWARENESS, reason=EVENT_ATTENDED)
        push(
            state, job=job, at=at + HOUR, target=4, chance=ENGAGED_AWARENESS, reason=EVENT_ATTENDED
        )
        points.append((job, at, np.full(len(job), ATTENDED_POINTS)))
        draw = random.random(len(job))
        engaged, asks = draw < ENGAGES, draw < ASKS_FOR_MEETING
        state.log.add("member", job=job[engaged], campaign=campaign[engaged],
                      at=at[engaged] + 45 * MINUTE, status=ENGAGED)  # fmt: skip
        state.log.add("member", job=job[asks], campaign=campaign[asks],
                      at=at[asks] + 50 * MINUTE, status=MEETING_REQUESTED)  # fmt: skip
        points.append((job[asks], at[asks] + 51 * MINUTE, np.full(asks.sum(), MEETING_POINTS)))
        return tuple(np.concatenate(column) for column in zip(*points, strict=True))


def _before(at: np.ndarray, end: int) -> np.ndarray:
    return np.where(at < end, at, NEVER)


def _mail_number(state: State, name: str) -> int:
    """Position of a mail's name."""
    if name not in state.mail_names:
        state.mail_names.append(name)
    return state.mail_names.index(name)
