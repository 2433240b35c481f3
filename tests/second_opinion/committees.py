"""A07 people around a deal, A08 marketing and sales at one company.

Belongs here: who of theirs and of ours is on a deal, what reached a company. Does not belong here:
what an act is (engagement).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from tests.second_opinion.company import Company
from tests.second_opinion.deals import Deals
from tests.second_opinion.engagement import Engagement
from tests.second_opinion.periods import Calendar, Period
from tests.second_opinion.results import WHOLE, Opinion, Totals
from tests.second_opinion.segments import deal_segments

Dated = tuple[dt.date, str]


def give(company: Company, calendar: Calendar, opinion: Opinion) -> None:
    engagement = Engagement(company)
    _give_committees(company, engagement, calendar, opinion)
    _give_orchestration(company, engagement, calendar, opinion)


def _give_committees(
    company: Company, engagement: Engagement, calendar: Calendar, opinion: Opinion
) -> None:
    local = company.local_day
    # Acts at the company of the deal: who has moved on acts for another one.
    theirs: dict[str, set[Dated]] = defaultdict(set)
    ours: dict[str, set[Dated]] = defaultdict(set)
    with_role: dict[str, set[str]] = defaultdict(set)
    for row in company.table("opportunity_contact_role"):
        person = engagement.individual(row.contact_id, None)
        if person and row.contact_id in engagement.touches.contacts:
            with_role[row.opportunity_id].add(person)
    for touch in engagement.touches.all:
        row, day = touch.record, local(touch.occurred_at)
        assert day
        if row.opportunity_id is None:
            continue
        person = engagement.individual(row.contact_id, row.lead_id)
        if person:
            theirs[row.opportunity_id].add((day, person))
        employee = engagement.touches.working_time.employee(row.owner_id)
        done = row.activity_type != "meeting" or engagement.touches.is_held(row)
        is_ours = touch.is_outbound and done and day <= company.as_of
        if is_ours and employee and employee.sales_role:
            ours[row.opportunity_id].add((day, employee.sales_role))
    # Not every CRM dates a role: an activity does, and whom none names was always there.
    for opportunity_id, people in with_role.items():
        named = {person for _, person in theirs[opportunity_id]}
        theirs[opportunity_id] |= {(dt.date.min, person) for person in people - named}
    dead = {
        row.email: row.email_bounced_at
        for row in company.table("contact")
        if row.is_email_bounced and row.email
    }
    deals = Deals(company)
    window = dt.timedelta(days=company.setting("engaged_days"))
    several = company.setting("multi_threaded_individuals")
    totals: dict[str, Totals] = defaultdict(lambda: defaultdict(int))
    for period, day in calendar.states(deals.first_day):
        active: dict[str | None, set[str]] = defaultdict(set)
        for act in engagement.acts:
            left = dead.get(act.individual)
            if day - window < act.day <= day and not (left and local(left) <= day):  # type: ignore[operator]
                active[act.company].add(act.individual)
        for deal in deals.all:
            state = deal.at(day)
            if state is None or not state.is_open:
                continue
            engaged = {one for on, one in theirs[deal.id] if on <= day} & active[
                company.survivor(deal.record.account_id)
            ]
            functions = {role for on, role in ours[deal.id] if on <= day}
            for segment in deal_segments(company, deal.record):
                totals["open"][period, segment] += 1
                totals["engaged"][period, segment] += len(engaged)
                totals["several"][period, segment] += len(engaged) >= several
                totals["functions"][period, segment] += len(functions)
    number = totals["open"]
    opinion.ratios(("A07", "engaged_contacts"), totals["engaged"], number, number)
    opinion.ratios(("A07", "multi_threaded"), totals["several"], number, number)
    opinion.ratios(("A07", "our_functions"), totals["functions"], number, number)


def _give_orchestration(
    company: Company, engagement: Engagement, calendar: Calendar, opinion: Opinion
) -> None:
    """Both within the days of each other, both in the period."""
    touches, local = engagement.touches, company.local_day
    sales: dict[str, set[dt.date]] = defaultdict(set)
    marketing: dict[str, set[dt.date]] = defaultdict(set)

    def reach(side: dict[str, set[dt.date]], where: str | None, day: dt.date | None) -> None:
        if where and day and day <= company.as_of:
            side[where].add(day)

    for touch in touches.all:
        row = touch.record
        held = row.activity_type != "meeting" or touches.is_held(row)
        if touch.is_outbound and held:
            is_sequence = row.is_automated and row.activity_type == "email"
            side = marketing if is_sequence else sales
            if is_sequence or not row.is_automated:
                reach(side, touch.company, local(touch.occurred_at))
    for row in company.table("email_event"):
        if row.event_type == "delivered":
            where = touches.company_of(None, row.contact_id, row.lead_id)
            reach(marketing, where, local(row.occurred_at))
    for row in company.table("form_submission"):
        where = touches.company_of(None, row.contact_id, row.lead_id)
        reach(marketing, where, local(row.submitted_at))
    for row in company.table("campaign_member"):
        if row.has_responded:
            where = touches.company_of(None, row.contact_id, row.lead_id)
            reach(marketing, where, row.first_responded_date)
    apart = dt.timedelta(days=company.setting("orchestration_days"))
    touched: Totals = defaultdict(int)
    both: Totals = defaultdict(int)
    for where in sales.keys() | marketing.keys():
        found: dict[Period, tuple[set[dt.date], set[dt.date]]] = {}
        for index, days in enumerate((sales.get(where, set()), marketing.get(where, set()))):
            for day in days:
                for period in calendar.flow_periods(day):
                    found.setdefault(period, (set(), set()))[index].add(day)
        for period, (by_sales, by_marketing) in found.items():
            touched[period, WHOLE] += 1
            both[period, WHOLE] += any(
                abs(one - other) <= apart for one in by_sales for other in by_marketing
            )
    opinion.ratios(("A08", "headline"), both, touched, touched)
