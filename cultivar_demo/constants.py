"""Closed lists that several parts of the made company share.

Belongs here: vocabularies with their meaning. Does not belong here: chances and durations, which
each step keeps beside its own logic.
"""

from __future__ import annotations

from typing import NamedTuple


class Stage(NamedTuple):
    """A stage of the sales ladder."""

    name: str
    order: int
    state: str
    probability: float
    forecast_category: str
    expected_days: int


STAGES = (
    Stage("Meeting Set", 1, "open", 0.05, "pipeline", 14),
    Stage("Discovery", 2, "open", 0.10, "pipeline", 21),
    Stage("Scope", 3, "open", 0.20, "pipeline", 21),
    Stage("Economic Buyer", 4, "open", 0.30, "best_case", 21),
    Stage("Proof of Value", 5, "open", 0.50, "best_case", 30),
    Stage("Justification", 6, "open", 0.70, "commit", 21),
    Stage("Negotiation", 7, "open", 0.90, "commit", 14),
    Stage("Closed Won", 90, "won", 1.0, "closed", 0),
    Stage("Closed Lost", 91, "lost", 0.0, "omitted", 0),
)

QUALIFIED_STAGE_ORDER = 3
"""From this stage on a deal is qualified: it counts as pipeline."""

LEAD_STATUSES = (
    ("New", "new"),
    ("Working", "working"),
    ("Marketing Qualified", "marketing_qualified"),
    ("Sales Accepted", "sales_accepted"),
    ("Sales Qualified", "sales_qualified"),
    ("Converted", "converted"),
    ("Recycled", "recycled"),
    ("Disqualified", "disqualified"),
)
"""Status as typed in the CRM, and its standard meaning."""

MEMBER_STATUSES = (
    ("Targeted", 1, False),
    ("Sent", 2, False),
    ("Interacted", 3, True),
    ("Registered", 4, True),
    ("Attended", 5, True),
    ("Engaged", 6, True),
    ("Meeting Requested", 7, True),
)
"""Campaign member status, rank, and whether it counts as a response."""

AWARENESS_STAGES = (
    "1 - Unaware",
    "2 - Aware",
    "3 - Intrigued",
    "4 - Has use case",
    "5 - Personally confident",
    "6 - Has team buy-in",
)

LEAD_SOURCES = (
    "Web Form",
    "Event",
    "Paid Search",
    "Paid Social",
    "Referral",
    "Partner",
    "Content",
    "Outbound",
    "Product Sign-up",
)

INDUSTRIES = (
    "Software",
    "Financial Services",
    "Healthcare",
    "Manufacturing",
    "Retail",
    "Professional Services",
    "Education",
    "Media",
    "Logistics",
    "Energy",
    "Public Sector",
    "Telecommunications",
)

LOSS_REASONS = (
    "Price",
    "Competitor",
    "No Decision",
    "Timing",
    "Missing Feature",
    "No Budget",
    "Disqualified",
    "Other",
)
"""Disqualified: dropped before the qualified stage, because it never was a real deal."""

COMPETITORS = ("Brightboard", "Datalarch", "Quantiva", "Meridian BI")

DISQUALIFIED_REASONS = ("No Fit", "Student", "Competitor", "Unreachable", "Not Interested", "Spam")

REJECTION_REASONS = ("Not Qualified", "Wrong Territory", "Bad Timing", "Existing Deal", "No Answer")

CURRENCY_RATES: dict[str, tuple[tuple[str, str], ...]] = {
    "EUR": (
        ("2021-10-01", "1.16"), ("2022-01-01", "1.13"), ("2022-04-01", "1.10"),
        ("2022-07-01", "1.05"), ("2022-10-01", "0.98"), ("2023-01-01", "1.07"),
        ("2023-04-01", "1.09"), ("2023-07-01", "1.09"), ("2023-10-01", "1.06"),
        ("2024-01-01", "1.10"), ("2024-04-01", "1.08"), ("2024-07-01", "1.07"),
        ("2024-10-01", "1.11"), ("2025-01-01", "1.04"), ("2025-04-01", "1.08"),
        ("2025-07-01", "1.18"), ("2025-10-01", "1.17"), ("2026-01-01", "1.17"),
        ("2026-04-01", "1.15"), ("2026-07-01", "1.16"),
    ),
    "GBP": (
        ("2021-10-01", "1.35"), ("2022-01-01", "1.35"), ("2022-04-01", "1.31"),
        ("2022-07-01", "1.21"), ("2022-10-01", "1.12"), ("2023-01-01", "1.21"),
        ("2023-04-01", "1.24"), ("2023-07-01", "1.27"), ("2023-10-01", "1.22"),
        ("2024-01-01", "1.27"), ("2024-04-01", "1.26"), ("2024-07-01", "1.26"),
        ("2024-10-01", "1.34"), ("2025-01-01", "1.25"), ("2025-04-01", "1.29"),
        ("2025-07-01", "1.37"), ("2025-10-01", "1.34"), ("2026-01-01", "1.35"),
        ("2026-04-01", "1.33"), ("2026-07-01", "1.35"),
    ),
}  # fmt: skip
"""Currency → first day of each rate, and US dollars for one unit."""
