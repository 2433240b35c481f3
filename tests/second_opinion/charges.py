"""Who holds which recurring charge on which day, with late renewals carried over their gap.

Belongs here: charges in force, gaps, and what they come to on a day. Does not belong here: KPIs.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from tests.second_opinion.company import Company
from tests.second_opinion.money import Money
from tests.second_opinion.periods import DAY


class Charge(NamedTuple):
    """Recurring, in force from ``start`` until the day before ``end`` (G12)."""

    customer: str
    account_id: str | None
    subscription_id: str
    product: str | None
    currency: str
    start: dt.date
    end: dt.date | None
    monthly: Decimal
    quantity: Decimal
    booked_on: dt.date | None = None
    signed_on: dt.date | None = None
    is_carried: bool = False

    def is_in_force(self, day: dt.date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


class Holdings:
    """The charges of every customer: an account, or a billing account that names none."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.money = Money(company)
        self.as_of = company.as_of
        self.grace = dt.timedelta(days=company.setting("churn_grace_days"))
        self.charges: dict[str, list[Charge]] = defaultdict(list)
        for charge in self._read():
            self.charges[charge.customer].append(charge)

    def _read(self) -> Iterable[Charge]:
        company = self.company
        subscriptions = {row.subscription_id: row for row in company.table("subscription")}
        for row in company.table("subscription_charge"):
            subscription = subscriptions.get(row.subscription_id)
            if not row.is_recurring or subscription is None or row.effective_from is None:
                continue
            # Revenue begins with the service, not with the contract (G13).
            start = max(row.effective_from, subscription.started_on or row.effective_from)
            if row.effective_to is not None and row.effective_to <= start:
                continue
            account_id = company.survivor(row.account_id or subscription.account_id)
            yield Charge(
                account_id or subscription.billing_account_id,
                account_id,
                row.subscription_id,
                row.product_id,
                row.currency_code or company.setting("reporting_currency"),
                start,
                row.effective_to,
                row.monthly_recurring_original or Decimal(0),
                row.quantity or Decimal(0),
                company.local_day(row.booked_at),
                subscription.signed_on,
            )

    @cached_property
    def carried(self) -> dict[str, list[Charge]]:
        """Charges and what late renewals carry (G14): a subscription that goes on after at most the
        grace was there all the time, and so was a customer who goes on with another one.
        """
        found = {}
        for customer, charges in self.charges.items():
            by_subscription: dict[str, list[Charge]] = defaultdict(list)
            for charge in charges:
                by_subscription[charge.subscription_id].append(charge)
            known = list(charges)
            for own in by_subscription.values():
                known += self._gap_fillers(own)
            found[customer] = known + list(self._gap_fillers(known))
        return found

    def _gap_fillers(self, charges: list[Charge]) -> Iterable[Charge]:
        for ended, begun in gaps(charges):
            # A renewal that has not begun by the run's day carries nothing yet.
            if begun - ended <= self.grace and begun <= self.as_of:
                for charge in in_force(charges, ended - DAY):
                    yield charge._replace(start=ended, end=begun, is_carried=True)

    @cached_property
    def first_day(self) -> dt.date:
        starts = [charge.start for charges in self.charges.values() for charge in charges]
        return min(starts, default=self.as_of)

    def account_id(self, customer: str) -> str | None:
        return self.charges[customer][0].account_id

    def monthly(self, charges: Iterable[Charge], day: dt.date) -> Decimal:
        """In the reporting currency at the rate of the day, each charge rounded to cents, as an
        invoice is; nothing without a rate.
        """
        return sum(
            (
                self.money.convert(charge.monthly, charge.currency, day) or Decimal(0)
                for charge in charges
            ),
            Decimal(0),
        )

    def with_grace(self, customer: str, day: dt.date) -> Decimal:
        """Monthly recurring revenue of a customer, late renewals carried."""
        return self.monthly(in_force(self.carried[customer], day), day)


def in_force(charges: Iterable[Charge], day: dt.date) -> list[Charge]:
    return [charge for charge in charges if charge.is_in_force(day)]


def gaps(charges: list[Charge]) -> list[tuple[dt.date, dt.date]]:
    """First day without any charge in force, and first day with one again."""
    paying = sorted((charge.start, charge.end) for charge in charges if charge.monthly)
    found = []
    covered_until: dt.date | None = None
    for start, end in paying:
        if covered_until is not None and start > covered_until:
            found.append((covered_until, start))
        if end is None:
            break
        covered_until = end if covered_until is None else max(covered_until, end)
    return found
