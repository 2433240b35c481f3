"""HubSpot's marketing: campaigns, mails, and what happened to the mails.

Belongs here: campaigns and mails as the newer interface gives them, mail events as the older one
does, and an own object for the members of campaigns, for which HubSpot has none.
"""

from __future__ import annotations

from cultivar_demo.settings import INTERNAL_DOMAIN, REPORTING_CURRENCY
from cultivar_demo.vendors.campaign_responses import RESPONSES, first_responses
from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.files import day_text, seconds
from cultivar_demo.vendors.hubspot_activities import conversions
from cultivar_demo.vendors.hubspot_identity import contact_of
from cultivar_demo.vendors.hubspot_object import HubspotObject, associated
from cultivar_demo.vendors.identifiers import hubspot_id, uuid
from cultivar_demo.vendors.marketo_types import CLIENTS, PRIVACY_PROXY

PORTAL_ID = 24_680_135
_APP_ID = 113
"""HubSpot's own application for mails that are sent at once."""

_CODES = 32
"""Events that one mail may give; their numbers follow each other."""

_UNSUBSCRIBE_PAGE = f"https://go.{INTERNAL_DOMAIN}/hs/manage-preferences/unsubscribe"
_AGENTS = ", ".join(f"'{client.user_agent}'" for client in CLIENTS)


def campaign(delivery: Delivery) -> HubspotObject:
    """Campaigns, with the cost so far."""
    today = f"date '{delivery.day}'"
    return HubspotObject(
        path="/marketing/v3/campaigns",
        record_id=uuid("Campaign", "promotion.campaign_id"),
        properties={
            "hs_name": "promotion.campaign_name",
            "hs_campaign_status": f"case when promotion.ended_on < {today} then 'completed' "
            f"when promotion.started_on <= {today} then 'in_progress' else 'planned' end",
            "hs_start_date": day_text("promotion.started_on"),
            "hs_end_date": day_text("promotion.ended_on"),
            "hs_budget_items_sum_amount": "promotion.budget_usd",
            "hs_spend_items_sum_amount": "promotion.actual_cost_usd",
            "hs_currency_code": f"'{REPORTING_CURRENCY}'",
            "hs_owner": hubspot_id("Owner", "promotion.owner_user_id"),
            "campaign_type": "promotion.campaign_type",
            "parent_campaign": uuid("Campaign", "promotion.parent_campaign_id"),
            "channel": "promotion.channel",
            "channel_code": "promotion.channel_code",
        },
        source=f"{delivery.happened('campaign')} as promotion",
        order="promotion.campaign_id",
        created_at="promotion.created_at",
        updated_at="promotion.modified_at",
    )


def campaign_member(delivery: Delivery) -> HubspotObject:
    """Own object: who is in which campaign, how far, and since when they answered."""
    contact = "coalesce(version.contact_id, conversion.contact_id)"
    modified = "greatest(version.modified_at, conversion.converted_at)"
    return HubspotObject(
        path="/crm/v3/objects/campaign_members",
        record_id=hubspot_id("CampaignMember", "version.member_id"),
        properties={
            "campaign": uuid("Campaign", "version.campaign_id"),
            "member_status": "version.member_status",
            "has_responded": f"version.member_status in ({RESPONSES})",
            "first_responded_on": day_text("response.responded_on"),
            "hs_createdate": seconds("version.created_at"),
            "hs_lastmodifieddate": seconds(modified),
            "hs_object_id": hubspot_id("CampaignMember", "version.member_id"),
        },
        source=f"""{delivery.current("campaign_member_version", whole=True)} as version
        left join {conversions(delivery)} as conversion on conversion.lead_id = version.lead_id
        left join {first_responses(delivery)} as response
            on response.member_id = version.member_id
        where {delivery.is_due("version", modified)}""",
        order="version.member_id",
        created_at="version.created_at",
        updated_at=modified,
        associations={
            "contacts": associated(
                contact_of(delivery, "version.lead_id", contact), "campaign_member_to_contact"
            ),
        },
    )


def _mails(delivery: Delivery) -> str:
    """Name of a table with one row a mail: its number, campaign, name, and first sending."""
    return delivery.prepare(
        "hubspot_mail",
        """
        select campaign_id, mail_name, min(sent_at) as sent_at,
            row_number() over (order by min(sent_at), campaign_id, mail_name) as mail_number
        from record.email_send group by campaign_id, mail_name
        """,
    )


def marketing_email(delivery: Delivery) -> HubspotObject:
    """Marketing mails."""
    sending = hubspot_id("EmailCampaign", "mail.mail_number")
    return HubspotObject(
        path="/marketing/v3/emails",
        record_id=hubspot_id("MarketingEmail", "mail.mail_number"),
        properties={},
        fields={
            "name": "promotion.campaign_name || '.' || mail.mail_name",
            "subject": "mail.mail_name",
            "state": "'PUBLISHED'",
            "type": "'BATCH_EMAIL'",
            "isPublished": "true",
            "publishDate": seconds("mail.sent_at"),
            "campaign": uuid("Campaign", "mail.campaign_id"),
            "campaignName": "promotion.campaign_name",
            "primaryEmailCampaignId": sending,
            "allEmailCampaignIds": f"[{sending}]",
        },
        source=f"""{_mails(delivery)} as mail
        left join record.campaign as promotion on promotion.campaign_id = mail.campaign_id
        where {delivery.is_within("mail.sent_at")}""",
        order="mail.mail_number",
        created_at="mail.sent_at",
        updated_at="mail.sent_at",
    )


def email_events(delivery: Delivery) -> str:
    """Query (``position``, ``record``) with the events within the delivery, latest first."""
    sends = delivery.prepare(
        "hubspot_send",
        f"""
        select
            -- Mails go to the address that the contact has, right or wrong.
            send.* replace (coalesce(nullif(job.email, ''), send.email) as email),
            mail.mail_number, 1 + send.employment_id % {len(CLIENTS)} as client
        from record.email_send as send
        join {_mails(delivery)} as mail using (campaign_id, mail_name)
        left join record.employment as job on job.employment_id = send.employment_id
        """,
    )
    human = f"'userAgent', ([{_AGENTS}])[client], 'filteredEvent', false"
    proxy = f"'userAgent', '{PRIVACY_PROXY}', 'filteredEvent', false"
    soft = "'category', 'MAILBOX_FULL', 'response', '450 4.2.2 mailbox full'"
    hard = "'category', 'UNKNOWN_USER', 'response', '550 5.1.1 user unknown'"
    away = (
        "'portalSubscriptionStatus', 'UNSUBSCRIBED', 'source', 'SOURCE_RECIPIENT', "
        "'requestedBy', email"
    )
    kinds = [
        # code, stamp, type, further fields, condition
        (0, "sent_at", "SENT", "", "true"),
        (1, "delivered_at", "DELIVERED", "", "true"),
        # A mail that is accepted later was only put off.
        (2, "soft_bounced_at", "DEFERRED", soft, "delivered_at is not null"),
        (2, "soft_bounced_at", "BOUNCE", soft, "delivered_at is null"),
        (3, "hard_bounced_at", "BOUNCE", hard, "true"),
        (4, "proxy_opened_at", "OPEN", proxy, "true"),
        # The proxy has the picture, so nobody sees when its owner really opens the mail.
        (5, "opened_at", "OPEN", human, "proxy_opened_at is null"),
        (6, "clicked_at", "CLICK", f"'url', clicked_url, {human}", "true"),
        (7, "unsubscribed_at", "STATUSCHANGE", away, "true"),
        # The way to the preferences is a click as well.
        (8, "unsubscribed_at", "CLICK", f"'url', '{_UNSUBSCRIBE_PAGE}', {human}", "true"),
    ]
    parts = [
        _events(sends, f"send_id * {_CODES} + {code}", at, kind, more, condition)
        for code, at, kind, more, condition in kinds
    ]
    parts += _robots(delivery, sends)
    return f"""
        select (-epoch_ms(happened_at), -number) as position, record
        from ({" union all ".join(parts)})
        where {delivery.is_within("happened_at")}
    """


def _events(sends: str, number: str, at: str, kind: str, more: str, condition: str) -> str:
    sent = f"send_id * {_CODES}"
    link = (
        ""
        if kind == "SENT"
        else f", 'sentBy', json_object('id', {uuid('MailEvent', sent)}, "
        "'created', epoch_ms(sent_at))"
    )
    return f"""
        select {at} as happened_at, {number} as number, cast(json_object(
            'id', {uuid("MailEvent", number)}, 'type', '{kind}', 'created', epoch_ms({at}),
            'recipient', email, 'portalId', {PORTAL_ID}, 'appId', {_APP_ID}, 'appName', 'Batch',
            'emailCampaignId', cast({hubspot_id("EmailCampaign", "mail_number")} as bigint)
            {link}{", " + more if more else ""}
        ) as varchar) as record
        from {sends} where {at} is not null and {condition}
    """


def _robots(delivery: Delivery, sends: str) -> list[str]:
    """Opens and clicks of mail gateways, where the records have them."""
    query = """
        select 1 from duckdb_tables()
        where schema_name = 'record' and table_name = 'bot_engagement'
    """
    if delivery.connection.execute(query).fetchone() is None:
        return []
    swept = delivery.prepare(
        "hubspot_robot",
        f"""
        select mail.*, robot.event_type, robot.occurred_at, robot.url, robot.user_agent,
            row_number() over (
                order by robot.occurred_at, robot.send_id, robot.event_type, robot.url
            ) as robot_number
        from record.bot_engagement as robot join {sends} as mail using (send_id)
        """,
    )
    agent = "'userAgent', user_agent, 'filteredEvent', false"
    # Numbers of their own, beyond those of people.
    number = f"-robot_number * {_CODES}"
    return [
        _events(swept, number, "occurred_at", kind, more, f"event_type = '{event_type}'")
        for event_type, kind, more in (
            ("opened", "OPEN", agent),
            ("clicked", "CLICK", f"'url', url, {agent}"),
        )
    ]
