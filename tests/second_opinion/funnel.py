"""F03 from stage to stage, by cohort, and as throughput of a period.

Belongs here: who reached the next stage within the days that the specification gives. Does not
belong here: entries of stages (leads), hand-offs' deadlines (hand_offs).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from tests.second_opinion.company import Company
from tests.second_opinion.deals import Deals
from tests.second_opinion.leads import Leads, segments_of
from tests.second_opinion.periods import Calendar
from tests.second_opinion.results import WHOLE, Opinion, Totals
from tests.second_opinion.segments import deal_segments

STEPS = (
    ("inquiry", "marketing_qualified", 30),
    ("marketing_qualified", "sales_accepted", 30),
    ("sales_accepted", "opportunity", 90),
)
"""From, to, and the days in which it counts (30, 30, 90 and 180 in the specification)."""

WON_DAYS = 180


def give(company: Company, calendar: Calendar, opinion: Opinion) -> None:
    leads = Leads(company)
    made: dict[str, dt.date] = {}
    for row in company.table("hand_off"):
        if row.decision == "accepted" and row.opportunity_id and row.decided_at < company.end:
            day = company.local_day(row.decided_at)
            assert day
            made[row.lead_id] = min(made.get(row.lead_id, day), day)
    totals: dict[str, Totals] = defaultdict(lambda: defaultdict(int))
    for lead, entries in leads.entries:
        reached = {**entries, "opportunity": made.get(lead.lead_id)}
        for origin, target, window in STEPS:
            began, ended = reached.get(origin), reached.get(target)
            name = f"{origin}_to_{target}"
            for stage, day in ((origin, began), (target, ended)):
                for period in calendar.flow_periods(day) if day else ():
                    totals[f"{stage} of {name}"][period, WHOLE] += 1
            days = dt.timedelta(days=window)
            if began is None or began + days > company.as_of:
                continue
            within = ended is not None and began <= ended <= began + days
            for period in calendar.flow_periods(began):
                for segment in segments_of(lead):
                    totals["cohort of " + name][period, segment] += 1
                    totals["within of " + name][period, segment] += within
    for origin, target, _ in STEPS:
        name = f"{origin}_to_{target}"
        cohort = totals["cohort of " + name]
        opinion.ratios(("F03", name), totals["within of " + name], cohort, cohort)
        ended, began = totals[f"{target} of {name}"], totals[f"{origin} of {name}"]
        opinion.ratios(("F03", f"throughput_ratio_{name}"), ended, began)
    _give_wins(company, calendar, opinion)


def _give_wins(company: Company, calendar: Calendar, opinion: Opinion) -> None:
    cohort: Totals = defaultdict(int)
    won: Totals = defaultdict(int)
    days = dt.timedelta(days=WON_DAYS)
    for deal in Deals(company).all:
        created = deal.created_on
        if deal.is_renewal or created is None or created + days > company.as_of:
            continue
        within = deal.state == "won" and deal.close_date and deal.close_date <= created + days
        for period in calendar.flow_periods(created):
            for segment in deal_segments(company, deal.record):
                cohort[period, segment] += 1
                won[period, segment] += bool(within)
    opinion.ratios(("F03", "opportunity_to_won"), won, cohort, cohort)
