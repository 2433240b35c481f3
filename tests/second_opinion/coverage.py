"""P05 pipeline coverage: what is to close in a quarter over the quotas of that quarter.

Belongs here: quotas as in force on a day, open pipeline and wins by closing quarter. Does not
belong here: pipeline without quotas (pipeline).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from tests.second_opinion.company import Company
from tests.second_opinion.deals import Deals
from tests.second_opinion.periods import DAY, Calendar, Period
from tests.second_opinion.pipeline import is_pipeline
from tests.second_opinion.results import WHOLE, Opinion
from tests.second_opinion.segments import owner_name


def give(company: Company, calendar: Calendar, opinion: Opinion) -> None:
    deals = Deals(company)
    for suffix, period, day in _moments(deals, calendar):
        current = calendar.fiscal_quarter(day)
        _give_quarter(deals, f"current_quarter_{{}}{suffix}", period, day, current, opinion)
        following = calendar.fiscal_quarter(current.end)
        _give_quarter(deals, f"next_quarter_{{}}{suffix}", period, day, following, opinion)


def _moments(deals: Deals, calendar: Calendar) -> Iterator[tuple[str, Period, dt.date]]:
    """The end of each period; and the day of a fiscal quarter for which benchmarks are."""
    yield from (("", period, day) for period, day in calendar.states(deals.first_day))
    into = (deals.company.setting("coverage_quarter_day") - 1) * DAY
    quarter = calendar.fiscal_quarter(deals.first_day)
    while quarter.start + into <= deals.company.as_of:
        if quarter.start + into >= deals.first_day:
            yield "_early", quarter, quarter.start + into
        quarter = calendar.fiscal_quarter(quarter.end)


def _give_quarter(
    deals: Deals, name: str, period: Period, day: dt.date, quarter: Period, opinion: Opinion
) -> None:
    quotas = _quotas(deals, quarter, day)
    closing: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    won: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    cases: dict[tuple[str, str], int] = defaultdict(int)
    for state in filter(None, (deal.at(day) for deal in deals.all)):
        if state.close_date is None or not quarter.start <= state.close_date < quarter.end:
            continue
        for segment in (WHOLE, ("owner", owner_name(deals.company, state.owner_id))):
            if state.state == "won":
                won[segment] += state.amount or 0
            if is_pipeline(deals, state) and state.close_date >= day:
                closing[segment] += state.amount or 0
                cases[segment] += 1
    for segment in closing.keys() | quotas.keys() | won.keys():
        amount, quota, n = closing[segment], quotas.get(segment), cases[segment]
        missing = quota - won[segment] if quota is not None else None
        for variant, part in (("quota", quota), ("remaining", missing)):
            # Without a quota, or once it is met, nothing can be said.
            over = part if part is not None and part > 0 else None
            value = amount / over if over else None
            kpi = ("P05", name.format(variant))
            opinion.put(kpi, period, segment, amount, over, value=value, is_derived=True, n=n)


def _quotas(deals: Deals, quarter: Period, day: dt.date) -> dict[tuple[str, str], Decimal]:
    """Bookings quotas of a quarter as in force on a day, by segment; one of several months is
    spread over its days.
    """
    company = deals.company
    by_email: dict[str, list[str]] = defaultdict(list)
    for user in company.table("user"):
        by_email[(user.email or "").lower()].append(user.user_name)
    latest: dict[tuple, dt.date] = {}
    known = [row for row in company.table("quota") if row.quota_metric == "bookings"]
    known = [row for row in known if row.set_on is None or row.set_on <= day]
    for row in known:
        key = (row.user_email, row.period_start, row.period_end)
        latest[key] = max(latest.get(key, dt.date.min), row.set_on or dt.date.min)
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in known:
        if latest[row.user_email, row.period_start, row.period_end] != (row.set_on or dt.date.min):
            continue
        first, end = max(row.period_start, quarter.start), min(row.period_end, quarter.end)
        quota = deals.money.convert(row.quota_original, row.currency_code, row.period_start)
        if first >= end or quota is None:
            continue
        share = quota * (end - first).days / (row.period_end - row.period_start).days
        names = by_email[(row.user_email or "").lower()]
        for segment in (WHOLE, ("owner", names[0] if len(names) == 1 else "(none)")):
            sums[segment] += share
    return sums
