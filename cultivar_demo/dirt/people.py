"""Planted defects of leads and contacts.

Belongs here: rules P01 to P33 that can be planted on one record. Does not belong here: duplicates
(P10, P26), and what comes about by itself in a busy company (``chance``).
"""

from __future__ import annotations

from cultivar_demo.dirt.accounts import NOBODY
from cultivar_demo.dirt.defect import Defect, one_of

_ALONE = """
    select person_id from (
        select person_id, lead_id as record_id from record.lead
        union all
        select person_id, contact_id as record_id from record.contact
    ) group by person_id having count(*) = 1
"""
"""People with one record only, so that a change of their data breaks just that one."""

LIVE_LEADS = f"""
    select lead.lead_id from record.lead as lead
    semi join (
        select lead_id from record.lead_version group by lead_id
        having not bool_or(is_deleted) and not bool_or(is_converted)
    ) using (lead_id)
    semi join ({_ALONE}) as alone on alone.person_id = lead.person_id
    anti join record.hand_off as passed on passed.lead_id = lead.lead_id
"""
"""Leads that were neither passed on, converted nor deleted, of people without another record."""

LIVE_CONTACTS = f"""
    select contact.contact_id from record.contact as contact
    semi join (
        select contact_id from record.contact_version group by contact_id
        having not bool_or(is_deleted)
    ) using (contact_id)
    semi join ({_ALONE}) as alone on alone.person_id = contact.person_id
    anti join record.opportunity as deal on deal.primary_contact_id = contact.contact_id
"""
"""Contacts that were never a lead, of people without another record."""

CONVERTED_LEADS = """
    select lead_id from record.lead_version group by lead_id
    having bool_or(is_converted) and not bool_or(is_deleted)
"""

A_SALESFORCE_ID = "'0035e00000' || lpad(cast(picked.number as varchar), 5, '0')"

DEFECTS = (
    Defect(
        "P01", "contact", LIVE_CONTACTS, {"person": {"last_name": "null"}},
        share=0.003, at_least=2, field="last_name", breaks_a_copy=True,
    ),
    Defect(
        "P01", "lead", LIVE_LEADS,
        {"employment": {"email": "null", "phone": "null", "mobile_phone": "null"}},
        share=0.003, at_least=2, field="email", breaks_a_copy=True,
    ),
    Defect(
        "P02", "contact", LIVE_CONTACTS,
        {"employment": {"email": "split_part(altered.email, '@', 1) || " + one_of(
            "@gmial.com", "", "@", "@@example..com", "@hotmial.com")}},
        share=0.006, at_least=3, field="email",
    ),
    Defect(
        "P03", "contact", LIVE_CONTACTS,
        {"employment": {"email": one_of("info", "sales", "office")
                        + " || '@' || split_part(altered.email, '@', 2)"}},
        share=0.005, at_least=2, field="email",
    ),
    Defect(
        "P04", "contact", LIVE_CONTACTS,
        {"employment": {"email": "split_part(altered.email, '@', 1) || '@mailinator.com'"}},
        share=0.003, at_least=2, field="email", breaks_a_copy=True,
    ),
    Defect(
        "P05", "lead", LIVE_LEADS,
        {"employment": {"email": "replace(split_part(altered.email, '@', 1), '.', '') || "
                        "cast(altered.employment_id as varchar) || "
                        + one_of("@gmail.com", "@outlook.com", "@web.de")}},
        share=0.02, at_least=3, field="email",
    ),
    Defect(
        "P06", "lead", LIVE_LEADS,
        {"employment": {"phone": one_of("12345", "+1 555", "call me", "+49 1")}},
        share=0.01, at_least=3, field="phone",
    ),
    Defect(
        "P07", "contact", LIVE_CONTACTS,
        {"contact_version": {"title": "null"}, "employment": {"title": "null"}},
        share=0.02, at_least=2, field="title",
    ),
    Defect(
        "P08", "contact", LIVE_CONTACTS, {"contact": {"account_id": "null"}},
        share=0.01, at_least=3, field="account_id",
    ),
    Defect(
        "P09", "contact", LIVE_CONTACTS,
        {"employment": {"email": "split_part(altered.email, '@', 1) "
                        "|| '@elsewhere-consulting.com'"}},
        share=0.006, at_least=2, field="email",
    ),
    Defect(
        "P11", "lead", LIVE_LEADS, {"lead_version": {"owner_user_id": "null"}},
        share=0.01, at_least=2, field="owner_id",
    ),
    Defect(
        "P13", "lead", CONVERTED_LEADS, {"lead_version": {"converted_contact_id": "null"}},
        share=0.01, at_least=2, field="converted_contact_id",
    ),
    Defect(
        "P14", "contact", LIVE_CONTACTS,
        {"contact_version": {
            "is_email_bounced": "true", "email_bounced_at": "altered.version_at - interval 400 day",
        }},
        share=0.002, at_least=2, field="email_bounced_at", breaks_a_copy=True,
    ),
    Defect(
        "P16", "lead", LIVE_LEADS,
        {"lead": {"lead_source": one_of("webform2", "List import 2023", "???")}},
        share=0.01, at_least=2, field="lead_source",
    ),
    Defect(
        "P23", "contact", LIVE_CONTACTS,
        {"person": {"last_name": one_of("UNKNOWN", "test", "X2000", "mail@home.org")}},
        share=0.004, at_least=3, field="last_name",
    ),
    Defect(
        "P24", "contact", LIVE_CONTACTS, {"person": {"first_name": A_SALESFORCE_ID}},
        share=0.004, at_least=2, field="first_name",
    ),
    Defect(
        "P25", "contact", LIVE_CONTACTS,
        {"employment": {"email": "split_part(altered.email, '@', 1) || '@brightboard.io'"}},
        share=0.003, at_least=1, field="email", detail="a competitor's address",
    ),
    Defect(
        "P29", "lead",
        f"""
        select lead_id from ({LIVE_LEADS}) semi join (
            select lead_id from record.lead_version group by lead_id
            having arg_max(lead_status, version_at) = 'Disqualified'
                and arg_max(disqualified_reason, version_at) is not null
        ) using (lead_id)
        """,
        {"lead_version": {"disqualified_reason": "null"}},
        share=0.05, at_least=1, field="disqualified_reason",
    ),
    Defect(
        "P33", "contact", LIVE_CONTACTS,
        {"contact": {"account_id": f"{NOBODY} + picked.number"}},
        share=0.002, at_least=2, field="account_id", breaks_a_copy=True,
    ),
)  # fmt: skip
