"""Who works for which company, and what people of ours did there.

Belongs here: matching leads to companies (G18), touches, conversations, hand-offs' companies. Does
not belong here: spells and KPIs (prospecting).
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import defaultdict
from functools import cache, cached_property
from typing import NamedTuple

import cleanco
import tldextract

from tests.second_opinion.company import Company, Record
from tests.second_opinion.working_days import WorkingTime

TOUCHES = {"call", "email", "meeting", "message"}
HUMAN_REPLIES = {"positive", "neutral", "negative"}


@cache
def registrable(domain: str) -> str:
    """The domain that somebody registered, by the list that comes with the library."""
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)(
        domain
    ).top_domain_under_public_suffix


@cache
def name_of(company: str | None) -> str:
    """What the library leaves of a name: no legal form, and letters and digits only."""
    text = unicodedata.normalize("NFKD", cleanco.basename(cleanco.basename(company or "")))
    return "".join(letter for letter in text.lower() if letter.isalnum())


class Touch(NamedTuple):
    record: Record
    company: str | None
    booked_at: dt.datetime
    occurred_at: dt.datetime
    is_outbound: bool
    is_prospecting: bool
    """Not about an opportunity that was there, and no customer care."""
    is_conversation: bool


class Touches:
    def __init__(self, company: Company) -> None:
        self.company = company
        self.working_time = WorkingTime(company)
        self.leads = {row.lead_id: row for row in company.table("lead")}
        self.contacts = {row.contact_id: row for row in company.table("contact")}
        self.opportunities = {
            row.opportunity_id: row for row in company.table("opportunity", "canonical")
        }

    @cached_property
    def accounts_by_website(self) -> dict[str, str]:
        """A website tells its account, the first in the CRM."""
        found: dict[str, str] = {}
        far = dt.datetime.max.replace(tzinfo=dt.UTC)
        for row in sorted(
            self.company.table("account"), key=lambda row: (row.created_at or far, row.account_id)
        ):
            if row.website_domain and not self._is_nobodys(row.website_domain):
                found.setdefault(row.website_domain, row.account_id)
        return found

    @cached_property
    def accounts_by_colleagues(self) -> dict[str, str]:
        """Addresses at a domain that is nobody's website tell the account that all are of."""
        people: dict[str, set[str]] = defaultdict(set)
        for row in self.contacts.values():
            account = self.company.account(row.account_id)
            if account and row.email_domain and not self._is_nobodys(row.email_domain):
                people[row.email_domain].add(account.account_id)
        return {
            domain: next(iter(accounts))
            for domain, accounts in people.items()
            if len(accounts) == 1 and domain not in self.accounts_by_website
        }

    @cached_property
    def accounts_by_domain(self) -> dict[str, str]:
        return self.accounts_by_website | self.accounts_by_colleagues

    @cached_property
    def accounts_by_address(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for row in self.contacts.values():
            account = self.company.account(row.account_id)
            if account and row.email:
                found[row.email.lower()].add(account.account_id)
        return found

    @cached_property
    def accounts_by_name(self) -> dict[tuple[str, str | None], set[str]]:
        """An account has the names of all its records, in the country that it is in."""
        found: dict[tuple[str, str | None], set[str]] = defaultdict(set)
        names = {
            row.account_id: name_of(row.account_name)
            for row in self.company.table("account", "gate")
        }
        for row in self.company.table("xref_account", "identity"):
            account = self.company.account(row.survivor_account_id)
            if account and names.get(row.account_id):
                found[names[row.account_id], account.country].add(account.account_id)
        return found

    @cached_property
    def accounts_by_own_id(self) -> dict[tuple[str, str], str]:
        return {
            (row.source_name, row.source_record_id): row.survivor_account_id
            for row in self.company.table("xref_account", "identity")
            if self.company.account(row.survivor_account_id)
        }

    @cached_property
    def companies_of_leads(self) -> dict[str, str | None]:
        return {lead_id: self._company_of(lead) for lead_id, lead in self.leads.items()}

    def _is_nobodys(self, domain: str) -> bool:
        names = {
            *self.company.setting("free_mail_domains"),
            *self.company.setting("shared_domains"),
        }
        return domain in names or registrable(domain) in names

    def _company_of(self, lead: Record) -> str | None:
        account = self.company.account(lead.converted_account_id)
        if account:
            return str(account.account_id)
        by_id = self.accounts_by_own_id.get((lead.source_name, (lead.company_name or "").strip()))
        if by_id:
            return by_id
        of_address = self.accounts_by_address.get((lead.email or "").lower(), set())
        if len(of_address) == 1:
            return next(iter(of_address))
        domains = [domain for domain in (lead.email_domain, lead.website_domain) if domain]
        for accounts in (self.accounts_by_website, self.accounts_by_colleagues):
            for domain in domains:
                for host in (domain, registrable(domain)):
                    if host in accounts:
                        return accounts[host]
        named = self.accounts_by_name.get((name_of(lead.company_name), lead.country))
        if lead.company_name and lead.country and named and len(named) == 1:
            return next(iter(named))
        return lead.website_domain or lead.email_domain or lead.company_name

    def company_of(
        self, account_id: str | None, contact_id: str | None, lead_id: str | None
    ) -> str | None:
        contact = self.contacts.get(contact_id or "")
        for known in (account_id, contact.account_id if contact else None):
            account = self.company.account(known)
            if account:
                return str(account.account_id)
        domain = contact.email_domain if contact else None
        by_address = self.accounts_by_domain.get(domain or "")
        return by_address or self.companies_of_leads.get(lead_id or "")

    @cached_property
    def all(self) -> list[Touch]:
        found = []
        for row in self.company.table("activity"):
            if row.activity_type not in TOUCHES or row.created_at >= self.company.end:
                continue
            if row.activity_type != "meeting" and not row.is_done:
                continue
            found.append(self._touch(row))
        return sorted(found, key=lambda touch: touch.occurred_at)

    def _touch(self, row: Record) -> Touch:
        occurred = row.started_at or row.ended_at or row.created_at
        if row.activity_type == "call" and row.started_at is None:
            occurred -= dt.timedelta(seconds=row.call_duration_seconds or 0)
        deal = self.opportunities.get(row.opportunity_id or "")
        about_deal = deal is not None and deal.created_at <= row.created_at
        employee = self.working_time.employee(row.owner_id)
        is_care = employee is not None and employee.sales_role == "customer_success_manager"
        return Touch(
            row,
            self.company_of(row.account_id, row.contact_id, row.lead_id),
            row.created_at,
            occurred,
            row.direction in (None, "outbound"),
            not about_deal and not is_care,
            self._is_conversation(row) and occurred < self.company.end,
        )

    def is_held(self, row: Record) -> bool:
        entered = row.meeting_outcome_at is None or row.meeting_outcome_at < self.company.end
        return bool(row.meeting_outcome == "held" and entered)

    def _is_conversation(self, row: Record) -> bool:
        if row.activity_type == "meeting":
            return self.is_held(row)
        if row.activity_type == "call":
            talked = (row.call_disposition or "").lower() in self.company.setting(
                "conversation_dispositions"
            )
            long = (row.call_duration_seconds or 0) >= self.company.setting("conversation_seconds")
            return bool(talked and long)
        is_reply = row.direction == "inbound" and row.in_reply_to_activity_id is not None
        return bool(is_reply and not row.is_automated and row.reply_kind in HUMAN_REPLIES)
