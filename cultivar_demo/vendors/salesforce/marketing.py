"""Salesforce's campaigns and their members.

Belongs here: both objects. Does not belong here: mails and visits (the marketing tool has them).
"""

from __future__ import annotations

from cultivar_demo.settings import REPORTING_CURRENCY
from cultivar_demo.vendors.campaign_responses import RESPONSES, first_responses
from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.files import day_text
from cultivar_demo.vendors.identifiers import salesforce_id
from cultivar_demo.vendors.salesforce.extract import (
    Extract,
    audited,
    conversions,
    identified,
    stamped,
)


def campaign(delivery: Delivery) -> Extract:
    """Campaigns, with the cost so far."""
    today = f"date '{delivery.day}'"
    has_begun = f"coalesce(promotion.started_on <= {today}, false)"
    is_over = f"coalesce(promotion.ended_on < {today}, false)"
    return Extract(
        {
            **identified("Campaign", "promotion.campaign_id"),
            "Name": "promotion.campaign_name",
            "ParentId": salesforce_id("Campaign", "promotion.parent_campaign_id"),
            "Type": "promotion.campaign_type",
            "Status": f"case when {is_over} then 'Completed' when {has_begun} "
            "then 'In Progress' else 'Planned' end",
            "StartDate": day_text("promotion.started_on"),
            "EndDate": day_text("promotion.ended_on"),
            "BudgetedCost": "promotion.budget_usd",
            "ActualCost": "promotion.actual_cost_usd",
            "IsActive": f"{has_begun} and not {is_over}",
            "CurrencyIsoCode": f"'{REPORTING_CURRENCY}'",
            "OwnerId": salesforce_id("User", "promotion.owner_user_id"),
            **audited("promotion.created_at", "promotion.owner_user_id", "promotion.modified_at"),
            "Channel__c": "promotion.channel",
            "Channel_Code__c": "promotion.channel_code",
        },
        f"{delivery.happened('campaign')} as promotion",
        "promotion.campaign_id",
    )


def campaign_member(delivery: Delivery) -> Extract:
    """Members; when a lead is converted its memberships also get the contact."""
    contact = "coalesce(version.contact_id, conversion.contact_id)"
    modified = "greatest(version.modified_at, conversion.converted_at)"
    return Extract(
        {
            **identified("CampaignMember", "version.member_id"),
            "CampaignId": salesforce_id("Campaign", "version.campaign_id"),
            "LeadId": salesforce_id("Lead", "version.lead_id"),
            "ContactId": salesforce_id("Contact", contact),
            "Status": "version.member_status",
            "HasResponded": f"version.member_status in ({RESPONSES})",
            **stamped("version.created_at", modified),
            "FirstRespondedDate": day_text("response.responded_on"),
        },
        f"""{delivery.current("campaign_member_version", whole=True)} as version
        left join {conversions(delivery)} as conversion
            on conversion.lead_id = version.lead_id
        left join {first_responses(delivery)} as response
            on response.member_id = version.member_id
        where {delivery.is_due("version", modified)}""",
        "version.member_id",
    )
