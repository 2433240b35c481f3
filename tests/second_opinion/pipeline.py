"""Pipeline: P01 generated, P04 its mix, V19 by referral, P06 weighted.

Belongs here: sums of amounts as they were on a day, credited to the owner of that day. Does not
belong here: what became of it (outcomes), quotas (coverage), forecasts (forecast).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from tests.second_opinion.company import Company
from tests.second_opinion.deals import Deal, Deals, State
from tests.second_opinion.money import cents
from tests.second_opinion.periods import Calendar
from tests.second_opinion.results import WHOLE, Opinion, Totals
from tests.second_opinion.segments import NONE, deal_segments, owner_name


def give(company: Company, calendar: Calendar, opinion: Opinion) -> None:
    deals = Deals(company)
    _give_generated(deals, calendar, opinion)
    _give_weighted(deals, calendar, opinion)


def segments_of(deals: Deals, deal: Deal, state: State) -> list[tuple[str, str]]:
    owner = owner_name(deals.company, state.owner_id)
    return [*deal_segments(deals.company, deal.record), ("owner", owner)]


def _give_generated(deals: Deals, calendar: Calendar, opinion: Opinion) -> None:
    totals: dict[str, Totals] = defaultdict(lambda: defaultdict(Decimal))
    for deal in deals.all:
        instant = deal.reached(deals.pipeline_order)
        if instant is None:
            continue
        day = deals.company.local_day(instant)
        assert day
        state = deal.at(day)
        assert state
        kind = "renewal " if deal.is_renewal else ""
        source = (deal.record.lead_source or "").strip().lower()
        is_referral = source in deals.company.settings.get("referral_sources", ())
        if not deal.is_renewal:
            shares = [
                (name, getattr(deal.record, name, None) or NONE)
                for name in ("motion", "sourced_by_role")
            ]
            for period in calendar.flow_periods(day):
                for segment in shares:
                    totals["share of amount"][period, segment] += state.amount or 0
                    totals["share of count"][period, segment] += 1
        for period in calendar.flow_periods(day):
            for segment in segments_of(deals, deal, state):
                totals[kind + "amount"][period, segment] += state.amount or 0
                totals[kind + "count"][period, segment] += 1
                if is_referral and not deal.is_renewal:
                    totals["referral amount"][period, segment] += state.amount or 0
                    totals["referral count"][period, segment] += 1
    count = totals["count"]
    opinion.sums(("P01", "amount"), totals["amount"], count)
    _give_shares(opinion, totals)
    opinion.sums(("P01", "count"), count, count)
    renewals = totals["renewal count"]
    opinion.sums(("P01", "renewal_amount"), totals["renewal amount"], renewals)


def _give_shares(opinion: Opinion, totals: dict[str, Totals]) -> None:
    """P04 and V19: parts of P01."""
    for measure in ("amount", "count"):
        for (period, segment), part in totals[f"share of {measure}"].items():
            whole = totals[measure][period, WHOLE]
            opinion.put(("P04", measure), period, segment, part, whole)
        opinion.sums(("V19", measure), totals[f"referral {measure}"])


def is_pipeline(deals: Deals, state: State) -> bool:
    return state.is_open and state.order is not None and state.order >= deals.pipeline_order


def _give_weighted(deals: Deals, calendar: Calendar, opinion: Opinion) -> None:
    totals: dict[str, Totals] = defaultdict(lambda: defaultdict(Decimal))
    for period, day in calendar.states(deals.first_day):
        empirical = empirical_probabilities(deals, day)
        for deal in deals.all:
            state = deal.at(day)
            if state is None or not state.is_open:
                continue
            default = deals.default_probability(state.stage)
            own = state.probability
            is_probability = own is not None and 0 <= own <= 1
            probabilities = {
                "crm_probability": own if is_probability else default,
                "stage_probability": default,
                "empirical_probability": empirical.get((state.order, deal.type)),
            }
            for segment in segments_of(deals, deal, state):
                for variant, probability in probabilities.items():
                    totals[variant][period, segment] += weighted(state.amount, probability)
    for variant in ("crm_probability", "stage_probability", "empirical_probability"):
        opinion.sums(("P06", variant), totals[variant])


def weighted(amount: Decimal | None, probability: float | None) -> Decimal:
    if amount is None or probability is None:
        return Decimal(0)
    six_places = Decimal(str(probability)).quantize(Decimal("0.000001"), ROUND_HALF_UP)
    return cents(amount * six_places)


def empirical_probabilities(deals: Deals, day: dt.date) -> dict[tuple[int | None, str], float]:
    """Share won of the deals closed by the day that had reached a stage, by type."""
    before = deals.midnight_after(day)
    won: dict[tuple[int | None, str], int] = defaultdict(int)
    closed: dict[tuple[int | None, str], int] = defaultdict(int)
    orders = [row.stage_order for row in deals.stages.values() if row.state == "open"]
    for deal in deals.all:
        state = deal.at(day)
        if state is None or state.state not in ("won", "lost"):
            continue
        for order in orders:
            if deal.reached(order, before):
                closed[order, deal.type] += 1
                won[order, deal.type] += state.state == "won"
    return {key: won[key] / closed[key] for key in closed}
