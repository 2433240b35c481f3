"""Prospecting spells: A01 connect rate, A02 pass rate, A06 load, P02 meetings, P07 first touch.

Belongs here: when prospecting of a company begins and ends, and what came of it. Does not belong
here: what became of the leads that were passed (hand_offs).
"""

from __future__ import annotations

import datetime as dt
import statistics
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from tests.second_opinion.charges import Holdings, in_force
from tests.second_opinion.company import Company, Record
from tests.second_opinion.deals import Deals
from tests.second_opinion.periods import Calendar, Period
from tests.second_opinion.results import WHOLE, Opinion, Totals
from tests.second_opinion.segments import NONE
from tests.second_opinion.touches import Touches

COHORTS = ("outbound", "inbound", "expansion")


class Happening(NamedTuple):
    at: dt.datetime
    is_arrival: bool


class Spell(NamedTuple):
    company: str
    started_at: dt.datetime
    ended_at: dt.datetime
    cohort: str


class Prospecting:
    def __init__(self, company: Company) -> None:
        self.company = company
        self.touches = Touches(company)
        self.holdings = Holdings(company)
        self.deals = Deals(company)
        self.deals_of = defaultdict(list)
        for deal in self.deals.all:
            self.deals_of[company.survivor(deal.record.account_id)].append(deal)
        self.spells = self._spells()

    @cached_property
    def _qualified(self) -> set[str]:
        """Statuses of leads that marketing has qualified."""
        return {
            row.status.strip().lower()
            for row in self.company.table("lead_status", "config")
            if row.lead_stage == "marketing_qualified"
        }

    def _happenings(self) -> dict[str, list[Happening]]:
        found: dict[str, list[Happening]] = defaultdict(list)
        end = self.company.end
        for touch in self.touches.all:
            if touch.company and touch.is_outbound and touch.is_prospecting:
                instants = {touch.occurred_at}
                if touch.record.activity_type == "meeting":
                    instants.add(touch.booked_at)
                found[touch.company] += [Happening(at, False) for at in instants if at < end]
        for lead_id, company in self.touches.companies_of_leads.items():
            if company is None:
                continue
            lead = self.touches.leads[lead_id]
            if lead.motion == "inbound" and lead.created_at and lead.created_at < end:
                found[company].append(Happening(lead.created_at, True))
        for row in self.company.table("lead_history"):
            company = self.touches.companies_of_leads.get(row.lead_id)
            is_status = row.field_name == "lead_status" and row.changed_at < end
            status = (row.new_value or "").strip().lower()
            if company and is_status and status in self._qualified:
                found[company].append(Happening(row.changed_at, True))
        return found

    def _spells(self) -> dict[str, list[Spell]]:
        quiet = dt.timedelta(days=self.company.setting("prospecting_quiet_days"))
        spells: dict[str, list[Spell]] = defaultdict(list)
        for company, happenings in self._happenings().items():
            happenings.sort()
            first, last = happenings[0], happenings[0]
            for one in [*happenings[1:], None]:
                if one is not None and one.at - last.at <= quiet:
                    last = one
                    continue
                spells[company].append(
                    Spell(company, first.at, last.at, self._cohort(company, first))
                )
                if one is not None:
                    first = last = one
        return spells

    def _cohort(self, company: str, first: Happening) -> str:
        if self._is_customer(company, first.at):
            return "expansion"
        return "inbound" if first.is_arrival else "outbound"

    def _is_customer(self, company: str, at: dt.datetime) -> bool:
        """Pays, has bought what has not begun, or has an open opportunity at that instant."""
        day = self.company.local_day(at)
        assert day
        charges = self.holdings.charges.get(company, [])
        if in_force(charges, day):
            return True
        for deal in self.deals_of.get(company, []):
            state = None
            for instant, known, _, _ in deal.entries or [
                (deal.record.created_at, deal.state, 0, "")
            ]:
                if instant <= at:
                    state = known
            if state == "open":
                return True
            if state == "won":
                begun = [c.start for c in charges if c.start >= (deal.won_on or day)]
                if not any(c.start <= day for c in charges) and (begun or not charges):
                    return True
        return False

    def spell_at(self, company: str | None, at: dt.datetime) -> Spell | None:
        spells = self.spells.get(company or "", [])
        position = bisect_right(spells, at, key=lambda spell: spell.started_at)
        return spells[position - 1] if position else None


def give(company: Company, calendar: Calendar, opinion: Opinion) -> None:
    book = Prospecting(company)
    totals: dict[str, Totals] = defaultdict(lambda: defaultdict(int))
    talks: dict[str, list[dt.date]] = defaultdict(list)
    for touch in book.touches.all:
        if touch.company and touch.is_conversation:
            talks[touch.company].append(company.local_day(touch.occurred_at))  # type: ignore[arg-type]
    passes: dict[str, list[tuple[dt.date, str]]] = defaultdict(list)
    for row in company.table("hand_off"):
        where = book.touches.company_of(row.account_id, row.contact_id, row.lead_id)
        if where and row.handed_off_at < company.end:
            passes[where].append((company.local_day(row.handed_off_at), row.lead_id))  # type: ignore[arg-type]
    connect = dt.timedelta(days=company.setting("connect_days"))
    pass_days = dt.timedelta(days=company.setting("pass_days"))
    for spell in (spell for spells in book.spells.values() for spell in spells):
        day = company.local_day(spell.started_at)
        assert day
        is_connected = any(day <= talk <= day + connect for talk in talks[spell.company])
        passed = {lead for on, lead in passes[spell.company] if day <= on <= day + pass_days}
        for period in calendar.flow_periods(day):
            for segment in segments_of(company, spell.company):
                key = (period, segment)
                if day + connect <= company.as_of:
                    totals[f"connect {spell.cohort}"][key] += 1
                    totals[f"connected {spell.cohort}"][key] += is_connected
                if day + pass_days <= company.as_of:
                    totals[f"pass {spell.cohort}"][key] += 1
                    totals[f"passed {spell.cohort}"][key] += bool(passed)
                    if spell.cohort == "outbound":
                        totals["leads passed"][key] += len(passed)
    for cohort in COHORTS:
        of, all_of = totals[f"connected {cohort}"], totals[f"connect {cohort}"]
        opinion.ratios(("A01", cohort), of, all_of, all_of)
        of, all_of = totals[f"passed {cohort}"], totals[f"pass {cohort}"]
        opinion.ratios(("A02", cohort), of, all_of, all_of)
    opinion.sums(("A02", "leads_passed"), totals["leads passed"])
    _give_load(book, calendar, opinion)
    _give_meetings(book, calendar, opinion)
    _give_cycles(book, calendar, opinion)


def segments_of(company: Company, key: str) -> Iterable[tuple[str, str]]:
    yield WHOLE
    account = company.accounts.get(key)
    if account:
        yield ("account_segment", account.account_segment or NONE)
        return
    # A company that only leads tell of is known by its domain.
    listed = [row for row in company.table("market_account") if row.account_domain == key]
    yield ("account_segment", (listed[0].account_segment if listed else None) or NONE)


def _give_load(book: Prospecting, calendar: Calendar, opinion: Opinion) -> None:
    """A06: companies touched by us in a spell, no expansion, within the days; over SDRs."""
    company = book.company
    days = dt.timedelta(days=company.setting("active_prospecting_days"))
    touched: dict[dt.date, set[str]] = defaultdict(set)
    for touch in book.touches.all:
        spell = book.spell_at(touch.company, touch.occurred_at)
        if (
            spell
            and touch.is_outbound
            and touch.is_prospecting
            and touch.occurred_at < company.end
            and touch.occurred_at <= spell.ended_at
            and spell.cohort != "expansion"
        ):
            touched[company.local_day(touch.occurred_at)].add(spell.company)  # type: ignore[index]
    first = min(touched, default=company.as_of)
    for period, day in calendar.states(first):
        active = set().union(*(on for at, on in touched.items() if day - days < at <= day))
        sdrs = sum(
            row.sales_role == "sales_development_representative"
            and (row.hired_on or day) <= day
            and (row.left_on is None or day < row.left_on)
            for row in company.table("employee")
        )
        opinion.put(("A06", "headline"), period, WHOLE, len(active), sdrs)


def _chains(book: Prospecting) -> list[list[Record]]:
    """Meetings with somebody of theirs, each with the bookings that replaced it."""
    meetings = {
        touch.record.activity_id: touch
        for touch in book.touches.all
        if touch.record.activity_type == "meeting"
    }
    following = {
        touch.record.rescheduled_from_activity_id: key
        for key, touch in meetings.items()
        if touch.record.rescheduled_from_activity_id
    }
    chains = []
    for key, touch in meetings.items():
        if touch.record.rescheduled_from_activity_id in meetings:
            continue
        chain = [key]
        while (then := following.get(chain[-1])) and then not in chain:
            chain.append(then)
        chains.append([meetings[one].record for one in chain])
    return chains


def _give_meetings(book: Prospecting, calendar: Calendar, opinion: Opinion) -> None:
    company = book.company
    first: dict[Spell, list[Record]] = {}
    for chain in _chains(book):
        root = chain[0]
        where = book.touches.company_of(root.account_id, root.contact_id, root.lead_id)
        spell = book.spell_at(where, root.created_at)
        if spell is None or spell.cohort == "expansion":
            continue
        if root.contact_id is None and root.lead_id is None:
            continue
        if spell not in first or root.created_at < first[spell][0].created_at:
            first[spell] = chain
    booked: Totals = defaultdict(int)
    due: Totals = defaultdict(int)
    held: Totals = defaultdict(int)
    for chain in first.values():
        last = chain[-1]
        is_held = any(book.touches.is_held(row) for row in chain)
        is_due = last.started_at < company.end and last.meeting_outcome != "rescheduled"
        for period in calendar.flow_periods(company.local_day(chain[0].created_at)):
            booked[period, WHOLE] += 1
            due[period, WHOLE] += is_due
            held[period, WHOLE] += is_due and is_held
    opinion.sums(("P02", "booked"), booked, booked)
    opinion.ratios(("P02", "held_rate"), held, due, due)


def _give_cycles(book: Prospecting, calendar: Calendar, opinion: Opinion) -> None:
    """A deal comes of a spell that was not over when it was created: not quiet for too long."""
    quiet = dt.timedelta(days=book.company.setting("prospecting_quiet_days"))
    days: dict[Period, list[int]] = defaultdict(list)
    for deal in book.deals.all:
        if deal.state != "won" or deal.is_renewal or not deal.close_date:
            continue
        where = book.company.survivor(deal.record.account_id)
        spell = book.spell_at(where, deal.record.created_at)
        came_of = spell is not None and deal.record.created_at - spell.ended_at <= quiet
        begin = book.company.local_day(spell.started_at) if spell and came_of else None
        if begin and deal.close_date >= begin:
            for period in calendar.flow_periods(deal.close_date):
                days[period].append((deal.close_date - begin).days)
    for period, known in days.items():
        n, median = len(known), statistics.median(known)
        kpi = ("P07", "won_median_from_first_touch")
        opinion.put(kpi, period, WHOLE, None, n, value=median, is_derived=True, n=n)
