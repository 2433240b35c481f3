"""What is left of a year ago: V03 gross, V04 net, V05 logo retention, over a closed cohort.

Belongs here: the accounts that paid twelve months before a month's last day, and what they pay on
it. Does not belong here: new customers, shorter or longer look-backs.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal

from tests.second_opinion.charges import Holdings, in_force
from tests.second_opinion.company import Company
from tests.second_opinion.movements import movements
from tests.second_opinion.periods import DAY, Calendar, add_months, is_last_of_month
from tests.second_opinion.results import Opinion, Totals
from tests.second_opinion.segments import account_segments


def a_year_before(day: dt.date) -> dt.date:
    """The last day of the same month a year before."""
    return add_months((day + DAY), -12) - DAY


def give(company: Company, calendar: Calendar, opinion: Opinion) -> None:
    holdings = Holdings(company)
    churned: dict[str, list[dt.date]] = defaultdict(list)
    for movement in movements(holdings):
        if movement.kind == "churn":
            churned[movement.customer].append(movement.day)
    totals: dict[str, Totals] = defaultdict(lambda: defaultdict(Decimal))
    for period, day in calendar.states(holdings.first_day):
        if not is_last_of_month(day):
            continue
        opening_day = a_year_before(day)
        for customer in holdings.charges:
            opening = 12 * holdings.with_grace(customer, opening_day)
            if not opening:
                continue
            closing = 12 * holdings.with_grace(customer, day)
            stayed = not any(opening_day < left <= day for left in churned[customer])
            constant = 12 * holdings.monthly(in_force(holdings.carried[customer], day), opening_day)
            variants = {
                "point_to_point": closing,
                "strict": closing if stayed else Decimal(0),
                "constant_currency": constant,
            }
            for segment in account_segments(company, holdings.account_id(customer)):
                key = (period, segment)
                totals["opening"][key] += opening
                totals["customers"][key] += 1
                for variant, now in variants.items():
                    totals["net " + variant][key] += now
                    totals["gross " + variant][key] += min(opening, now)
                    totals["logo " + variant][key] += now > 0
    customers = totals["customers"]
    for variant in ("point_to_point", "strict", "constant_currency"):
        net, gross = totals["net " + variant], totals["gross " + variant]
        opinion.ratios(("V03", variant), gross, totals["opening"], customers)
        opinion.ratios(("V04", variant), net, totals["opening"], customers)
        if variant != "constant_currency":
            opinion.ratios(("V05", variant), totals["logo " + variant], customers, customers)
