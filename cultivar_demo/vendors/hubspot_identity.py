"""Which of HubSpot's contacts a lead, a contact or an address of the world is.

Belongs here: the numbers from which contacts' ids are made. Does not belong here: what is written
of a contact (``hubspot_people``). A lead and the contact it is converted to are one object.
"""

from __future__ import annotations

from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.identifiers import hubspot_id


def choice(column: str, texts: dict[str, str], otherwise: str = "null") -> str:
    """SQL: ``column`` translated value by value; ``otherwise`` is SQL."""
    cases = " ".join(f"when '{value}' then '{text}'" for value, text in texts.items())
    return f"case {column} {cases} else {otherwise} end"


def people(delivery: Delivery) -> str:
    """Name of a table (lead_id, contact_id, person_number): who is one contact, past and future.

    ``person_number`` is what a contact's id is made from. A lead has it before it is converted.
    """
    return delivery.prepare(
        "hubspot_person",
        """
        with converted as (
            select from_lead_id as lead_id, min(contact_id) as contact_id
            from record.contact
            where from_lead_id in (select lead_id from record.lead)
            group by from_lead_id
        )
        select lead.lead_id, converted.contact_id, 3 * lead.lead_id as person_number
        from record.lead left join converted on converted.lead_id = lead.lead_id
        union all
        select null, contact_id, 3 * contact_id + 1
        from record.contact
        where contact_id not in (select contact_id from converted)
        order by person_number
        """,
    )


def subscribers(delivery: Delivery) -> str:
    """Name of a table (employment_id, person_number): addresses that only ever got mails."""
    return delivery.prepare(
        "hubspot_subscriber",
        """
        select employment_id, min(sent_at) as known_at, 3 * employment_id + 2 as person_number
        from record.email_send
        where employment_id not in (select employment_id from record.lead)
            and employment_id not in (select employment_id from record.contact)
        group by employment_id order by employment_id
        """,
    )


def contact_of(delivery: Delivery, lead_id: str, contact_id: str) -> str:
    """SQL for the HubSpot id of a world's contact, or else of its lead; NULL without both."""
    number = (
        f"coalesce((select person_number from {people(delivery)} as known "
        f"where known.contact_id = {contact_id}), 3 * {lead_id}, 3 * {contact_id} + 1)"
    )
    return hubspot_id("Contact", number)
