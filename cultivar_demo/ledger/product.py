"""KPIs of product use: S04 conversion of workspaces, S05 follow-up of signals, active workspaces.

Belongs here: what is counted of workspaces and signals. Does not belong here: revenue.
"""

from __future__ import annotations

import datetime as dt
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa

from cultivar_demo.ledger.book import Book
from cultivar_demo.settings import cutoff
from cultivar_demo.world.business.product_events import product_events
from cultivar_demo.world.world import World

CONVERSION_DAYS = (30, 90)

REVERSAL_DAYS = 30
"""A workspace closed so soon after it became paid was not converted."""

SIGNAL_FORMS_SLA_MINUTES = 1_440
"""A form is to be followed by a human touch within a day (our choice)."""

MOST_EVENTS = 100_000_000
"""Of a whole company: with more, nobody waits for active workspaces, and the KPI has no rows."""


def workspace_conversion(book: Book) -> None:
    """S04: workspaces paid within 30 and 90 days of their creation, cohorts old enough only."""
    for days in CONVERSION_DAYS:
        known = f"local_day(created_at) + {days} <= {book.today}"
        book.totals(
            "S04",
            f"""
            select 'paid_within_{days}_days' as variant, local_day(created_at) as day,
                cast({known} and coalesce(
                    local_day(paid_at) - local_day(created_at) <= {days}
                    and not coalesce(
                        local_day(closed_at) - local_day(paid_at) < {REVERSAL_DAYS}, false
                    ), false) as int) as numerator,
                cast({known} as int) as denominator, cast({known} as int) as n,
                cast(not ({known}) as int) as n_excluded,
                cast(not ({known}) as int) as n_immature, plan
            from workspace
            """,
            ratio=True,
            segments=("plan",),
        )
        book.note(
            "S04",
            f"paid within {days} days and not closed within 30 days of that; younger excluded",
            f"paid_within_{days}_days",
        )


def signal_follow_up(book: Book) -> None:
    """S05: forms of known people with a human touch within a day."""
    book.run(
        f"""
        create or replace temp table _signal as
        with human as (
            select person_id, occurred_at from sales_act where not is_automated
        ),
        signal as (
            select person_id, occurred_at from web_visit
            where kind = 'form_submit' and person_id is not null
        )
        select local_day(s.occurred_at) as day,
            coalesce(date_diff('second', s.occurred_at, h.occurred_at)
                <= {SIGNAL_FORMS_SLA_MINUTES} * 60, false) as is_followed,
            date_diff('second', s.occurred_at, {book.end})
                > {SIGNAL_FORMS_SLA_MINUTES} * 60 as is_due
        from signal as s
        asof left join human as h
            on h.person_id = s.person_id and s.occurred_at <= h.occurred_at
        """
    )
    book.totals(
        "S05",
        """
        select 'forms' as variant, day, cast(is_followed as int) as numerator,
            cast(is_followed or is_due as int) as denominator,
            cast(is_followed or is_due as int) as n,
            cast(not (is_followed or is_due) as int) as n_excluded
        from _signal
        """,
        ratio=True,
    )
    book.note("S05", "each form of a person; own outbound touch within 24 hours")


_active: WeakKeyDictionary[World, dict[dt.date, pa.Table]] = WeakKeyDictionary()
"""Both bases count the same events, and making them takes a while."""


def _active_months(world: World, as_of: dt.date) -> pa.Table:
    """Workspace and number of the simulated month, once each, of all events that have arrived."""
    known = _active.setdefault(world, {})
    if as_of in known:
        return known[as_of]
    first = world.settings.first_day
    count = (as_of.year - first.year) * 12 + as_of.month - first.month + 1
    starts = [
        dt.date(month // 12, month % 12 + 1, 1)
        for month in range(first.year * 12 + first.month - 1, first.year * 12 + first.month + count)
    ]
    edges = np.array([cutoff(day - dt.timedelta(days=1)) for day in starts], dtype="datetime64[us]")
    seen = [np.empty(0, dtype=np.int64)]
    for number in range((as_of - first).days + 1):
        events = product_events(world, first + dt.timedelta(days=number))
        workspace = events["workspace_id"].to_numpy()
        month = np.searchsorted(edges, events["occurred_at"].to_numpy(), side="right") - 1
        seen.append(np.unique(workspace * count + month))
    both = np.unique(np.concatenate(seen))
    months = np.array(starts[:-1], dtype="datetime64[D]")
    known[as_of] = pa.table({"workspace_id": both // count, "month": months[both % count]})
    return known[as_of]


def active_workspaces(book: Book) -> None:
    """active_workspaces: workspaces with an event in the month."""
    if book.settings.events_per_day * book.settings.days > MOST_EVENTS:
        return
    book.connection.register("_active_month", _active_months(book.world, book.as_of))
    book.totals(
        "active_workspaces",
        """
        select 'headline' as variant, m.month as day, 1 as numerator, w.plan
        from _active_month as m inner join workspace as w using (workspace_id)
        """,
        segments=("plan",),
        grains=("month",),
    )
    book.connection.unregister("_active_month")
    book.note("active_workspaces", "events that have arrived, by the month in which they happened")


def compute(book: Book) -> None:
    """All KPIs of this module."""
    active_workspaces(book)
    workspace_conversion(book)
    signal_follow_up(book)
