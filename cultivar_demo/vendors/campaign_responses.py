"""When members of campaigns answered first, as every CRM tells it.

Belongs here: the one definition of a response and its day. Does not belong here: any CRM's object.
"""

from __future__ import annotations

from cultivar_demo.constants import MEMBER_STATUSES
from cultivar_demo.settings import REPORTING_TIME_ZONE
from cultivar_demo.vendors.delivery import Delivery

RESPONSES = ", ".join(f"'{name}'" for name, _, is_response in MEMBER_STATUSES if is_response)
"""Statuses that are a response, as a list in SQL."""


def first_responses(delivery: Delivery) -> str:
    """SQL (in brackets): member_id, responded_on (day in the org's time zone) so far."""
    return f"""(
        select member_id,
            cast(
                timezone('{REPORTING_TIME_ZONE}', timezone('UTC', min(version_at))) as date
            ) as responded_on
        from record.campaign_member_version
        where member_status in ({RESPONSES}) and version_at <= {delivery.until}
        group by member_id
    )"""
