"""A09 marketing qualified accounts: fit and enough acts of several people.

Belongs here: the first day on which both suffice, and again after a quiet time. Does not belong
here: what an act is (engagement).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from tests.second_opinion.company import Company, Record
from tests.second_opinion.deals import Deals
from tests.second_opinion.engagement import Act, Engagement
from tests.second_opinion.periods import Calendar
from tests.second_opinion.prospecting import segments_of
from tests.second_opinion.results import WHOLE, Opinion, Totals


def fit(company: Company, key: str) -> float:
    """Points of the rules in force: of each attribute the best; the market list comes first."""
    account = company.accounts.get(key)
    domain = account.website_domain if account else key
    listed = [row for row in company.table("market_account") if row.account_domain == domain]
    known: list[Record] = [*listed, *([account] if account else [])]
    points: dict[str, float] = defaultdict(float)
    for rule in company.table("account_fit_rule", "reference"):
        ended = rule.valid_until is not None and rule.valid_until <= company.as_of
        if rule.valid_from > company.as_of or ended:
            continue
        value = next(
            (v for r in known if (v := getattr(r, rule.attribute, None)) is not None), None
        )
        if rule.text_value is not None:
            suits = str(value or "").strip().lower() == rule.text_value.strip().lower()
        else:
            suits = value is not None and (rule.number_from or 0) <= value
            suits = suits and (rule.number_below is None or value < rule.number_below)
        if suits:
            points[rule.attribute] = max(points[rule.attribute], float(rule.points))
    return min(sum(points.values()), 1.0)


def qualified_days(company: Company, acts: list[Act]) -> Iterator[dt.date]:
    """Days on which a company's acts suffice after they did not for longer than the quiet time."""
    window = dt.timedelta(days=company.setting("qualified_days"))
    quiet = dt.timedelta(days=company.setting("requalified_after_days"))
    last: dt.date | None = None
    # Quiet is who does nothing: a day without an act says nothing new.
    for day in sorted({act.day for act in acts}):
        recent = [act for act in acts if day - window < act.day <= day]
        people = {act.individual for act in recent}
        if len(recent) >= company.setting("qualified_acts") and len(people) >= company.setting(
            "qualified_individuals"
        ):
            if last is None or day - last > quiet:
                yield day
            last = day


def give(company: Company, calendar: Calendar, opinion: Opinion) -> None:
    acts: dict[str, list[Act]] = defaultdict(list)
    for act in Engagement(company).all_acts:
        if act.company:
            acts[act.company].append(act)
    created: dict[str | None, list[dt.date]] = defaultdict(list)
    for deal in Deals(company).all:
        if not deal.is_renewal and deal.created_on:
            created[company.survivor(deal.record.account_id)].append(deal.created_on)
    days = dt.timedelta(days=company.setting("qualified_conversion_days"))
    count: Totals = defaultdict(int)
    mature: Totals = defaultdict(int)
    converted: Totals = defaultdict(int)
    for key, known in acts.items():
        if fit(company, key) < company.setting("qualified_fit"):
            continue
        for day in qualified_days(company, known):
            is_converted = any(day <= on <= day + days for on in created[key])
            for period in calendar.flow_periods(day):
                for segment in segments_of(company, key):
                    count[period, segment] += 1
                if day + days <= company.as_of:
                    mature[period, WHOLE] += 1
                    converted[period, WHOLE] += is_converted
    opinion.sums(("A09", "count"), count, count)
    opinion.ratios(("A09", "to_opportunity"), converted, mature, mature)
