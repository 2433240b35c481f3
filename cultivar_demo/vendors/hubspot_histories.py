"""What HubSpot keeps of a contact's past: values of properties, and forms.

Belongs here: histories by contact, so far. Does not belong here: the contact as it stands
(``hubspot_people``).
"""

from __future__ import annotations

from cultivar_demo.constants import AWARENESS_STAGES
from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.files import seconds
from cultivar_demo.vendors.hubspot_identity import choice, people, subscribers
from cultivar_demo.vendors.hubspot_object import value_history
from cultivar_demo.vendors.identifiers import hubspot_id


def status_history(delivery: Delivery) -> str:
    """Statuses of a lead."""
    return value_history(
        "record.lead_version", "lead_id", {"hs_lead_status": "lead_status"}, delivery.until
    )


def stage_name(number: str) -> str:
    """SQL of the name of an awareness stage, from its number."""
    names = {str(place): name for place, name in enumerate(AWARENESS_STAGES, start=1)}
    return choice(f"cast({number} as varchar)", names)


def awareness_history(delivery: Delivery) -> str:
    """Stages of awareness of a contact; a lead has none."""
    return value_history(
        "record.contact_version",
        "contact_id",
        {"awareness_stage": stage_name("awareness_stage")},
        delivery.until,
    )


def owner_history(delivery: Delivery) -> str:
    """Owners of a lead, and after its conversion those of the contact, by person_number."""
    known = people(delivery)
    versions = f"""(
        select known.person_number, version.version_at, version.owner_user_id
        from record.lead_version as version join {known} as known using (lead_id)
        union all
        select known.person_number, version.version_at, version.owner_user_id
        from record.contact_version as version
        join {known} as known using (contact_id)
        join record.contact as kept using (contact_id)
        where known.lead_id is null or version.version_at > kept.created_at
    )"""
    return value_history(
        versions,
        "person_number",
        {"hubspot_owner_id": hubspot_id("Owner", "owner_user_id")},
        delivery.until,
    )


def forms(delivery: Delivery) -> str:
    """Forms of a contact so far: the last one, and all as the histories of two properties.

    A form is that of the contact known longest of the job in which it was filled in.
    """
    prepared = delivery.prepare(
        "hubspot_form",
        f"""
        with person as (
            select employment_id, min(created_at) as known_at,
                arg_min(person_number, (created_at, person_number)) as person_number
            from (
                select employment_id, created_at, person_number
                from record.lead join {people(delivery)} as known using (lead_id)
                union all
                select employment_id, created_at, person_number
                from record.contact join {people(delivery)} as known using (contact_id)
                union all
                select employment_id, known_at, person_number from {subscribers(delivery)}
            ) group by employment_id
        )
        select person.person_number, visit.visit_id, visit.form_name,
            greatest(visit.occurred_at, person.known_at) as told_at
        from record.web_visit as visit
        join record.employment as job
            on job.person_id = visit.person_id
            and job.started_on <= cast(visit.occurred_at as date)
            and (job.ended_on is null or job.ended_on > cast(visit.occurred_at as date))
        join person on person.employment_id = job.employment_id
        where visit.kind = 'form_submit' and visit.is_identified
        qualify row_number() over (partition by visit.visit_id order by job.employment_id) = 1
        order by visit.visit_id
        """,
    )
    entry = (
        'struct_pack("value" := {value}, '
        f"\"timestamp\" := {seconds('told_at')}, sourceType := 'FORM')"
    )
    return f"""(
        select person_number, max(told_at) as told_at,
            arg_max(form_name, (told_at, visit_id)) as form_name,
            list({entry.format(value=seconds("told_at"))} order by told_at desc, visit_id desc)
                as instants,
            list({entry.format(value="form_name")} order by told_at desc, visit_id desc) as names
        from {prepared} where told_at <= {delivery.until}
        group by person_number
    )"""
