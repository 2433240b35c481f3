"""HubSpot's contacts: every person outside, whatever became of them.

Belongs here: contacts as they stand. Does not belong here: which contact a world's lead or contact
is (``hubspot_identity``), what they were (``hubspot_histories``), what was done with them
(``hubspot_activities``). Unlike HubSpot's own form, duplicates of a person keep their address, so
that the same records reach every CRM.
"""

from __future__ import annotations

from cultivar_demo.vendors.clocks import instant_of
from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.files import day_text, seconds
from cultivar_demo.vendors.hubspot_histories import (
    awareness_history,
    forms,
    owner_history,
    stage_name,
    status_history,
)
from cultivar_demo.vendors.hubspot_identity import choice, people, subscribers
from cultivar_demo.vendors.hubspot_object import HubspotObject, associated, association, merges
from cultivar_demo.vendors.identifiers import hubspot_id, uuid

LIFECYCLE_STAGES = {
    "New": "lead",
    "Working": "lead",
    "Marketing Qualified": "marketingqualifiedlead",
    "Sales Accepted": "salesqualifiedlead",
    "Sales Qualified": "salesqualifiedlead",
    "Converted": "opportunity",
}
"""Status of a lead → lifecycle stage; any other status is that of a lead."""

ANALYTICS_SOURCES = {
    "Web Form": "ORGANIC_SEARCH",
    "Event": "OFFLINE",
    "Paid Search": "PAID_SEARCH",
    "Paid Social": "PAID_SOCIAL",
    "Referral": "REFERRALS",
    "Partner": "REFERRALS",
    "Content": "ORGANIC_SEARCH",
    "Product Sign-up": "DIRECT_TRAFFIC",
}
"""Source of a lead → HubSpot's own list; any other is offline."""

LEGAL_BASES = {
    "Opted In": "Freely given consent from contact",
    "Legitimate Interest": "Legitimate interest – prospect/lead",
}
"""Why mails are allowed → HubSpot's words for it."""


def contact(delivery: Delivery) -> HubspotObject:
    """Contacts: leads, contacts and those who only get mails."""
    source = _people_so_far(delivery)
    is_person = "person.employment_only is null"
    entered_opportunity = (
        "case when person.lead_id is not null and (person.is_converted "
        "or person.contact_id is not null) "
        "then coalesce(person.converted_at, person.contact_created_at, person.lead_modified_at) end"
    )
    return HubspotObject(
        path="/crm/v3/objects/contacts",
        record_id=hubspot_id("Contact", "person.person_number"),
        properties={
            "firstname": "human.first_name",
            "lastname": "human.last_name",
            "email": "job.email",
            "jobtitle": "case when person.contact_id is null then job.title else person.title end",
            "department": "job.department",
            "phone": "job.phone",
            "mobilephone": "job.mobile_phone",
            "company": "employer.account_name",
            "website": "'https://www.' || employer.domain",
            "industry": "employer.industry",
            "annualrevenue": "employer.annual_revenue_usd",
            "numemployees": "employer.employee_count",
            "country": "human.country",
            "lifecyclestage": f"""case
                when not ({is_person}) then 'subscriber'
                when person.lead_id is null then 'other'
                when {entered_opportunity} is not null then 'opportunity'
                else {choice("person.lead_status", LIFECYCLE_STAGES, "'lead'")}
            end""",
            "hs_lead_status": "person.lead_status",
            "hs_v2_date_entered_lead": seconds("person.lead_created_at"),
            "hs_v2_date_entered_opportunity": seconds(entered_opportunity),
            "associatedcompanyid": hubspot_id("Company", "person.account_id"),
            "hubspot_owner_id": hubspot_id("Owner", "person.owner_user_id"),
            "hs_email_optout": "person.has_opted_out_of_email",
            "hs_sequences_is_enrolled": "person.is_in_sequence",
            "hs_marketable_status": "person.is_marketable",
            "do_not_call": "person.is_do_not_call",
            "hs_legal_basis": choice("human.consent_status", LEGAL_BASES),
            "hs_email_hard_bounce_reason_enum": "case when person.is_email_bounced "
            "then 'UNKNOWN_USER' end",
            "hs_email_bounced_at": seconds("person.email_bounced_at"),
            "hubspotscore": "person.score",
            "lead_source": "person.lead_source",
            "hs_analytics_source": f"case when {is_person} then "
            f"{choice('person.lead_source', ANALYTICS_SOURCES, chr(39) + 'OFFLINE' + chr(39))} end",
            "source_campaign": uuid("Campaign", "person.campaign_id"),
            "motion": "person.motion",
            "converted_deal": hubspot_id("Deal", "person.converted_opportunity_id"),
            "awareness_stage": stage_name("person.awareness_stage"),
            "job_function": "job.function",
            "seniority": "job.seniority",
            "disqualified_reason": "person.disqualified_reason",
            "lead_review_date": day_text("person.review_on"),
            "recent_conversion_date": seconds("form.told_at"),
            "recent_conversion_event_name": "form.form_name",
            "notes_last_updated": seconds(instant_of("person.last_activity_on")),
            "hs_merged_object_ids": "merged.record_ids",
            "createdate": seconds("person.created_at"),
            "lastmodifieddate": seconds("person.modified_at"),
            "hs_object_id": hubspot_id("Contact", "person.person_number"),
        },
        source=f"""{source} as person
        join record.employment as job on job.employment_id = person.employment_id
        left join record.person as human on human.person_id = job.person_id
        left join record.account as employer on employer.account_id = person.employer_id
        left join {_losers(delivery)} as merged on merged.person_number = person.person_number
        left join {status_history(delivery)} as status on status.lead_id = person.lead_id
        left join {owner_history(delivery)} as owner
            on owner.person_number = person.person_number
        left join {forms(delivery)} as form on form.person_number = person.person_number
        left join {awareness_history(delivery)} as awareness
            on awareness.contact_id = person.contact_id
        left join {_deals(delivery)} as deal on deal.contact_id = person.contact_id
        where {
            delivery.is_due(
                "person",
                "greatest(person.modified_at, merged.merged_at, deal.modified_at, form.told_at)",
            )
        }
            and not person.is_merged""",
        order="person.is_archived, person.person_number",
        created_at="person.created_at",
        updated_at="person.modified_at",
        is_archived="person.is_archived",
        associations={
            "companies": associated(
                hubspot_id("Company", "person.account_id"), "contact_to_company", is_primary=True
            ),
            "deals": "deal.deals",
        },
        history={
            "hs_lead_status": "coalesce(status.hs_lead_status, [])",
            "hubspot_owner_id": "coalesce(owner.hubspot_owner_id, [])",
            "awareness_stage": "coalesce(awareness.awareness_stage, [])",
            "recent_conversion_date": "coalesce(form.instants, [])",
            "recent_conversion_event_name": "coalesce(form.names, [])",
        },
    )


def _people_so_far(delivery: Delivery) -> str:
    """SQL (in brackets): one row a contact of HubSpot, from lead and contact of the world."""
    losers = " union all ".join(
        f"select '{entity}' as entity, record_id from {merges(delivery, entity)}"
        for entity in ("lead", "contact")
    )
    return f"""(
        select
            known.person_number,
            lead.lead_id,
            contact.contact_id,
            cast(null as bigint) as employment_only,
            coalesce(kept.employment_id, base.employment_id) as employment_id,
            coalesce(base.account_id, kept.account_id) as employer_id,
            base.created_at as lead_created_at,
            lead.modified_at as lead_modified_at,
            kept.created_at as contact_created_at,
            least(base.created_at, kept.created_at) as created_at,
            greatest(lead.modified_at, contact.modified_at) as modified_at,
            coalesce(lead.came_late, false) or coalesce(contact.came_late, false) as came_late,
            coalesce(contact.is_deleted, lead.is_deleted) as is_archived,
            coalesce(loser.record_id is not null, false) as is_merged,
            lead.lead_status,
            coalesce(lead.is_converted, false) as is_converted,
            lead.converted_at,
            lead.converted_opportunity_id,
            lead.score,
            lead.disqualified_reason,
            lead.review_on,
            base.motion,
            base.campaign_id,
            coalesce(base.lead_source, kept.lead_source) as lead_source,
            case when contact.contact_id is null then lead.converted_account_id
                else kept.account_id end as account_id,
            case when contact.contact_id is null then lead.owner_user_id
                else contact.owner_user_id end as owner_user_id,
            contact.title,
            contact.awareness_stage,
            coalesce(lead.has_opted_out_of_email, false)
            or coalesce(contact.has_opted_out_of_email, false) as has_opted_out_of_email,
            coalesce(lead.is_email_bounced, false)
            or coalesce(contact.is_email_bounced, false) as is_email_bounced,
            coalesce(lead.is_in_sequence, false)
            or coalesce(contact.is_in_sequence, false) as is_in_sequence,
            coalesce(lead.is_do_not_call, false)
            or coalesce(contact.is_do_not_call, false) as is_do_not_call,
            coalesce(contact.is_marketable, lead.is_marketable) as is_marketable,
            coalesce(contact.email_bounced_at, lead.email_bounced_at) as email_bounced_at,
            greatest(lead.last_activity_on, contact.last_activity_on) as last_activity_on
        from {people(delivery)} as known
        left join {delivery.current("lead_version", whole=True)} as lead
            on lead.lead_id = known.lead_id
        left join record.lead as base on base.lead_id = lead.lead_id
        left join {delivery.current("contact_version", whole=True)} as contact
            on contact.contact_id = known.contact_id
        left join record.contact as kept on kept.contact_id = contact.contact_id
        left join ({losers}) as loser
            on (loser.entity = 'lead' and loser.record_id = lead.lead_id)
            or (loser.entity = 'contact' and loser.record_id = contact.contact_id)
        where lead.lead_id is not null or contact.contact_id is not null
        union all by name
        select person_number, employment_id as employment_only, employment_id,
            (select account_id from record.employment as job
            where job.employment_id = subscriber.employment_id) as employer_id,
            known_at as created_at, known_at as modified_at, false as came_late,
            false as is_archived, false as is_merged, false as is_converted,
            false as has_opted_out_of_email, false as is_email_bounced,
            false as is_in_sequence, false as is_do_not_call, true as is_marketable
        from {subscribers(delivery)} as subscriber
        where known_at <= {delivery.until}
    )"""


def _losers(delivery: Delivery) -> str:
    """SQL (in brackets): person_number of a survivor, ids of those merged into it, and when."""
    known = people(delivery)
    parts = [
        f"""
        select survivor.person_number, merged.merged_at, merged.record_id,
            {hubspot_id("Contact", "loser.person_number")} as hubspot_id
        from {merges(delivery, entity)} as merged
        join {known} as survivor on survivor.{entity}_id = merged.survivor_id
        join {known} as loser on loser.{entity}_id = merged.record_id
        """
        for entity in ("lead", "contact")
    ]
    return f"""(
        select person_number, max(merged_at) as merged_at,
            string_agg(hubspot_id, ';' order by merged_at, record_id) as record_ids
        from ({" union all ".join(parts)}) group by person_number
    )"""


def _deals(delivery: Delivery) -> str:
    entry = association(hubspot_id("Deal", "opportunity_id"), "contact_to_deal")
    return f"""(
        select contact_id, list({entry} order by opportunity_id) as deals,
            max(modified_at) as modified_at
        from (
            select contact_id, opportunity_id, max(modified_at) as modified_at
            from {delivery.happened("opportunity_role", whole=True)} group by all
        ) group by contact_id
    )"""
