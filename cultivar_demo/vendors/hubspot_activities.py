"""HubSpot's activities: calls, one-to-one mails, meetings, messages, and own objects around them.

Belongs here: what our people did with people outside. Does not belong here: marketing mails
(``hubspot_marketing``).
"""

from __future__ import annotations

from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.files import seconds
from cultivar_demo.vendors.hubspot_identity import choice, contact_of
from cultivar_demo.vendors.hubspot_object import HubspotObject, associated
from cultivar_demo.vendors.identifiers import hubspot_id

DISPOSITIONS = {
    "conversation": ("f240bbac-87c9-4f6e-bf70-924b57d47db7", "Conversation"),
    "voicemail": ("b2cf5968-551e-4856-9783-52b3da59a7d0", "Voicemail"),
    "gatekeeper": ("6a2f8d0c-4b1e-4c39-9a77-0d5e1c2b3f48", "Gatekeeper"),
    "no_answer": ("73a0d17f-1163-4015-bdd5-ec830791da20", "No Answer"),
    "wrong_number": ("17b47fee-58de-441e-a44c-c6300d46f273", "Wrong Number"),
}
"""Outcome of a call → its id (HubSpot's own, gatekeeper the account's) and the account's label."""

_OUTCOMES = {
    "held": "COMPLETED",
    "no_show": "NO_SHOW",
    "cancelled": "CANCELED",
    "rescheduled": "RESCHEDULED",
}

_CONTACT = "coalesce(touch.contact_id, conversion.contact_id)"
_MODIFIED = "greatest(touch.modified_at, conversion.converted_at)"


def conversions(delivery: Delivery) -> str:
    """SQL (in brackets): lead_id, converted_at, contact, account and opportunity so far."""
    prepared = delivery.prepare(
        "hubspot_conversion",
        """
        select lead_id, min(version_at) as converted_at,
            arg_min(converted_contact_id, version_at) as contact_id,
            arg_min(converted_account_id, version_at) as account_id,
            arg_min(converted_opportunity_id, version_at) as opportunity_id
        from record.lead_version where is_converted group by lead_id
        """,
    )
    return f"(select * from {prepared} where converted_at <= {delivery.until})"


def call(delivery: Delivery) -> HubspotObject:
    """Calls."""
    ids = {name: value for name, (value, _) in DISPOSITIONS.items()}
    return _activity(
        delivery,
        "calls",
        "call",
        {
            "hs_call_title": "touch.subject",
            "hs_call_direction": "upper(touch.direction)",
            "hs_call_disposition": choice("touch.call_disposition", ids),
            "hs_call_duration": "touch.call_duration_seconds * 1000",
            "hs_call_status": f"case when touch.occurred_at <= {delivery.until} "
            "then 'COMPLETED' else 'SCHEDULED' end",
        },
    )


def email(delivery: Delivery) -> HubspotObject:
    """One-to-one mails, sent and received."""
    return _activity(
        delivery,
        "emails",
        "email",
        {
            "hs_email_subject": "touch.subject",
            "hs_email_direction": "case when touch.direction = 'inbound' "
            "then 'INCOMING_EMAIL' else 'EMAIL' end",
            "hs_email_status": "'SENT'",
            "hs_sequence_id": hubspot_id("Sequence", "run.sequence_id"),
            "step_variant": "touch.variant",
            "reply_kind": "touch.reply_kind",
            "in_reply_to": hubspot_id("Activity", "touch.in_reply_to_touch_id"),
        },
    )


def meeting(delivery: Delivery) -> HubspotObject:
    """Meetings, booked or held."""
    return _activity(
        delivery,
        "meetings",
        "meeting",
        {
            "hs_meeting_title": "touch.subject",
            "hs_meeting_start_time": seconds("touch.occurred_at"),
            "hs_meeting_end_time": seconds("touch.ended_at"),
            "hs_meeting_outcome": choice("touch.meeting_outcome", _OUTCOMES, "'SCHEDULED'"),
            "outcome_entered_at": seconds("touch.outcome_at"),
            "rescheduled_from": hubspot_id("Activity", "touch.previous_touch_id"),
            "technical_owner": hubspot_id("Owner", "touch.technical_user_id"),
        },
    )


def communication(delivery: Delivery) -> HubspotObject:
    """Messages by LinkedIn."""
    return _activity(
        delivery,
        "communications",
        "linkedin",
        {
            "hs_communication_channel_type": "'LINKEDIN_MESSAGE'",
            "hs_communication_logged_from": "'CRM'",
            "hs_communication_body": "touch.subject",
            "step_variant": "touch.variant",
            "reply_kind": "touch.reply_kind",
            "in_reply_to": hubspot_id("Activity", "touch.in_reply_to_touch_id"),
        },
    )


def _activity(
    delivery: Delivery, name: str, kind: str, properties: dict[str, str]
) -> HubspotObject:
    single = name.removesuffix("s")
    contact = contact_of(delivery, "touch.lead_id", _CONTACT)
    company = hubspot_id("Company", "coalesce(contact.account_id, conversion.account_id)")
    deal = hubspot_id(
        "Deal",
        f"case when {_CONTACT} is not null "
        "then coalesce(touch.opportunity_id, conversion.opportunity_id) end",
    )
    return HubspotObject(
        path=f"/crm/v3/objects/{name}",
        record_id=hubspot_id("Activity", "touch.touch_id"),
        properties={
            **properties,
            "direction": "touch.direction",
            "is_automated": "touch.is_automated",
            "is_personalised": "touch.is_personalised",
            "sequence_name": "outreach.sequence_name",
            "sequence_step": "touch.step_number",
            "sequence_enrollment": hubspot_id("Enrollment", "touch.enrollment_id"),
            "hs_timestamp": seconds("touch.occurred_at"),
            "hubspot_owner_id": hubspot_id("Owner", "touch.user_id"),
            "hs_createdate": seconds("touch.created_at"),
            "hs_lastmodifieddate": seconds(_MODIFIED),
            "hs_object_id": hubspot_id("Activity", "touch.touch_id"),
        },
        source=f"""{delivery.happened("touch", whole=True)} as touch
        left join {conversions(delivery)} as conversion on conversion.lead_id = touch.lead_id
        left join record.contact as contact on contact.contact_id = touch.contact_id
        left join record.enrollment as run on run.enrollment_id = touch.enrollment_id
        left join record.sequence as outreach on outreach.sequence_id = run.sequence_id
        where touch.kind = '{kind}' and {delivery.is_due("touch", _MODIFIED)}""",
        order="touch.touch_id",
        created_at="touch.created_at",
        updated_at=_MODIFIED,
        associations={
            "contacts": associated(contact, f"{single}_to_contact"),
            "companies": associated(company, f"{single}_to_company"),
            "deals": associated(deal, f"{single}_to_deal"),
        },
    )


def call_property(_: Delivery) -> str:
    """Query with the definition of the property that holds a call's outcome."""
    options = ", ".join(
        f"struct_pack(label := '{label}', \"value\" := '{value}', displayOrder := {place}, "
        "hidden := false)"
        for place, (value, label) in enumerate(DISPOSITIONS.values())
    )
    return f"""
        select 1 as position, cast(to_json(struct_pack(
            name := 'hs_call_disposition', label := 'Call outcome', "type" := 'enumeration',
            fieldType := 'select', groupName := 'call', options := [{options}],
            archived := false
        )) as varchar) as record
    """


def hand_off(delivery: Delivery) -> HubspotObject:
    """Own object: attempts to pass a lead to sales, and what became of them."""
    return HubspotObject(
        path="/crm/v3/objects/hand_offs",
        record_id=hubspot_id("HandOff", "pass.hand_off_id"),
        properties={
            "hand_off_name": "'HO-' || lpad(cast(pass.hand_off_id as varchar), 6, '0')",
            "hubspot_owner_id": hubspot_id("Owner", "pass.to_user_id"),
            "from_owner": hubspot_id("Owner", "pass.from_user_id"),
            "to_owner": hubspot_id("Owner", "pass.to_user_id"),
            "handed_off_at": seconds("pass.handed_off_at"),
            "attempt": "pass.attempt",
            "awareness_stage": "pass.awareness_stage",
            "context_fields_filled": "pass.context_fields_filled",
            "decision": "pass.decision",
            "decided_at": seconds("pass.decided_at"),
            "rejection_reason": "pass.rejection_reason",
            "hs_createdate": seconds("pass.handed_off_at"),
            "hs_lastmodifieddate": seconds("pass.modified_at"),
            "hs_object_id": hubspot_id("HandOff", "pass.hand_off_id"),
        },
        source=f"{delivery.happened('hand_off')} as pass",
        order="pass.hand_off_id",
        created_at="pass.handed_off_at",
        updated_at="pass.modified_at",
        associations={
            "contacts": associated(
                contact_of(delivery, "pass.lead_id", "null::bigint"), "hand_off_to_contact"
            ),
            "deals": associated(hubspot_id("Deal", "pass.opportunity_id"), "hand_off_to_deal"),
        },
    )


def sequence_enrollment(delivery: Delivery) -> HubspotObject:
    """Own object: who was in which outreach sequence, from when to when."""
    return HubspotObject(
        path="/crm/v3/objects/sequence_enrollments",
        record_id=hubspot_id("Enrollment", "run.enrollment_id"),
        properties={
            "enrollment_name": "'SE-' || lpad(cast(run.enrollment_id as varchar), 6, '0')",
            "hubspot_owner_id": hubspot_id("Owner", "run.user_id"),
            "sequence_name": "outreach.sequence_name",
            "enrolled_at": seconds("run.enrolled_at"),
            "ended_at": seconds("run.ended_at"),
            "exit_reason": "run.exit_reason",
            "hs_createdate": seconds("run.enrolled_at"),
            "hs_lastmodifieddate": seconds("run.modified_at"),
            "hs_object_id": hubspot_id("Enrollment", "run.enrollment_id"),
        },
        source=f"""{delivery.happened("enrollment")} as run
        left join record.sequence as outreach on outreach.sequence_id = run.sequence_id""",
        order="run.enrollment_id",
        created_at="run.enrolled_at",
        updated_at="run.modified_at",
        associations={
            "contacts": associated(
                contact_of(delivery, "run.lead_id", "run.contact_id"),
                "sequence_enrollment_to_contact",
            ),
        },
    )
