"""The ledger of recurring revenue against values worked out by hand.

Belongs here: V on little worlds of charges. Does not belong here: deals.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.demo.ledger_worlds import Ledger, account, at, charge, ledger, on, waterfall_gaps

JUNE = "2026-06-01"
"""Month rows of the state at the end of June."""


@pytest.fixture(scope="module")
def example() -> Ledger:
    """Of the specification: a1 100 → 140; a2 50, churned in February, back at 20 in April.

    The opening is 30 June 2025, the closing 30 June 2026.
    """
    charges = [
        charge(1, 1, "2025-01-01", "2026-01-01", 100),
        charge(2, 1, "2026-01-01", "2027-01-01", 140, movement="upsell", quantity=1),
        charge(3, 2, "2025-02-10", "2026-02-10", 50),
        charge(4, 2, "2026-04-05", "2027-04-05", 20, movement="reactivation"),
        # A customer won after the opening is in no cohort of it.
        charge(5, 3, "2025-09-01", "2026-09-01", 70),
    ]
    return ledger(
        "revenue", account=[account(1), account(2), account(3)], subscription_charge=charges
    )


@pytest.mark.parametrize(
    ("kpi_id", "variant", "expected"),
    [
        ("V04", "point_to_point", 160 / 150),
        ("V03", "point_to_point", 120 / 150),
        ("V05", "point_to_point", 2 / 2),
        ("V04", "strict", 140 / 150),
        ("V03", "strict", 100 / 150),
        ("V05", "strict", 1 / 2),
    ],
)
def test_retention_of_the_worked_example(
    example: Ledger, kpi_id: str, variant: str, expected: float
) -> None:
    assert example.row(kpi_id, variant, "month", JUNE)["value"] == pytest.approx(expected)


def test_recurring_revenue_of_the_worked_example(example: Ledger) -> None:
    assert example.row("V01", "headline", "month", JUNE)["value"] == 140 + 20 + 70
    assert example.row("V02", "headline", "month", JUNE)["value"] == 12 * 230
    assert example.row("V09", "arpa", "month", JUNE)["value"] == pytest.approx(230 / 3)


def test_movements_of_the_worked_example(example: Ledger) -> None:
    moved = example.query(
        "select account_id, day, movement, amount from arr_movement order by day, account_id"
    )
    assert [tuple(row.values()) for row in moved] == [
        (1, on("2025-01-01"), "new", 1200),
        (2, on("2025-02-10"), "new", 600),
        (3, on("2025-09-01"), "new", 840),
        (1, on("2026-01-01"), "expansion", 480),
        (2, on("2026-02-10"), "churn", -600),
        (2, on("2026-04-05"), "reactivation", 240),
        (3, on("2026-09-01"), "churn", -840),
    ]


def test_constant_currency_looks_at_what_the_late_renewal_carries_too() -> None:
    # EUR: 1.04 on the opening day, 31 March 2025; 1.17 a year later, within the gap.
    book = ledger(
        "revenue",
        account=[account(1, currency="EUR")],
        subscription_charge=[
            charge(1, 1, "2025-03-10", "2026-03-20", 100, currency="EUR"),
            charge(2, 1, "2026-04-10", "2027-04-10", 100, currency="EUR"),
        ],
    )
    row = book.row("V04", "constant_currency", "month", "2026-03-01")
    assert (row["numerator"], row["denominator"]) == (12 * 104, 12 * 104)
    assert book.row("V04", "point_to_point", "month", "2026-03-01")["numerator"] == 12 * 117


def movements(book: Ledger) -> dict[tuple[int, str], Decimal]:
    found: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for row in book.query("select account_id, movement, amount from arr_movement"):
        found[row["account_id"], row["movement"]] += row["amount"]
    return dict(found)


def test_a_short_gap_is_a_late_renewal_and_a_long_one_a_churn() -> None:
    book = ledger(
        "revenue",
        account=[account(1), account(2)],
        subscription_charge=[
            charge(1, 1, "2025-03-02", "2026-03-02", 100),
            charge(2, 1, "2026-04-01", "2027-04-01", 100),  # 30 days later
            charge(3, 2, "2025-03-02", "2026-03-02", 100),
            charge(4, 2, "2026-04-02", "2027-04-02", 100),  # 31 days later
        ],
    )
    assert movements(book) == {
        (1, "new"): 1200,
        (2, "new"): 1200,
        (2, "churn"): -1200,
        (2, "reactivation"): 1200,
    }
    # Within the gap nobody paid; the waterfall carries the late renewal over it.
    assert book.row("V01", "headline", "month", "2026-03-01")["value"] == 0
    assert book.row("V01", "with_grace", "month", "2026-03-01")["value"] == 100
    assert book.row("V06", "closing", "month", "2026-03-01")["value"] == 1200


def test_cancelling_one_of_two_subscriptions_is_contraction() -> None:
    book = ledger(
        "revenue",
        subscription_charge=[
            charge(1, 1, "2025-03-02", "2027-03-02", 100),
            charge(2, 1, "2025-03-02", "2026-03-02", 40, subscription_id=9),
        ],
    )
    assert movements(book) == {(1, "new"): 1680, (1, "contraction"): -480}


def test_a_rate_step_is_a_movement_of_its_own_and_the_waterfall_closes() -> None:
    # EUR: 1.17 until March 2026, 1.15 from 1 April, 1.16 from 1 July.
    book = ledger(
        "revenue",
        account=[account(1, currency="EUR"), account(2, currency="EUR")],
        subscription_charge=[
            charge(1, 1, "2026-01-15", "2027-01-15", 1000, currency="EUR",
                   amended_effective_to=on("2026-04-01"), amended_at=at("2026-03-20T12:00:00")),
            # The expansion begins on the very day of the new rate.
            charge(2, 1, "2026-04-01", "2027-01-15", 1500, currency="EUR", segment=2),
            charge(3, 2, "2026-02-01", "2026-07-01", 100, currency="EUR"),
        ],
    )  # fmt: skip
    moved = book.query(
        "select day, movement, sum(amount) as amount from arr_movement where account_id = 1 "
        "group by all order by day, movement"
    )
    assert [tuple(row.values()) for row in moved] == [
        (on("2026-01-15"), "new", 12 * 1170),
        (on("2026-04-01"), "expansion", 12 * 575),  # 500 at 1.15
        (on("2026-04-01"), "fx", 12 * -20),  # 1000 at two cents less
        (on("2026-07-01"), "fx", 12 * 15),
    ]
    # Account 2: the rate rises on the day on which it leaves.
    assert movements(book)[2, "churn"] == 12 * -116
    assert movements(book)[2, "fx"] == 12 * (-2 + 1)
    assert waterfall_gaps(book) == []


def test_upsell_cross_sell_and_price_make_up_an_expansion() -> None:
    day = "2026-05-01"
    end = {"amended_effective_to": on(day), "amended_at": at(day + "T12:00:00")}
    book = ledger(
        "revenue",
        product=[{"product_id": key, "product_name": f"Product {key}"} for key in (1, 2)],
        subscription_charge=[
            charge(1, 1, "2026-01-01", "2027-01-01", 100, quantity=10, **end),
            # Ten seats at 12 instead of 10, and five more of them; and a second product.
            charge(2, 1, day, "2027-01-01", 180, quantity=15, segment=2),
            charge(3, 1, day, "2027-01-01", 30, quantity=10, product_id=2),
        ],
    )  # fmt: skip
    values = {
        variant: book.row("V07", variant, "month", day)["value"]
        for variant in ("price", "upsell", "cross_sell")
    }
    assert values == {"price": 12 * 20, "upsell": 12 * 60, "cross_sell": 12 * 30}
    assert book.row("V06", "expansion", "month", day)["value"] == 12 * 110
    row = book.row("V08", "headline", "year", "2026-01-01")
    assert (row["numerator"], row["denominator"]) == (1200, 1200 + 1320)


def term(key: int, booked: str, start: str, end: str, **more: Any) -> dict[str, Any]:
    """A version of subscription ``key``: its present term."""
    return {
        "subscription_id": key,
        "version_at": at(booked + "T16:00:00"),
        "account_id": key,
        "status": "Active",
        "signed_on": on(start),
        "started_on": on(start),
        "term_months": 12,
        "term_started_on": on(start),
        "term_ends_on": on(end),
        "currency": "USD",
        **more,
    }


def test_renewal_rate_of_terms_that_ended() -> None:
    first, second = ("2025-05-01", "2026-05-01"), ("2026-05-01", "2027-05-01")
    book = ledger(
        "revenue",
        account=[account(key) for key in range(1, 6)],
        subscription_version=[
            # 1 grows at its renewal, 2 shrinks and is booked late, 3 is not renewed, 4 runs on.
            term(1, "2025-05-01", *first), term(1, "2026-04-10", *second),
            term(2, "2025-05-01", *first), term(2, "2026-05-20", "2026-05-20", "2027-05-20"),
            term(3, "2025-05-01", *first),
            term(4, "2025-06-01", "2025-06-01", "2028-06-01", term_months=36),
            # 5 pays month by month.
            term(5, "2026-04-15", "2026-04-15", "2026-05-15", term_months=1),
            term(5, "2026-05-15", "2026-05-15", "2026-06-15", term_months=1),
        ],
        subscription_charge=[
            charge(1, 1, *first, 100), charge(2, 1, *second, 130),
            charge(3, 2, *first, 100), charge(4, 2, "2026-05-20", "2027-05-20", 60),
            charge(5, 3, *first, 100),
            charge(6, 4, "2025-06-01", "2028-06-01", 500),
            charge(7, 5, "2026-04-15", "2026-05-15", 10),
            charge(8, 5, "2026-05-15", "2026-06-15", 10),
        ],
    )  # fmt: skip
    row = book.row("V17", "headline", "month", "2026-05-01")
    assert (row["numerator"], row["denominator"]) == (12 * (100 + 60), 12 * 300)
    row = book.row("V17", "on_time", "month", "2026-05-01")
    assert (row["numerator"], row["denominator"]) == (12 * 100, 12 * 300)
    row = book.row("V17", "all_terms", "month", "2026-05-01")
    assert (row["numerator"], row["denominator"]) == (12 * 170, 12 * 310)


def test_promoter_score_takes_the_latest_answer_of_a_person() -> None:
    def answer(key: int, person: int, day: str, score: int | None) -> dict[str, Any]:
        return {
            "survey_id": key,
            "account_id": 1,
            "person_id": person,
            "kind": "relational",
            "sent_at": at(day + "T12:00:00"),
            "answered_at": None if score is None else at(day + "T16:00:00"),
            "score": score,
        }

    book = ledger(
        "unit economics",
        "opportunities",
        survey_response=[
            answer(1, 1, "2026-05-04", 2),  # changed their mind a week later
            answer(2, 1, "2026-05-11", 10),
            answer(3, 2, "2026-05-11", 9),
            answer(4, 3, "2026-05-11", 8),
            answer(5, 4, "2026-05-11", 6),
            answer(6, 5, "2026-05-11", None),
        ],
    )
    row = book.row("V18", "relational", "month", "2026-05-01")
    assert (row["value"], row["denominator"]) == (25, 4)
    row = book.row("V18", "response_rate_relational", "month", "2026-05-01")
    assert (row["numerator"], row["denominator"]) == (5, 6)
