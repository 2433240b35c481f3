"""Amounts in the reporting currency, at the rate of a day.

Belongs here: rates and rounding to cents. Does not belong here: which day an amount is of.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from tests.second_opinion.company import Company

CENT = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


class Money:
    """Rates hold from a day on until the next one; before the first there is none."""

    def __init__(self, company: Company) -> None:
        self.reporting_currency = company.setting("reporting_currency")
        self._rates: dict[str, list[tuple[dt.date, Decimal]]] = defaultdict(list)
        for rate in company.table("currency_rate", "config"):
            self._rates[rate.currency_code].append((rate.valid_from, rate.rate_to_reporting))
        for rates in self._rates.values():
            rates.sort()

    def rate(self, currency: str | None, day: dt.date) -> Decimal | None:
        """Units of the reporting currency for one."""
        if currency in (None, self.reporting_currency):
            return Decimal(1)
        rates = self._rates.get(currency or "", [])
        position = bisect_right(rates, (day, Decimal("Infinity")))
        return rates[position - 1][1] if position else None

    def convert(self, amount: Decimal | None, currency: str | None, day: dt.date) -> Decimal | None:
        """In cents; None without an amount or a rate."""
        rate = self.rate(currency, day)
        return None if amount is None or rate is None else cents(amount * rate)

    def rate_days(self, currency: str | None) -> list[dt.date]:
        """Days on which a rate begins."""
        return [day for day, _ in self._rates.get(currency or "", [])]
