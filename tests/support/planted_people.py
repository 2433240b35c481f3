"""Planted violations of rules about contacts and leads, as of 2026-03-01.

Belongs here: cases of P rules, and of C12 about people. Does not belong here: what is asserted of
them (``test_gate``).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.support.canonical import key
from tests.support.planted import numbered, opportunity, planted

SUPPORT: list[tuple[str, str, dict[str, Any]]] = [
    (
        "account",
        "partner",
        {
            "account_name": "Partner & Co",
            "website_domain": "partner.com",
            "account_type": "Partner",
        },
    ),
    ("account", "solo", {"account_name": "Solo", "website_domain": "solo.com"}),
    ("account", "duo", {"account_name": "Duo", "website_domain": "duo.com"}),
    # Eve works the south, where an account of Ada's lies.
    (
        "territory_assignment",
        "TA3",
        {
            "territory_id": key("TE2"),
            "user_email": "eve@cultivar-test.com",
            "valid_from": date(2025, 1, 1),
        },
    ),
]

#: A lead that is worked.
OPEN = {
    "lead_status": "Working",
    "is_converted": False,
    "converted_date": None,
    "converted_contact_id": None,
}


def _mail(event_type: str, occurred_at: str, domain: str = "acme-pumps.com") -> Any:
    return lambda me: [
        (
            "email_event",
            f"{event_type} to {me}",
            {
                "event_type": event_type,
                "occurred_at": occurred_at,
                "email": f"{me}@{domain}".lower(),
                "mail_send_id": f"mail to {me}",
            },
        )
    ]


def _sequence(done_on: date) -> Any:
    """A mail that a sequence sent by itself."""
    return lambda me: [
        (
            "activity",
            f"mail to {me}",
            {
                "activity_type": "email",
                "lead_id": key(me),
                "direction": "outbound",
                "is_automated": True,
                "activity_date": done_on,
            },
        )
    ]


def _awareness(*changes: tuple[str, str, str, str]) -> Any:
    """History of a contact: name, field, value before and value after, a day later each."""
    return lambda me: [
        (
            "contact_history",
            f"{name} of {me}",
            {
                "contact_id": key(me),
                "field_name": field,
                "old_value": old,
                "new_value": new,
                "changed_at": f"2026-02-{day:02d} 10:00:00+00",
            },
        )
        for day, (name, field, old, new) in enumerate(changes, start=1)
    ]


def _in_marketing(reference: str | None, **values: Any) -> Any:
    """Whom the marketing tool takes the record for; ``reference`` is the column that tells."""
    known: dict[str, Any] = {
        "lead_id": None,
        "contact_id": None,
        "lead_status": None,
        "modified_at": "2026-02-28 22:59:59+00",
        **values,
    }
    return lambda me: [
        (
            "marketing_person",
            f"marketing of {me}",
            {**known, **({reference: key(me)} if reference else {})},
        )
    ]


def _then_in_marketing(**values: Any) -> Any:
    return lambda me: [("marketing_person", f"marketing of {me}", values)]


UNSUBSCRIBED = _mail("unsubscribed", "2026-02-01 10:00:00+00")

PEOPLE_CASES = numbered("XP", [
    planted("P03", "contact", {"email": "Info@acme-pumps.com"}, {"email": "ida@acme-pumps.com"},
            "email"),
    planted("P05", "lead", {"email": "bertha@gmail.com", "email_domain": "gmail.com"},
            {"email": "bertha@fcof.net", "email_domain": "fcof.net"}, "email"),
    planted("P07", "contact", {"title": None}, {"title": "Buyer"}, "title"),
    # One of the two alone is not enough; capitals and marks do not matter, and compounds are read.
    planted("P07", "contact", {"title": "Vice-President"}, {"title": "VICE-PRESIDENT, I.T. / Data"},
            "title"),
    planted("P07", "lead", {"title": "Procurement"}, {"title": "Gruppenleiterin Einkauf"}, "title"),
    planted("P07", "lead", {"title": "Wizard of light bulb moments"},
            {"title": "Directrice des achats"}, "title"),
    planted("P09", "contact", {"email": "rose@acme-pipes.com", "email_domain": "acme-pipes.com"},
            {"email": "rose@mail.acme-pumps.com", "email_domain": "mail.acme-pumps.com"}, "email"),
    planted("P10", "contact", {"email": "rose@acme-pumps.com"}, {"email": "rosa@acme-pumps.com"},
            "email"),
    planted("P10", "lead", {**OPEN, "email": "twin@fcof.net"}, {"email": "other@fcof.net"}, "email",
            beside=lambda me: [("lead", "A twin", {**OPEN, "email": "twin@fcof.net"})]),
    planted("P11", "lead", {**OPEN, "owner_id": None}, {"owner_id": key("U1")}, "owner_id"),
    planted("P11", "lead", {**OPEN, "owner_id": key("U2")}, {"lead_status": "Closed - Converted",
            "is_converted": True, "converted_date": date(2026, 2, 1),
            "converted_contact_id": key("C1")}, "owner_id"),
    # The day ends at 23:00 UTC in Berlin, the reporting time zone.
    planted("P12", "lead", {**OPEN, "lead_status": "open", "created_at": "2026-02-28 22:59:59+00"},
            {"created_at": "2026-02-28 23:00:00+00"}, "lead_status"),
    planted("P15", "lead", {**OPEN, "lead_status": "Qualified", "lead_source": None,
            "campaign_id": None}, {"lead_status": "Working"}, "lead_source", "campaign_id"),
    planted("P16", "lead", {"lead_source": "Webform2"}, {"lead_source": "WEB"}, "lead_source"),
    planted("P17", "contact",
            {"is_email_bounced": True, "email_bounced_at": "2026-02-01 10:00:00+00"},
            {"email_bounced_at": "2026-02-02 10:00:00+00"}, "email_bounced_at",
            beside=_mail("sent", "2026-02-03 10:00:00+00")),
    planted("P17", "lead", {"email_bounced_at": "2026-02-01 10:00:00+00"}, {}, "email_bounced_at",
            beside=_sequence(date(2026, 2, 3)),
            mended=lambda me: [("activity", f"mail to {me}", {"is_automated": False})]),
    planted("P17", "contact",
            {"email_bounced_at": "2026-02-28 22:59:59+00", "is_in_sequence": True,
             "is_marketable": False},
            {"email_bounced_at": "2026-02-28 23:00:00+00"}, "is_in_sequence"),
    # When it bounced is not known.
    planted("P17", "contact", {"is_email_bounced": True, "is_marketable": True},
            {"is_email_bounced": False}, "is_marketable"),
    planted("P17", "lead",
            {"email_bounced_at": "2026-02-01 10:00:00+00", "is_in_sequence": True,
             "is_marketable": True},
            {"is_in_sequence": False, "is_marketable": None}, "is_in_sequence", "is_marketable"),
    planted("P18", "contact", {"has_opted_out_of_email": True, "is_in_sequence": True},
            {"is_in_sequence": False}, "is_in_sequence"),
    planted("P18", "lead", {"is_do_not_call": True, "is_in_sequence": True},
            {"is_do_not_call": False}, "is_in_sequence"),
    planted("P18", "lead", {"has_opted_out_of_email": True, "is_in_sequence": True},
            {"is_in_sequence": None}, "is_in_sequence", beside=UNSUBSCRIBED),
    planted("P18", "contact", {"has_opted_out_of_email": True}, {}, "has_opted_out_of_email",
            beside=lambda me: [
                *UNSUBSCRIBED(me), *_mail("sent", "2026-02-01 10:00:01+00")(me)],
            mended=lambda me: [
                ("email_event", f"sent to {me}", {"occurred_at": "2026-02-01 10:00:00+00"})]),
    planted("P18", "lead",
            {"has_opted_out_of_email": True, "modified_at": "2026-02-01 10:00:00+00"},
            {"has_opted_out_of_email": False}, "has_opted_out_of_email",
            beside=_sequence(date(2026, 2, 2))),
    planted("P19", "contact", {"country": "Deutschland", "consent_status": None},
            {"consent_status": "Opted In"}, "consent_status"),
    planted("P20", "contact", {"is_email_bounced": True}, {"is_email_bounced": False},
            "is_email_bounced",
            beside=lambda me: opportunity(f"O of {me}", contact_id=key(me))),
    planted("P20", "contact", {"is_email_bounced": True}, {}, "is_email_bounced",
            beside=lambda me: [("opportunity_contact_role", f"role of {me}",
                                {"opportunity_id": key("O1"), "contact_id": key(me)})],
            mended=lambda me: [("opportunity_contact_role", f"role of {me}", {"role": "User"})]),
    planted("P21", "lead", {**OPEN, "created_at": "2025-11-30 10:00:00+00"},
            {"created_at": "2025-12-01 10:00:00+00"}, "lead_status"),
    planted("P22", "contact", {"awareness_stage": "1 - Unaware"}, {}, "awareness_stage",
            beside=lambda me: [("contact_history", f"H of {me}",
                                {"contact_id": key(me), "field_name": "awareness_stage",
                                 "old_value": "2 - Aware", "new_value": "1 - Unaware",
                                 "changed_at": "2026-02-01 10:00:00+00"})],
            mended=lambda me: [("contact_history", f"H of {me}",
                                {"new_value": "4 - Has use case"})]),
    planted("P22", "contact", {"awareness_stage": "5 - Personally confident"}, {},
            "awareness_stage",
            beside=lambda me: [("contact_history", f"H of {me}",
                                {"contact_id": key(me), "field_name": "awareness_stage",
                                 "old_value": "2 - Aware", "new_value": "5 - Personally confident",
                                 "changed_at": "2026-02-01 10:00:00+00"})],
            mended=lambda me: [("contact_history", f"H of {me}", {"field_name": "owner_id"})]),
    # A reason belongs to the change it was given with.
    planted("P22", "contact", {"awareness_stage": "2 - Aware"}, {}, "awareness_stage",
            beside=_awareness(
                ("rise", "awareness_stage", "2 - Aware", "3 - Intrigued"),
                ("reason", "awareness_change_reason", "", "Came to the fair"),
                ("fall", "awareness_stage", "3 - Intrigued", "2 - Aware")),
            mended=lambda me: [("contact_history", f"reason of {me}",
                                {"changed_at": "2026-02-03 10:00:00+00"})]),
    planted("P22", "contact", {"awareness_stage": "2 - Aware"}, {}, "awareness_stage",
            beside=_awareness(
                ("fall", "awareness_stage", "3 - Intrigued", "2 - Aware"),
                ("reason", "awareness_change_reason", "Came to the fair", " ")),
            mended=lambda me: [("contact_history", f"reason of {me}",
                                {"new_value": "Another project first"})]),
    # No reason excuses a jump.
    planted("P22", "contact", {"awareness_stage": "5 - Personally confident"}, {},
            "awareness_stage",
            beside=_awareness(
                ("jump", "awareness_stage", "2 - Aware", "5 - Personally confident"),
                ("reason", "awareness_change_reason", "", "A hunch")),
            mended=lambda me: [("contact_history", f"jump of {me}",
                                {"old_value": "3 - Intrigued"})]),
    planted("P23", "contact", {"first_name": " Test", "last_name": "GONZALEZ"},
            {"first_name": "ROS", "last_name": "González"}, "first_name", "last_name"),
    planted("P23", "lead", {"first_name": "b@x", "last_name": "Boxer 2"},
            {"first_name": None, "last_name": "李"}, "first_name", "last_name"),
    planted("P25", "lead", {"email": "spy@rival.com", "email_domain": "rival.com"},
            {"email": "spy@fcof.net", "email_domain": "fcof.net"}, "email"),
    planted("P25", "lead", {**OPEN, "email": "a@partner.com", "email_domain": "partner.com"},
            {"lead_status": "Closed"}, "email"),
    planted("P26", "lead", {**OPEN, "email": "rose@acme-pumps.com",
            "email_domain": "acme-pumps.com"}, {"lead_status": "Closed"}, "email"),
    planted("P27", "lead", {**OPEN, "lead_status": "Recycled", "review_on": date(2026, 2, 28)},
            {"review_on": date(2026, 3, 1)}, "review_on"),
    planted("P28", "lead", {**OPEN, "lead_score": 55, "modified_at": "2026-02-28 22:59:59+00"},
            {"modified_at": "2026-02-28 23:00:00+00"}, "lead_score"),
    planted("P28", "lead", {**OPEN, "lead_status": "Qualified", "lead_score": 54.5},
            {"lead_score": None}, "lead_score"),
    planted("P28", "lead", {**OPEN, "lead_status": "Qualified", "lead_score": 54.5,
            "marketing_qualified_reason": " "},
            {"marketing_qualified_reason": "Asked for a quote by phone"}, "lead_score"),
    planted("P29", "lead", {**OPEN, "lead_status": "Closed", "disqualified_reason": " "},
            {"disqualified_reason": "No budget"}, "disqualified_reason"),
    planted("P30", "lead", {**OPEN, "email": "a@solo.com", "email_domain": "solo.com",
            "owner_id": key("U3")}, {"owner_id": key("U1")}, "owner_id"),
    planted("P30", "lead", {**OPEN, "email": "b@duo.com", "email_domain": "duo.com",
            "owner_id": key("U3")}, {}, "owner_id",
            mended=lambda me: [("account", "duo", {"territory": "South", "owner_id": key("U3")})]),
    planted("P31", "contact", {"has_opted_out_of_email": False}, {"has_opted_out_of_email": True},
            "has_opted_out_of_email", beside=UNSUBSCRIBED),
    planted("P31", "contact", {"has_opted_out_of_email": True}, {}, "has_opted_out_of_email",
            beside=_in_marketing("contact_id", has_opted_out_of_email=False),
            mended=_then_in_marketing(modified_at="2026-02-28 23:00:00+00")),
    planted("P31", "lead", {**OPEN, "has_opted_out_of_email": False}, {},
            "has_opted_out_of_email",
            beside=_in_marketing("lead_id", has_opted_out_of_email=True),
            mended=_then_in_marketing(has_opted_out_of_email=False)),
    planted("P31", "lead", OPEN, {}, "lead_status",
            beside=_in_marketing("lead_id", lead_status="Open"),
            mended=_then_in_marketing(lead_status=" WORKING")),
    planted("P31", "lead", OPEN, {"modified_at": "2026-02-28 23:00:00+00"}, "lead_status",
            beside=_in_marketing("lead_id", lead_status="closed")),
    planted("P31", "contact", {"is_synchronised_with_marketing": True,
            "modified_at": "2026-02-28 22:59:59+00"},
            {"modified_at": "2026-02-28 23:00:00+00"}, "is_synchronised_with_marketing"),
    planted("P31", "lead", {"is_synchronised_with_marketing": True,
            "modified_at": "2026-02-28 22:59:59+00"}, {}, "is_synchronised_with_marketing",
            beside=_in_marketing(None),
            mended=lambda me: [("marketing_person", f"marketing of {me}", {"lead_id": key(me)})]),
    planted("P31", "contact", {"is_synchronised_with_marketing": True,
            "modified_at": "2026-02-28 22:59:59+00"}, {}, "is_synchronised_with_marketing",
            beside=_in_marketing("contact_id", is_deleted=True),
            mended=_then_in_marketing(is_deleted=False)),
    planted("P31", "marketing_person", {"lead_id": None, "contact_id": key("nowhere"),
            "modified_at": "2026-02-28 22:59:59+00"}, {"contact_id": key("C1")}, "contact_id"),
    planted("P31", "marketing_person", {"lead_id": key("nowhere"), "lead_status": None,
            "modified_at": "2026-02-28 22:59:59+00"},
            {"modified_at": "2026-02-28 23:00:00+00"}, "lead_id"),
    planted("P32", "contact", {"created_at": "2024-08-31 10:00:00+00"}, {}, "email",
            beside=lambda me: [
                *_mail("delivered", "2026-02-01 10:00:00+00")(me),
                *_mail("opened", "2026-02-01 10:02:00+00")(me)],
            mended=lambda me: [
                ("email_event", f"opened to {me}", {"occurred_at": "2026-02-01 10:02:01+00"})]),
    # The other kind of person, and the other fields, of rules that judge several.
    planted("C12", "contact", {"email": "new@cultivar-test.com",
            "email_domain": "cultivar-test.com"},
            {"email": "new@acme-pumps.com", "email_domain": "acme-pumps.com"}, "email_domain",
            also={"P09": ("email",)}),
    planted("C12", "lead", {"email": "test+8@fcof.net"}, {"email": "tess@fcof.net"}, "email"),
    planted("P01", "lead",
            {"email": None, "email_domain": None, "phone": None, "mobile_phone": None},
            {"phone": "(850) 644-4200"}, "email"),
    planted("P03", "lead", {"email": "SALES@fcof.net"}, {"email": "sally@fcof.net"}, "email"),
    planted("P04", "contact", {"email": "rose@yopmail.com", "email_domain": "yopmail.com"},
            {"email": "roses@acme-pumps.com", "email_domain": "acme-pumps.com"}, "email",
            also={"P09": ("email",)}),
    planted("P06", "lead", {"mobile_phone": "12"}, {"mobile_phone": None}, "mobile_phone"),
    planted("P07", "lead", {"title": None}, {"title": "Buyer"}, "title"),
    planted("P14", "lead", {"email_bounced_at": "2026-01-10 08:59:59+00"},
            {"email_bounced_at": "2026-01-10 09:00:00+00"}, "email_bounced_at"),
    planted("P19", "lead", {"country": "Deutschland", "consent_status": None},
            {"consent_status": "Opted In"}, "consent_status",
            beside=lambda me: [("lead", f"asked beside {me}", {"consent_status": "Opted In"})]),
    planted("P24", "lead", {"first_name": "0032e000001AbCd", "last_name": "a0B2e000001AbCd"},
            {"first_name": "Congratulations", "last_name": "Doe"}, "first_name", "last_name",
            also={"P23": ("first_name", "last_name")}),
    planted("P25", "contact", {"email": "spy@rival.com", "email_domain": "rival.com"},
            {"email": "ally@acme-pumps.com", "email_domain": "acme-pumps.com"}, "email",
            also={"P09": ("email",)}),
    planted("P31", "lead", {"has_opted_out_of_email": False}, {"has_opted_out_of_email": True},
            "has_opted_out_of_email",
            beside=_mail("unsubscribed", "2026-02-01 10:00:00+00", "fcof.net")),
    planted("P33", "contact", {"owner_id": key("nobody")}, {"owner_id": key("U1")}, "owner_id"),
])  # fmt: skip
