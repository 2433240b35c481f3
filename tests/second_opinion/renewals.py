"""V17 renewal rate: what went on of what reached the end of a term.

Belongs here: the ends of terms and what followed. Does not belong here: growth at a renewal.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from tests.second_opinion.charges import Charge, Holdings, in_force
from tests.second_opinion.company import Company
from tests.second_opinion.periods import DAY, Calendar, add_months, months_between
from tests.second_opinion.results import Opinion, Totals
from tests.second_opinion.segments import account_segments


class Term(NamedTuple):
    charges: list[Charge]
    start: dt.date
    end: dt.date
    """The first day after it."""


def give(company: Company, calendar: Calendar, opinion: Opinion) -> None:
    holdings = Holdings(company)
    grace = holdings.grace
    totals: dict[str, Totals] = defaultdict(lambda: defaultdict(Decimal))
    for term in _terms(company, holdings):
        expiring = _arr(holdings, in_force(term.charges, term.end - DAY), term.end)
        if not expiring:
            continue
        following = [charge for charge in term.charges if term.end <= charge.start]
        next_start = min((charge.start for charge in following), default=None)
        goes_on = in_force(term.charges, term.end)
        renewed, on_time = Decimal(0), False
        if goes_on:
            next_start = term.end
        if next_start is not None and next_start <= term.end + grace:
            then = in_force(term.charges, next_start)
            renewed = min(expiring, _arr(holdings, then, term.end))
            booked = [c.booked_on for c in then if c.start == next_start and c.booked_on]
            on_time = not booked or min(booked) <= term.end
        long = months_between(term.start, term.end) >= 12
        for period in calendar.flow_periods(term.end):
            for segment in account_segments(company, term.charges[0].account_id):
                key = (period, segment)
                totals["all expiring"][key] += expiring
                totals["all renewed"][key] += renewed
                if long:
                    totals["expiring"][key] += expiring
                    totals["renewed"][key] += renewed
                    totals["on time"][key] += renewed if on_time else 0
                    totals["terms"][key] += 1
    terms = totals["terms"]
    opinion.ratios(("V17", "headline"), totals["renewed"], totals["expiring"], terms)
    opinion.ratios(("V17", "on_time"), totals["on time"], totals["expiring"], terms)
    opinion.ratios(("V17", "all_terms"), totals["all renewed"], totals["all expiring"])


def _arr(holdings: Holdings, charges: list[Charge], day: dt.date) -> Decimal:
    """Of a subscription's month as a whole, rounded once: unlike MRR, which rounds its charges."""
    original: dict[str, Decimal] = defaultdict(Decimal)
    for charge in charges:
        original[charge.currency] += charge.monthly
    amounts = (
        holdings.money.convert(amount, currency, day) for currency, amount in original.items()
    )
    return 12 * sum((amount or Decimal(0) for amount in amounts), Decimal(0))


def _terms(company: Company, holdings: Holdings) -> Iterator[Term]:
    """Terms that ended by the run's day. The present term is the source's. An earlier one ended
    where all charges did, whole billing periods after the term began.
    """
    by_subscription: dict[str, list[Charge]] = defaultdict(list)
    for charges in holdings.charges.values():
        for charge in charges:
            by_subscription[charge.subscription_id].append(charge)
    billing = {
        row.subscription_id: row.billing_period_months or 1
        for row in company.table("subscription_charge")
    }
    for row in company.table("subscription"):
        charges = by_subscription.get(row.subscription_id, [])
        if not charges:
            continue
        start = anchor = min(charge.start for charge in charges)
        for end in sorted({charge.end for charge in charges if charge.end}):
            if end > company.as_of or (row.term_started_on and end > row.term_started_on):
                break
            if in_force(charges, end - DAY) and not any(
                charge.start < end and (charge.end is None or charge.end > end)
                for charge in charges
            ):
                whole = months_between(anchor, end)
                # A month counted from the 31st ends with any shorter month.
                if whole % billing[row.subscription_id] == 0 and add_months(anchor, whole) == end:
                    yield Term(charges, start, end)
                    start = min((c.start for c in charges if c.start >= end), default=end)
                    anchor = anchor if start == end else start
        if row.term_ends_on and row.term_ends_on <= company.as_of:
            yield Term(charges, row.term_started_on or start, row.term_ends_on)
