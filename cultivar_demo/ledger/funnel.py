"""KPIs of the lead funnel: F01 lead flow, F03 conversion between stages.

Belongs here: what is counted of leads by stage. Does not belong here: response times, hand-offs.
"""

from __future__ import annotations

from cultivar_demo.ledger.book import Book
from cultivar_demo.ledger.leads import SEGMENTS
from cultivar_demo.ledger.periods import GRAINS

CONVERSIONS = (
    ("inquiry", "marketing_qualified", 30),
    ("marketing_qualified", "sales_accepted", 30),
    ("sales_accepted", "opportunity", 90),
)
"""From stage, to stage, days in which it counts."""

WON_WITHIN_DAYS = 180
"""Days from a deal's creation in which winning it counts."""


def lead_flow(book: Book) -> None:
    """F01: first entries of each stage; inquiry is the creation."""
    columns = "1 as numerator, l.* exclude (created_on)"
    book.totals(
        "F01",
        f"""
        select 'inquiry' as variant, created_on as day, {columns} from lead_case as l
        union all
        select e.stage, e.entered_on, {columns}
        from lead_case as l
        inner join lead_entry as e using (lead_id)
        where e.stage != 'new'
        """,
        segments=SEGMENTS,
        grains=GRAINS,
    )
    book.note(
        "F01",
        "first entry, or that of a later stage reached before it, of new, "
        "marketing_qualified, sales_accepted, sales_qualified, converted",
    )


def lead_conversion(book: Book) -> None:
    """F03 lead_to_conversion: converted so far of the leads created in the period."""
    book.totals(
        "F03",
        "select 'lead_to_conversion' as variant, created_on as day, "
        "cast(is_converted as int) as numerator, 1 as denominator, lead_case.* from lead_case",
        ratio=True,
        segments=SEGMENTS,
    )


def stage_conversion(book: Book) -> None:
    """F03 by stage and window, cohorts old enough only; and the same-period throughput."""
    book.run(
        """
        create temp table funnel_entry as
        select lead_id, account_id, 'inquiry' as stage, created_on as entered_on from lead_case
        union all
        select e.lead_id, l.account_id, e.stage, e.entered_on
        from lead_entry as e
        inner join lead_case as l using (lead_id)
        where e.stage in ('marketing_qualified', 'sales_accepted')
        union all
        select h.lead_id, h.account_id, 'opportunity', min(h.decided_on)
        from hand_off_case as h
        where h.decision = 'accepted' and h.opportunity_id is not null
        group by all
        """
    )
    for origin, target, window in CONVERSIONS:
        is_mature = f"a.entered_on + {window} <= {book.today}"
        book.totals(
            "F03",
            f"""
            select '{origin}_to_{target}' as variant, a.entered_on as day,
                cast({is_mature} and coalesce(
                    b.entered_on - a.entered_on between 0 and {window}, false
                ) as int) as numerator,
                cast({is_mature} as int) as denominator, cast({is_mature} as int) as n,
                cast(not ({is_mature}) as int) as n_immature,
                cast(not ({is_mature}) as int) as n_excluded, l.*
            from funnel_entry as a
            inner join lead_case as l using (lead_id)
            left join funnel_entry as b on b.lead_id = a.lead_id and b.stage = '{target}'
            where a.stage = '{origin}'
            """,
            ratio=True,
            segments=SEGMENTS,
        )
        book.totals(
            "F03",
            f"""
            select 'throughput_ratio_{origin}_to_{target}' as variant, entered_on as day,
                cast(stage = '{target}' as int) as numerator,
                cast(stage = '{origin}' as int) as denominator,
                cast(stage = '{origin}' as int) as n
            from funnel_entry where stage in ('{origin}', '{target}')
            """,
            ratio=True,
        )
        book.note("F03", f"within {window} days; younger ones excluded", f"{origin}_to_{target}")
        book.note(
            "F03", "entries of the same period, no cohort", f"throughput_ratio_{origin}_to_{target}"
        )
    is_mature = f"created_on + {WON_WITHIN_DAYS} <= {book.today}"
    book.totals(
        "F03",
        f"""
        select 'opportunity_to_won' as variant, created_on as day,
            cast({is_mature} and state = 'won'
                and close_date - created_on <= {WON_WITHIN_DAYS} as int) as numerator,
            cast({is_mature} as int) as denominator, cast({is_mature} as int) as n,
            cast(not ({is_mature}) as int) as n_immature,
            cast(not ({is_mature}) as int) as n_excluded,
            deal.*
        from deal where not is_renewal
        """,
        ratio=True,
        segments=("opportunity_type", "motion", "account_segment"),
    )
    book.note("F03", "deals, without renewals, won within 180 days", "opportunity_to_won")


def compute(book: Book) -> None:
    """All KPIs of this module."""
    lead_flow(book)
    lead_conversion(book)
    stage_conversion(book)
