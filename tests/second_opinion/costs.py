"""What customers cost: V13 acquisition, V14 retention, V15 lifetime value to cost, V16 payback.

Belongs here: whole periods that the cost ledger covers, the lag of a sales cycle. Does not belong
here: what customers bring (customers).
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from tests.second_opinion.company import Company
from tests.second_opinion.customers import Year, lifetime_values
from tests.second_opinion.deals import Deals
from tests.second_opinion.periods import (
    DAY,
    Calendar,
    Period,
    add_months,
    month_start,
    months_between,
)
from tests.second_opinion.results import WHOLE, Opinion

DAYS_IN_A_MONTH = 365.25 / 12


class Costs:
    """The cost ledger by bucket and month, and the months it covers."""

    def __init__(self, year: Year) -> None:
        self.amounts: dict[tuple[str, dt.date], Decimal] = defaultdict(Decimal)
        months = set()
        for row in year.company.table("cost_entry"):
            amount = year.money.convert(row.amount_original, row.currency_code, row.incurred_on)
            self.amounts[row.cost_bucket, month_start(row.incurred_on)] += amount or 0
            months.add(month_start(row.incurred_on))
        self.first, self.last = min(months), max(months)

    def of(self, bucket: str, months: list[dt.date]) -> Decimal | None:
        """None where the ledger does not cover the months whole."""
        if months[0] < self.first or months[-1] > self.last:
            return None
        return sum((self.amounts[bucket, month] for month in months), Decimal(0))


def months_of(period: Period) -> list[dt.date]:
    return [
        add_months(period.start, ahead) for ahead in range(months_between(period.start, period.end))
    ]


def lag_months(deals: Deals, end: dt.date) -> int | None:
    """Median cycle of new business won in the year up to the period's end, in whole months."""
    year_before = add_months(end, -12)
    cycles = [
        deal.cycle_days
        for deal in deals.closed
        if deal.state == "won"
        and deal.is_new_business
        and deal.cycle_days is not None
        and year_before <= deal.close_date < end
    ]
    return round(statistics.median(cycles) / DAYS_IN_A_MONTH) if cycles else None


def give(company: Company, calendar: Calendar, opinion: Opinion) -> None:
    year, deals = Year(company), Deals(company)
    if not company.table("cost_entry"):
        return
    costs = Costs(year)
    for period, day in calendar.states(year.holdings.first_day):
        if period.grain == "day" or period.end - DAY > company.as_of:
            continue
        months = months_of(period)
        if period.grain != "month":
            _give_acquisition(year, deals, costs, period, day, opinion)
        spent = costs.of("retention", months)
        if spent is not None:
            ends = [year.carried(add_months(month, 1) - DAY) for month in months]
            customers = sum(end.get(WHOLE, (0, 0))[0] for end in ends) / len(ends)
            opening = 12 * year.carried(months[0] - DAY).get(WHOLE, (0, Decimal(0)))[1]
            opinion.put(("V14", "per_customer"), period, WHOLE, spent, customers)
            opinion.put(("V14", "of_opening_arr"), period, WHOLE, spent, opening)


def _give_acquisition(
    year: Year, deals: Deals, costs: Costs, period: Period, day: dt.date, opinion: Opinion
) -> None:
    lag = lag_months(deals, period.end)
    if lag is None:
        return
    spent = costs.of("acquisition", [add_months(month, -lag) for month in months_of(period)])
    if spent is None:
        return
    new = list(_new_in(year, period))
    new_arr = sum(new, Decimal(0))
    opinion.put(("V13", "per_customer"), period, WHOLE, spent, len(new), n=len(new))
    opinion.put(("V13", "cac_ratio"), period, WHOLE, spent, new_arr, n=len(new))
    margin = year.margin(day)
    brought = None if margin is None else new_arr / 12 * margin
    months = float(spent / brought) if brought else None
    opinion.put(
        ("V16", "months"), period, WHOLE, spent, brought, value=months, is_derived=True, n=len(new)
    )
    worth, cost = lifetime_values(year, day).get(WHOLE), float(spent) / len(new) if new else None
    ratio = worth / cost if worth is not None and cost else None
    opinion.put(("V15", "headline"), period, WHOLE, worth, cost, value=ratio, is_derived=True)


def _new_in(year: Year, period: Period) -> Iterator[Decimal]:
    for movement in year.moved:
        if movement.kind == "new" and period.start <= movement.day < period.end:
            yield movement.change
