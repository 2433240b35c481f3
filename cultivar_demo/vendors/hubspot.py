"""HubSpot: responses of its interface, one file an object, one page a line.

Belongs here: the list of objects and writing them. Does not belong here: any object's properties
(``hubspot_people``, ``hubspot_companies``, ``hubspot_deals``, ``hubspot_activities``,
``hubspot_marketing``), the shape of pages (``hubspot_object``).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cultivar_demo.vendors import (
    hubspot_activities,
    hubspot_companies,
    hubspot_deals,
    hubspot_marketing,
    hubspot_people,
)
from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.hubspot_object import HubspotObject, write_object, write_pages

OBJECTS: dict[str, Callable[[Delivery], HubspotObject]] = {
    "owners": hubspot_companies.owner,
    "users": hubspot_companies.user,
    "companies": hubspot_companies.company,
    "contacts": hubspot_people.contact,
    "deals": hubspot_deals.deal,
    "deal_pipelines": hubspot_deals.deal_pipeline,
    "line_items": hubspot_deals.line_item,
    "products": hubspot_companies.product,
    "calls": hubspot_activities.call,
    "emails": hubspot_activities.email,
    "meetings": hubspot_activities.meeting,
    "communications": hubspot_activities.communication,
    "hand_offs": hubspot_activities.hand_off,
    "sequence_enrollments": hubspot_activities.sequence_enrollment,
    "campaigns": hubspot_marketing.campaign,
    "campaign_members": hubspot_marketing.campaign_member,
    "marketing_emails": hubspot_marketing.marketing_email,
    "tickets": hubspot_companies.ticket,
}
"""File without suffix → what is written of it."""


def write_hubspot(delivery: Delivery, folder: Path) -> dict[str, int]:
    """Write every object as ``folder/<object>.jsonl.gz``, also where nothing changed.

    A changed object is delivered whole, with its history and associations.

    Returns:
        File name without suffix → records.
    """
    counts = {
        name: write_object(delivery, written(delivery), folder / f"{name}.jsonl.gz")
        for name, written in OBJECTS.items()
    }
    counts["call_properties"] = write_pages(
        delivery,
        hubspot_activities.call_property(delivery),
        "/crm/v3/properties/calls",
        folder / "call_properties.jsonl.gz",
    )
    counts["email_events"] = write_pages(
        delivery,
        hubspot_marketing.email_events(delivery),
        "/email/public/v1/events",
        folder / "email_events.jsonl.gz",
        records="events",
    )
    return counts
