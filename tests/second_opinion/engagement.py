"""Acts of people by choice: A04 engagement of target accounts.

Belongs here: what is an act, whose, and on which day. Does not belong here: what we did to reach
people (touches).
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from tests.second_opinion.company import Company, Record
from tests.second_opinion.periods import Calendar, month_start
from tests.second_opinion.results import WHOLE, Opinion
from tests.second_opinion.targets import TargetList, is_on
from tests.second_opinion.touches import HUMAN_REPLIES, Touches


class Act(NamedTuple):
    individual: str
    company: str | None
    day: dt.date


class Engagement:
    def __init__(self, company: Company) -> None:
        self.company = company
        self.touches = Touches(company)

    def individual(
        self, contact_id: str | None, lead_id: str | None, email: str | None = None
    ) -> str | None:
        """By the address, which lead and contact of one person share."""
        lead = self.touches.leads.get(lead_id or "")
        contact_id = contact_id or (lead.converted_contact_id if lead else None)
        for record in (
            self.touches.contacts.get(contact_id or ""),
            self.touches.leads.get(lead_id or ""),
        ):
            if record is not None and record.email:
                return str(record.email)
        return email or contact_id or lead_id

    @cached_property
    def acts(self) -> list[Act]:
        """People, companies and days, each once."""
        return sorted(set(self.all_acts), key=str)

    @cached_property
    def all_acts(self) -> list[Act]:
        found = []
        for contact_id, lead_id, email, instant in self._instants():
            known = contact_id in self.touches.contacts or lead_id in self.touches.leads
            person = self.individual(contact_id, lead_id, email)
            day = instant if type(instant) is dt.date else self.company.local_day(instant)  # type: ignore[arg-type]
            if person and known and day and day <= self.company.as_of:
                where = self.touches.company_of(None, contact_id, lead_id)
                found.append(Act(person, where, day))
        return found

    def _instants(
        self,
    ) -> Iterator[tuple[str | None, str | None, str | None, dt.datetime | dt.date | None]]:
        for touch in self.touches.all:
            row = touch.record
            own = row.direction == "inbound" and not row.is_automated
            is_message = own and row.reply_kind in HUMAN_REPLIES | {None}
            if touch.is_conversation or (is_message and row.activity_type in ("email", "message")):
                yield row.contact_id, row.lead_id, None, touch.occurred_at
        for row in self.company.table("form_submission"):
            yield row.contact_id, row.lead_id, row.email, row.submitted_at
        for row in self.company.table("campaign_member"):
            if row.has_responded and row.first_responded_date:
                yield row.contact_id, row.lead_id, None, row.first_responded_date
        for row in self._clicks():
            yield row.contact_id, row.lead_id, row.email, row.occurred_at

    def _clicks(self) -> Iterator[Record]:
        """Of a human: no sweep of several links at once, no unsubscription."""
        links, seconds = self.company.setting("sweep_links"), self.company.setting("sweep_seconds")
        leaving = re.compile(self.company.setting("unsubscribe_link"))
        mails = defaultdict(list)
        for row in self.company.table("email_event"):
            if row.event_type == "clicked" and row.occurred_at < self.company.end:
                mails[row.mail_send_id, row.contact_id or row.lead_id].append(row)
        for rows in mails.values():
            for row in sorted(rows, key=lambda row: row.occurred_at):
                near = {
                    other.link_url
                    for other in rows
                    if abs((other.occurred_at - row.occurred_at).total_seconds()) <= seconds
                }
                is_machine = len(near) >= links or row.is_machine_by_source
                if not is_machine and not leaving.search((row.link_url or "").lower()):
                    # A mail is one act, however often its links were followed.
                    yield row
                    break


def give(company: Company, calendar: Calendar, opinion: Opinion) -> None:
    engagement, targets = Engagement(company), TargetList(company)
    spans = [row for rows in targets.spans.values() for row in rows]
    window = dt.timedelta(days=company.setting("engaged_days"))
    several = company.setting("engaged_individuals")
    first = min((act.day for act in engagement.acts), default=company.as_of)
    for period, day in calendar.states(first):
        people: dict[str, set[str]] = defaultdict(set)
        for act in engagement.acts:
            if act.company and day - window < act.day <= day:
                people[act.company].add(act.individual)
        lists = {
            "engaged_people_2": ({r.account_domain for r in spans if is_on(r, day)}, several),
            "fixed_at_month_start": (
                {r.account_domain for r in spans if is_on(r, month_start(day))},
                several,
            ),
            "ladder_engaged": ({r.account_domain for r in spans if is_on(r, day)}, 1),
        }
        for variant, (listed, enough) in lists.items():
            engaged = sum(
                len(people.get(engagement.touches.accounts_by_domain.get(domain, domain), ()))
                >= enough
                for domain in listed
            )
            opinion.put(("A04", variant), period, WHOLE, engaged, len(listed), n=len(listed))
