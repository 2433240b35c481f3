"""Q02 outreach readiness: what was there of a company when we first turned to it.

Belongs here: the first touch and its checks. Does not belong here: which company a touch is about
(touches).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from tests.second_opinion.company import Company, Record
from tests.second_opinion.periods import Calendar
from tests.second_opinion.prospecting import segments_of
from tests.second_opinion.results import Opinion, Totals
from tests.second_opinion.touches import Touch, Touches


class Readiness:
    def __init__(self, company: Company) -> None:
        self.company = company
        self.touches = Touches(company)
        self.required = set(company.setting("outreach_checks"))
        self.changes: dict[tuple[str, str], list[Record]] = defaultdict(list)
        for row in sorted(company.table("account_history"), key=lambda row: row.changed_at):
            self.changes[row.account_id, row.field_name].append(row)
        accounts = company.table("account")
        # Whose account it is to prospect: sales development where its source tells that at all.
        self.prospector = {
            source: "sales_development_owner_id"
            if any(a.sales_development_owner_id for a in accounts if a.source_name == source)
            else "owner_id"
            for source in {a.source_name for a in accounts}
        }
        everybody = [*self.touches.contacts.values(), *self.touches.leads.values()]
        self.known = {
            "owner": any(a.owner_id or a.sales_development_owner_id for a in accounts),
            "title": any(person.title for person in everybody),
            "website": any(a.website_domain for a in accounts),
            "country": any(a.country for a in accounts),
            "industry": any(a.industry for a in accounts),
            "size": any(_size(a) for a in accounts),
        }

    def first_touches(self) -> Iterable[Touch]:
        first: dict[str, Touch] = {}
        for touch in self.touches.all:
            if not (touch.company and touch.is_outbound and touch.is_prospecting):
                continue
            if touch.occurred_at >= self.company.end:
                continue
            before = first.get(touch.company)
            if before is None or _order(touch) < _order(before):
                first[touch.company] = touch
        return first.values()

    def is_ready(self, touch: Touch) -> bool:
        account = self.company.accounts.get(touch.company or "")
        if account and account.created_at and account.created_at > touch.occurred_at:
            account = None
        record = touch.record
        person = self.touches.contacts.get(record.contact_id or "") or self.touches.leads.get(
            record.lead_id or ""
        )
        found = {
            "account": account is not None,
            "owner": bool(account and self._had_owner(account, touch.occurred_at)),
            "title": bool(person and person.title),
            "website": bool(account and account.website_domain),
            "country": bool(account and account.country),
            "industry": bool(account and account.industry),
            "size": bool(account and _size(account)),
        }
        return all(found[name] or not self.known.get(name, True) for name in self.required)

    def _had_owner(self, account: Record, at: dt.datetime) -> bool:
        """By the last change until then, else as before the first one after it, else as now."""
        field = self.prospector[account.source_name]
        changes = self.changes[account.account_id, field]
        before = [row for row in changes if row.changed_at <= at]
        if before:
            return bool(before[-1].new_value)
        if changes:
            return bool(changes[0].old_value)
        return bool(getattr(account, field))


def _size(account: Record) -> bool:
    return account.employee_count is not None or account.annual_revenue is not None


def _order(touch: Touch) -> tuple[dt.datetime, str]:
    return touch.occurred_at, touch.record.activity_id


def give(company: Company, calendar: Calendar, opinion: Opinion) -> None:
    book = Readiness(company)
    touched: Totals = defaultdict(int)
    ready: Totals = defaultdict(int)
    for touch in book.first_touches():
        is_ready = book.is_ready(touch)
        for period in calendar.flow_periods(company.local_day(touch.occurred_at)):
            for segment in segments_of(company, touch.company or ""):
                touched[period, segment] += 1
                ready[period, segment] += is_ready
    opinion.ratios(("Q02", "headline"), ready, touched, touched)
