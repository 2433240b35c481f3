"""Planted defects of campaigns, activities, usage and subscriptions.

Belongs here: rules C01 to C13 that can be planted on one record. Does not belong here: robots and
internal traffic (``strays``).
"""

from __future__ import annotations

from cultivar_demo.dirt.accounts import NOBODY
from cultivar_demo.dirt.defect import Defect, one_of

WITH_MEMBERS = """
    select campaign_id from record.campaign semi join record.campaign_member_version
    using (campaign_id) where is_leaf
"""

LOOSE = """
    select touch_id from record.touch
    where opportunity_id is null and spell_id is null and kind in ('call', 'linkedin')
        and in_reply_to_touch_id is null
    union
    select touch_id from record.touch where kind = 'linkedin'
"""
"""Activities that no conversation, deal or reply hangs on."""

DEFECTS = (
    Defect(
        "C01", "activity", LOOSE,
        {"touch": {"lead_id": "null", "contact_id": "null", "account_id": "null",
                   "opportunity_id": "null"}},
        share=0.01, at_least=3, field="account_id",
    ),
    Defect(
        "C03", "campaign", WITH_MEMBERS, {"campaign": {"campaign_type": "null"}},
        share=0.03, at_least=1, field="campaign_type",
    ),
    Defect(
        "C03", "campaign", WITH_MEMBERS,
        {"campaign": {"actual_cost_usd": "null", "budget_usd": "null"}},
        share=0.02, at_least=1, field="actual_cost_original",
    ),
    Defect(
        "C04", "campaign", WITH_MEMBERS,
        {"campaign": {"campaign_name": "'new campaign ' || cast(altered.campaign_id as varchar)"}},
        share=0.03, at_least=1, field="campaign_name",
    ),
    Defect(
        "C05", "campaign_member", "select member_id from record.campaign_member_version",
        {"campaign_member_version": {"member_status": one_of("Clicked!", "Came by", "RSVP")}},
        share=0.002, at_least=3, field="member_status",
    ),
    Defect(
        "C09", "workspace",
        "select workspace_id from record.workspace "
        "where paid_at is null and account_id is not null",
        {"workspace": {"account_id": "null"}},
        share=0.02, at_least=1, field="account_id",
    ),
    Defect(
        "C10", "subscription_charge", "select charge_id from record.subscription_charge",
        {"subscription_charge": {"account_id": f"{NOBODY} + picked.number",
                                 "subscription_id": f"{NOBODY} + picked.number"}},
        share=0.003, at_least=1, field="account_id", breaks_a_copy=True,
        detail="without a subscription or account", copied_days_later=(0, 0),
    ),
    Defect(
        "C11", "subscription_charge", "select charge_id from record.subscription_charge",
        {"subscription_charge": {"mrr": "-altered.mrr", "unit_price": "-altered.unit_price"}},
        share=0.003, at_least=1, field="monthly_recurring_original", breaks_a_copy=True,
        copied_days_later=(0, 0),
    ),
)  # fmt: skip
