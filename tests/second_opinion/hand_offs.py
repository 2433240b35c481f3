"""Leads passed to sales: A03, F04, F05, F06, F08, P03.

Belongs here: what became of a hand-off, and what was known at that time. Does not belong here: how
leads get there (leads, prospecting).
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from tests.second_opinion.company import Company, Record
from tests.second_opinion.deals import Deals
from tests.second_opinion.periods import Calendar, Period
from tests.second_opinion.results import WHOLE, Opinion, Totals
from tests.second_opinion.touches import Touches

Place = tuple[Period, tuple[str, str]]


class HandOff:
    """One attempt; a pass after a rejection is another."""

    def __init__(self, book: HandOffs, record: Record) -> None:
        company = book.company
        self.record = record
        self.day = company.local_day(record.handed_off_at)
        decided = record.decided_at is not None and record.decided_at < company.end
        self.decision = record.decision if decided else None
        self.decided_on = company.local_day(record.decided_at) if decided else None
        assert self.day
        days = company.setting("acceptance_working_days")
        self.due_on = book.time.due(self.day, days, book.time.country(record.to_user_id))
        self.lead = book.leads.get(record.lead_id)
        self.company = book.touches.company_of(record.account_id, record.contact_id, record.lead_id)

    def is_pending_young(self, today: dt.date) -> bool:
        """Nobody has answered, and nobody had to yet."""
        return self.decision is None and self.due_on >= today

    @property
    def is_accepted(self) -> bool:
        return self.decision == "accepted"

    @property
    def is_answered_in_time(self) -> bool:
        """Silence is no acceptance, and a rejection needs its reason."""
        told = self.is_accepted or (self.decision == "rejected" and self.record.rejection_reason)
        return bool(told and self.decided_on and self.decided_on <= self.due_on)


class HandOffs:
    def __init__(self, company: Company) -> None:
        self.company = company
        self.touches = Touches(company)
        self.time = self.touches.working_time
        self.leads = {row.lead_id: row for row in company.table("lead")}
        self.all = [
            HandOff(self, row)
            for row in company.table("hand_off")
            if row.handed_off_at is not None and row.handed_off_at < company.end
        ]

    @cached_property
    def decided(self) -> list[HandOff]:
        """Without those that may still be answered in time."""
        return [one for one in self.all if not one.is_pending_young(self.company.as_of)]


def places(calendar: Calendar, day: dt.date | None, one: HandOff) -> Iterable[Place]:
    source = (one.lead.lead_source if one.lead else None) or "(none)"
    for period in calendar.flow_periods(day):
        yield period, WHOLE
        yield period, ("lead_source", source)


def give(company: Company, calendar: Calendar, opinion: Opinion) -> None:
    book = HandOffs(company)
    totals: dict[str, Totals] = defaultdict(lambda: defaultdict(int))
    distinct: dict[str, dict[Place, set[str]]] = defaultdict(lambda: defaultdict(set))
    fields, use_case = company.setting("context_fields"), company.setting("use_case_stage")
    for one in book.all:
        for place in places(calendar, one.day, one):
            totals["submitted"][place] += 1
            totals["accepted of all"][place] += one.is_accepted
            totals["answered"][place] += one.decision in ("accepted", "rejected")
            totals["late stage"][place] += (one.record.awareness_stage or 0) >= use_case
            if one.record.context_field_count is not None:
                totals["filled"][place] += one.record.context_field_count
                totals["fields"][place] += fields
    for one in book.decided:
        in_cycle = one.is_accepted and one.record.opportunity_id is not None
        for place in places(calendar, one.day, one):
            totals["decided"][place] += 1
            totals["in cycle"][place] += in_cycle
            totals["in time"][place] += one.is_answered_in_time
            if place[1] == WHOLE and one.company:
                distinct["accounts"][place].add(one.company)
                if in_cycle:
                    distinct["accounts in cycle"][place].add(one.company)
        if one.decision == "rejected":
            reason = one.record.rejection_reason or "(none)"
            for period in calendar.flow_periods(one.day):
                for segment in (WHOLE, ("rejection_reason", reason)):
                    totals["rejected"][period, segment] += 1
    decided, submitted = totals["decided"], totals["submitted"]
    opinion.ratios(("A03", "hand_offs"), totals["in cycle"], decided, decided)
    companies, taken = (
        {place: len(known) for place, known in distinct[name].items()}
        for name in ("accounts", "accounts in cycle")
    )
    opinion.ratios(("A03", "accounts"), taken, companies, companies)
    opinion.ratios(("F04", "within_sla"), totals["in time"], decided, decided)
    answered = totals["answered"]
    opinion.ratios(("F04", "accept_rate"), totals["accepted of all"], answered, answered)
    opinion.sums(("F04", "rejected"), totals["rejected"])
    opinion.ratios(("F06", "headline"), totals["filled"], totals["fields"], submitted)
    opinion.ratios(("F08", "headline"), totals["late stage"], submitted, submitted)
    opinion.ratios(("P03", "accept_rate"), totals["accepted of all"], submitted, submitted)
    _give_accepted_deals(company, calendar, book, opinion)
    _give_first_actions(company, calendar, book, opinion)


def _give_accepted_deals(
    company: Company, calendar: Calendar, book: HandOffs, opinion: Opinion
) -> None:
    """A deal counts on the day of its first acceptance, with what was known of it then."""
    deals = {row.opportunity_id: row for row in company.table("opportunity")}
    histories = company.by("opportunity_field_history", "opportunity_id")
    first: dict[str, HandOff] = {}
    for one in sorted(book.all, key=lambda one: one.record.decided_at or company.end):
        if one.is_accepted and one.decided_on and one.record.opportunity_id in deals:
            first.setdefault(one.record.opportunity_id, one)
    count: Totals = defaultdict(int)
    filled: Totals = defaultdict(float)
    fields: Totals = defaultdict(int)
    for deal, one in first.items():
        known = _qualification(deals[deal], histories.get(deal, []), one.record.decided_at)
        for period in calendar.flow_periods(one.decided_on):
            count[period, WHOLE] += 1
            if known is not None:
                filled[period, WHOLE] += known
                fields[period, WHOLE] += company.setting("qualification_fields")
    opinion.sums(("P03", "count"), count, count)
    opinion.ratios(("P03", "qualification_completeness"), filled, fields)
    days = {deal: one.decided_on for deal, one in first.items() if one.decided_on}
    _give_cycles(company, calendar, days, opinion)


def _qualification(deal: Record, history: list[Record], at: dt.datetime) -> float | None:
    """Filled fields of the framework at an instant, by the history of their number."""
    names = {"qualificationfields", "qualificationfieldcount"}
    changes = sorted(
        (
            row
            for row in history
            if row.field_name.lower().replace("_", "").removesuffix("c") in names
        ),
        key=lambda row: row.changed_at,
    )
    before = [row.new_value for row in changes if row.changed_at <= at]
    after = [row.old_value for row in changes if row.changed_at > at]
    told = before[-1:] or after[:1]
    if not changes and history:
        told = [deal.qualification_field_count]
    return float(told[0]) if told and told[0] is not None else None


def _give_cycles(
    company: Company, calendar: Calendar, accepted: dict[str, dt.date], opinion: Opinion
) -> None:
    """P07 from acceptance: days from the first acceptance to the win."""
    days: dict[Place, list[int]] = defaultdict(list)
    for deal in Deals(company).all:
        if deal.state != "won" or deal.is_renewal or deal.id not in accepted or not deal.close_date:
            continue
        waited = (deal.close_date - accepted[deal.id]).days
        if waited >= 0:
            for period in calendar.flow_periods(deal.close_date):
                days[period, WHOLE].append(waited)
    for (period, segment), known in days.items():
        opinion.put(
            ("P07", "won_median_from_acceptance"),
            period,
            segment,
            None,
            len(known),
            value=statistics.median(known),
            is_derived=True,
            n=len(known),
        )


def _give_first_actions(
    company: Company, calendar: Calendar, book: HandOffs, opinion: Opinion
) -> None:
    """F05: hours to the receiver's first own act at the account; none yet ranks last."""
    acts: dict[tuple[str | None, str | None], list[dt.datetime]] = defaultdict(list)
    for touch in book.touches.all:
        if touch.is_outbound and not touch.record.is_automated and touch.occurred_at < company.end:
            acts[touch.record.owner_id, touch.company].append(touch.occurred_at)
    hours: dict[Period, list[float]] = defaultdict(list)
    for one in book.all:
        later = [
            instant
            for instant in acts.get((one.record.to_user_id, one.company), [])
            if instant >= one.record.handed_off_at
        ]
        waited = (min(later) - one.record.handed_off_at).total_seconds() / 3600 if later else None
        for period in calendar.flow_periods(one.day):
            hours[period].append(float("inf") if waited is None else waited)
    for period, known in hours.items():
        for variant, value in (
            ("hours_median", statistics.median(known)),
            ("hours_p90", percentile(known, 0.9)),
        ):
            shown = None if value == float("inf") else value
            opinion.put(
                ("F05", variant),
                period,
                WHOLE,
                None,
                len(known),
                value=shown,
                is_derived=True,
                n=len(known),
            )


def percentile(values: list[float], share: float) -> float:
    """Between the two nearest ranks, in proportion."""
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    below = int(position)
    if below + 1 >= len(ordered) or position == below:
        return ordered[below]
    low, high = ordered[below], ordered[below + 1]
    return low + (high - low) * (position - below) if high != float("inf") else high
