"""The second opinion on examples that fit on a page: the specification's own, and hard corners.

Belongs here: a handful of records, expected figures worked out by hand. Does not belong here: whole
companies.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.second_opinion import leads, movements, renewals, retention
from tests.second_opinion.company import Company, Record
from tests.second_opinion.customers import median_life
from tests.second_opinion.forecast import gini
from tests.second_opinion.periods import Calendar, Period, add_months
from tests.second_opinion.results import WHOLE, Key, Opinion, Value

CHARGE = {
    "account_id": None,
    "billing_account_id": None,
    "is_recurring": True,
    "product_id": "p",
    "currency_code": "USD",
    "quantity": Decimal(1),
    "billing_period_months": 12,
    "booked_at": None,
}
SUBSCRIPTION = {
    "signed_on": None,
    "started_on": None,
    "term_started_on": None,
    "term_ends_on": None,
}


class Made(Company):
    """A company of a few records."""

    def __init__(self, as_of: str, **tables: list[dict[str, Any]]) -> None:
        self.as_of = dt.date.fromisoformat(as_of)
        self.time_zone = ZoneInfo("America/New_York")
        self.settings = {"reporting_currency": "USD", "churn_grace_days": 30}
        self._tables = {
            f"{schema}.{name}": [Record(**row) for row in tables.get(name, [])]
            for schema, name in (
                ("resolved", "account"), ("canonical", "account"), ("resolved", "subscription"),
                ("resolved", "subscription_charge"), ("resolved", "product"),
                ("config", "currency_rate"), ("config", "lead_status"),
                ("resolved", "lead"), ("resolved", "lead_history"),
            )
        }  # fmt: skip


def contract(customer: str, *charges: tuple[str, str | None, int]) -> dict[str, list[dict]]:
    """One subscription of a customer: from, to, a month's amount."""
    return {
        "subscription": [
            SUBSCRIPTION | {"subscription_id": f"s-{customer}", "account_id": customer,
                            "billing_account_id": customer}
        ],
        "subscription_charge": [
            CHARGE | {"subscription_id": f"s-{customer}", "monthly_recurring_original":
                      Decimal(amount), "effective_from": dt.date.fromisoformat(start),
                      "effective_to": dt.date.fromisoformat(end) if end else None}
            for start, end, amount in charges
        ],
    }  # fmt: skip


def together(*parts: dict[str, list[dict]]) -> dict[str, list[dict]]:
    return {name: [row for part in parts for row in part[name]] for name in parts[0]}


def ask(module: Any, company: Company) -> dict[Key, Value]:
    opinion = Opinion()
    module.give(company, Calendar(1, company.as_of), opinion)
    return opinion.rows


# The example of V04: a1 went from 100 to 140; a2 had 50, churned in February, is back with 20.
EXAMPLE = together(
    contract("a1", ("2025-01-01", "2026-01-01", 100), ("2026-01-01", None, 140)),
    contract("a2", ("2025-01-01", "2026-02-01", 50), ("2026-04-01", None, 20)),
)


def test_retention_of_the_specifications_example() -> None:
    rows = ask(retention, Made("2026-06-30", **EXAMPLE))

    def ratio(kpi_id: str, variant: str) -> tuple[float | None, float | None]:
        row = rows[Key(kpi_id, variant, "month", dt.date(2026, 6, 1), *WHOLE)]
        return row.numerator, row.denominator

    year = 12
    assert ratio("V04", "point_to_point") == (160 * year, 150 * year)
    assert ratio("V03", "point_to_point") == (120 * year, 150 * year)
    assert ratio("V05", "point_to_point") == (2, 2)
    assert ratio("V04", "strict") == (140 * year, 150 * year)
    assert ratio("V03", "strict") == (100 * year, 150 * year)
    assert ratio("V05", "strict") == (1, 2)


def test_movements_of_the_same_example_close_the_waterfall() -> None:
    rows = ask(movements, Made("2026-06-30", **EXAMPLE))

    def change(kind: str) -> float:
        row = rows.get(Key("V06", kind, "year", dt.date(2026, 1, 1), *WHOLE))
        return (row.numerator or 0) / 12 if row else 0

    assert change("opening") == 150
    assert change("expansion") == 40
    assert change("churn") == -50
    assert change("reactivation") == 20
    assert change("closing") == 160


@pytest.mark.parametrize(("back_on", "kinds"), [
    ("2026-03-03", ["new"]),  # 30 days: a late renewal, nothing moved
    ("2026-03-04", ["new", "churn", "reactivation"]),
])  # fmt: skip
def test_a_gap_within_the_grace_is_no_movement(back_on: str, kinds: list[str]) -> None:
    company = Made(
        "2026-06-30",
        **contract("a", ("2025-02-01", "2026-02-01", 10), (back_on, None, 10)),
    )
    found = movements.movements(movements.Holdings(company))
    assert [movement.kind for movement in found] == kinds


def test_one_of_two_subscriptions_that_renews_late_is_no_contraction() -> None:
    both = together(
        contract("a", ("2025-01-01", None, 10)),
        contract("a", ("2025-02-01", "2026-02-01", 5), ("2026-02-20", None, 5)),
    )
    for number, row in enumerate(both["subscription"]):
        row["subscription_id"] = f"s{number}"
    for number, row in enumerate(both["subscription_charge"]):
        row["subscription_id"] = f"s{min(number, 1)}"
    found = movements.movements(movements.Holdings(Made("2026-06-30", **both)))
    assert [movement.kind for movement in found] == ["new", "expansion"]


def test_a_term_that_is_counted_from_the_31st_ends_with_shorter_months() -> None:
    company = Made(
        "2026-06-30",
        **contract(
            "a",
            ("2026-01-31", "2026-02-28", 10),
            ("2026-02-28", "2026-03-31", 10),
            ("2026-03-31", "2026-04-30", 20),
        ),
    )
    for row in company.table("subscription_charge"):
        row.billing_period_months = 1
    rows = ask(renewals, company)
    # Three terms ended; two went on, one of them with 20, of which 10 are renewed.
    ever = rows[Key("V17", "all_terms", "all_time", None, *WHOLE)]
    assert (ever.numerator, ever.denominator) == (12 * 20, 12 * 40)


def test_a_stage_that_was_passed_keeps_its_first_day() -> None:
    """G8: accepted at once, qualified by marketing after a step back."""
    noon = dt.datetime(2026, 2, 1, 17, tzinfo=dt.UTC)
    day = dt.timedelta(days=1)
    history = [("New", "SAL", 1), ("SAL", "MQL", 5), ("MQL", "SAL", 6)]
    company = Made(
        "2026-06-30",
        lead=[{"lead_id": "l", "created_at": noon, "modified_at": noon + 6 * day,
               "lead_status": "SAL", "is_converted": False, "converted_date": None}],
        lead_history=[
            {"lead_id": "l", "field_name": "lead_status", "old_value": old, "new_value": new,
             "changed_at": noon + days * day}
            for old, new, days in history
        ],
        lead_status=[{"status": "New", "lead_stage": "new"},
                     {"status": "MQL", "lead_stage": "marketing_qualified"},
                     {"status": "SAL", "lead_stage": "sales_accepted"}],
    )  # fmt: skip
    ((_, entries),) = leads.Leads(company).entries
    second = dt.date(2026, 2, 2)
    assert entries == {
        "inquiry": dt.date(2026, 2, 1),
        "marketing_qualified": second,
        "sales_accepted": second,
    }


def test_half_outlive_the_month_in_which_half_are_gone() -> None:
    assert median_life([(3, True), (5, False), (8, True), (9, False)]) == 8
    assert median_life([(3, True), (5, False), (8, False), (9, False)]) is None


def test_bookings_that_are_even_have_no_gini_and_one_week_almost_all() -> None:
    assert gini([Decimal(5)] * 13) == 0
    assert gini([Decimal(0)] * 12 + [Decimal(5)]) == pytest.approx(12 / 13)
    assert gini([Decimal(0)] * 13) is None


def test_periods_begin_with_the_companys_fiscal_year() -> None:
    calendar = Calendar(2, dt.date(2026, 6, 30))
    january, february = dt.date(2026, 1, 31), dt.date(2026, 2, 1)
    assert calendar.fiscal_quarter(january) == Period(
        "fiscal_quarter", dt.date(2025, 11, 1), dt.date(2026, 2, 1)
    )
    assert calendar.fiscal_quarter(february).start == february
    assert add_months(dt.date(2024, 1, 31), 1) == dt.date(2024, 2, 29)
    assert add_months(dt.date(2024, 3, 31), -13) == dt.date(2023, 2, 28)
