"""Planted defects of campaigns, activities, usage and subscriptions.

Belongs here: rules C01 to C13 that can be planted on one record. Does not belong here: robots and
internal traffic (``strays``, ``traffic``).
"""

from __future__ import annotations

from cultivar_demo.dirt.defect import Defect, one_of
from cultivar_demo.dirt.pools import LIVE_LEADS

_WITH_MEMBERS = """
    select campaign_id from main.campaign semi join main.campaign_member_version
    using (campaign_id) where is_leaf
"""
_WITHOUT_COST = (
    f"select campaign_id from ({_WITH_MEMBERS}) semi join "
    "(select campaign_id from main.campaign where actual_cost_usd = 0) using (campaign_id)"
)

_LOOSE = """
    select touch_id from main.touch
    where opportunity_id is null and kind in ('call', 'linkedin') and direction = 'outbound'
        and touch_id not in (
            select in_reply_to_touch_id from main.touch where in_reply_to_touch_id is not null
        )
"""
"""Activities that no deal, answer or meeting hangs on."""

_PER_PRODUCT = "select charge_id from main.subscription_charge where segment = 1"

_LONG = """
    select charge_id from main.subscription_charge
    semi join (select product_id from main.product where product_family <> 'Platform')
        as addition on addition.product_id = subscription_charge.product_id
    where least(effective_to, coalesce(amended_effective_to, effective_to)) > effective_from + 90
        and effective_from <= cast(booked_at as date) + 60
        and booked_at < timestamp '2026-08-01'
"""
"""Charges that go on long enough for a second one beside them, and grant no licences."""

DEFECTS = (
    Defect(
        "C01", "activity", _LOOSE,
        {"touch": {
            "lead_id": "null", "contact_id": "null", "account_id": "null", "person_id": "null",
            "spell_id": "null", "enrollment_id": "null", "step_number": "null",
        }},
        share=0.005, at_least=3, field="account_id",
    ),
    Defect(
        "C03", "campaign", _WITH_MEMBERS, {"campaign": {"campaign_type": "null"}},
        share=0.03, field="campaign_type", detail="no type",
    ),
    Defect(
        "C03", "campaign", _WITHOUT_COST,
        {"campaign": {"actual_cost_usd": "null", "budget_usd": "null"}},
        share=0.1, field="actual_cost_original", detail="no cost",
    ),
    Defect(
        "C04", "campaign", _WITH_MEMBERS,
        {"campaign": {"campaign_name": "'new campaign ' || cast(altered.campaign_id as varchar)"}},
        share=0.03, field="campaign_name",
    ),
    Defect(
        "C05", "campaign_member", "select member_id from main.campaign_member_version",
        {"campaign_member_version": {"member_status": one_of("Clicked!", "Came by", "RSVP")}},
        share=0.002, at_least=3, field="member_status",
    ),
    Defect(
        "C06", "activity", _LOOSE + " and lead_id is not null",
        {"touch": {"occurred_at": "(select lead.created_at from main.lead as lead "
                   "where lead.lead_id = altered.lead_id) - interval 3 day",
                   "ended_at": "null"}},
        share=0.001, at_least=2, field="activity_date", detail="before its person was known",
    ),
    Defect(
        "C09", "workspace",
        "select workspace_id from main.workspace join main.account using (account_id) "
        "where paid_at is null and entered_crm_at is not null",
        {"workspace": {"account_id": "null", "creator_email":
                       "'owner' || cast(altered.workspace_id as varchar) || '@gmail.com'"}},
        share=0.02, field="account_id",
    ),
    Defect(
        "C10", "subscription", "select subscription_id from main.subscription_version",
        {"subscription_version": {"account_id": "null"}},
        share=0.01, field="account_id", detail="without account or term", breaks_a_copy=True,
    ),
    Defect(
        "C10", "subscription", "select subscription_id from main.subscription_version",
        {"subscription_version": {"ended_on": "altered.started_on - 20",
                                  "status": "'Cancelled'"}},
        share=0.005, field="ended_on", detail="an end before the start", breaks_a_copy=True,
    ),
    # Another product, so that its like does not overlap.
    Defect(
        "C11", "subscription_charge", _PER_PRODUCT,
        {"subscription_charge": {
            "mrr": "-altered.mrr", "unit_price": "-altered.unit_price",
            "product_id": """(
                select min(product_id) from main.product as other
                where other.is_recurring and other.product_id not in (
                    select own.product_id from main.subscription_charge as own
                    where own.subscription_id = altered.subscription_id
                )
            )""",
        }},
        share=0.003, field="monthly_recurring_original", breaks_a_copy=True, days_later=(0, 0),
    ),
    # The same product once more while it is paid for; it ends with the first one, so that no later
    # charge overlaps with it.
    Defect(
        "C10", "subscription_charge", _LONG,
        {"subscription_charge": {
            "effective_from": "altered.effective_from + 31",
            "segment": "100 + altered.segment",
            "movement": "'cross_sell'",
        }},
        share=0.003, at_least=2, field="effective_from", detail="an overlap of the same product",
        breaks_a_copy=True, days_later=(31, 31),
    ),
    # Whoever tries a form with a customer's domain is not among those who are excluded.
    Defect(
        "C12", "lead", LIVE_LEADS,
        {"employment": {"email": one_of("test", "qa", "tester")
                        + " || cast(picked.number + 1 as varchar) || '@'"
                        " || split_part(altered.email, '@', 2)"}},
        share=0.003, at_least=2, field="email", detail="a test",
    ),
)  # fmt: skip
