"""The ledger of deals against values worked out by hand.

Belongs here: P, V10, and the rules of periods on little worlds of deals. Does not belong here:
leads, spells (``test_ledger_demand``), revenue (``test_ledger_revenue``).
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from tests.unit.demo.ledger_worlds import Ledger, at, deal, deals, ledger, little_world, on, user

SALES = ("opportunities", "pipeline")
OPEN, SCOPE, WON, LOST = "Discovery", "Scope", "Closed Won", "Closed Lost"


def won(key: int, created: str, close: str, amount: int, **more: object):
    """A deal won at noon of its close date."""
    return deal(
        key,
        (f"{created}T15:00:00", OPEN, amount, close),
        (f"{close}T16:00:00", WON, amount, close),
        **more,
    )


def lost(key: int, created: str, close: str, amount: int, **more: object):
    """A deal lost at noon of its close date."""
    return deal(
        key,
        (f"{created}T15:00:00", OPEN, amount, close),
        (f"{close}T16:00:00", LOST, amount, close),
        **more,
    )


@pytest.fixture(scope="module")
def closed() -> Ledger:
    """March 2026: one won, one lost, one won and then lost after all; a renewal; a deleted one."""
    reopened = deal(
        3,
        ("2026-01-05T15:00:00", SCOPE, 300, "2026-03-02"),
        ("2026-03-02T15:00:00", WON, 300, "2026-03-02"),
        ("2026-03-09T15:00:00", "Negotiation", 300, "2026-03-20"),
        ("2026-03-20T15:00:00", LOST, 300, "2026-03-20"),
    )
    return ledger(
        *SALES,
        **deals(
            won(1, "2026-02-20", "2026-03-12", 200),
            lost(2, "2026-02-01", "2026-03-31", 100),
            reopened,
            won(4, "2026-02-01", "2026-03-15", 5000, opportunity_type="Renewal"),
            won(5, "2026-02-01", "2026-03-16", 7000, is_deleted=True),
            deal(6, ("2026-03-01T15:00:00", SCOPE, 900, "2026-12-01")),
        ),
    )


def test_win_rate_counts_the_last_end_of_a_deal_and_no_renewals(closed: Ledger) -> None:
    row = closed.row("P08", "count", "month", "2026-03-01")
    assert (row["numerator"], row["denominator"]) == (1, 3)
    assert row["value"] == pytest.approx(1 / 3)
    assert row["period_end"] == on("2026-04-01")

    row = closed.row("P08", "value", "month", "2026-03-01")
    assert (row["numerator"], row["denominator"]) == (200, 600)

    # Of the two that reached Scope, one fell back and was lost; the first was won, past it.
    row = closed.row("P08", "from_qualified", "month", "2026-03-01")
    assert (row["numerator"], row["denominator"]) == (1, 2)

    row = closed.row("P08", "renewal", "month", "2026-03-01")
    assert (row["numerator"], row["denominator"]) == (1, 1)


def test_cohorts_of_creation_hold_closed_deals_only(closed: Ledger) -> None:
    rows = closed.rows("P08", "created_cohort", "month")
    assert [
        (row["period_start"].isoformat(), row["numerator"], row["denominator"]) for row in rows
    ] == [
        ("2026-01-01", 0, 1),
        ("2026-02-01", 1, 2),
    ]


def test_won_and_lost_count_all_types_but_no_deleted_deal(closed: Ledger) -> None:
    assert closed.row("opportunities_won_count", "headline", "month", "2026-03-01")["value"] == 2
    assert (
        closed.row("opportunities_won_amount", "headline", "month", "2026-03-01")["value"] == 5200
    )
    assert closed.row("opportunities_lost_count", "headline", "month", "2026-03-01")["value"] == 2
    assert (
        closed.row("opportunities_lost_amount", "headline", "month", "2026-03-01")["value"] == 400
    )


def test_open_deals_are_those_of_the_end_of_each_day(closed: Ledger) -> None:
    # At the end of February deals 1 to 4 are open, of which only the third is qualified.
    row = closed.row("opportunities_open_count", "headline", "day", "2026-02-28")
    assert row["value"] == 4
    assert closed.row("opportunities_open_amount", "headline", "day", "2026-02-28")["value"] == 5600
    assert closed.row("pipeline_open_count", "headline", "day", "2026-02-28")["value"] == 1
    assert closed.row("pipeline_open_amount", "headline", "day", "2026-02-28")["value"] == 300
    # 1: 200 x 10 %, 2: 100 x 10 %, 3: 300 x 20 %, 4: 5000 x 10 %.
    assert closed.row("P06", "stage_probability", "day", "2026-02-28")["value"] == 590
    last = closed.row("opportunities_open_amount", "headline", "day", "2026-09-30")
    assert last["value"] == 900
    closing = closed.rows("opportunities_open_amount", "closing_in_period", "fiscal_quarter")
    assert [(row["period_start"], row["value"]) for row in closing] == [(on("2026-11-01"), 900)]


def test_average_selling_price_is_of_new_business_won(closed: Ledger) -> None:
    row = closed.row("V10", "headline", "fiscal_quarter", "2026-02-01")
    assert (row["numerator"], row["denominator"], row["value"]) == (200, 1, 200)


def test_sales_cycle_is_the_median_of_valid_cycles_without_renewals() -> None:
    book = ledger(
        *SALES,
        **deals(
            won(1, "2026-04-01", "2026-04-11", 1),  # 10 days
            won(2, "2026-03-31", "2026-04-20", 1),  # 20 days
            won(3, "2026-01-20", "2026-04-20", 1),  # 90 days
            won(4, "2026-04-01", "2026-04-02", 1, opportunity_type="Renewal"),
            deal(  # backdated before its creation
                5,
                ("2026-04-10T15:00:00", SCOPE, 1, "2026-04-10"),
                ("2026-04-11T15:00:00", WON, 1, "2026-04-03"),
            ),
            lost(6, "2026-04-01", "2026-04-05", 1),
            deal(7, ("2026-09-01T15:00:00", SCOPE, 1, "2026-12-01")),  # 29 days old
        ),
    )
    row = book.row("P07", "won_median", "month", "2026-04-01")
    assert (row["value"], row["denominator"], row["n_excluded"]) == (20, 3, 1)
    assert row["numerator"] is None
    row = book.row("P07", "won_mean", "month", "2026-04-01")
    assert (row["numerator"], row["denominator"], row["value"]) == (120, 3, 40)
    assert book.row("P07", "lost_median", "month", "2026-04-01")["value"] == 4
    assert book.row("P07", "open_age_median", "day", "2026-09-30")["value"] == 29


def test_a_reopened_deal_was_not_worked_on_while_it_was_closed() -> None:
    book = ledger(
        *SALES,
        **deals(
            deal(
                1,
                ("2026-01-01T15:00:00", SCOPE, 1, "2026-02-01"),
                ("2026-02-01T15:00:00", LOST, 1, "2026-02-01"),
                ("2026-03-01T15:00:00", SCOPE, 1, "2026-04-01"),  # closed for 28 days
                ("2026-04-01T15:00:00", WON, 1, "2026-04-01"),
            )
        ),
    )
    assert book.row("P07", "won_median", "month", "2026-04-01")["value"] == 90
    assert book.row("P07", "won_median_without_closed_gaps", "month", "2026-04-01")["value"] == 62


def test_pipeline_generated_is_the_amount_at_the_end_of_the_qualification_day() -> None:
    versions = (
        ("2026-03-02T15:00:00", OPEN, 100, "2026-06-30"),
        ("2026-03-05T15:00:00", SCOPE, 120, "2026-06-30"),
        # 22:00 in New York on the same day.
        ("2026-03-06T03:00:00", SCOPE, 150, "2026-06-30"),
        ("2026-03-06T15:00:00", SCOPE, 999, "2026-06-30"),
        # Back and again: adds nothing.
        ("2026-04-02T15:00:00", OPEN, 999, "2026-06-30"),
        ("2026-05-02T15:00:00", SCOPE, 999, "2026-06-30"),
    )
    skipped = deal(
        2,
        ("2026-03-10T15:00:00", OPEN, None, "2026-06-30"),
        ("2026-04-10T15:00:00", "Negotiation", 70, "2026-06-30"),
    )
    book = ledger(*SALES, **deals(deal(1, *versions), skipped))
    rows = book.rows("P01", "amount", "month")
    assert [(row["period_start"], row["numerator"], row["n"]) for row in rows] == [
        (on("2026-03-01"), 150, 1),
        (on("2026-04-01"), 70, 1),
    ]
    visits = book.query(
        "select stage, is_imputed, is_regression, days_in_stage from stage_visit "
        "where opportunity_id = 1 order by visit_number"
    )
    assert [tuple(visit.values()) for visit in visits] == [
        ("Meeting Set", True, False, None),
        ("Discovery", False, False, 3),
        ("Scope", False, False, 28),
        ("Discovery", False, True, 30),
        ("Scope", False, False, None),
    ]


def test_amounts_take_the_rate_of_the_close_date_and_round_half_away_from_zero() -> None:
    # EUR: 1.17 from 1 January, 1.15 from 1 April 2026. 10.10 x 1.15 = 11.615.
    pair = deal(
        1,
        # Made at 1.17, to be closed at 1.15.
        ("2026-03-02T15:00:00", SCOPE, 1000, "2026-04-30"),
        ("2026-04-02T15:00:00", SCOPE, 1000, "2026-04-30"),
        currency="EUR",
    )
    pair[1][1]["amount"] = Decimal("10.10")
    book = ledger(*SALES, **deals(pair))
    assert book.row("P01", "amount", "month", "2026-03-01")["numerator"] == 1150
    row = book.row("opportunities_open_amount", "headline", "day", "2026-04-30")
    assert row["numerator"] == Decimal("11.62")


def test_periods_follow_new_york_and_a_close_date_is_never_shifted() -> None:
    # 23:30 on 31 July in New York, the last day of a fiscal quarter.
    late = at("2026-08-01T03:30:00")
    book = ledger(
        *SALES,
        **deals(
            deal(
                1,
                ("2026-08-01T03:30:00", SCOPE, 10, "2026-07-31"),
                ("2026-08-01T03:40:00", WON, 10, "2026-07-31"),
            )
        ),
    )
    assert late.date() == on("2026-08-01")
    for kpi_id, variant in (("P08", "created_cohort"), ("P08", "count"), ("P01", "amount")):
        assert [row["period_start"] for row in book.rows(kpi_id, variant, "fiscal_quarter")] == [
            on("2026-05-01")
        ]
    assert [row["period_start"] for row in book.rows("P08", "count", "fiscal_year")] == [
        on("2026-02-01")
    ]


def test_the_day_of_the_book_hides_what_came_later() -> None:
    world = little_world(
        **deals(won(1, "2026-02-20", "2026-03-12", 200), lost(2, "2026-02-01", "2026-03-31", 100))
    )
    book = Ledger(world, as_of=dt.date(2026, 3, 15), parts=SALES)
    row = book.row("P08", "count", "month", "2026-03-01")
    assert (row["numerator"], row["denominator"]) == (1, 1)
    assert book.row("opportunities_open_count", "headline", "day", "2026-03-15")["value"] == 1


def quota(key: int, month: str, amount: int) -> dict[str, object]:
    return {
        "user_id": key,
        "period_start": on(month),
        "metric": "bookings_usd",
        "quota": Decimal(amount),
    }


def test_pipeline_coverage_is_of_a_quarter_and_of_what_is_missing_to_quota() -> None:
    book = ledger(
        *SALES,
        **deals(
            # On 30 June (quarter May to July): 400 open and qualified, 100 won, 50 past due.
            deal(1, ("2026-05-05T15:00:00", SCOPE, 400, "2026-07-20")),
            won(2, "2026-05-01", "2026-05-20", 100),
            deal(3, ("2026-05-05T15:00:00", SCOPE, 50, "2026-06-10")),
            deal(4, ("2026-05-05T15:00:00", OPEN, 7000, "2026-07-20")),
            deal(5, ("2026-05-05T15:00:00", SCOPE, 90, "2026-08-20")),
        ),
        quota=[quota(1, f"2026-0{month}-01", 100) for month in (5, 6, 7, 8)],
    )
    row = book.row("P05", "current_quarter_quota", "day", "2026-06-30")
    assert (row["numerator"], row["denominator"], row["n_excluded"]) == (400, 300, 1)
    row = book.row("P05", "current_quarter_remaining", "day", "2026-06-30")
    assert (row["numerator"], row["denominator"], row["value"]) == (400, 200, 2)
    row = book.row("P05", "next_quarter_quota", "day", "2026-06-30")
    assert (row["numerator"], row["denominator"]) == (90, 100)
    # Day 5 of the quarter is looked at, too: three deals are open, the won one is not yet.
    row = book.row("P05", "current_quarter_quota_early", "fiscal_quarter", "2026-05-01")
    assert row["numerator"] == 450


def test_coverage_of_a_met_quota_has_no_value() -> None:
    book = ledger(
        *SALES,
        **deals(
            won(1, "2026-05-01", "2026-05-20", 100),
            deal(2, ("2026-05-05T15:00:00", SCOPE, 10, "2026-07-20")),
        ),
        quota=[quota(1, "2026-05-01", 100)],
    )
    row = book.row("P05", "current_quarter_remaining", "day", "2026-05-31")
    assert (row["numerator"], row["denominator"], row["value"]) == (10, None, None)


def test_forecast_accuracy_adds_up_misses_of_owners() -> None:
    # Quarter February to April. On day 1 owner 1 commits 100 and owner 2 commits 100;
    # owner 1 wins 150, owner 2 nothing: missed 50 + 100 of 150, bias -50 + 100.
    book = ledger(
        *SALES,
        sales_user=[user(1), user(2)],
        **deals(
            deal(
                1,
                ("2026-01-10T15:00:00", "Negotiation", 100, "2026-03-10"),
                ("2026-03-10T15:00:00", WON, 150, "2026-03-10"),
            ),
            deal(
                2,
                ("2026-01-10T15:00:00", "Negotiation", 100, "2026-03-10"),
                ("2026-03-10T15:00:00", LOST, 100, "2026-03-10"),
                owner=2,
            ),
            # Best case only: not part of the commitment.
            deal(
                3,
                ("2026-01-10T15:00:00", "Economic Buyer", 40, "2026-03-10"),
                ("2026-03-01T15:00:00", "Economic Buyer", 40, "2026-12-10"),
            ),
        ),
    )
    row = book.row("P10", "accuracy_commit_day_1", "fiscal_quarter", "2026-02-01")
    assert (row["numerator"], row["denominator"]) == (150, 150)
    assert row["value"] == pytest.approx(0)
    row = book.row("P10", "bias_commit_day_1", "fiscal_quarter", "2026-02-01")
    assert row["value"] == pytest.approx(50 / 150)
    row = book.row("P10", "bias_best_case_day_1", "fiscal_quarter", "2026-02-01")
    assert row["value"] == pytest.approx(90 / 150)
    # Thirty days before 1 May both are decided.
    row = book.row("P10", "accuracy_commit_30_days_before", "fiscal_quarter", "2026-02-01")
    assert row["value"] == pytest.approx(1)


def test_linearity_of_a_quarter_by_close_date_and_by_system_time() -> None:
    # Quarter May to July: 100 in the first week, 300 on 18 July, the first of the last 14 days;
    # and 100 on 17 July, entered in August.
    late = deal(
        3,
        ("2026-05-01T15:00:00", SCOPE, 100, "2026-07-17"),
        ("2026-08-03T15:00:00", WON, 100, "2026-07-17"),
    )
    book = ledger(
        *SALES,
        **deals(
            won(1, "2026-05-01", "2026-05-06", 100), won(2, "2026-05-01", "2026-07-18", 300), late
        ),
    )
    row = book.row("P11", "last_14_days_by_close_date", "fiscal_quarter", "2026-05-01")
    assert (row["numerator"], row["denominator"], row["value"]) == (300, 500, 0.6)
    row = book.row("P11", "month_3_share_by_close_date", "fiscal_quarter", "2026-05-01")
    assert row["value"] == pytest.approx(0.8)
    row = book.row("P11", "last_14_days_by_system_time", "fiscal_quarter", "2026-05-01")
    assert (row["numerator"], row["denominator"]) == (300, 400)
    # Weeks: 17 and 18 July both lie in week 12, so 100 and 400 in two of thirteen weeks:
    # 2 x (12 x 100 + 13 x 400) / (13 x 500) - 14 / 13 = 58 / 65.
    row = book.row("P11", "gini_by_close_date", "fiscal_quarter", "2026-05-01")
    assert row["value"] == pytest.approx(2 * 6400 / 6500 - 14 / 13)
