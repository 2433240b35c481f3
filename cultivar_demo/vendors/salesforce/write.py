"""All objects of the org, and writing them.

Belongs here: the list. Does not belong here: any object's fields.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.files import write_csv
from cultivar_demo.vendors.salesforce import accounts, activities, deals, marketing, people
from cultivar_demo.vendors.salesforce.extract import Extract

OBJECTS: dict[str, Callable[[Delivery], Extract]] = {
    "User": accounts.user,
    "Account": accounts.account,
    "AccountHistory": accounts.account_history,
    "Contact": people.contact,
    "ContactHistory": people.contact_history,
    "AccountContactRelation": people.account_contact_relation,
    "Lead": people.lead,
    "LeadHistory": people.lead_history,
    "Opportunity": deals.opportunity,
    "OpportunityHistory": deals.opportunity_history,
    "OpportunityFieldHistory": deals.opportunity_field_history,
    "OpportunityContactRole": deals.opportunity_contact_role,
    "OpportunityLineItem": deals.opportunity_line_item,
    "Product2": accounts.product,
    "Campaign": marketing.campaign,
    "CampaignMember": marketing.campaign_member,
    "Task": activities.task,
    "Event": activities.event,
    "Hand_Off__c": activities.hand_off,
    "Sequence_Enrollment__c": activities.sequence_enrollment,
    "Case": accounts.case,
}
"""API name → what is written of it."""


def write_salesforce(delivery: Delivery, folder: Path) -> dict[str, int]:
    """Write every object as ``folder/<API name>.csv``; returns object → rows.

    Where nothing changed there is still a header.
    """
    return {
        name: write_csv(delivery.connection, extract(delivery).query, folder / f"{name}.csv")
        for name, extract in OBJECTS.items()
    }
