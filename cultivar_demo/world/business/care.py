"""Looking after customers: support cases, and the scores that customers give.

Belongs here: adding support_case and survey_response. Does not belong here: talks
(``conversations``).
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa

from cultivar_demo.settings import REPORTING_TIME_ZONE, cutoff
from cultivar_demo.world.business.arrays import (
    choose,
    day_count,
    nullable,
    repeat,
    second_count,
    take,
)
from cultivar_demo.world.clock import add_working_days, at_working_hour
from cultivar_demo.world.world import World

CASES_A_MONTH = 0.25
"""Of each customer, and for each seat besides: ..."""
CASES_A_MONTH_AND_SEAT = 0.006
TROUBLE_DAYS = 120
TROUBLE_FACTOR = 2.0
"""Before a customer leaves, there are so many times the cases."""
PRIORITIES, PRIORITY_SHARES = ("Low", "Medium", "High"), (0.35, 0.45, 0.2)
CATEGORIES, CATEGORY_SHARES = ("Question", "Problem", "Billing"), (0.45, 0.42, 0.13)
SUBJECTS = {
    "Question": ("How do I share a report outside?", "Schedule a report", "Roles and permissions"),
    "Problem": ("Data source does not refresh", "Report shows no rows", "Single sign-on fails"),
    "Billing": ("Invoice address", "Seats on the invoice", "Purchase order number"),
}
HOURS_OPEN = np.array([60.0, 30.0, 9.0])
"""Median until a case is closed, by priority."""
LEFT_OPEN_SHARE = 0.01

SURVEY_MONTHS = (3, 9)
"""Relational surveys go out in these months, ..."""
SURVEY_DAY = 9
SURVEY_WEEKS = 2
"""... within so many weeks from this day on."""
ASKED_CONTACTS = 6
"""Of each customer, at most."""
ANSWER_SHARE = 0.26
ASKED_AFTER_CASE_SHARE = 0.5
MEAN_SCORE, SCORE_SPREAD = 8.2, 1.8
TROUBLE_SCORE = -2.6
"""Shift of the mean score of customers who leave within a year."""


def add_care(world: World) -> None:
    """Add support_case and survey_response."""
    cases = _cases(world)
    world.add("support_case", cases)
    _surveys(world)


def _customers(world: World) -> pa.Table:
    """Spans as a customer with seats, and contacts known in each: a row a contact and span."""
    return world.sql(
        """
        with spell as (
            select
                account_id, changed_at as begin_at, account_type,
                lead(changed_at) over (partition by account_id order by changed_at) as end_at
            from account_type_change
        ),

        seats as (
            select account_id, max(quantity) as seats from subscription_charge group by account_id
        )

        select
            spell.account_id, spell.begin_at, spell.end_at, seats.seats,
            contact.contact_id, contact.person_id,
            greatest(spell.begin_at, contact.created_at) as since,
            least(
                coalesce(spell.end_at, ?),
                coalesce(job.ended_on::timestamp, timestamp '2200-01-01')
            ) as until
        from spell
        join seats using (account_id)
        join contact using (account_id)
        join employment as job using (employment_id)
        where spell.account_type = 'Customer' and since < until
        order by spell.account_id, spell.begin_at, contact.contact_id
        """,
        [cutoff(world.settings.last_day)],
    )


def _cases(world: World) -> pa.Table:
    random = world.settings.random("business/cases")
    limit = np.datetime64(cutoff(world.settings.last_day), "s")
    rows = _customers(world)
    account = rows["account_id"].to_numpy()
    since = rows["since"].to_numpy().astype("datetime64[s]")
    until = rows["until"].to_numpy().astype("datetime64[s]")
    end = rows["end_at"].to_numpy().astype("datetime64[s]")
    # A customer's cases come from all its contacts together.
    _, inverse, people = np.unique(account, return_inverse=True, return_counts=True)
    days = (until - since).astype(np.int64) / 86_400
    monthly = CASES_A_MONTH + CASES_A_MONTH_AND_SEAT * rows["seats"].to_numpy()
    number = random.poisson(TROUBLE_FACTOR * monthly * days / 30.4 / people[inverse])
    row, _ = repeat(number)
    day = since[row].astype("datetime64[D]") + day_count(
        np.floor(random.random(len(row)) * days[row])
    )
    troubled = end[row].astype("datetime64[D]") - day < np.timedelta64(TROUBLE_DAYS, "D")
    kept = troubled | (random.random(len(row)) < 1 / TROUBLE_FACTOR)
    row, day = row[kept], day[kept]
    day = add_working_days(day, 0, "US")
    at = at_working_hour(day, REPORTING_TIME_ZONE, random, start=4, end=18)
    kept = (at > since[row]) & (at < until[row]) & (at < limit)
    row, at = row[kept], at[kept]
    order = np.lexsort((row, at))
    row, at = row[order], at[order]
    size = len(row)
    priority = _pick(random, PRIORITY_SHARES, size)
    category = _pick(random, CATEGORY_SHARES, size)
    hours = HOURS_OPEN[priority] * np.exp(random.standard_normal(size))
    closed = at + second_count(np.maximum(hours, 0.2) * 3_600)
    open_ = choose(random, np.ones(size, dtype=bool), LEFT_OPEN_SHARE) | (closed >= limit)
    subjects = [subject for name in CATEGORIES for subject in SUBJECTS[name]]
    return pa.table(
        {
            "case_id": 1 + np.arange(size),
            "account_id": account[row],
            "contact_id": rows["contact_id"].to_numpy()[row],
            "opened_at": at.astype("datetime64[us]"),
            "closed_at": nullable(closed.astype("datetime64[us]"), open_),
            "priority": take(PRIORITIES, priority),
            "category": take(CATEGORIES, category),
            "subject": take(subjects, 3 * category + random.integers(0, 3, size)),
        }
    )


def _surveys(world: World) -> None:
    random = world.settings.random("business/surveys")
    limit = np.datetime64(cutoff(world.settings.last_day), "s")
    rows = _customers(world)
    contact = rows["contact_id"].to_numpy()
    since = rows["since"].to_numpy().astype("datetime64[s]")
    until = rows["until"].to_numpy().astype("datetime64[s]")
    end = rows["end_at"].to_numpy().astype("datetime64[s]")
    first = np.r_[True, rows["account_id"].to_numpy()[1:] != rows["account_id"].to_numpy()[:-1]]
    start = np.maximum.accumulate(np.where(first, np.arange(len(first)), 0))
    among = np.arange(len(first)) - start < ASKED_CONTACTS
    which, sent = [], []
    for wave in _waves(world):
        day = wave + day_count(random.integers(0, 7 * SURVEY_WEEKS, len(contact)))
        at = at_working_hour(
            add_working_days(day, 0, "US"), REPORTING_TIME_ZONE, random, start=9, end=12
        )
        asked = among & (at > since) & (at < until) & (at < limit)
        which.append(np.flatnonzero(asked))
        sent.append(at[asked])
    row = np.concatenate(which)
    at = np.concatenate(sent)
    given = {
        "account_id": rows["account_id"].to_numpy()[row],
        "contact_id": contact[row],
        "person_id": rows["person_id"].to_numpy()[row],
        "is_troubled": end[row] - at < np.timedelta64(365, "D"),
    }
    closed = world.columns(
        """
        select cases.account_id, cases.contact_id, contact.person_id, cases.closed_at,
            coalesce(epoch(cases.closed_at - cases.opened_at) / 3600 > 60, false) as is_troubled
        from support_case as cases join contact using (contact_id)
        where cases.closed_at is not null order by cases.case_id
        """
    )
    asked = random.random(len(closed["contact_id"])) < ASKED_AFTER_CASE_SHARE
    after = closed["closed_at"].astype("datetime64[s]") + second_count(
        random.integers(1_800, 20 * 3_600, len(asked))
    )
    asked &= after < limit
    joined = {name: np.concatenate([given[name], closed[name][asked]]) for name in given}
    at = np.concatenate([at, after[asked]])
    is_relational = np.arange(len(at)) < len(row)
    order = np.lexsort((joined["contact_id"], at))
    joined = {name: values[order] for name, values in joined.items()}
    at, is_relational = at[order], is_relational[order]
    size = len(at)
    mean = MEAN_SCORE + np.where(joined["is_troubled"], TROUBLE_SCORE, 0)
    score = np.clip(np.rint(mean + SCORE_SPREAD * random.standard_normal(size)), 0, 10)
    answered = at + second_count(np.exp(random.normal(10.3, 1.4, size)).clip(120, 20 * 86_400))
    silent = (random.random(size) >= ANSWER_SHARE) | (answered >= limit)
    world.add(
        "survey_response",
        {
            "survey_id": 1 + np.arange(size),
            **{name: joined[name] for name in ("account_id", "contact_id", "person_id")},
            "kind": take(("transactional", "relational"), is_relational.astype(np.int64)),
            "sent_at": at.astype("datetime64[us]"),
            "answered_at": nullable(answered.astype("datetime64[us]"), silent),
            "score": nullable(score.astype(np.int64), silent),
        },
    )


def _waves(world: World) -> list[np.datetime64]:
    settings = world.settings
    years = range(settings.first_day.year, settings.last_day.year + 1)
    days = [dt.date(year, month, SURVEY_DAY) for year in years for month in SURVEY_MONTHS]
    return [np.datetime64(day, "D") for day in days if settings.first_day <= day]


def _pick(random: np.random.Generator, shares: tuple[float, ...], size: int) -> np.ndarray:
    cumulative = np.cumsum(shares) / np.sum(shares)
    return np.searchsorted(cumulative, random.random(size), side="right").clip(0, len(shares) - 1)
