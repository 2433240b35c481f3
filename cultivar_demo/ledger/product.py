"""KPIs of product use: S04 conversion of workspaces, S05 follow-up of signals, active workspaces.

Belongs here: what is counted of workspaces and signals. Does not belong here: revenue.
"""

from __future__ import annotations

from cultivar_demo.ledger.book import Book

CONVERSION_DAYS = (30, 90)

REVERSAL_DAYS = 30
"""A workspace closed so soon after it became paid was not converted."""

SIGNAL_FORMS_SLA_MINUTES = 1_440
"""A form is to be followed by a human touch within a day (our choice)."""


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


def compute(book: Book) -> None:
    """All KPIs of this module."""
    workspace_conversion(book)
    signal_follow_up(book)
