"""Planted defects of leads and contacts.

Belongs here: rules P01 to P33 that can be planted on one record. Does not belong here: duplicates
(P10, P26), and what comes about by itself in a busy company (``chances``).
"""

from __future__ import annotations

from cultivar_demo.dirt.chances.people import EMPTY_TITLES
from cultivar_demo.dirt.defect import Defect, one_of
from cultivar_demo.dirt.pools import (
    CONVERTED_LEADS,
    LEFT_USER,
    LIVE_CONTACTS,
    LIVE_LEADS,
    NOBODY,
)

A_SALESFORCE_ID = "'0035e00000' || lpad(cast(picked.number as varchar), 5, '0')"
_LOCAL = "split_part(altered.email, '@', 1)"

_MAILED_ON = f"""
    select lead_id from ({LIVE_LEADS}) semi join (
        select touch.lead_id from main.touch as touch
        join (
            select lead_id, max(version_at) as last_at from main.lead_version group by lead_id
        ) as latest using (lead_id)
        where touch.kind = 'email' and touch.direction = 'outbound' and touch.is_automated
            and touch.occurred_at > latest.last_at + interval 3 day
            and touch.occurred_at < timestamp '2026-09-30'
    ) using (lead_id)
"""
"""Leads to whom a sequence went on writing after what was last noted of them."""
_MISSED = f"""
    select lead_id from ({LIVE_LEADS}) semi join (
        select lead_id from main.lead_version join main.lead using (lead_id)
        semi join (
            select employment_id from main.email_send
            where unsubscribed_at < timestamp '2026-09-28'
        ) as gone using (employment_id)
        group by lead_id having bool_or(has_opted_out_of_email)
    ) using (lead_id)
"""
"""Leads that unsubscribed by a link some days ago, and the CRM knows it."""
_MAIN_CONTACTS = """
    select deal.primary_contact_id from main.opportunity as deal
    semi join (
        select opportunity_id from main.opportunity_version group by opportunity_id
        having not arg_max(is_closed, version_at) and not arg_max(is_deleted, version_at)
    ) using (opportunity_id)
    semi join (
        select contact_id from main.contact_version group by contact_id
        having not bool_or(is_email_bounced) and not bool_or(is_deleted)
    ) as live on live.contact_id = deal.primary_contact_id
"""
_IN_EUROPE = """
    select {entity}_id from ({pool}) semi join (
        select {entity}_id from main.{entity} semi join (
            select person_id from main.person where consent_status is not null
        ) using (person_id)
    ) using ({entity}_id)
"""


def _with_status(status: str, pool: str = LIVE_LEADS) -> str:
    return f"""
        select lead_id from ({pool}) semi join (
            select lead_id from main.lead_version group by lead_id
            having arg_max(lead_status, version_at) = '{status}'
        ) using (lead_id)
    """


def _dead(entity: str, pool: str) -> str:
    """Of a pool those whose address died some days ago, which everybody knows."""
    return f"""
        select {entity}_id from ({pool}) semi join (
            select {entity}_id from main.{entity}_version group by {entity}_id
            having arg_max(is_email_bounced, version_at)
                and max(email_bounced_at) < timestamp '2026-09-28'
        ) using ({entity}_id)
    """


def _opted_out(entity: str, pool: str) -> str:
    return f"""
        select {entity}_id from ({pool}) semi join (
            select {entity}_id from main.{entity}_version group by {entity}_id
            having arg_max(has_opted_out_of_email, version_at)
        ) using ({entity}_id)
    """


_IN_SEQUENCE = f"""
    select lead_id from ({LIVE_LEADS}) semi join (
        select lead_id from main.lead_version group by lead_id
        having arg_max(is_in_sequence, version_at)
    ) using (lead_id)
"""

_LAST_OF = """altered.version_at = (
    select max(other.version_at) from main.{entity}_version as other
    where other.{entity}_id = altered.{entity}_id
)"""


def _bounced(entity: str) -> dict[str, dict[str, str]]:
    """The address of the last version is dead from then on."""
    is_last = _LAST_OF.format(entity=entity)
    return {
        f"{entity}_version": {
            "is_email_bounced": f"altered.is_email_bounced or {is_last}",
            "email_bounced_at": f"case when {is_last} then altered.version_at "
            "else altered.email_bounced_at end",
            "is_marketable": f"altered.is_marketable and not {is_last}",
        }
    }


DEFECTS = (
    Defect(
        "P01", "contact", LIVE_CONTACTS, {"person": {"last_name": "null"}},
        share=0.01, field="last_name", detail="no last name", breaks_a_copy=True,
    ),
    Defect(
        "P01", "lead", LIVE_LEADS,
        {"employment": {"email": "null", "phone": "null", "mobile_phone": "null"}},
        share=0.003, at_least=2, field="email", detail="neither an address nor a phone",
        breaks_a_copy=True,
    ),
    Defect(
        "P02", "contact", LIVE_CONTACTS,
        {"employment": {"email": f"{_LOCAL} || " + one_of(
            "@gmial.com", "", "@", "@@example..com", "@hotmial.com")}},
        share=0.03, at_least=3, field="email",
    ),
    Defect(
        "P03", "contact", LIVE_CONTACTS,
        {"employment": {"email": one_of("info", "sales", "office")
                        + " || '@' || split_part(altered.email, '@', 2)"}},
        share=0.02, at_least=2, field="email",
    ),
    Defect(
        "P04", "contact", LIVE_CONTACTS,
        {"employment": {"email": f"{_LOCAL} || '@mailinator.com'"}},
        share=0.01, field="email", breaks_a_copy=True,
    ),
    Defect(
        "P05", "lead", LIVE_LEADS,
        {"employment": {"email": f"replace({_LOCAL}, '.', '') || "
                        "cast(altered.employment_id as varchar) || "
                        + one_of("@gmail.com", "@outlook.com", "@web.de")}},
        share=0.02, at_least=3, field="email",
    ),
    Defect(
        "P06", "lead", LIVE_LEADS,
        {"employment": {"phone": one_of(
            "12345678901234567890", "+1 555", "call me", "+49 1")}},
        share=0.01, at_least=3, field="phone",
    ),
    Defect(
        "P07", "contact", LIVE_CONTACTS,
        {"contact_version": {"title": "null"}, "employment": {"title": "null"}},
        share=0.05, at_least=2, field="title",
    ),
    Defect(
        "P08", "contact", LIVE_CONTACTS, {"contact": {"account_id": "null"}},
        share=0.03, at_least=3, field="account_id",
    ),
    Defect(
        "P11", "lead", LIVE_LEADS,
        {"lead_version": {
            "owner_user_id": f"case when picked.number % 2 = 0 then {LEFT_USER} end",
        }},
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
            "is_marketable": "false",
        }},
        share=0.01, field="email_bounced_at", breaks_a_copy=True,
    ),
    Defect(
        "P15", "lead", _with_status("Marketing Qualified"), {"lead": {"campaign_id": "null"}},
        share=0.05, field="campaign_id",
    ),
    Defect(
        "P16", "lead", LIVE_LEADS,
        {"lead": {"lead_source": one_of("webform2", "List import 2023", "???")}},
        share=0.01, at_least=2, field="lead_source",
    ),
    Defect(
        "P17", "lead", _MAILED_ON, _bounced("lead"), share=0.03, field="email_bounced_at",
    ),
    Defect(
        "P18", "lead", _MAILED_ON,
        {"lead_version": {
            "has_opted_out_of_email": "altered.has_opted_out_of_email or "
            + _LAST_OF.format(entity="lead"),
        }},
        share=0.03, field="has_opted_out_of_email", detail="mailed after the opt-out",
    ),
    *(
        Defect(
            "P19", entity, _IN_EUROPE.format(entity=entity, pool=pool),
            {"person": {"consent_status": "null"}},
            share=0.03, at_least=2, field="consent_status",
        )
        for entity, pool in (("contact", LIVE_CONTACTS), ("lead", LIVE_LEADS))
    ),
    Defect(
        "P20", "contact", _MAIN_CONTACTS, _bounced("contact"), share=0.02, field="is_email_bounced",
    ),
    Defect(
        "P23", "contact", LIVE_CONTACTS,
        {"person": {"last_name": one_of("UNKNOWN", "test", "X2000", "mail@home.org")}},
        share=0.02, at_least=3, field="last_name",
    ),
    Defect(
        "P24", "contact", LIVE_CONTACTS, {"person": {"first_name": A_SALESFORCE_ID}},
        share=0.015, at_least=2, field="first_name",
    ),
    Defect(
        "P25", "contact", LIVE_CONTACTS,
        {"employment": {"email": f"{_LOCAL} || '@brightboard.io'"}},
        share=0.01, field="email", detail="a competitor's address",
    ),
    Defect(
        "P29", "lead", _with_status("Disqualified"),
        {"lead_version": {"disqualified_reason": "null"}},
        share=0.05, field="disqualified_reason",
    ),
    Defect(
        "P31", "lead", _MISSED, {"lead_version": {"has_opted_out_of_email": "false"}},
        share=0.1, field="has_opted_out_of_email",
    ),
    Defect(
        "P33", "contact", LIVE_CONTACTS,
        {"contact": {"account_id": f"{NOBODY} + picked.number"}},
        share=0.01, field="account_id", breaks_a_copy=True,
    ),
    Defect(
        "P07", "contact", LIVE_CONTACTS,
        {"contact_version": {"title": one_of(*EMPTY_TITLES)},
         "employment": {"title": one_of(*EMPTY_TITLES)}},
        share=0.02, at_least=4, field="title", detail="a title that tells nothing",
    ),
    Defect(
        "P17", "contact", _dead("contact", LIVE_CONTACTS),
        {"contact_version": {"is_marketable": "altered.is_marketable or altered.is_email_bounced"}},
        share=0.1, at_least=2, field="is_marketable", detail="still marketable",
    ),
    Defect(
        "P17", "lead", _dead("lead", LIVE_LEADS),
        {"lead_version": {"is_in_sequence": "altered.is_in_sequence or altered.is_email_bounced"}},
        share=0.1, at_least=2, field="is_in_sequence", detail="still in a sequence",
    ),
    *(
        Defect(
            "P18", entity, _opted_out(entity, pool),
            {f"{entity}_version": {
                "is_in_sequence": "altered.is_in_sequence or altered.has_opted_out_of_email",
            }},
            share=0.1, at_least=2, field="is_in_sequence", detail="opted out, in a sequence",
        )
        for entity, pool in (("contact", LIVE_CONTACTS), ("lead", LIVE_LEADS))
    ),
    Defect(
        "P18", "lead", _IN_SEQUENCE, {"lead_version": {"is_do_not_call": "true"}},
        share=0.03, at_least=2, field="is_in_sequence", detail="not to be called, in a sequence",
    ),
)  # fmt: skip
