"""How long customers stay and what they are worth: V11 customer life, V12 lifetime value.

Belongs here: trailing twelve months of customers and margins, survival. Does not belong here: what
customers cost (costs).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from functools import cache

from tests.second_opinion.charges import Holdings
from tests.second_opinion.company import Company
from tests.second_opinion.movements import Movement, movements
from tests.second_opinion.periods import DAY, Calendar, add_months, month_start, months_between
from tests.second_opinion.results import WHOLE, Opinion
from tests.second_opinion.segments import account_segments

Segment = tuple[str, str]


class Year:
    """The twelve months up to and with a day, by segment."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.holdings = Holdings(company)
        self.moved: list[Movement] = movements(self.holdings)
        self.money = self.holdings.money

    def segments(self, customer: str) -> list[Segment]:
        return account_segments(self.company, self.holdings.account_id(customer))

    @cache  # noqa: B019 - lives as long as the test
    def carried(self, day: dt.date) -> dict[Segment, tuple[int, Decimal]]:
        """Customers and monthly revenue, late renewals carried."""
        counts: dict[Segment, tuple[int, Decimal]] = defaultdict(lambda: (0, Decimal(0)))
        for customer in self.holdings.charges:
            amount = self.holdings.with_grace(customer, day)
            if amount:
                for segment in self.segments(customer):
                    number, total = counts[segment]
                    counts[segment] = (number + 1, total + amount)
        return dict(counts)

    def month_begins(self, day: dt.date) -> list[dt.date]:
        """First days of the twelve months that end with the day."""
        return [add_months(day + DAY, -back) for back in range(12, 0, -1)]

    def opening(self, day: dt.date) -> dict[Segment, tuple[int, Decimal]]:
        """Customers and revenue before each of the twelve months, added up."""
        sums: dict[Segment, tuple[int, Decimal]] = defaultdict(lambda: (0, Decimal(0)))
        for begin in self.month_begins(day):
            for segment, (number, amount) in self.carried(begin - DAY).items():
                sums[segment] = (sums[segment][0] + number, sums[segment][1] + amount)
        return dict(sums)

    def lost(self, day: dt.date) -> dict[Segment, tuple[int, Decimal]]:
        """Customers that churned, and monthly revenue lost by churn and contraction."""
        sums: dict[Segment, tuple[int, Decimal]] = defaultdict(lambda: (0, Decimal(0)))
        for movement in self.moved:
            if movement.kind in ("churn", "contraction") and (
                self.month_begins(day)[0] <= movement.day <= day
            ):
                for segment in self.segments(movement.customer):
                    number, amount = sums[segment]
                    number += movement.kind == "churn"
                    sums[segment] = (number, amount - movement.change / 12)
        return dict(sums)

    def margin(self, day: dt.date) -> Decimal | None:
        """Gross margin of the whole company over the twelve months: without the month in which
        revenue began there are not twelve for a year, and none for as long.
        """
        if not self.holdings.charges:
            return None
        begins = self.month_begins(day)
        costs: dict[dt.date, Decimal] = defaultdict(Decimal)
        months = {month_start(row.incurred_on) for row in self.company.table("cost_entry")}
        for row in self.company.table("cost_entry"):
            if row.cost_bucket == "cost_of_revenue":
                amount = self.money.convert(row.amount_original, row.currency_code, row.incurred_on)
                costs[month_start(row.incurred_on)] += amount or 0
        if begins[0] <= month_start(self.holdings.first_day) or any(
            month_start(begin) not in months for begin in begins
        ):
            return None
        revenue = sum(
            (self.carried(add_months(begin, 1) - DAY)[WHOLE][1] for begin in begins), Decimal(0)
        )
        cost = sum((costs[month_start(begin)] for begin in begins), Decimal(0))
        return (revenue - cost) / revenue if revenue else None


def lifetime_values(year: Year, day: dt.date) -> dict[Segment, float | None]:
    """V12 of each segment: revenue a customer and month, times margin, times months of life."""
    margin, cap = year.margin(day), year.company.setting("customer_life_cap_months")
    opening, lost = year.opening(day), year.lost(day)
    values: dict[Segment, float | None] = {}
    for segment, (customers, revenue) in year.carried(day).items():
        if margin is None:
            continue
        before, gone = opening.get(segment, (0, 0))[1], lost.get(segment, (0, 0))[1]
        life = min(float(before) / float(gone), cap) if gone else cap
        values[segment] = float(revenue) / customers * float(margin) * life
    return values


def give(company: Company, calendar: Calendar, opinion: Opinion) -> None:
    year = Year(company)
    for period, day in calendar.states(year.holdings.first_day):
        if year.month_begins(day)[0] > year.holdings.first_day:
            lost = year.lost(day)
            for segment, (opening, _) in year.opening(day).items():
                opinion.put(
                    ("V11", "headline"), period, segment, opening, lost.get(segment, (0,))[0]
                )
        for segment, value in lifetime_values(year, day).items():
            opinion.put(("V12", "headline"), period, segment, None, value=value, is_derived=True)
        if day == company.as_of:
            lives = _lives(year)
            opinion.put(
                ("V11", "kaplan_meier_median"),
                period,
                WHOLE,
                None,
                len(lives),
                value=median_life(lives),
                is_derived=True,
                n=len(lives),
            )


def _lives(year: Year) -> list[tuple[int, bool]]:
    """Months of each life and whether it ended; coming back begins another one."""
    lives: list[tuple[int, bool]] = []
    began: dict[str, dt.date] = {}
    for movement in year.moved:
        if movement.kind in ("new", "reactivation"):
            began[movement.customer] = movement.day
        elif movement.kind == "churn":
            lives.append((months_between(began.pop(movement.customer), movement.day), True))
    after = year.company.as_of + DAY
    return lives + [(months_between(day, after), False) for day in began.values()]


def median_life(lives: list[tuple[int, bool]]) -> int | None:
    """The first month by which the share that goes on, after Kaplan and Meier, is at most half."""
    surviving = 1.0
    for month in sorted({months for months, ended in lives if ended}):
        at_risk = sum(months >= month for months, _ in lives)
        ends = sum(months == month and ended for months, ended in lives)
        surviving *= 1 - ends / at_risk
        if surviving <= 0.5:
            return month
    return None
