"""Recurring revenue as a state: V01 MRR, V02 ARR, V09 revenue per account and seat.

Belongs here: sums over what is in force on the last day of a period. Does not belong here: what
changed (movements), what is left of a year ago (retention).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from tests.second_opinion.charges import Charge, Holdings, in_force
from tests.second_opinion.company import Company
from tests.second_opinion.periods import Calendar
from tests.second_opinion.results import WHOLE, Opinion
from tests.second_opinion.segments import NONE, account_segments


def give(company: Company, calendar: Calendar, opinion: Opinion) -> None:
    holdings = Holdings(company)
    products = {row.product_id: row.product_name for row in company.table("product")}
    totals: dict[str, dict] = defaultdict(lambda: defaultdict(Decimal))
    for period, day in calendar.states(holdings.first_day):
        for customer, charges in holdings.charges.items():
            now = in_force(charges, day)
            mrr = holdings.monthly(now, day)
            seats = sum((charge.quantity for charge in now), Decimal(0))
            carried = holdings.with_grace(customer, day)
            signed = holdings.monthly(_signed(charges, day), day)
            for segment in account_segments(company, holdings.account_id(customer)):
                key = (period, segment)
                totals["mrr"][key] += mrr
                totals["carried"][key] += carried
                totals["arr"][key] += 12 * mrr
                totals["contracted"][key] += 12 * (mrr + signed)
                totals["customers"][key] += mrr > 0
                totals["seats"][key] += seats if mrr > 0 else 0
            totals["by product"][period, WHOLE] += mrr
            for charge in now:
                product = products.get(charge.product) or charge.product or NONE
                totals["by product"][period, ("product", product)] += holdings.monthly(
                    [charge], day
                )
    customers = totals["customers"]
    opinion.sums(("V01", "headline"), totals["mrr"], customers)
    opinion.sums(("V01", "with_grace"), totals["carried"])
    opinion.sums(("V01", "headline_by_product"), totals["by product"])
    opinion.sums(("V02", "headline"), totals["arr"], customers)
    opinion.sums(("V02", "contracted"), totals["contracted"])
    opinion.ratios(("V09", "arpa"), totals["mrr"], customers, customers)
    opinion.ratios(("V09", "arpu"), totals["mrr"], totals["seats"], customers)


def _signed(charges: list[Charge], day: dt.date) -> Iterable[Charge]:
    """Signed by the day and not begun: the first charges of subscriptions without service yet."""
    begun = {charge.subscription_id for charge in charges if charge.start <= day}
    first: dict[str, dt.date] = {}
    for charge in charges:
        if charge.subscription_id not in begun and charge.signed_on and charge.signed_on <= day:
            known = first.get(charge.subscription_id, charge.start)
            first[charge.subscription_id] = min(known, charge.start)
    return [charge for charge in charges if first.get(charge.subscription_id) == charge.start]
