"""Planted violations of rules about activities, campaigns, usage and users, as of 2026-03-01.

Belongs here: cases of C02, C04, C06, C10, C12 and C13. Does not belong here: what is asserted of
them (``test_gate``).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.support.canonical import key
from tests.support.planted import Planted, numbered, planted

SUPPORT: list[tuple[str, str, dict[str, Any]]] = [
    # What only groups others may be called anything.
    ("campaign", "umbrella", {"campaign_name": "all of it"}),
    ("campaign", "under it", {"parent_campaign_id": key("umbrella")}),
    # A contact whose lead was known weeks before.
    ("contact", "was a lead", {"created_at": "2026-02-10 09:00:00+00"}),
    (
        "lead",
        "became a contact",
        {
            "created_at": "2026-01-20 09:00:00+00",
            "converted_contact_id": key("was a lead"),
        },
    ),
    (
        "activity",
        "with the lead",
        {"lead_id": None, "contact_id": key("was a lead"), "activity_date": date(2026, 1, 20)},
    ),
    # Its outcome shows that the source keeps any.
    (
        "activity",
        "held",
        {
            "activity_type": "meeting",
            "started_at": "2026-02-02 10:00:00+00",
            "meeting_outcome": "held",
        },
    ),
]

_MEETING = {"activity_type": "meeting", "meeting_outcome": None}


def _used_at(occurred_at: str) -> Any:
    return lambda me: [
        (
            "product_event",
            f"use of {me}",
            {"workspace_id": key(me), "occurred_at": occurred_at},
        )
    ]


WORK_CASES = numbered("XW", [
    # The first of March ends in Berlin at 23:00 UTC; three days before is the 26th of February.
    planted("C02", "activity", {**_MEETING, "started_at": "2026-02-26 22:59:59+00"},
            {"started_at": "2026-02-26 23:00:00+00"}, "meeting_outcome"),
    planted("C02", "activity", {**_MEETING, "activity_date": date(2026, 2, 26)},
            {"activity_date": date(2026, 2, 27)}, "meeting_outcome"),
    planted("C02", "activity", {**_MEETING, "started_at": "2026-02-20 10:00:00+00"},
            {"is_done": False}, "meeting_outcome"),
    planted("C04", "campaign", {"campaign_name": "2026_03-"}, {"campaign_name": "2026_03-WH-x"},
            "campaign_name"),
    planted("C04", "campaign", {"campaign_name": "the Fair"}, {}, "campaign_name",
            beside=lambda me: [("campaign", f"part of {me}", {})],
            mended=lambda me: [("campaign", f"part of {me}", {"parent_campaign_id": key(me)})]),
    # The lead was created on the tenth of January.
    planted("C06", "activity", {"activity_date": date(2026, 1, 9)},
            {"activity_date": date(2026, 1, 10)}, "activity_date"),
    # In Berlin, 23:30 UTC of the ninth is the tenth.
    planted("C06", "activity",
            {"activity_date": None, "started_at": "2026-01-09 22:30:00+00"},
            {"started_at": "2026-01-09 23:30:00+00"}, "activity_date"),
    planted("C06", "activity", {"lead_id": None, "contact_id": key("was a lead"),
            "activity_date": date(2026, 1, 19)}, {"contact_id": None, "account_id": key("A1")},
            "activity_date"),
    planted("C06", "workspace", {"created_at": "2026-02-01 10:00:00+00"},
            {"created_at": "2026-02-01 09:55:00+00"}, "created_at",
            beside=_used_at("2026-02-01 09:54:59+00"),
            mended=lambda me: [
                ("product_event", f"use of {me}", {"occurred_at": "2026-02-01 09:50:00+00"})]),
    # Three of the company's people have an address there.
    planted("C12", "lead", {"email": "new@Cultivar-test.com", "email_domain": "cultivar-test.com"},
            {"email": "new@fcof.net", "email_domain": "fcof.net"}, "email_domain"),
    planted("C12", "contact", {"email": "test+7@acme-pumps.com"},
            {"email": "testa@acme-pumps.com"}, "email"),
    planted("C12", "workspace_user", {"email": "QA@acme-pumps.com"},
            {"email": "qadir@acme-pumps.com"}, "email"),
    planted("C12", "workspace_user", {"email_domain": "cultivar-test.com"},
            {"is_excluded": True}, "email_domain"),
    planted("C12", "workspace", {"customer_domain": "cultivar-test.com"},
            {"customer_domain": "acme-pumps.com"}, "customer_domain"),
    planted("C13", "user", {"user_name": "Left", "email": "left@gmail.com", "is_active": False},
            {}, "is_active",
            beside=lambda me: [
                ("contact", f"C of {me}", {"owner_id": key(me)}),
                ("lead", f"closed of {me}", {"owner_id": key(me)})],
            mended=lambda me: [("contact", f"C of {me}", {"owner_id": key("U1")})]),
    planted("C13", "user", {"user_name": "Left", "email": "gone2@gmail.com", "is_active": False},
            {"is_active": True}, "is_active",
            beside=lambda me: [
                ("contact", f"C of {me}", {"owner_id": key(me)})]),
    planted("C10", "subscription", {"account_id": None}, {"account_id": key("A1")},
            "billing_account_id", also={"C14": ("account_id",)}),
])  # fmt: skip
# Who has left owns what other cases give to somebody who has left; mending these mends this.
WORK_CASES.append(
    Planted(
        "C13",
        "user",
        {"user_name": "Gone", "email": "gone@cultivar-test.com", "is_active": False},
        {},
        ("is_active",),
        natural_id="U2",
    )
)
