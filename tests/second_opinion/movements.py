"""How ARR changes: V06 waterfall, V07 upsell and cross-sell, V08 new against expansion.

Belongs here: what a customer's day of changes is called, and in which parts it splits. Does not
belong here: who holds what (charges), transfers between customers, which no company here has.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from tests.second_opinion.charges import Charge, Holdings, in_force
from tests.second_opinion.company import Company
from tests.second_opinion.money import cents
from tests.second_opinion.periods import DAY, Calendar
from tests.second_opinion.results import WHOLE, Opinion, Totals
from tests.second_opinion.segments import NONE, account_segments

TYPES = ("new", "reactivation", "expansion", "contraction", "churn", "fx")


class Movement(NamedTuple):
    """A change of a customer's ARR; a day has at most one beside exchange rates."""

    customer: str
    day: dt.date
    kind: str
    change: Decimal
    parts: dict[tuple[str, str | None], Decimal]
    """Of an expansion: cross_sell, price or upsell by product."""


def movements(holdings: Holdings) -> list[Movement]:
    """All of them up to the run's day, by day."""
    found = [
        movement for customer in holdings.charges for movement in _movements_of(holdings, customer)
    ]
    return sorted(found, key=lambda movement: (movement.day, movement.customer))


def _movements_of(holdings: Holdings, customer: str) -> Iterator[Movement]:
    charges = holdings.carried[customer]
    days = {charge.start for charge in charges} | {charge.end for charge in charges if charge.end}
    for currency in {charge.currency for charge in charges}:
        days |= set(holdings.money.rate_days(currency))
    has_paid = False
    for day in sorted(day for day in days if day <= holdings.as_of):
        before, now = in_force(charges, day - DAY), in_force(charges, day)
        opening = 12 * holdings.monthly(before, day - DAY)
        revalued = 12 * holdings.monthly(before, day)
        closing = 12 * holdings.monthly(now, day)
        if revalued != opening:
            yield Movement(customer, day, "fx", revalued - opening, {})
        if closing != revalued:
            kind = _name(revalued, closing, has_paid)
            parts = _parts(holdings, before, now, day) if kind == "expansion" else {}
            yield Movement(customer, day, kind, closing - revalued, parts)
        has_paid = has_paid or closing > 0


def _name(before: Decimal, now: Decimal, has_paid: bool) -> str:
    if not before:
        return "reactivation" if has_paid else "new"
    if not now:
        return "churn"
    return "expansion" if now > before else "contraction"


def _parts(
    holdings: Holdings, before: list[Charge], now: list[Charge], day: dt.date
) -> dict[tuple[str, str | None], Decimal]:
    parts: dict[tuple[str, str | None], Decimal] = defaultdict(Decimal)
    for product in {charge.product for charge in before + now}:
        had = [charge for charge in before if charge.product == product]
        has = [charge for charge in now if charge.product == product]
        change = 12 * (holdings.monthly(has, day) - holdings.monthly(had, day))
        if not had:
            parts["cross_sell", product] += change
            continue
        units = sum((charge.quantity for charge in had), Decimal(0))
        units_now = sum((charge.quantity for charge in has), Decimal(0))
        price = Decimal(0)
        if units and units_now:
            new_price = _worth(holdings, has, day) / units_now
            price = 12 * (cents(units * new_price) - holdings.monthly(had, day))
        parts["price", product] += price
        parts["upsell", product] += change - price
    return parts


def _worth(holdings: Holdings, charges: list[Charge], day: dt.date) -> Decimal:
    """A month's worth before any rounding, for unit prices."""
    return sum(
        (charge.monthly * (holdings.money.rate(charge.currency, day) or 0) for charge in charges),
        Decimal(0),
    )


def families(company: Company, customers: Iterable[str]) -> dict[str, str]:
    """The topmost parent of each customer's account."""
    found = {}
    for customer in customers:
        top, seen = customer, {customer}
        while (account := company.account(top)) and account.parent_account_id:
            parent = company.survivor(account.parent_account_id)
            if parent is None or parent in seen or company.account(parent) is None:
                break
            seen.add(parent)
            top = parent
        found[customer] = top
    return found


def give(company: Company, calendar: Calendar, opinion: Opinion) -> None:
    holdings = Holdings(company)
    totals: dict[str, Totals] = defaultdict(lambda: defaultdict(Decimal))
    cases: dict[str, Totals] = defaultdict(lambda: defaultdict(int))
    products = {row.product_id: row.product_name for row in company.table("product")}
    family = families(company, holdings.charges)
    known_families: dict[str, tuple[dt.date, str]] = {}
    for movement in movements(holdings):
        segments = account_segments(company, holdings.account_id(movement.customer))
        names = [movement.kind]
        if movement.kind == "new":
            first = known_families.setdefault(
                family[movement.customer], (movement.day, movement.customer)
            )
            names.append("first_order" if first[1] == movement.customer else "connected_new")
        for period in calendar.flow_periods(movement.day):
            for segment in segments:
                for name in names:
                    totals[name][period, segment] += movement.change
                    cases[name][period, segment] += 1
                if movement.kind in ("new", "expansion"):
                    totals["added"][period, segment] += movement.change
            for (part, product), change in movement.parts.items():
                name = products.get(product) or product or NONE
                for segment in [*segments, ("product", name)]:
                    totals[part][period, segment] += change
    for kind in TYPES:
        opinion.sums(("V06", kind), totals[kind])
    for part in ("upsell", "cross_sell", "price"):
        opinion.sums(("V07", part), totals[part])
    opinion.ratios(("V08", "headline"), totals["new"], totals["added"])
    opinion.ratios(("V08", "first_order"), totals["first_order"], totals["added"])
    opinion.ratios(("V08", "connected_new"), totals["connected_new"], totals["added"])
    _give_balances(company, calendar, holdings, opinion)
    # Nobody's contract changes hands; it would be zero over all accounts in any case.
    opinion.sums(("V06", "transfer"), dict.fromkeys(((p, WHOLE) for p, _ in totals["new"]), 0))


def _give_balances(
    company: Company, calendar: Calendar, holdings: Holdings, opinion: Opinion
) -> None:
    opening: Totals = defaultdict(Decimal)
    closing: Totals = defaultdict(Decimal)
    for period, day in calendar.states(holdings.first_day):
        if period.grain == "day":
            continue
        for customer in holdings.charges:
            first = holdings.with_grace(customer, period.start - DAY)
            last = holdings.with_grace(customer, day)
            for segment in account_segments(company, holdings.account_id(customer)):
                opening[period, segment] += 12 * first
                closing[period, segment] += 12 * last
    opinion.sums(("V06", "opening"), opening)
    opinion.sums(("V06", "closing"), closing)
