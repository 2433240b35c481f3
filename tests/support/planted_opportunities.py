"""Planted violations of rules about opportunities and renewals, as of 2026-03-01, a Sunday.

Belongs here: cases of O rules that need more than a value of the record. Does not belong here: what
is asserted of them (``test_gate``).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.support.canonical import key
from tests.support.planted import numbered, opportunity, planted

Record = tuple[str, str, dict[str, Any]]

#: An opportunity that is pipeline, and one so far that it needs several contacts.
QUALIFIED = {"stage": "Proposal", "qualification_field_count": 9}
LATE = {"stage": "Negotiation", "qualification_field_count": 9}
WON = {"stage": "Closed Won", "probability": 1, "close_date": date(2026, 2, 21)}


def _history(me: str, *changes: tuple[str, str, date | None]) -> list[Record]:
    """What the opportunity was from each instant on: instant, stage, close date."""
    return [
        (
            "opportunity_history",
            f"{number} of {me}",
            {
                "opportunity_id": key(me),
                "changed_at": f"{changed_at}:00+00",
                "stage": stage,
                "close_date": close_date,
            },
        )
        for number, (changed_at, stage, close_date) in enumerate(changes)
    ]


def _reason(me: str, changed_at: str) -> Record:
    return (
        "opportunity_field_history",
        f"reason of {me}",
        {
            "opportunity_id": key(me),
            "field_name": "stage_change_reason",
            "new_value": "Merger",
            "changed_at": f"{changed_at}:00+00",
        },
    )


def _work(me: str, done_on: date, contact: str = "C1", number: int = 0) -> Record:
    return (
        "activity",
        f"{number} with {me}",
        {
            "lead_id": None,
            "contact_id": key(contact),
            "opportunity_id": key(me),
            "activity_date": done_on,
        },
    )


def _worked(me: str, done_on: date = date(2026, 2, 27)) -> list[Record]:
    """Work with two contacts."""
    return [_work(me, done_on), _work(me, done_on, "C2", 1)]


def _line(me: str, total: str, product: str | None = None, number: int = 0) -> Record:
    return (
        "opportunity_line_item",
        f"{number} in {me}",
        {
            "opportunity_id": key(me),
            "product_id": key(product),
            "total_price_original": total,
        },
    )


def _stays() -> list[Record]:
    """An opportunity that was in Proposal twenty times, always from a Monday to a Wednesday."""
    me = "Twenty stays"
    monday = date(2025, 1, 6)
    weeks = [monday + timedelta(weeks=number) for number in range(20)]
    states = [
        change
        for day in weeks
        for change in (
            (f"{day} 12:00", "Proposal", None),
            (f"{day + timedelta(days=2)} 12:00", "Negotiation", None),
        )
    ]
    closed_on = weeks[-1] + timedelta(days=4)
    return [
        *opportunity(
            me,
            stage="Closed Lost",
            probability=0,
            created_at="2025-01-06 09:00:00+00",
            close_date=closed_on,
        ),
        *_history(me, *states, (f"{closed_on} 12:00", "Closed Lost", None)),
    ]


#: What the cases need beside an opportunity; it breaks no rule itself.
SUPPORT: list[Record] = [
    ("contact", "C2", {}),
    ("account", "renewing", {}),
    ("account", "left", {}),
    ("subscription", "left", {"account_id": key("left"), "ended_on": date(2026, 2, 25)}),
    ("product", "PC1", {"product_name": "Pump", "product_code": "PUMP"}),
    ("product", "PC2", {"product_name": "Training", "product_code": "TRAINING"}),
    ("product", "PB1", {"product_name": "Pump", "product_code": " pump"}),
    *_stays(),
]

OPPORTUNITY_CASES = numbered("XO", [
    planted("O03", "opportunity", {**QUALIFIED, "amount_original": None},
            {"amount_original": 100}, "amount_original"),
    planted("O03", "opportunity", {"amount_original": -1}, {"amount_original": 0},
            "amount_original"),
    planted("O03", "opportunity", {"amount_original": 100_000_001},
            {"amount_original": 100_000_000}, "amount_original"),
    planted("O05", "opportunity", {**WON, "close_date": date(2026, 3, 2)},
            {"close_date": date(2026, 3, 1)}, "close_date"),
    planted("O09", "opportunity", {"created_at": "2026-01-29 10:00:00+00"}, {},
            "last_activity_date", beside=lambda me: [_work(me, date(2026, 1, 29))],
            mended=lambda me: [_work(me, date(2026, 1, 30))]),
    # Eleven weekdays, where ten are expected; in Berlin the other stay begins on a Monday.
    planted("O10", "opportunity", {}, {}, "stage",
            beside=lambda me: _history(me, ("2026-02-13 12:00", "Prospecting", None)),
            mended=lambda me: _history(me, ("2026-02-15 23:30", "Prospecting", None))),
    # Nothing is expected of Proposal; nine of ten were over in two weekdays.
    planted("O10", "opportunity", QUALIFIED, {}, "stage",
            beside=lambda me: _history(me, ("2026-02-25 12:00", "Proposal", None)),
            mended=lambda me: _history(me, ("2026-02-26 12:00", "Proposal", None))),
    planted("O11", "opportunity", {}, {}, "close_date",
            beside=lambda me: _history(
                me, *((f"2026-02-2{number} 12:00", "Prospecting", date(2026, 3 + number, 30))
                      for number in range(4))),
            mended=lambda me: [
                ("opportunity_history", f"2 of {me}", {"close_date": date(2026, 4, 30)})]),
    planted("O11", "opportunity", {}, {}, "close_date",
            beside=lambda me: _history(me, ("2026-02-20 12:00", "Prospecting", date(2026, 3, 29)),
                                       ("2026-02-21 12:00", "Prospecting", date(2026, 6, 30))),
            mended=lambda me: [
                ("opportunity_history", f"0 of {me}", {"close_date": date(2026, 3, 30)})]),
    planted("O13", "opportunity", {**WON, "product_name": None}, {}, "product_name",
            beside=lambda me: [_line("nobody", "1000"), ],
            mended=lambda me: [("opportunity_line_item", "0 in nobody",
                                {"opportunity_id": key(me)})]),
    planted("O13", "opportunity", {**WON, "opportunity_type": "New Business"},
            {"close_date": date(2026, 2, 22)}, "opportunity_id"),
    planted("O14", "opportunity", {}, {}, "opportunity_id",
            beside=lambda me: [("opportunity_contact_role", f"moved to {me}", {})],
            mended=lambda me: [("opportunity_contact_role", f"moved to {me}",
                                {"opportunity_id": key(me)})]),
    planted("O14", "opportunity", LATE, {}, "opportunity_id",
            beside=lambda me: [*_worked(me), ("opportunity_contact_role", f"user of {me}",
                                              {"opportunity_id": key(me), "role": "User"})],
            mended=lambda me: [("opportunity_contact_role", f"user of {me}",
                                {"role": " Economic buyer"})]),
    planted("O15", "opportunity", {**QUALIFIED, "qualification_field_count": 8},
            {"qualification_field_count": 9}, "qualification_field_count"),
    planted("O15", "opportunity", {**QUALIFIED, "qualification_field_count": None},
            {"stage": "Prospecting"}, "qualification_field_count"),
    planted("O16", "opportunity", {"owner_id": key("U2")}, {"owner_id": key("U1")}, "owner_id"),
    # Back, and the reason is that of an earlier step.
    planted("O18", "opportunity", {}, {}, "stage",
            beside=lambda me: [
                *_history(me, ("2026-02-24 12:00", "Proposal", None),
                          ("2026-02-25 12:00", "Prospecting", None)),
                _reason(me, "2026-02-25 11:59")],
            mended=lambda me: [_reason(me, "2026-02-25 12:00")]),
    # Proposal was skipped.
    planted("O18", "opportunity", LATE, {}, "stage",
            beside=lambda me: [
                *_worked(me), *_history(me, ("2026-02-24 12:00", "Prospecting", None),
                                        ("2026-02-26 12:00", "Negotiation", None))],
            mended=lambda me: [("opportunity_history", f"0 of {me}", {"stage": "Proposal"})]),
    # Open again.
    planted("O18", "opportunity", {}, {**WON, "close_date": date(2026, 2, 25)}, "stage",
            beside=lambda me: _history(me, ("2026-02-24 12:00", "Closed Lost", None),
                                       ("2026-02-25 12:00", "Prospecting", None))),
    planted("O19", "opportunity", {"amount_original": 1000}, {}, "amount_original",
            beside=lambda me: [_line(me, "900"), _line(me, "99.98", number=1)],
            mended=lambda me: [_line(me, "99.99", number=1)]),
    planted("O20", "opportunity", {"product_name": " Twin  pump"}, {"product_name": "Single"},
            "opportunity_name",
            beside=lambda me: opportunity(f"A twin of {me}", product_name="TWIN pump")),
    planted("O20", "opportunity",
            {"product_name": None, "opportunity_name": "Pumps", "close_date": date(2026, 7, 31)},
            {"close_date": date(2026, 8, 1)}, "opportunity_name",
            beside=lambda me: opportunity(f"A twin of {me}", product_name=None,
                                          opportunity_name="pumps", close_date=date(2026, 7, 1))),
    # Two categories above the stage's.
    planted("O21", "opportunity", {"forecast_category": "most_likely"},
            {"forecast_category": "best_case"}, "forecast_category"),
    planted("O21", "opportunity", {**WON, "forecast_category": "commit"},
            {"forecast_category": "closed"}, "forecast_category"),
    planted("O21", "opportunity", {"forecast_category": "omitted"},
            {"forecast_category": "unmapped"}, "forecast_category"),
    planted("O21", "opportunity",
            {**LATE, "forecast_category": "commit", "close_date": date(2026, 6, 2)},
            {"close_date": date(2026, 6, 1)}, "forecast_category", beside=_worked),
    # The renewal there is was for the term before.
    planted("O23", "subscription",
            {"account_id": key("renewing"), "started_on": date(2026, 3, 2),
             "term_started_on": date(2026, 3, 2), "term_months": 3,
             "term_ends_on": date(2026, 5, 30)}, {}, "term_ends_on",
            beside=lambda me: opportunity(f"renewal of {me}", account_id=key("renewing"),
                                          opportunity_type="Renewal",
                                          close_date=date(2026, 4, 1)),
            mended=lambda me: [("opportunity", f"renewal of {me}",
                                {"close_date": date(2026, 4, 2)})]),
    # In Berlin it was closed on the 25th.
    planted("O24", "opportunity", WON, {}, "close_date",
            beside=lambda me: _history(me, ("2026-02-20 12:00", "Prospecting", None),
                                       ("2026-02-24 23:30", "Closed Won", None)),
            mended=lambda me: [("opportunity_history", f"1 of {me}",
                                {"changed_at": "2026-02-24 22:30:00+00"})]),
    planted("O25", "opportunity", {"close_date": date(2026, 3, 15)},
            {"close_date": date(2026, 3, 16)}, "close_date"),
    planted("O25", "opportunity", {"close_date": date(2027, 9, 2)},
            {"close_date": date(2027, 9, 1)}, "close_date"),
    planted("O26", "opportunity", {**QUALIFIED, "amount_original": 99},
            {"amount_original": 100}, "amount_original"),
    # 50 a month were billed; the training is paid once.
    planted("O27", "opportunity",
            {**WON, "opportunity_type": "New Business", "amount_original": "706.07"},
            {"amount_original": "706.06"}, "amount_original",
            beside=lambda me: [
                _line(me, "606.07", "PC1"), _line(me, "100", "PC2", 1),
                ("subscription", f"S of {me}", {"opportunity_id": key(me)}),
                ("subscription_charge", f"SC of {me}",
                 {"subscription_id": key(f"S of {me}"), "product_id": key("PB1")})],
            mended=lambda me: [_line(me, "606.06", "PC1")]),
    planted("O28", "opportunity", {"account_id": key("left"), "opportunity_type": "Renewal"},
            {"stage": "Closed Lost", "probability": 0, "close_date": date(2026, 2, 25)},
            "close_date"),
    planted("O29", "opportunity",
            {**LATE, "forecast_category": "commit", "created_at": "2026-02-14 09:00:00+00",
             "close_date": date(2026, 5, 31)}, {}, "forecast_category",
            beside=lambda me: _worked(me, date(2026, 2, 14)),
            mended=lambda me: [_work(me, date(2026, 2, 15))]),
    planted("O30", "opportunity", LATE, {}, "opportunity_id",
            beside=lambda me: [_work(me, date(2026, 2, 27)),
                               _work(me, date(2026, 2, 26), number=1)],
            mended=lambda me: [_work(me, date(2026, 2, 26), "C2", 1)]),
])  # fmt: skip
