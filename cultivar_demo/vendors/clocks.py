"""When each column of a world table becomes known, so that no delivery shows the future.

Belongs here: for each table the instant at which a row begins, and the later instants that change
it or fill some of its columns. Does not belong here: reading by these clocks (``delivery``).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cultivar_demo.settings import REPORTING_TIME_ZONE


def instant_of(day: str, hours: float = 12) -> str:
    """SQL for the instant ``hours`` after the local midnight that begins calendar day ``day``.

    Days have no time; noon of the reporting time zone lies within the day wherever it is read.
    """
    minutes = int(hours * 60)
    return (
        f"cast(timezone('{REPORTING_TIME_ZONE}', cast({day} as timestamp) "
        f"+ interval {minutes} minutes) as timestamp)"
    )


@dataclass(frozen=True)
class Clock:
    """How a table of single rows becomes known.

    Args:
        key: column that identifies a row; empty when several columns do.
        begins: SQL for the instant from which the row exists.
        later: SQL for an instant → columns that are unknown before it. No columns: the row
            changes then in another way (a status that follows from the calendar).
    """

    key: str
    begins: str
    later: dict[str, tuple[str, ...]] = field(default_factory=dict)


ALWAYS = "timestamp '2000-01-01 00:00:00'"
"""For what was there before the company's first day."""

_MONTH_END = "cast(month + interval 1 month - interval 1 day as date)"
_QUARTER_START = (
    "cast(period_start - to_months(cast((month(period_start) + 1) % 3 as integer)) as date)"
)
"""Fiscal quarters begin in February, May, August and November; quotas are set for a quarter."""

CLOCKS: dict[str, Clock] = {
    "country_holiday": Clock("", ALWAYS),
    "currency_rate": Clock("", instant_of("valid_from", 0.5)),
    "product": Clock("product_id", ALWAYS),
    "territory": Clock("territory_id", ALWAYS),
    # A login is made before the first working day, wherever on earth that begins.
    "sales_user": Clock(
        "user_id", instant_of("(hired_on - 1)", 6), {instant_of("left_on"): ("left_on",)}
    ),
    "territory_assignment": Clock(
        "", instant_of("valid_from", 0.5), {instant_of("valid_to", 0.5): ("valid_to",)}
    ),
    "quota": Clock("", instant_of(_QUARTER_START, 0.5)),
    "cost_ledger": Clock("cost_line_id", instant_of(_MONTH_END, 22)),
    "headcount": Clock("", instant_of(_MONTH_END, 22)),
    "account": Clock("account_id", "entered_crm_at"),
    "account_ownership": Clock("", "valid_from_at", {"valid_to_at": ("valid_to_at",)}),
    "target_list_membership": Clock(
        "", instant_of("valid_from", 0.5), {instant_of("valid_to", 0.5): ("valid_to",)}
    ),
    # The cost so far, and its posting, come from campaign_cost_day: see Delivery.happened.
    "campaign": Clock(
        "campaign_id",
        "created_at",
        {instant_of("started_on", 0.5): (), instant_of("(ended_on + 1)", 0.5): ()},
    ),
    "campaign_cost_day": Clock("", instant_of("day", 23.5)),
    "email_send": Clock(
        "send_id",
        "sent_at",
        {
            "delivered_at": ("delivered_at",),
            "soft_bounced_at": ("soft_bounced_at",),
            "hard_bounced_at": ("hard_bounced_at",),
            "proxy_opened_at": ("proxy_opened_at",),
            "opened_at": ("opened_at",),
            "clicked_at": ("clicked_at", "clicked_url"),
            "unsubscribed_at": ("unsubscribed_at",),
        },
    ),
    "web_visit": Clock("visit_id", "occurred_at"),
    "awareness_change": Clock("", "changed_at"),
    "lead": Clock("lead_id", "created_at"),
    "contact": Clock("contact_id", "created_at"),
    "spell": Clock("spell_id", "started_at", {"ended_at": ("ended_at",)}),
    "sequence": Clock("sequence_id", "created_at"),
    "enrollment": Clock("enrollment_id", "enrolled_at", {"ended_at": ("ended_at", "exit_reason")}),
    # A meeting's end is planned with it; a call's is known when it is over.
    "touch": Clock(
        "touch_id",
        "created_at",
        {
            "case when kind <> 'meeting' then ended_at end": (
                "ended_at",
                "call_duration_seconds",
                "call_disposition",
            ),
            "outcome_at": ("meeting_outcome", "outcome_at"),
            # A planned task is done when its time comes.
            "case when kind <> 'meeting' and occurred_at > created_at then occurred_at end": (),
        },
    ),
    "hand_off": Clock(
        "hand_off_id",
        "handed_off_at",
        {"decided_at": ("decision", "decided_at", "rejection_reason", "opportunity_id")},
    ),
    "opportunity": Clock("opportunity_id", "created_at"),
    "opportunity_role": Clock("opportunity_role_id", "created_at"),
    "line_item": Clock("line_item_id", "created_at"),
    "subscription_charge": Clock(
        "charge_id", "booked_at", {"amended_at": ("amended_effective_to", "amended_at")}
    ),
    "account_type_change": Clock("", "changed_at"),
    "workspace": Clock(
        "workspace_id",
        "created_at",
        {"paid_at": ("paid_at", "subscription_id"), "closed_at": ("closed_at",)},
    ),
    "workspace_user": Clock("workspace_user_id", "joined_at", {"left_at": ("left_at",)}),
    "support_case": Clock("case_id", "opened_at", {"closed_at": ("closed_at",)}),
    "survey_response": Clock("survey_id", "sent_at", {"answered_at": ("answered_at", "score")}),
}

VERSIONS: dict[str, str] = {
    "campaign_member_version": "member_id",
    "lead_version": "lead_id",
    "contact_version": "contact_id",
    "opportunity_version": "opportunity_id",
    "subscription_version": "subscription_id",
    "account_version": "account_id",
}
"""Tables with one row a change → key of the record that changes."""
