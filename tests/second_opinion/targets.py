"""A04 ladder of target accounts, A05 how deals with them do beside the others.

Belongs here: the list as it was when a deal was created. Does not belong here: engagement.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections import defaultdict
from collections.abc import Callable

from tests.second_opinion.company import Company, Record
from tests.second_opinion.deals import Deal, Deals
from tests.second_opinion.periods import Calendar, Period
from tests.second_opinion.results import WHOLE, Opinion


class TargetList:
    """Who was on a list on a day, by the domain of the account's website."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.spans = company.by("target_account", "account_domain")

    def has(self, account_id: str | None, day: dt.date | None) -> bool:
        account = self.company.account(account_id)
        if account is None or day is None:
            return False
        return any(is_on(row, day) for row in self.spans.get(account.website_domain, []))


def give(company: Company, calendar: Calendar, opinion: Opinion) -> None:
    targets = TargetList(company)
    sides: dict[Period, dict[bool, list[Deal]]] = defaultdict(lambda: defaultdict(list))
    deals = Deals(company)
    _give_ladder(company, deals, targets, calendar, opinion)
    for deal in deals.all:
        if deal.is_closed:
            side = targets.has(deal.record.account_id, deal.created_on)
            for period in calendar.flow_periods(deal.close_date):
                sides[period][side].append(deal)
    measures: dict[str, Callable[[list[Deal]], float | None]] = {
        "win_rate": _win_rate,
        "selling_price": _selling_price,
        "cycle": _cycle,
    }
    for period, known in sides.items():
        for variant, measure in measures.items():
            of_targets, of_others = measure(known[True]), measure(known[False])
            value = None
            if of_targets is not None and of_others:
                value = of_targets / of_others
            opinion.put(
                ("A05", variant), period, WHOLE, of_targets, of_others, value=value, is_derived=True
            )


def _give_ladder(
    company: Company, deals: Deals, targets: TargetList, calendar: Calendar, opinion: Opinion
) -> None:
    """Of the accounts on the list on a day, those with an opportunity and those won by then."""
    accounts = defaultdict(list)
    for account in company.table("account"):
        accounts[account.website_domain].append(account.account_id)
    deals_of = defaultdict(list)
    for deal in deals.all:
        deals_of[company.survivor(deal.record.account_id)].append(deal)
    spans = [row for rows in targets.spans.values() for row in rows]
    first = min((row.valid_from for row in spans if row.valid_from), default=company.as_of)
    for period, day in calendar.states(min(first, deals.first_day)):
        listed = {row.account_domain for row in spans if is_on(row, day)}
        states = {
            domain: {
                state.state
                for account in accounts.get(domain, [])
                for deal in deals_of.get(account, [])
                if (state := deal.at(day))
            }
            for domain in listed
        }
        with_deal = sum(bool({"open", "won"} & known) for known in states.values())
        won = sum("won" in known for known in states.values())
        for variant, number in (("ladder_opportunity", with_deal), ("ladder_won", won)):
            opinion.put(("A04", variant), period, WHOLE, number, len(listed), n=len(listed))


def is_on(row: Record, day: dt.date) -> bool:
    """Half-open (G12)."""
    began = row.valid_from is None or row.valid_from <= day
    return began and (row.valid_to is None or day < row.valid_to)


def _win_rate(deals: list[Deal]) -> float | None:
    counted = [deal.state == "won" for deal in deals if not deal.is_renewal]
    return sum(counted) / len(counted) if counted else None


def _selling_price(deals: list[Deal]) -> float | None:
    amounts = [
        float(deal.amount)
        for deal in deals
        if deal.state == "won" and deal.is_new_business and deal.amount is not None
    ]
    return statistics.fmean(amounts) if amounts else None


def _cycle(deals: list[Deal]) -> float | None:
    days = [
        deal.cycle_days
        for deal in deals
        if deal.state == "won" and not deal.is_renewal and deal.cycle_days is not None
    ]
    return float(statistics.median(days)) if days else None
