"""P10 forecast accuracy and bias, P11 linearity of bookings.

Belongs here: fiscal quarters, locked forecasts against what was won. Does not belong here: open
pipeline (pipeline).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal

from tests.second_opinion.company import Company
from tests.second_opinion.deals import Deal, Deals
from tests.second_opinion.periods import DAY, Calendar, Period, add_months
from tests.second_opinion.results import WHOLE, Opinion
from tests.second_opinion.segments import owner_name

CATEGORIES = {
    "commit": {"commit"},
    "best_case": {"commit", "most_likely", "best_case"},
}


def give(company: Company, calendar: Calendar, opinion: Opinion) -> None:
    deals = Deals(company)
    first = calendar.fiscal_quarter(deals.first_day)
    quarter = first
    while quarter.start <= company.as_of:
        # Before the history begins nothing could be locked.
        if quarter.end <= company.as_of + DAY and quarter.start >= deals.first_day:
            _give_forecast(deals, quarter, opinion)
        quarter = calendar.fiscal_quarter(quarter.end)
    _give_linearity(deals, calendar, "by_close_date", lambda deal: deal.close_date, opinion)
    _give_linearity(deals, calendar, "by_system_time", lambda deal: deal.won_on, opinion)


def _give_forecast(deals: Deals, quarter: Period, opinion: Opinion) -> None:
    actual: dict[str | None, Decimal] = defaultdict(Decimal)
    for deal in deals.all:
        if deal.state == "won" and _lies_in(quarter, deal.close_date):
            credited = deal.at(deal.won_on) if deal.won_on else None
            actual[credited.owner_id if credited else deal.owner_id] += deal.amount or 0
    locks = {"day_1": quarter.start} | {
        f"{days}_days_before": quarter.end - dt.timedelta(days=days) for days in (30, 60, 90)
    }
    for name, categories in CATEGORIES.items():
        for lock, day in locks.items():
            forecast: dict[str | None, Decimal] = defaultdict(Decimal)
            for deal in deals.all:
                state = deal.at(day)
                if state is None or not _lies_in(quarter, state.close_date):
                    continue
                if state.state == "won" or (state.is_open and state.category in categories):
                    forecast[state.owner_id] += state.amount or 0
            _give_owners(deals, f"{name}_{lock}", quarter, forecast, actual, opinion)


def _give_owners(
    deals: Deals,
    variant: str,
    quarter: Period,
    forecast: dict[str | None, Decimal],
    actual: dict[str | None, Decimal],
    opinion: Opinion,
) -> None:
    missed: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    surplus: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    won: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for owner in forecast.keys() | actual.keys():
        difference = forecast.get(owner, Decimal(0)) - actual.get(owner, Decimal(0))
        for segment in (WHOLE, ("owner", owner_name(deals.company, owner))):
            missed[segment] += abs(difference)
            surplus[segment] += difference
            won[segment] += actual.get(owner, 0)
    for segment, amount in won.items():
        accuracy = 1 - missed[segment] / amount if amount else None
        bias = surplus[segment] / amount if amount else None
        opinion.put(
            ("P10", f"accuracy_{variant}"),
            quarter,
            segment,
            missed[segment],
            amount,
            value=accuracy,
            is_derived=True,
        )
        opinion.put(
            ("P10", f"bias_{variant}"),
            quarter,
            segment,
            surplus[segment],
            amount,
            value=bias,
            is_derived=True,
        )


def _lies_in(quarter: Period, day: dt.date | None) -> bool:
    return day is not None and quarter.start <= day < quarter.end


def _give_linearity(
    deals: Deals,
    calendar: Calendar,
    suffix: str,
    day_of: Callable[[Deal], dt.date | None],
    opinion: Opinion,
) -> None:
    bookings: dict[Period, list[tuple[dt.date, Decimal]]] = defaultdict(list)
    for deal in deals.all:
        day = day_of(deal) if deal.state == "won" else None
        if day is not None and deal.amount is not None:
            quarter = calendar.fiscal_quarter(day)
            if quarter.start <= deals.company.as_of:
                bookings[quarter].append((day, deal.amount))
    for quarter, booked in bookings.items():
        total = sum((amount for _, amount in booked), Decimal(0))
        late = quarter.end - dt.timedelta(days=14)
        third = add_months(quarter.start, 2)
        last_days = sum((amount for day, amount in booked if day >= late), Decimal(0))
        month_3 = sum((amount for day, amount in booked if day >= third), Decimal(0))
        opinion.put(("P11", f"last_14_days_{suffix}"), quarter, WHOLE, last_days, total)
        opinion.put(("P11", f"month_3_share_{suffix}"), quarter, WHOLE, month_3, total)
        weeks = [Decimal(0)] * 13
        for day, amount in booked:
            weeks[min((day - quarter.start).days // 7, 12)] += amount
        opinion.put(
            ("P11", f"gini_{suffix}"), quarter, WHOLE, None, 13, value=gini(weeks), is_derived=True
        )


def gini(values: list[Decimal]) -> float | None:
    """Mean difference of all pairs over twice the mean."""
    total = sum(values)
    if not total:
        return None
    differences = sum(abs(one - other) for one in values for other in values)
    return float(differences) / (2 * len(values) * float(total))
