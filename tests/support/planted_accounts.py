"""Planted violations of rules about accounts, as of 2026-03-01.

Belongs here: cases of A rules. Does not belong here: what is asserted of them (``test_gate``).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.support.canonical import key
from tests.support.planted import numbered, planted

#: What rules about accounts need beside an account; it breaks none itself.
SUPPORT: list[tuple[str, str, dict[str, Any]]] = [
    ("user", "U3", {"user_name": "Eve", "email": "eve@cultivar-test.com"}),
    ("territory", "TE1", {"territory_name": "North", "region": "EMEA"}),
    ("territory", "TE2", {"territory_name": "South", "region": "AMER"}),
    # Ada works the north, as the directory writes her address.
    (
        "territory_assignment",
        "TA1",
        {
            "territory_id": key("TE1"),
            "user_email": "Ada@cultivar-test.com",
            "valid_from": date(2025, 1, 1),
        },
    ),
    (
        "territory_assignment",
        "TA2",
        {
            "territory_id": key("TE2"),
            "user_email": "ada@cultivar-test.com",
            "valid_from": date(2024, 1, 1),
            "valid_to": date(2026, 3, 1),
        },
    ),
    ("market_account", "MA1", {"country_code": "DE", "region": "EMEA"}),
    ("market_account", "MA2", {"country_code": "US", "region": "AMER"}),
    ("target_account", "TG1", {"account_domain": "Target.com", "valid_from": date(2026, 1, 1)}),
    # A family of five: as many levels as there may be.
    ("account", "F1", {"account_name": "Family 1", "website_domain": "f1.com"}),
    *(
        (
            "account",
            f"F{number}",
            {
                "account_name": f"Family {number}",
                "website_domain": f"f{number}.com",
                "parent_account_id": key(f"F{number - 1}"),
            },
        )
        for number in range(2, 6)
    ),
    ("product", "PR1", {"product_name": "Seats", "product_family": "Platform"}),
    # Champions who move to another account; by phone only, so that no address disagrees.
    *(
        record
        for case in ("A14", "A15", "A18")
        for record in (
            ("contact", f"C of {case}", {"email": None, "email_domain": None}),
            (
                "opportunity_contact_role",
                f"role of {case}",
                {
                    "opportunity_id": key("O1"),
                    "contact_id": key(f"C of {case}"),
                    "role": "Champion",
                },
            ),
        )
    ),
]


def _subscription(started_on: date) -> Any:
    return lambda me: [
        ("subscription", f"S of {me}", {"account_id": key(me), "started_on": started_on})
    ]


def _used(me: str, people: int, used_at: str) -> list[tuple[str, str, dict[str, Any]]]:
    """People in a paid workspace that the account's domain tells."""
    workspace = f"W of {me}"
    records: list[tuple[str, str, dict[str, Any]]] = [
        (
            "workspace",
            workspace,
            {
                "account_id": None,
                "customer_domain": f"{me}.com".lower(),
                "paid_at": "2026-01-01 00:00:00+00",
            },
        )
    ]
    for number in range(people):
        person = f"{number} of {me}"
        records += [
            ("workspace_user", person, {"workspace_id": key(workspace)}),
            (
                "product_event",
                person,
                {
                    "workspace_id": key(workspace),
                    "workspace_user_id": key(person),
                    "occurred_at": used_at,
                },
            ),
        ]
    return records


def _licences(me: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Ten licences, since less than thirty days."""
    return [
        (
            "subscription",
            f"S of {me}",
            {"account_id": key(me), "started_on": date(2026, 2, 20)},
        ),
        (
            "subscription_charge",
            f"SC of {me}",
            {
                "subscription_id": key(f"S of {me}"),
                "product_id": key("PR1"),
                "effective_from": date(2026, 2, 20),
            },
        ),
        *_used(me, 12, "2026-02-25 10:00:00+00"),
    ]


CUSTOMER = {"account_type": "Customer"}

ACCOUNT_CASES = numbered("XA", [
    planted("A03", "account",
            {"website": "https://m.facebook.com/us", "website_domain": "m.facebook.com"},
            {"website_domain": "us-own.com"}, "website"),
    planted("A03", "account", {"website_domain": "gmail.com"}, {"website_domain": "a.co.uk"},
            "website"),
    planted("A03", "account", {"website": "https://intranet", "website_domain": "intranet"},
            {"website": None, "website_domain": "intra.net"}, "website"),
    planted("A04", "account", {"industry": "Sofware"}, {"industry": " Software"}, "industry"),
    planted("A05", "account", {"employee_count": None, "annual_revenue": None},
            {"annual_revenue": 5}, "employee_count"),
    planted("A05", "account", {"annual_revenue": 99_999}, {"annual_revenue": 100_000},
            "annual_revenue"),
    planted("A06", "account", {"country": "Narnia", "state": "Ohio"},
            {"country": "Deutschland", "state": None}, "country"),
    planted("A06", "account", {"state": "BY"}, {"country": "Germany"}, "state"),
    planted("A06", "account", {"state": "Bavaria"}, {"state": " texas"}, "state"),
    planted("A07", "account", {"owner_id": None}, {"owner_id": key("U3")}, "owner_id"),
    planted("A07", "account", {"owner_id": key("U2")}, {"owner_id": key("U1")}, "owner_id"),
    planted("A08", "account", {"territory": "south"}, {"owner_id": key("U3")}, "owner_id"),
    planted("A08", "account", {"territory": "South"},
            {"territory": "North ", "country": "Germany"}, "owner_id"),
    planted("A09", "account", {"parent_account_id": key("F5")}, {"parent_account_id": key("F4")},
            "parent_account_id"),
    # Its own parent.
    planted("A09", "account", {"parent_account_id": key("XA14")}, {"parent_account_id": None},
            "parent_account_id"),
    planted("A10", "account", {"website_domain": "acme-pumps.com"},
            {"website_domain": "acme-pipes.com"}, "website"),
    planted("A11", "account", CUSTOMER, {"account_type": "Prospect"}, "account_type",
            also={"A14": ("account_id",)}),
    # A trial does not make a customer, a contract does; it is too young to be used.
    planted("A11", "account", {}, {"account_type": None}, "account_type",
            beside=_subscription(date(2026, 2, 20)),
            mended=lambda me: [("subscription", f"S of {me}", {"ended_on": date(2026, 3, 1)})]),
    planted("A12", "account", {"website_domain": "target.com"}, {}, "last_activity_date",
            beside=lambda me: [("activity", f"T of {me}",
                                {"account_id": key(me), "activity_date": date(2026, 1, 29)})],
            mended=lambda me: [("activity", f"T of {me}", {"activity_date": date(2026, 1, 30)})]),
    planted("A13", "account", {"employee_count": -5}, {"employee_count": 5}, "employee_count"),
    planted("A13", "account", {"annual_revenue": 10**13}, {"annual_revenue": None},
            "annual_revenue"),
    planted("A14", "account", CUSTOMER, {}, "account_id",
            beside=_subscription(date(2026, 2, 20)),
            mended=lambda me: [("contact", "C of A14", {"account_id": key(me)})]),
    planted("A15", "account", {"account_type": "Former Customer"}, {"account_type": "Prospect"},
            "account_type", also={"X04": ("account_type",)},
            beside=lambda me: _used(me, 1, "2026-01-31 10:00:00+00")),
    planted("A15", "account", {"account_type": "Customer"}, {}, "account_type",
            also={"A14": ("account_id",)},
            beside=lambda me: [
                *_subscription(date(2026, 1, 1))(me), *_used(me, 1, "2026-01-30 10:00:00+00")],
            mended=lambda me: [
                ("product_event", f"0 of {me}", {"occurred_at": "2026-01-31 10:00:00+00"}),
                ("contact", "C of A15", {"account_id": key(me)})]),
    planted("A16", "account", {"enriched_on": date(2025, 2, 28)},
            {"enriched_on": date(2025, 3, 1)}, "enriched_on"),
    planted("A17", "account", {"account_segment": "enterprise"}, {"employee_count": 2000},
            "account_segment"),
    planted("A17", "account", {"territory": "North"}, {"country": "DE"}, "territory"),
    # Ten licences bear eleven people.
    planted("A18", "account", CUSTOMER, {}, "account_id", also={"A14": ("account_id",)},
            beside=_licences,
            mended=lambda me: [
                ("workspace_user", f"0 of {me}", {"is_excluded": True}),
                ("contact", "C of A18", {"account_id": key(me)})]),
])  # fmt: skip
