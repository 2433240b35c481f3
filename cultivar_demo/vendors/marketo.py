"""Marketo: responses of its interface for people, what they did, and the programs they are in.

Belongs here: Marketo's field names, activity types and paging. Does not belong here: what happened
(schema ``record``), ids and cutoffs (``identifiers``, ``delivery``), activities (``marketo_log``).

A Marketo person is an address: a lead or contact of the CRM, or somebody who was only ever mailed.
When a lead is converted its Marketo person stays and gets the contact's id; a new job means a new
address, and so another person.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.files import count_of, seconds, write_pages
from cultivar_demo.vendors.identifiers import marketo_id, salesforce_id
from cultivar_demo.vendors.marketo_log import activities
from cultivar_demo.vendors.marketo_types import ACTIVITY_TYPES, DATA_TYPES
from cultivar_demo.vendors.salesforce.extract import merges

PAGE_RECORDS = 300
"""Records a response; the interface's own limit."""

_PROGRAM_TYPES = {"Webinar": "Event with Webinar", "Event": "Event", "Email": "Email"}
"""Type of a campaign → Marketo's type of the program; everything else is a Default program."""


def write_marketo(delivery: Delivery, folder: Path) -> dict[str, int]:
    """Write ``leads``, ``activities``, ``activity_types``, ``programs`` and ``campaigns``.

    Each file is ``<name>.jsonl.gz`` with a response a line. A delivery since a night holds the
    people, programs and campaigns that changed, and the activities that took place, after it.

    Returns:
        File name without suffix → records.
    """
    people = _people(delivery)
    records = {
        "leads": [_leads(delivery, people)],
        "activities": activities(delivery, people),
        "activity_types": [_activity_types()],
        "programs": [_programs(delivery)],
        "campaigns": [_smart_campaigns(delivery)],
    }
    return {
        name: _write_pages(delivery, name, queries, folder / f"{name}.jsonl.gz")
        for name, queries in records.items()
    }


def _write_pages(delivery: Delivery, name: str, queries: list[str], path: Path) -> int:
    """Write ``queries`` (``position``: the order; ``record``: JSON) as responses, one after the
    other; returns records.
    """
    connection = delivery.connection
    count = sum(count_of(connection, query) for query in queries)
    last_page = max(0, (count - 1) // PAGE_RECORDS)

    def page(number: int, joined: str) -> str:
        token = hashlib.md5(
            f"{name}/{delivery.day}/{number}".encode(), usedforsecurity=False
        ).hexdigest()
        more = (
            f',"nextPageToken":"{token.upper()}","moreResult":true'
            if number < last_page
            else ',"moreResult":false'
        )
        request = f"{token[:4]}#{token[-11:]}"
        return f'{{"requestId":"{request}","success":true,"result":[{joined}]{more}}}'

    ordered = [f"select record from ({query}) order by position" for query in queries]
    return write_pages(connection, ordered, path, page_records=PAGE_RECORDS, page=page)


def _people(delivery: Delivery) -> str:
    """Name of a table with one row a Marketo person, past and future.

    Columns: ``employment_id`` (stands for the address), ``lead_id``, ``contact_id`` (records that
    the CRM has of it at some time), ``known_at`` (instant of creation in Marketo).
    """
    return delivery.prepare(
        "marketo_person",
        f"""
        with leads as (
            select employment_id, min(lead_id) as lead_id, min(created_at) as known_at
            from record.lead group by employment_id
        ),

        contacts as (
            select employment_id, min(contact_id) as contact_id, min(created_at) as known_at
            from record.contact group by employment_id
        ),

        mailed as (
            select employment_id, min(sent_at) as known_at
            from record.email_send group by employment_id
        )

        select
            employment_id,
            leads.lead_id,
            contacts.contact_id,
            least(leads.known_at, contacts.known_at, mailed.known_at) as known_at
        from leads
        full join contacts using (employment_id)
        full join mailed using (employment_id)
        where employment_id not in (
            select record_id from {_drift(delivery)} where lead_status is null
        )
        order by employment_id
        """,
    )


def _drift(delivery: Delivery) -> str:
    """SQL (in brackets): record_id (the job), lead_status of people whom the CRM has otherwise.

    Without a status they are missing here, else they are still in that one.
    """
    exists = delivery.connection.execute(
        "select 1 from duckdb_tables() where schema_name = 'record' "
        "and table_name = 'marketing_drift'"
    ).fetchone()
    if exists is None:
        return "(select null::bigint as record_id, null::varchar as lead_status limit 0)"
    return "(from record.marketing_drift)"


def _leads(delivery: Delivery, people: str) -> str:
    stamps = [
        "delivered_at", "soft_bounced_at", "hard_bounced_at", "opened_at", "clicked_at",
        "unsubscribed_at",
    ]  # fmt: skip
    latest = ", ".join(f"max({stamp})" for stamp in ("sent_at", *stamps))
    return f"""
        with mailed as (
            select
                employment_id,
                count(unsubscribed_at) > 0 as is_unsubscribed,
                count(hard_bounced_at) > 0 as is_invalid,
                greatest({latest}) as mailed_at
            from {delivery.happened("email_send", whole=True)}
            group by employment_id
        ),

        merged as (
            select
                person.employment_id,
                person.known_at as created_at,
                greatest(
                    person.known_at, lead.modified_at, contact.modified_at, mailed.mailed_at
                ) as updated_at,
                job.email,
                human.first_name,
                human.last_name,
                company.account_name,
                company.country,
                coalesce(contact.title, job.title) as title,
                job.phone,
                coalesce(drift.lead_status, lead.lead_status) as lead_status,
                coalesce(base.lead_source, kept.lead_source) as lead_source,
                lead.score,
                coalesce(lead.has_opted_out_of_email, false)
                or coalesce(contact.has_opted_out_of_email, false)
                or coalesce(mailed.is_unsubscribed, false) as is_unsubscribed,
                (
                    coalesce(lead.is_email_bounced, false)
                    or coalesce(contact.is_email_bounced, false)
                    or coalesce(mailed.is_invalid, false)
                )
                -- Somebody took a dead address for a good one again.
                and not coalesce(lead.is_email_bounced and lead.is_marketable, false)
                and not coalesce(contact.is_email_bounced and contact.is_marketable, false)
                    as is_invalid,
                -- Whom the CRM merged away is nobody's any more; whom it deleted is still here.
                case
                    when merged_lead.record_id is null then {salesforce_id("Lead", "lead.lead_id")}
                end as sfdc_lead_id,
                case
                    when merged_contact.record_id is null
                        then {salesforce_id("Contact", "contact.contact_id")}
                end as sfdc_contact_id,
                {salesforce_id("Account", "kept.account_id")} as sfdc_account_id
            from {people} as person
            join record.employment as job using (employment_id)
            join record.person as human using (person_id)
            left join record.account as company on job.account_id = company.account_id
            left join {delivery.current("lead_version", whole=True)} as lead
                on person.lead_id = lead.lead_id
            left join record.lead as base on lead.lead_id = base.lead_id
            left join {delivery.current("contact_version", whole=True)} as contact
                on person.contact_id = contact.contact_id
            left join record.contact as kept on contact.contact_id = kept.contact_id
            left join mailed on person.employment_id = mailed.employment_id
            left join {merges(delivery, "lead")} as merged_lead
                on lead.lead_id = merged_lead.record_id
            left join {merges(delivery, "contact")} as merged_contact
                on contact.contact_id = merged_contact.record_id
            left join {_drift(delivery)} as drift on person.employment_id = drift.record_id
            where person.known_at <= {delivery.until}
        )

        select
            (updated_at, employment_id) as position,
            json_object(
                'id', {marketo_id("Lead", "employment_id")},
                'email', email,
                'firstName', first_name,
                'lastName', last_name,
                'company', account_name,
                'title', title,
                'phone', phone,
                'country', country,
                'leadStatus', lead_status,
                'leadSource', lead_source,
                'leadScore', score,
                'unsubscribed', is_unsubscribed,
                'emailInvalid', is_invalid,
                'marketingSuspended', false,
                'blackListed', false,
                'createdAt', {seconds("created_at")},
                'updatedAt', {seconds("updated_at")},
                'sfdcType', case
                    when sfdc_contact_id is not null then 'Contact'
                    when sfdc_lead_id is not null then 'Lead'
                end,
                'sfdcId', coalesce(sfdc_contact_id, sfdc_lead_id),
                'sfdcLeadId', sfdc_lead_id,
                'sfdcContactId', sfdc_contact_id,
                'sfdcAccountId', sfdc_account_id
            ) as record
        from merged
        where {delivery.is_within("updated_at")}
    """


def _asset_stamp(instant: str) -> str:
    """Marketo's asset interface writes both a Z and an offset."""
    return f"strftime({instant}, '%Y-%m-%dT%H:%M:%SZ+0000')"


def _programs(delivery: Delivery) -> str:
    types = " ".join(f"when '{name}' then '{kind}'" for name, kind in _PROGRAM_TYPES.items())
    return f"""
        select
            campaign_id as position,
            json_object(
                'id', {marketo_id("Program", "campaign_id")},
                'name', campaign_name,
                'description', '',
                'createdAt', {_asset_stamp("created_at")},
                'updatedAt', {_asset_stamp("modified_at")},
                'url', 'https://app-nw01.marketo.com/#PG'
                    || cast({marketo_id("Program", "campaign_id")} as varchar) || 'A1',
                'type', case campaign_type {types} else 'Default' end,
                'channel', channel,
                'folder', json_object('type', 'Folder', 'value', 51, 'folderName', channel),
                'status', case when ended_on < date '{delivery.day}' then 'completed' else 'on' end,
                'workspace', 'Default',
                'headStart', false,
                'tags', json_array(),
                'costs', json_array(),
                'sfdcId', {salesforce_id("Campaign", "campaign_id")},
                'sfdcName', campaign_name
            ) as record
        from {delivery.happened("campaign")}
        where is_leaf
    """


def _smart_campaigns(delivery: Delivery) -> str:
    """One a program: what sends its mails and changes its members' statuses."""
    return f"""
        select
            campaign_id as position,
            json_object(
                'id', {marketo_id("Campaign", "campaign_id")},
                'name', '01 - Send and progress',
                'description', '',
                'type', 'trigger',
                'programName', campaign_name,
                'programId', {marketo_id("Program", "campaign_id")},
                'workspaceName', 'Default',
                'createdAt', {seconds("created_at")},
                'updatedAt', {seconds("modified_at")},
                'active', ended_on is null or ended_on >= date '{delivery.day}'
            ) as record
        from {delivery.happened("campaign")}
        where is_leaf
    """


def _activity_types() -> str:
    rows = []
    for type_id, kind in ACTIVITY_TYPES.items():
        record = {
            "id": type_id,
            "name": kind.name,
            "description": "",
            "primaryAttribute": _attribute(kind.primary),
            "attributes": [_attribute(name) for name in kind.attributes],
        }
        text = json.dumps(record, separators=(",", ":"))
        rows.append(f"select {type_id} as position, '{text}' as record")
    return " union all ".join(rows)


def _attribute(name: str) -> dict[str, str]:
    return {"name": name, "dataType": DATA_TYPES.get(name, "string")}
