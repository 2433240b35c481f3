"""What the second opinion says: numerator, denominator, value and cases by KPI, period, segment.

Belongs here: collecting rows, dividing. Does not belong here: what is counted.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from tests.second_opinion.periods import ALL_TIME, Period

Number = Decimal | float | int
WHOLE = ("all", "all")

Totals = dict[tuple[Period, tuple[str, str]], Number]
"""Sums by period and segment."""


class Key(NamedTuple):
    kpi_id: str
    variant: str
    grain: str
    start: dt.date | None
    """None for all time, which begins where each side sees its first record."""
    segment_type: str
    segment: str


class Value(NamedTuple):
    numerator: float | None
    denominator: float | None
    value: float | None
    n: float | None


class Opinion:
    """Rows by key; writing one twice is an error."""

    def __init__(self) -> None:
        self.rows: dict[Key, Value] = {}

    def put(
        self,
        kpi: tuple[str, str],
        period: Period,
        segment: tuple[str, str],
        numerator: Number | None,
        denominator: Number | None = None,
        *,
        value: Number | None = None,
        is_derived: bool = False,
        n: Number | None = None,
    ) -> None:
        """The value is the quotient, NULL on zero (G1); the numerator where there is no
        denominator; or what is given for KPIs that are no quotient of sums.
        """
        if not is_derived:
            if denominator is None:
                value = numerator
            elif numerator is not None and denominator:
                value = float(numerator) / float(denominator)
        start = None if period == ALL_TIME else period.start
        key = Key(*kpi, period.grain, start, *segment)
        assert key not in self.rows, key
        self.rows[key] = Value(*map(_float, (numerator, denominator, value, n)))

    def sums(self, kpi: tuple[str, str], totals: Totals, cases: Totals | None = None) -> None:
        """A KPI that only adds up."""
        for key, total in totals.items():
            self.put(kpi, *key, total, n=cases.get(key, 0) if cases is not None else None)

    def ratios(
        self,
        kpi: tuple[str, str],
        numerators: Totals,
        denominators: Totals,
        cases: Totals | None = None,
    ) -> None:
        """A KPI that divides two sums; the cases are what the denominator counts, or given."""
        for key in numerators.keys() | denominators.keys():
            denominator = denominators.get(key, 0)
            n = cases.get(key, 0) if cases is not None else None
            self.put(kpi, *key, numerators.get(key, 0), denominator, n=n)


def _float(number: Number | None) -> float | None:
    return None if number is None else float(number)
