"""The ledger of prospecting, leads and mails against values worked out by hand.

Belongs here: A, F, M, S04 on little worlds. Does not belong here: deals, revenue.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.demo.ledger_worlds import (
    Ledger,
    Rows,
    account,
    at,
    deal,
    deals,
    lead,
    leads,
    ledger,
    on,
    user,
)

NOON = "T16:00:00"
"""Noon in New York in summer."""


def touch(key: int, day: str, kind: str = "email", **more: Any) -> dict[str, Any]:
    """An outbound touch of user 1 to person 1 at account 1, unless said."""
    stamp = at(day if "T" in day else day + NOON)
    return {
        "touch_id": key,
        "kind": kind,
        "direction": "outbound",
        "is_automated": False,
        "user_id": 1,
        "person_id": 1,
        "account_id": 1,
        "created_at": stamp,
        "occurred_at": stamp,
        **more,
    }


def talk(key: int, day: str, seconds: int, **more: Any) -> dict[str, Any]:
    """A call with a disposition of conversation."""
    return touch(
        key,
        day,
        "call",
        call_disposition="conversation",
        call_duration_seconds=seconds,
        **more,
    )


def hand_off(key: int, lead_id: int, day: str, **more: Any) -> dict[str, Any]:
    """A hand-off from user 2 to user 1 at account 1."""
    return {
        "hand_off_id": key,
        "lead_id": lead_id,
        "person_id": lead_id,
        "account_id": 1,
        "from_user_id": 2,
        "to_user_id": 1,
        "handed_off_at": at(day + NOON),
        "attempt": 1,
        "awareness_stage": 4,
        "context_fields_filled": 3,
        **more,
    }


def accepted(day: str, deal_id: int) -> dict[str, Any]:
    return {
        "decision": "accepted",
        "decided_at": at(day + NOON),
        "opportunity_id": deal_id,
    }


def rejected(day: str) -> dict[str, Any]:
    return {
        "decision": "rejected",
        "decided_at": at(day + NOON),
        "rejection_reason": "Bad Timing",
    }


@pytest.fixture(scope="module")
def prospecting() -> Ledger:
    """Six accounts, a spell each, in June 2026 but for one: it begins with a mail."""
    begins = {1: "06-01", 2: "06-02", 3: "06-03", 4: "06-04", 5: "06-05", 6: "09-10"}
    touches = [
        *(touch(100 + key, f"2026-{day}", account_id=key) for key, day in begins.items()),
        talk(1, "2026-07-01", 120, account_id=1),  # 30 days later, just long enough
        talk(2, "2026-06-20", 119, account_id=2),  # too short
        touch(3, "2026-06-20", "call", account_id=2, call_disposition="voicemail"),
        talk(4, "2026-07-04", 600, account_id=3),  # 31 days later
        touch(5, "2026-06-06", account_id=4),
        touch(  # an answer of the person
            6,
            "2026-06-07",
            account_id=4,
            direction="inbound",
            in_reply_to_touch_id=5,
            reply_kind="negative",
        ),
        touch(7, "2026-06-08", account_id=2),
        touch(  # an answer of a machine
            8,
            "2026-06-08",
            account_id=2,
            direction="inbound",
            in_reply_to_touch_id=7,
            reply_kind="auto",
            is_automated=True,
        ),
        touch(
            9,
            "2026-06-09",
            "meeting",
            account_id=5,
            meeting_outcome="held",
            outcome_at=at("2026-06-09" + NOON),
        ),
        talk(10, "2026-09-11", 300, account_id=6),  # too young a spell to be judged
    ]
    return ledger(
        "account-based",
        "opportunities",
        sales_user=[user(1), user(2, "sdr")],
        account=[account(key) for key in range(1, 7)],
        touch=touches,
        **leads(
            lead(1, ("2026-06-01T12:00:00", "New"), motion="outbound"),
            lead(2, ("2026-06-01T12:00:00", "New"), motion="outbound"),
        ),
        # Account 5 has an open deal when its spell begins.
        **deals(deal(1, ("2026-05-01T12:00:00", "Discovery", 1, "2026-12-01"), account_id=5)),
        hand_off=[
            hand_off(1, 1, "2026-06-10"),
            hand_off(2, 2, "2026-06-11"),
            hand_off(3, 2, "2026-06-20", account_id=3),
        ],
    )


def test_connect_rate_counts_accounts_with_a_conversation_in_thirty_days(
    prospecting: Ledger,
) -> None:
    row = prospecting.row("A01", "outbound", "month", "2026-06-01")
    assert (row["numerator"], row["denominator"], row["value"]) == (2, 4, 0.5)
    assert row["is_mature"]
    row = prospecting.row("A01", "expansion", "month", "2026-06-01")
    assert (row["numerator"], row["denominator"]) == (1, 1)
    row = prospecting.row("A01", "outbound", "month", "2026-09-01")
    assert (row["denominator"], row["value"], row["n_excluded"]) == (0, None, 1)
    assert not row["is_mature"]


def test_pass_rate_counts_accounts_and_leads_beside(prospecting: Ledger) -> None:
    row = prospecting.row("A02", "outbound", "month", "2026-06-01")
    assert (row["numerator"], row["denominator"]) == (2, 4)
    row = prospecting.row("A02", "leads_passed", "month", "2026-06-01")
    assert row["numerator"] == 3


def test_pipeline_rate_leaves_young_silence_out_and_counts_old_silence() -> None:
    book = ledger(
        "hand-offs",
        sales_user=[user(1), user(2, "sdr")],
        **leads(*(lead(key, ("2026-06-01T12:00:00", "New")) for key in range(1, 6))),
        **deals(deal(1, ("2026-08-03T16:00:00", "Discovery", 1, "2026-12-01"))),
        hand_off=[
            hand_off(1, 1, "2026-09-01", **accepted("2026-09-02", 1)),
            # A second lead on the same deal: two accepted, one deal.
            hand_off(2, 2, "2026-09-02", **accepted("2026-09-03", 1)),
            hand_off(3, 3, "2026-09-03", **rejected("2026-09-30")),
            # Ten working days after the 15th is the 29th: silence since then is an answer.
            hand_off(4, 4, "2026-09-15"),
            # Ten working days after the 16th is the 30th, which is not over before it ends.
            hand_off(5, 5, "2026-09-16"),
        ],
    )
    row = book.row("A03", "hand_offs", "month", "2026-09-01")
    assert (row["numerator"], row["denominator"], row["n_excluded"]) == (2, 4, 1)
    # Accepted in time twice; the rejection came on the 18th working day.
    row = book.row("F04", "within_sla", "month", "2026-09-01")
    assert (row["numerator"], row["denominator"]) == (2, 4)
    row = book.row("F04", "accept_rate", "month", "2026-09-01")
    assert (row["numerator"], row["denominator"]) == (2, 3)
    assert book.row("P03", "count", "month", "2026-09-01")["value"] == 1
    row = book.row("F06", "headline", "month", "2026-09-01")
    assert (row["numerator"], row["denominator"], row["value"]) == (15, 25, 0.6)
    row = book.row("F08", "headline", "month", "2026-09-01")
    assert (row["numerator"], row["denominator"]) == (5, 5)


@pytest.fixture(scope="module")
def answers() -> Ledger:
    """Five inbound leads of Thursday, 2 July 2026; Friday is a day off, then a weekend."""
    arrival = "2026-07-02T20:30:00"  # 16:30 in New York
    touches = [
        touch(1, "2026-07-02T20:50:00", person_id=1),  # 20 minutes
        touch(2, "2026-07-06T13:15:00", person_id=2),  # Monday 9:15
        touch(3, "2026-07-02T20:31:00", person_id=3, is_automated=True),  # no human
        touch(4, "2026-07-02T12:00:00", person_id=4),  # was talking before
        touch(5, "2026-07-02T21:00:00", person_id=4),
    ]
    return ledger(
        "response",
        **leads(
            *(lead(key, (arrival, "New")) for key in range(1, 5)),
            lead(5, (arrival, "New"), motion="outbound"),
        ),
        # Who answers whom is told by the job of the lead.
        employment=[
            {
                "employment_id": key,
                "person_id": key,
                "account_id": 1,
                "started_on": on("2020-01-01"),
            }
            for key in range(1, 6)
        ],
        touch=touches,
    )


def test_response_time_counts_silence_as_a_breach(answers: Ledger) -> None:
    rows = {
        row["lead_id"]: row
        for row in answers.query("select lead_id, elapsed, business, is_existing from response")
    }
    assert set(rows) == {1, 2, 3, 4}
    assert rows[1]["elapsed"] == 20
    assert rows[1]["business"] == 20
    # 30 minutes of Thursday, none of Friday to Sunday, 15 of Monday.
    assert rows[2]["business"] == 45
    assert rows[2]["elapsed"] == 3 * 24 * 60 + 16 * 60 + 45
    assert rows[3]["elapsed"] is None
    assert rows[3]["business"] is None
    assert rows[4]["is_existing"]

    # 20, 5,325 and never: the middle one; one of three within the hour.
    row = answers.row("F02", "elapsed_minutes_median", "month", "2026-07-01")
    assert (row["value"], row["denominator"], row["n_excluded"]) == (5325, 3, 1)
    assert answers.row("F02", "elapsed_minutes_p90", "month", "2026-07-01")["value"] is None
    row = answers.row("F02", "touched_elapsed_minutes_median", "month", "2026-07-01")
    assert row["value"] == pytest.approx((20 + 5325) / 2)
    row = answers.row("F02", "within_sla", "month", "2026-07-01")
    assert (row["numerator"], row["denominator"]) == (1, 3)
    row = answers.row("F02", "within_sla_business", "month", "2026-07-01")
    assert (row["numerator"], row["denominator"]) == (2, 3)
    row = answers.row("F02", "untouched_share", "month", "2026-07-01")
    assert (row["numerator"], row["denominator"]) == (1, 3)


@pytest.fixture(scope="module")
def funnel() -> Ledger:
    """Four leads of March 2026 and one of the last week."""
    return ledger(
        "funnel",
        sales_user=[user(1), user(2, "sdr")],
        **leads(
            lead(
                1,
                ("2026-03-02T16:00:00", "New"),
                ("2026-03-03T16:00:00", "Working"),
                ("2026-04-01T16:00:00", "Marketing Qualified"),  # day 30
                ("2026-04-10T16:00:00", "Sales Accepted"),
                ("2026-05-10T16:00:00", "Converted"),
            ),
            # From new to accepted at once: qualified by marketing on that day.
            lead(2, ("2026-03-05T16:00:00", "New"), ("2026-03-20T16:00:00", "Sales Accepted")),
            # Qualified too late; then back and qualified again, which adds nothing.
            lead(
                3,
                ("2026-03-06T16:00:00", "New"),
                ("2026-04-06T16:00:00", "Marketing Qualified"),
                ("2026-04-07T16:00:00", "Recycled"),
                ("2026-06-07T16:00:00", "Marketing Qualified"),
            ),
            lead(4, ("2026-03-07T16:00:00", "New"), ("2026-03-08T16:00:00", "Disqualified")),
            lead(5, ("2026-09-28T16:00:00", "New")),
        ),
        **deals(deal(1, ("2026-04-20T16:00:00", "Discovery", 1, "2026-12-01"))),
        hand_off=[hand_off(1, 1, "2026-04-09", **accepted("2026-04-20", 1))],
    )


def flow(book: Ledger, variant: str) -> dict[str, int]:
    return {
        row["period_start"].isoformat()[:7]: int(row["value"])
        for row in book.rows("F01", variant, "month")
    }


def test_lead_flow_counts_first_entries_and_imputes_skipped_stages(funnel: Ledger) -> None:
    assert flow(funnel, "inquiry") == {"2026-03": 4, "2026-09": 1}
    # Lead 1 alone: marketing may qualify what nobody has worked, so nothing implies it.
    assert flow(funnel, "working") == {"2026-03": 1}
    assert flow(funnel, "marketing_qualified") == {"2026-03": 1, "2026-04": 2}
    assert flow(funnel, "sales_accepted") == {"2026-03": 1, "2026-04": 1}
    assert flow(funnel, "sales_qualified") == {"2026-05": 1}
    assert flow(funnel, "converted") == {"2026-05": 1}
    assert flow(funnel, "recycled") == {"2026-04": 1}
    assert flow(funnel, "disqualified") == {"2026-03": 1}
    weeks = funnel.rows("F01", "inquiry", "week")
    assert [(row["period_start"], row["value"]) for row in weeks] == [
        (on("2026-03-02"), 4),
        (on("2026-09-28"), 1),
    ]


def test_stage_conversion_is_of_cohorts_old_enough(funnel: Ledger) -> None:
    row = funnel.row("F03", "lead_to_conversion", "month", "2026-03-01")
    assert (row["numerator"], row["denominator"]) == (1, 4)
    row = funnel.row("F03", "inquiry_to_marketing_qualified", "month", "2026-03-01")
    assert (row["numerator"], row["denominator"]) == (2, 4)
    row = funnel.row("F03", "inquiry_to_marketing_qualified", "month", "2026-09-01")
    assert (row["denominator"], row["value"], row["is_mature"]) == (0, None, False)
    row = funnel.row("F03", "sales_accepted_to_opportunity", "month", "2026-04-01")
    assert (row["numerator"], row["denominator"]) == (1, 1)
    # In April two were qualified, nobody asked.
    row = funnel.row(
        "F03", "throughput_ratio_inquiry_to_marketing_qualified", "month", "2026-04-01"
    )
    assert (row["numerator"], row["denominator"], row["value"]) == (2, 0, None)


def mail(key: int, **stamps: str | None) -> dict[str, Any]:
    """A mail of 1 June 2026, noon; delivered a minute later unless said."""
    given = {"delivered_at": "2026-06-01T16:01:00", **stamps}
    return {
        "send_id": key,
        "campaign_id": 1,
        "person_id": key,
        "employment_id": key,
        "sent_at": at("2026-06-01T16:00:00"),
        **{name: None if value is None else at(value) for name, value in given.items()},
    }


def test_mail_rates() -> None:
    mails = [
        mail(1, opened_at="2026-06-02T16:00:00", clicked_at="2026-06-02T16:05:00"),
        mail(2, opened_at="2026-06-15T16:00:00"),  # day 14
        mail(3, opened_at="2026-06-16T16:00:00", clicked_at="2026-06-16T16:05:00"),  # too late
        mail(4, proxy_opened_at="2026-06-01T16:01:05", opened_at="2026-06-03T16:00:00"),
        mail(5, soft_bounced_at="2026-06-01T16:00:30"),  # delivered in the end
        mail(6, delivered_at=None, soft_bounced_at="2026-06-01T16:00:30"),
        mail(7, delivered_at=None, hard_bounced_at="2026-06-01T16:00:30"),
        mail(8, clicked_at="2026-06-02T16:05:00"),  # with pictures off
    ]
    campaign = {"campaign_id": 1, "campaign_name": "2026_06-EC-june", "is_leaf": True}
    no_one = {"campaign_id": 1, "day": on("2026-06-05"), "impressions": 0, "clicks": 0}
    book = ledger(
        "hand-offs",
        "opportunities",
        "unit economics",
        "marketing",
        email_send=mails,
        campaign=[campaign],
        campaign_cost_day=[no_one],
    )

    def rate(kpi_id: str, variant: str) -> tuple[int, int]:
        row = book.row(kpi_id, variant, "month", "2026-06-01")
        return int(row["numerator"]), int(row["denominator"])

    assert rate("M02", "delivery_rate") == (6, 8)
    assert rate("M01", "human") == (2, 5)
    assert rate("M01", "raw") == (3, 6)
    assert rate("M03", "click_through_rate") == (2, 6)
    assert rate("M03", "click_to_open_rate") == (1, 2)
    # Nothing was shown: no rate, and no error.
    row = book.row("M03", "ad_click_through_rate", "month", "2026-06-01")
    assert (row["denominator"], row["value"]) == (0, None)


def test_workspaces_convert_within_days_of_their_creation() -> None:
    def workspace(key: int, created: str, paid: str | None, closed: str | None = None) -> Any:
        return {
            "workspace_id": key,
            "created_at": at(created + NOON),
            "plan": "trial",
            "paid_at": at(paid + NOON) if paid else None,
            "closed_at": at(closed + NOON) if closed else None,
        }

    rows: Rows = [
        workspace(1, "2026-05-01", "2026-05-31"),  # day 30
        workspace(2, "2026-05-01", "2026-06-01"),  # day 31
        workspace(3, "2026-05-01", None),
        workspace(4, "2026-05-01", "2026-05-02", "2026-05-20"),  # reversed
        workspace(5, "2026-09-20", "2026-09-21"),  # young
    ]
    book = ledger("product", workspace=rows)
    row = book.row("S04", "paid_within_30_days", "month", "2026-05-01")
    assert (row["numerator"], row["denominator"]) == (1, 4)
    row = book.row("S04", "paid_within_90_days", "month", "2026-05-01")
    assert (row["numerator"], row["denominator"]) == (2, 4)
    row = book.row("S04", "paid_within_30_days", "month", "2026-09-01")
    assert (row["denominator"], row["value"], row["n_excluded"]) == (0, None, 1)
