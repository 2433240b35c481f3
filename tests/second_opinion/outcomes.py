"""What became of deals: P07 cycles, P08 win rates, P09 velocity, V10 selling price.

Belongs here: closed deals by close date, each once in its latest state (G9). Does not belong here:
amounts as they were on a day (pipeline).
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from tests.second_opinion.company import Company
from tests.second_opinion.deals import Deal, Deals
from tests.second_opinion.periods import Calendar, Period, add_months
from tests.second_opinion.pipeline import is_pipeline
from tests.second_opinion.results import WHOLE, Opinion, Totals
from tests.second_opinion.segments import NONE, deal_segments

Place = tuple[Period, tuple[str, str]]


def give(company: Company, calendar: Calendar, opinion: Opinion) -> None:
    deals = Deals(company)
    closed = [deal for deal in deals.all if deal.is_closed]
    new = [deal for deal in closed if not deal.is_renewal]
    _give_cycles(deals, calendar, new, opinion)
    _give_open_age(deals, calendar, opinion)
    _give_win_rates(deals, calendar, closed, opinion)
    _give_velocity(deals, calendar, opinion)
    amounts: Totals = defaultdict(Decimal)
    numbers: Totals = defaultdict(int)
    for deal in closed:
        if deal.state == "won" and deal.is_new_business and deal.amount is not None:
            for place in _places(deals, calendar, deal, deal.close_date):
                amounts[place] += deal.amount
                numbers[place] += 1
    opinion.ratios(("V10", "headline"), amounts, numbers, numbers)
    _give_unit_price(deals, calendar, closed, opinion)


def _give_unit_price(
    deals: Deals, calendar: Calendar, closed: list[Deal], opinion: Opinion
) -> None:
    """Of the lines of won new business, at the rate of the close date."""
    lines = deals.company.by("opportunity_line_item", "opportunity_id")
    prices: Totals = defaultdict(Decimal)
    units: Totals = defaultdict(Decimal)
    for deal in closed:
        if deal.state != "won" or not deal.is_new_business:
            continue
        for line in lines.get(deal.id, []):
            price = deals.amount(
                line.total_price_original, deal.record.currency_code, deal.close_date
            )
            if price is None or not line.quantity:
                continue
            for place in _places(deals, calendar, deal, deal.close_date):
                prices[place] += price
                units[place] += line.quantity
    opinion.ratios(("V10", "per_unit"), prices, units)


def _places(deals: Deals, calendar: Calendar, deal: Deal, day: dt.date | None) -> Iterable[Place]:
    for period in calendar.flow_periods(day):
        for segment in deal_segments(deals.company, deal.record):
            yield period, segment


def _give_cycles(deals: Deals, calendar: Calendar, closed: list[Deal], opinion: Opinion) -> None:
    for state in ("won", "lost"):
        cycles: dict[Place, list[int]] = defaultdict(list)
        without_gaps: dict[Place, list[int]] = defaultdict(list)
        for deal in closed:
            if deal.state == state and deal.cycle_days is not None:
                for place in _places(deals, calendar, deal, deal.close_date):
                    cycles[place].append(deal.cycle_days)
                    without_gaps[place].append(max(deal.cycle_days - _closed_days(deals, deal), 0))
        _medians(opinion, ("P07", f"{state}_median"), cycles)
        for place, days in cycles.items():
            n = len(days)
            opinion.put(("P07", f"{state}_mean"), *place, sum(days), n, n=n)
        if state == "won":
            _medians(opinion, ("P07", "won_median_without_closed_gaps"), without_gaps)


def _medians(opinion: Opinion, kpi: tuple[str, str], days: dict[Place, list[int]]) -> None:
    for place, known in days.items():
        n, median = len(known), statistics.median(known)
        opinion.put(kpi, *place, None, n, value=median, is_derived=True, n=n)


def _closed_days(deals: Deals, deal: Deal) -> int:
    """Days that lie between a closing and the reopening after it."""
    days, closed_on = 0, None
    for instant, state, _, _ in deal.entries:
        day = deals.company.local_day(instant)
        assert day
        if state in ("won", "lost"):
            closed_on = closed_on or day
        elif closed_on is not None:
            days += (day - closed_on).days
            closed_on = None
    return days


def _give_open_age(deals: Deals, calendar: Calendar, opinion: Opinion) -> None:
    for period, day in calendar.states(deals.first_day):
        ages: dict[Place, list[int]] = defaultdict(list)
        for deal in deals.all:
            state = deal.at(day)
            if state and state.is_open and not deal.is_renewal and deal.created_on:
                for segment in deal_segments(deals.company, deal.record):
                    ages[period, segment].append((day - deal.created_on).days)
        _medians(opinion, ("P07", "open_age_median"), ages)


def _give_win_rates(deals: Deals, calendar: Calendar, closed: list[Deal], opinion: Opinion) -> None:
    won: dict[str, Totals] = defaultdict(lambda: defaultdict(Decimal))
    both: dict[str, Totals] = defaultdict(lambda: defaultdict(Decimal))

    def count(variant: str, deal: Deal, places: Iterable[Place], worth: Decimal | int = 1) -> None:
        for place in places:
            both[variant][place] += worth
            won[variant][place] += worth if deal.state == "won" else 0

    stages = [(row.stage, row.stage_order) for row in deals.stages.values() if row.state == "open"]
    for deal in closed:
        by_close = list(_places(deals, calendar, deal, deal.close_date))
        if deal.is_renewal:
            count("renewal", deal, by_close)
            continue
        count("count", deal, by_close)
        if deal.amount is not None and deal.amount >= 0:
            count("value", deal, by_close, deal.amount)
        count("created_cohort", deal, _places(deals, calendar, deal, deal.created_on))
        if deal.reached(deals.pipeline_order):
            count("from_qualified", deal, by_close)
        for stage, order in stages:
            if deal.reached(order):
                whole = [period for period, segment in by_close if segment == WHOLE]
                count("from_stage", deal, [(period, ("stage", stage)) for period in whole])
    for variant, totals in both.items():
        n = None if variant == "value" else totals
        opinion.ratios(("P08", variant), won[variant], totals, n)


def _give_velocity(deals: Deals, calendar: Calendar, opinion: Opinion) -> None:
    stale_cycles = deals.company.setting("velocity_stale_cycles")
    for period, day in calendar.states(deals.first_day):
        begin = add_months(day, -12)
        segments: dict[str, list[tuple[Deal, object]]] = defaultdict(list)
        for deal in deals.all:
            account = deals.company.account(deal.record.account_id)
            segment = (account.account_segment if account else None) or NONE
            state = deal.at(day)
            if state is not None and not deal.is_renewal:
                segments[segment].append((deal, state))
        values: list[float] = []
        for segment, known in segments.items():
            closed = [
                (deal, state)
                for deal, state in known
                if state.state in ("won", "lost")
                and state.close_date
                and begin < state.close_date <= day
            ]
            won = [(deal, state) for deal, state in closed if state.state == "won"]
            amounts = [state.amount for _, state in won if state.amount is not None]
            cycles = [
                (state.close_date - deal.created_on).days
                for deal, state in won
                if state.close_date >= deal.created_on
            ]
            cycle = statistics.median(cycles) if cycles else 0
            value = None
            if cycle and amounts:
                fresh = sum(
                    is_pipeline(deals, state)
                    and (day - deal.created_on).days <= stale_cycles * cycle
                    for deal, state in known
                )
                mean = float(sum(amounts)) / len(amounts)
                value = fresh * len(won) / len(closed) * mean / cycle
                values.append(value)
            opinion.put(
                ("P09", "amount_per_day"),
                period,
                ("account_segment", segment),
                value,
                value=value,
                is_derived=True,
            )
        total = sum(values) if values else None
        opinion.put(("P09", "amount_per_day"), period, WHOLE, total, value=total, is_derived=True)
