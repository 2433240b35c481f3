"""Planted violations of rules about what customers do and are billed, as of 2026-03-01.

Belongs here: charges of one product at once (C10), use and tickets at the wrong time (C06), cases
of X02, X03 and X04. Does not belong here: what is asserted of them (``test_gate``).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.support.canonical import key
from tests.support.planted import Beside, numbered, planted

SUPPORT: list[tuple[str, str, dict[str, Any]]] = [
    ("subscription", "Renewal", {}),
    ("subscription", "Ended", {"status": "Cancelled", "ended_on": date(2026, 2, 10)}),
]


def _billed_before(product: str, until: date | None) -> Beside:
    """The account is billed for the product already, in another subscription."""
    return lambda me: [
        (
            "subscription_charge",
            f"before {me}",
            {
                "subscription_id": key("Renewal"),
                "product_id": key(product),
                "charge_name": "seats",
                "effective_from": date(2025, 12, 1),
                "effective_to": until,
            },
        )
    ]


CUSTOMER_CASES = numbered("XC", [
    # The account has it in another subscription already.
    planted("C10", "subscription_charge", {"product_id": key("pump"), "charge_name": "Seats "},
            {"charge_name": "Support"}, "effective_from",
            beside=_billed_before("pump", date(2026, 12, 1))),
    planted("C10", "subscription_charge", {"product_id": key("hose"), "charge_name": "SEATS"},
            {}, "effective_from", beside=_billed_before("hose", None),
            mended=lambda me: [("subscription_charge", f"before {me}", {"is_recurring": False})]),
    # The same subscription: one day is a matter of how ends are told, two are not.
    planted("C10", "subscription_charge",
            {"product_id": key("valve"), "charge_name": "seats", "subscription_id": key("Renewal"),
             "effective_from": date(2026, 1, 30)},
            {"effective_from": date(2026, 1, 31)}, "effective_from",
            beside=_billed_before("valve", date(2026, 2, 1))),
    # The service begins on the first of January.
    planted("C06", "usage_record", {"used_on": date(2025, 12, 31)},
            {"used_on": date(2026, 1, 1)}, "used_on"),
    planted("C06", "usage_record",
            {"subscription_id": key("Ended"), "used_on": date(2026, 2, 11)},
            {"used_on": date(2026, 2, 10)}, "used_on"),
    # The account is known since the tenth of January; in Berlin that begins at 23:00 UTC.
    planted("C06", "support_ticket", {"opened_at": "2026-01-09 22:59:59+00"},
            {"opened_at": "2026-01-09 23:00:00+00"}, "opened_at"),
    planted("X02", "usage_record", {"metering_id": "meter UR1"}, {"metering_id": "another"},
            "metering_id"),
    planted("X03", "usage_record", {"subscription_id": None}, {"account_id": key("A1")},
            "subscription_id"),
    planted("X03", "usage_record", {"subscription_id": key("nowhere")},
            {"subscription_id": key("S1")}, "subscription_id"),
    planted("X03", "usage_record", {"account_id": key("nowhere")}, {"account_id": key("A1")},
            "account_id"),
    planted("X03", "support_ticket", {"account_id": None}, {"account_id": key("A1")},
            "account_id"),
    planted("X03", "churn_event", {"account_id": key("nowhere")}, {"account_id": key("A1")},
            "account_id"),
    planted("X04", "account", {"account_type": " Churned"}, {"account_type": "Prospect"},
            "account_type"),
    planted("X04", "account", {}, {}, "account_type",
            beside=lambda me: [
                ("churn_event", f"of {me}", {"account_id": key(me), "reactivated_on": None})],
            mended=lambda me: [
                ("churn_event", f"of {me}", {"reactivated_on": date(2026, 2, 1)})]),
])  # fmt: skip
