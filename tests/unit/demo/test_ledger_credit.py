"""Who and what gets the credit, and what it cost, against values worked out by hand.

Belongs here: owners, meetings, attribution, costs and lifetimes on little worlds. Does not belong
here: deals and revenue as such.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.demo.ledger_worlds import (
    Ledger,
    account,
    at,
    charge,
    deal,
    deals,
    ledger,
    on,
    user,
)

COSTS = ("opportunities", "hand-offs", "revenue", "unit economics")


def test_credit_goes_to_the_owner_at_close_and_the_book_to_the_present_one() -> None:
    head, versions = deal(
        1,
        ("2026-04-01T16:00:00", "Scope", 100, "2026-04-20"),
        ("2026-04-20T16:00:00", "Closed Won", 100, "2026-04-20"),
        ("2026-05-20T16:00:00", "Closed Won", 100, "2026-04-20"),
    )
    versions[2]["owner_user_id"] = 2
    book = ledger(
        "opportunities",
        "hand-offs",
        "account-based",
        "pipeline",
        "people",
        sales_user=[user(1, name="Closer"), user(2, name="Heir")],
        **deals((head, versions)),
        quota=[
            {
                "user_id": key,
                "period_start": on("2026-04-01"),
                "metric": "bookings_usd",
                "quota": Decimal(50),
            }
            for key in (1, 2)
        ],
    )

    def amount(segment_type: str) -> dict[str, float]:
        rows = book.rows("opportunities_won_amount", "headline", "month", segment_type=segment_type)
        return {row["segment"]: row["value"] for row in rows}

    assert amount("owner") == {"Heir": 100}
    assert amount("owner_at_close") == {"Closer": 100}
    rows = book.rows("R01", "bookings_usd", "month", segment_type="owner")
    assert {row["segment"]: row["value"] for row in rows} == {"Closer": 2, "Heir": 0}
    row = book.row("R01", "share_attained_bookings_usd", "month", "2026-04-01")
    assert (row["numerator"], row["denominator"]) == (1, 2)


def meeting(
    key: int, booked: str, held_on: str, outcome: str | None, **more: Any
) -> dict[str, Any]:
    """A meeting of user 1 with account 1, booked and held at noon."""
    return {
        "touch_id": key,
        "kind": "meeting",
        "direction": "outbound",
        "is_automated": False,
        "user_id": 1,
        "person_id": 1,
        "account_id": 1,
        "created_at": at(booked + "T16:00:00"),
        "occurred_at": at(held_on + "T16:00:00"),
        "meeting_outcome": outcome,
        "outcome_at": at(held_on + "T17:00:00") if outcome else None,
        **more,
    }


def test_a_chain_of_rescheduled_meetings_is_one_meeting() -> None:
    book = ledger(
        "opportunities",
        "pipeline",
        account=[account(key) for key in (1, 2, 3, 4)],
        # Account 4 has an open deal; the spells of the others begin with the booking.
        **deals(deal(1, ("2026-05-01T12:00:00", "Discovery", 1, "2026-12-01"), account_id=4)),
        touch=[
            # Account 1: moved twice, held at last; a second meeting is no first one.
            meeting(1, "2026-05-20", "2026-05-25", "rescheduled"),
            meeting(2, "2026-05-25", "2026-06-01", "rescheduled", previous_touch_id=1),
            meeting(3, "2026-06-01", "2026-06-05", "held", previous_touch_id=2),
            meeting(4, "2026-06-05", "2026-06-15", "held"),
            # Account 2: did not come.
            meeting(5, "2026-05-21", "2026-05-28", "no_show", account_id=2),
            # Account 3: still to come.
            meeting(6, "2026-05-29", "2026-10-28", None, account_id=3),
            # Account 4: no prospect.
            meeting(7, "2026-05-29", "2026-06-02", "held", account_id=4),
        ],
    )
    assert book.row("P02", "booked", "month", "2026-05-01")["value"] == 3
    assert [row["period_start"] for row in book.rows("P02", "booked", "month")] == [
        on("2026-05-01")
    ]
    row = book.row("P02", "held_rate", "month", "2026-05-01")
    assert (row["numerator"], row["denominator"], row["n_excluded"]) == (1, 2, 1)


def response(key: int, campaign: int, person: int, day: str) -> dict[str, Any]:
    return {
        "member_id": key,
        "version_at": at(day + "T16:00:00"),
        "campaign_id": campaign,
        "person_id": person,
        "contact_id": person,
        "member_status": "Registered",
    }


@pytest.fixture(scope="module")
def attributed() -> Ledger:
    """Deal 1 of 1,000 with four touches of its two people before it, and one after; deal 2 bare."""
    return ledger(
        *COSTS,
        "marketing",
        campaign=[
            {"campaign_id": key, "campaign_name": f"C{key}", "channel": channel, "is_leaf": True}
            for key, channel in enumerate(("Event", "Digital", "Partner"), start=1)
        ],
        **deals(
            deal(1, ("2026-06-01T16:00:00", "Scope", 1000, "2026-12-01")),
            deal(2, ("2026-06-02T16:00:00", "Scope", 500, "2026-12-01")),
        ),
        employment=[
            {
                "employment_id": key,
                "person_id": key,
                "account_id": 1,
                "started_on": on("2020-01-01"),
            }
            for key in (1, 2)
        ],
        contact=[
            {
                "contact_id": key,
                "person_id": key,
                "employment_id": key,
                "created_at": at("2026-02-01T16:00:00"),
            }
            for key in (1, 2)
        ],
        web_visit=[
            # What was asked for on the day of a response is that response.
            {
                "visit_id": 1,
                "person_id": 1,
                "kind": "form_submit",
                "is_identified": True,
                "occurred_at": at("2026-03-01T15:59:00"),
            },
        ],
        opportunity_role=[
            {"opportunity_id": 1, "contact_id": key, "created_at": at("2026-06-01T16:00:00")}
            for key in (1, 2)
        ],
        campaign_member_version=[
            response(1, 1, 1, "2026-03-01"),
            response(2, 2, 2, "2026-03-05"),
            response(3, 3, 1, "2026-04-01"),
            response(4, 2, 1, "2026-05-01"),
            response(5, 3, 2, "2026-06-15"),
            # A mere target is no response.
            {**response(6, 3, 2, "2026-05-30"), "member_status": "Targeted"},
        ],
    )


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("first", {"Event": 1000, "unattributed": 500}),
        ("last", {"Digital": 1000, "unattributed": 500}),
        ("linear", {"Event": 250, "Digital": 500, "Partner": 250, "unattributed": 500}),
        ("u_shaped", {"Event": 400, "Digital": 500, "Partner": 100, "unattributed": 500}),
    ],
)
def test_attribution(attributed: Ledger, model: str, expected: dict[str, int]) -> None:
    rows = attributed.rows("M07", f"pipeline_{model}", "month", segment_type="channel")
    assert {row["segment"]: row["numerator"] for row in rows} == expected


def test_dark_funnel_is_the_share_of_deals_without_a_touch(attributed: Ledger) -> None:
    row = attributed.row("M08", "count", "month", "2026-06-01")
    assert (row["numerator"], row["denominator"]) == (1, 2)
    row = attributed.row("M08", "amount", "month", "2026-06-01")
    assert (row["numerator"], row["denominator"]) == (500, 1500)


@pytest.fixture(scope="module")
def economics() -> Ledger:
    """Ten customers of 100 a month from 2025 on, of which one leaves in March 2026; two more come.

    Costs: 1,000 a month for acquisition, from July 2025 on 3,000; 200 a month of revenue.
    """
    months = [f"{year}-{month:02}-01" for year in (2024, 2025, 2026) for month in range(1, 13)][:33]
    costs = []
    for month in months:
        acquisition = 3000 if month >= "2025-07-01" else 1000
        for bucket, amount in (
            ("acquisition", acquisition),
            ("cost_of_revenue", 200),
            ("retention", 90),
        ):
            costs.append({"month": on(month), "cost_bucket": bucket, "amount_usd": Decimal(amount)})
    charges = [charge(key, key, "2025-01-10", "2027-01-10", 100) for key in range(1, 10)]
    charges.append(charge(10, 10, "2025-01-10", "2026-03-10", 100))
    charges += [charge(key, key, "2026-02-20", "2027-02-20", 150) for key in (11, 12)]
    # Sold 61 days after creation: costs count two months earlier.
    sold = deal(
        1,
        ("2025-12-01T16:00:00", "Scope", 1, "2026-01-31"),
        ("2026-01-31T16:00:00", "Closed Won", 1, "2026-01-31"),
    )
    return ledger(
        *COSTS,
        account=[account(key) for key in range(1, 13)],
        subscription_charge=charges,
        cost_ledger=costs,
        **deals(sold),
    )


def test_customer_life_is_pooled_over_twelve_months(economics: Ledger) -> None:
    # Openings of April 2025 to March 2026: eleven months of 10 and one (March) of 12, one left.
    row = economics.row("V11", "headline", "month", "2026-03-01")
    assert (row["numerator"], row["denominator"], row["value"]) == (122, 1, 122)
    # Nobody had left by February.
    row = economics.row("V11", "headline", "month", "2026-02-01")
    assert (row["denominator"], row["value"]) == (0, None)


def test_acquisition_cost_lags_by_the_median_cycle(economics: Ledger) -> None:
    # Calendar quarter January to March 2026: costs of November to January; two new customers.
    row = economics.row("V13", "per_customer", "quarter", "2026-01-01")
    assert (row["numerator"], row["denominator"], row["value"]) == (9000, 2, 4500)
    row = economics.row("V13", "cac_ratio", "quarter", "2026-01-01")
    assert (row["numerator"], row["denominator"]) == (9000, 2 * 150 * 12)


def test_payback_and_lifetime_value_use_the_margin(economics: Ledger) -> None:
    # April 2025 to March 2026: revenue 10 x 1,000, then 1,300 and 1,200; cost 12 x 200.
    margin = 1 - 2400 / 12500
    row = economics.row("V16", "months", "quarter", "2026-01-01")
    assert row["value"] == pytest.approx(9000 / (300 * margin))
    # Lost 100 of openings 10 x 1,000 + 1,000 + 1,300: longer than the cap of 60 months.
    row = economics.row("V12", "headline", "month", "2026-03-01")
    assert row["value"] == pytest.approx(1200 / 11 * margin * 60)
    row = economics.row("V15", "headline", "quarter", "2026-01-01")
    assert row["value"] == pytest.approx(1200 / 11 * margin * 60 / 4500)


def test_retention_cost_is_of_average_customers(economics: Ledger) -> None:
    # Month ends of January to March 2026: 10, 12 and 11 customers; opening 10 x 1,200 a year.
    row = economics.row("V14", "per_customer", "quarter", "2026-01-01")
    assert row["value"] == pytest.approx(270 / 11)
    row = economics.row("V14", "of_opening_arr", "quarter", "2026-01-01")
    assert row["value"] == pytest.approx(270 / 12000)


def test_what_the_first_quarter_of_all_began_with_is_not_known(economics: Ledger) -> None:
    first, second = economics.rows("V14", "of_opening_arr", "quarter")[:2]
    assert (first["denominator"], second["denominator"]) == (None, 0)
