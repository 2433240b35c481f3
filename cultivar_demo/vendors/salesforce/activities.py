"""Salesforce's activities: tasks, events, and this org's own objects around prospecting.

Belongs here: what people did with leads and contacts. Does not belong here: marketing mails. A
lead's activities move to its contact, account and opportunity when it is converted, which changes
them; before, an activity with a lead cannot be related to anything else.
"""

from __future__ import annotations

from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.files import day_text, milliseconds
from cultivar_demo.vendors.identifiers import salesforce_id
from cultivar_demo.vendors.salesforce.extract import (
    Extract,
    audited,
    business_day,
    choice,
    conversions,
    identified,
    stamped,
)

_SUBTYPES = {"email": "Email", "call": "Call", "linkedin": "LinkedIn"}
_DIRECTIONS = {"outbound": "Outbound", "inbound": "Inbound"}
_DISPOSITIONS = {
    "conversation": "Conversation",
    "voicemail": "Voicemail",
    "gatekeeper": "Gatekeeper",
    "no_answer": "No Answer",
    "wrong_number": "Wrong Number",
}
_OUTCOMES = {
    "held": "Held",
    "no_show": "No Show",
    "cancelled": "Cancelled",
    "rescheduled": "Rescheduled",
}

_CONTACT = "coalesce(touch.contact_id, conversion.contact_id)"
_DEAL = (
    f"case when {_CONTACT} is not null "
    "then coalesce(touch.opportunity_id, conversion.opportunity_id) end"
)
_COMPANY = "coalesce(contact.account_id, conversion.account_id)"
_MODIFIED = "greatest(touch.modified_at, conversion.converted_at)"


def task(delivery: Delivery) -> Extract:
    """Calls, mails and messages."""
    is_done = f"touch.occurred_at <= {delivery.until}"
    ended = "coalesce(touch.ended_at, touch.occurred_at)"
    return Extract(
        {
            **identified("Task", "touch.touch_id"),
            **_about(),
            "Subject": "touch.subject",
            "ActivityDate": day_text(business_day("touch.occurred_at")),
            "Status": f"case when {is_done} then 'Completed' else 'Not Started' end",
            "OwnerId": salesforce_id("User", "touch.user_id"),
            "IsClosed": is_done,
            **stamped("touch.created_at", _MODIFIED),
            "CallDurationInSeconds": "touch.call_duration_seconds",
            "CallType": f"case when touch.kind = 'call' then "
            f"{choice('touch.direction', _DIRECTIONS)} end",
            "CallDisposition": choice("touch.call_disposition", _DISPOSITIONS),
            "TaskSubtype": choice("touch.kind", _SUBTYPES, "'Task'"),
            "CompletedDateTime": f"case when {is_done} then {milliseconds(ended)} end",
            **_own_fields(),
            "Step_Variant__c": "touch.variant",
            "Reply_Kind__c": "touch.reply_kind",
            "In_Reply_To__c": salesforce_id("Task", "touch.in_reply_to_touch_id"),
        },
        _source(delivery, "touch.kind <> 'meeting'"),
        "touch.touch_id",
    )


def event(delivery: Delivery) -> Extract:
    """Meetings, booked or held."""
    minutes = "cast(date_diff('second', touch.occurred_at, touch.ended_at) / 60 as integer)"
    return Extract(
        {
            **identified("Event", "touch.touch_id"),
            **_about(),
            "Subject": "touch.subject",
            "IsAllDayEvent": "false",
            "ActivityDateTime": milliseconds("touch.occurred_at"),
            "ActivityDate": day_text(business_day("touch.occurred_at")),
            "DurationInMinutes": minutes,
            "StartDateTime": milliseconds("touch.occurred_at"),
            "EndDateTime": milliseconds("touch.ended_at"),
            "OwnerId": salesforce_id("User", "touch.user_id"),
            **stamped("touch.created_at", _MODIFIED),
            "ShowAs": "'Busy'",
            "EventSubtype": "'Event'",
            "Type": "'Meeting'",
            **_own_fields(),
            "Meeting_Outcome__c": choice("touch.meeting_outcome", _OUTCOMES),
            "Meeting_Outcome_At__c": milliseconds("touch.outcome_at"),
            "Rescheduled_From__c": salesforce_id("Event", "touch.previous_touch_id"),
            "Technical_User__c": salesforce_id("User", "touch.technical_user_id"),
        },
        _source(delivery, "touch.kind = 'meeting'"),
        "touch.touch_id",
    )


def hand_off(delivery: Delivery) -> Extract:
    """Attempts to pass a lead to sales, and what became of them."""
    return Extract(
        {
            **identified("Hand_Off__c", "pass.hand_off_id"),
            "Name": _number("HO", "pass.hand_off_id"),
            "OwnerId": salesforce_id("User", "pass.to_user_id"),
            **audited("pass.handed_off_at", "pass.from_user_id", "pass.modified_at"),
            "Lead__c": salesforce_id("Lead", "pass.lead_id"),
            "From_User__c": salesforce_id("User", "pass.from_user_id"),
            "To_User__c": salesforce_id("User", "pass.to_user_id"),
            "Handed_Off_At__c": milliseconds("pass.handed_off_at"),
            "Attempt__c": "pass.attempt",
            "Awareness_Stage__c": "pass.awareness_stage",
            "Context_Fields_Filled__c": "pass.context_fields_filled",
            "Decision__c": choice(
                "pass.decision", {"accepted": "Accepted", "rejected": "Rejected"}
            ),
            "Decided_At__c": milliseconds("pass.decided_at"),
            "Rejection_Reason__c": "pass.rejection_reason",
            "Opportunity__c": salesforce_id("Opportunity", "pass.opportunity_id"),
        },
        f"{delivery.happened('hand_off')} as pass",
        "pass.hand_off_id",
    )


def sequence_enrollment(delivery: Delivery) -> Extract:
    """Who was in which outreach sequence, from when to when."""
    return Extract(
        {
            **identified("Sequence_Enrollment__c", "run.enrollment_id"),
            "Name": _number("SE", "run.enrollment_id"),
            "OwnerId": salesforce_id("User", "run.user_id"),
            **audited("run.enrolled_at", "run.user_id", "run.modified_at"),
            "Sequence_Name__c": "outreach.sequence_name",
            "Lead__c": salesforce_id("Lead", "run.lead_id"),
            "Contact__c": salesforce_id("Contact", "run.contact_id"),
            "Enrolled_At__c": milliseconds("run.enrolled_at"),
            "Ended_At__c": milliseconds("run.ended_at"),
            "Exit_Reason__c": "run.exit_reason",
        },
        f"""{delivery.happened("enrollment")} as run
        left join record.sequence as outreach on outreach.sequence_id = run.sequence_id""",
        "run.enrollment_id",
    )


def _source(delivery: Delivery, condition: str) -> str:
    return f"""{delivery.happened("touch", whole=True)} as touch
        left join {conversions(delivery)} as conversion on conversion.lead_id = touch.lead_id
        left join record.contact as contact on contact.contact_id = touch.contact_id
        left join record.enrollment as run on run.enrollment_id = touch.enrollment_id
        left join record.sequence as outreach on outreach.sequence_id = run.sequence_id
        where {condition} and {delivery.is_due("touch", _MODIFIED)}"""


def _about() -> dict[str, str]:
    return {
        "WhoId": f"coalesce({salesforce_id('Contact', _CONTACT)}, "
        f"{salesforce_id('Lead', 'touch.lead_id')})",
        "WhatId": f"coalesce({salesforce_id('Opportunity', _DEAL)}, "
        f"{salesforce_id('Account', _COMPANY)})",
        "AccountId": salesforce_id("Account", _COMPANY),
    }


def _own_fields() -> dict[str, str]:
    return {
        "Direction__c": choice("touch.direction", _DIRECTIONS),
        "Is_Automated__c": "touch.is_automated",
        "Is_Personalised__c": "touch.is_personalised",
        "Sequence_Name__c": "outreach.sequence_name",
        "Sequence_Step__c": "touch.step_number",
        "Sequence_Enrollment__c": salesforce_id("Sequence_Enrollment__c", "touch.enrollment_id"),
    }


def _number(letters: str, column: str) -> str:
    return f"'{letters}-' || lpad(cast({column} as varchar), 6, '0')"
