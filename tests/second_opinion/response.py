"""F02: how soon inbound leads are touched by a person of ours.

Belongs here: arrival, first touch, whose clock. Does not belong here: what was said.
"""

from __future__ import annotations

import datetime as dt
import statistics
from bisect import bisect_right
from collections import defaultdict
from typing import NamedTuple

from tests.second_opinion.company import Company, Record
from tests.second_opinion.hand_offs import percentile
from tests.second_opinion.periods import Calendar, Period
from tests.second_opinion.results import WHOLE, Opinion
from tests.second_opinion.touches import Touches

NEVER = float("inf")


class Answer(NamedTuple):
    """Minutes on three clocks; never where nobody has touched the lead."""

    day: dt.date
    elapsed: float
    business: float
    rep_clock: float
    waited: float
    waited_business: float
    """Until the touch, or the end of the run's day."""


class Responses:
    def __init__(self, company: Company) -> None:
        self.company = company
        self.touches = Touches(company)
        self.sla: float = company.setting("response_sla_minutes")
        self.talking = dt.timedelta(days=company.setting("existing_conversation_days"))
        self.owners: dict[str, list[tuple[dt.datetime, str | None, str | None]]] = defaultdict(list)
        users = {
            (user.source_name, user.source_record_id): user.user_id
            for user in company.table("user")
        }
        for row in sorted(company.table("lead_history"), key=lambda row: row.changed_at):
            if row.field_name == "owner_id" and row.changed_at < company.end:
                new = users.get((row.source_name, row.new_value))
                old = users.get((row.source_name, row.old_value))
                if new or old:
                    self.owners[row.lead_id].append((row.changed_at, old, new))
        self.by_person: dict[str, list[dt.datetime]] = defaultdict(list)
        for touch in self.touches.all:
            record = touch.record
            if not touch.is_outbound or record.is_automated or touch.occurred_at >= company.end:
                continue
            # A meeting counts when it takes place: who booked it, nobody knows.
            if record.activity_type == "meeting" and not self.touches.is_held(record):
                continue
            for person in self._people(record.lead_id, record.contact_id):
                self.by_person[person].append(touch.occurred_at)
        for instants in self.by_person.values():
            instants.sort()

    def _people(self, lead_id: str | None, contact_id: str | None) -> set[str]:
        """Lead and contact of one person share the address."""
        lead = self.touches.leads.get(lead_id or "")
        contact = self.touches.contacts.get(contact_id or "")
        known = {lead_id, contact_id}
        for record in (lead, contact):
            if record is not None and record.email:
                known.add(record.email)
        if lead is not None:
            known.add(lead.converted_contact_id)
        return {one for one in known if one}

    def answer(self, lead: Record) -> Answer | None:
        """None where the person was in a conversation already."""
        arrival = lead.created_at
        instants = sorted(
            {at for one in self._people(lead.lead_id, None) for at in self.by_person.get(one, [])}
        )
        if any(arrival - self.talking <= at < arrival for at in instants):
            return None
        first = next((at for at in instants if at >= arrival), None)
        until = first or self.company.end
        owner = self._first_owner(lead)
        waited = (until - arrival).total_seconds() / 60
        business = self.touches.working_time.minutes(arrival, until, owner)
        since = (until - self._assigned_at(lead, until)).total_seconds() / 60
        day = self.company.local_day(arrival)
        assert day
        if first is None:
            return Answer(day, NEVER, NEVER, NEVER, waited, business)
        return Answer(day, waited, business, since, waited, business)

    def _first_owner(self, lead: Record) -> str | None:
        changes = self.owners.get(lead.lead_id)
        return (changes[0][1] or changes[0][2]) if changes else lead.owner_id

    def _assigned_at(self, lead: Record, at: dt.datetime) -> dt.datetime:
        """Begin of the assignment in force at an instant."""
        changes = [change[0] for change in self.owners.get(lead.lead_id, [])]
        position = bisect_right(changes, at)
        return max(changes[position - 1], lead.created_at) if position else lead.created_at


def give(company: Company, calendar: Calendar, opinion: Opinion) -> None:
    book = Responses(company)
    answers: dict[Period, list[Answer]] = defaultdict(list)
    for lead in book.touches.leads.values():
        if lead.motion != "inbound" or lead.created_at >= company.end:
            continue
        answer = book.answer(lead)
        for period in calendar.flow_periods(answer.day) if answer else ():
            answers[period].append(answer)
    for period, known in answers.items():
        clocks = {
            "elapsed_minutes": [one.elapsed for one in known],
            "business_minutes": [one.business for one in known],
            "rep_clock_minutes": [one.rep_clock for one in known],
            "touched_elapsed_minutes": [one.elapsed for one in known if one.elapsed != NEVER],
        }
        for name, minutes in clocks.items():
            if minutes:
                _put(opinion, f"{name}_median", period, minutes, statistics.median(minutes))
                _put(opinion, f"{name}_p90", period, minutes, percentile(minutes, 0.9))
        untouched = sum(one.elapsed == NEVER for one in known)
        opinion.put(("F02", "untouched_share"), period, WHOLE, untouched, len(known), n=len(known))
        for suffix, times in (
            ("", [(one.elapsed, one.waited) for one in known]),
            ("_business", [(one.business, one.waited_business) for one in known]),
        ):
            told = [time for time, waited in times if time != NEVER or waited > book.sla]
            in_time = sum(time <= book.sla for time in told)
            n = len(told)
            opinion.put(("F02", f"within_sla{suffix}"), period, WHOLE, in_time, n, n=n)


def _put(
    opinion: Opinion, variant: str, period: Period, minutes: list[float], value: float
) -> None:
    shown = None if value == NEVER else value
    n = len(minutes)
    opinion.put(("F02", variant), period, WHOLE, None, n, value=shown, is_derived=True, n=n)
