"""What Marketo's activity log holds: each kind of activity as rows of one query.

Belongs here: from which record each kind of activity follows, and its attributes. Does not belong
here: paging and people (``marketo``), names and numbers of the kinds (``marketo_types``).
"""

from __future__ import annotations

from itertools import pairwise

from cultivar_demo.settings import INTERNAL_DOMAIN
from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.files import seconds
from cultivar_demo.vendors.identifiers import marketo_id
from cultivar_demo.vendors.marketo_types import CLIENTS, PRIVACY_PROXY

_CODES = 32
"""Activities that one record of the world may give; their ids follow each other."""

_ACTIVITIES_AT_ONCE = 1_000_000

_SFDC_SYNC = "SFDC Sync"
_UNSUBSCRIBE_PAGE = f"https://go.{INTERNAL_DOMAIN}/UnsubscribePage.html"
_WEBSITE = f"https://www.{INTERNAL_DOMAIN}"


def activities(delivery: Delivery, people: str) -> list[str]:
    """Queries with the activities within the delivery: ``position`` and ``record`` (JSON).

    ``people`` is the table that ``marketo`` prepares. Each query is a stretch of time, one after
    the other, so that none has to order more than about a million.
    """
    log = "\nunion all\n".join(
        [
            *_mail_activities(delivery),
            *_robots(delivery),
            _new_people(people),
            *_visits(delivery, people),
            *_lead_changes(delivery, people),
            _progressions(delivery, people),
        ]
    )
    within = f"select * from ({log}) where {delivery.is_within('happened_at')}"
    return [
        f"""
        select
            (happened_at, number) as position,
            json_object(
                'id', number,
                'marketoGUID', cast(number as varchar),
                'leadId', {marketo_id("Lead", "employment_id")},
                'activityDate', {seconds("happened_at")},
                'activityTypeId', type_id,
                'campaignId', {marketo_id("Campaign", "campaign_id")},
                'primaryAttributeValueId', value_id,
                'primaryAttributeValue', value,
                'attributes', attributes
            ) as record
        from ({within})
        where {stretch}
        """
        for stretch in _stretches(delivery, within)
    ]


def _stretches(delivery: Delivery, log: str) -> list[str]:
    """Conditions on ``happened_at`` that part ``log`` into about a million activities each."""
    row = delivery.connection.execute(
        f"select count(*), min(happened_at), max(happened_at) from ({log})"
    ).fetchone()
    count, first, last = row or (0, None, None)
    number = 1 + count // _ACTIVITIES_AT_ONCE
    if number == 1:
        return ["true"]
    step = (last - first) / number
    bounds = [(first + step * place).isoformat(sep=" ") for place in range(1, number)]
    return [
        f"happened_at < timestamp '{bounds[0]}'",
        *(
            f"happened_at >= timestamp '{low}' and happened_at < timestamp '{high}'"
            for low, high in pairwise(bounds)
        ),
        f"happened_at >= timestamp '{bounds[-1]}'",
    ]


def _row(
    *, world_id: str, code: int, at: str, type_id: int, campaign: str, value_id: str, value: str,
    attributes: dict[str, str], source: str, where: str = "true",
) -> str:  # fmt: skip
    """One kind of activity; ``attributes`` are names with SQL values."""
    pairs = ", ".join(
        f"json_object('name', '{name}', 'value', {sql})" for name, sql in attributes.items()
    )
    return f"""
        select {world_id} * {_CODES} + {code} as number, employment_id, {at} as happened_at,
            {type_id} as type_id, {campaign} as campaign_id,
            cast({value_id} as bigint) as value_id, cast({value} as varchar) as value,
            to_json([{pairs}]) as attributes
        from {source}
        where {where}
    """


# ------------------------------------------------------------------------------------------ mail
def _mails(delivery: Delivery) -> str:
    """Name of a table with one row a mail to a person, with the ids of the mail and of its run."""
    assets = delivery.prepare(
        "marketo_mail",
        """
        select campaign_id, mail_name,
            row_number() over (order by min(sent_at), campaign_id, mail_name) as mail_number
        from record.email_send group by campaign_id, mail_name
        """,
    )
    return delivery.prepare(
        "marketo_send",
        f"""
        select
            send.*,
            mail.mail_number,
            -- Everything of one mail on one day is one run.
            mail.mail_number * 4096
                + datediff('day', date '{delivery.settings.first_day}', cast(sent_at as date))
                as run_number,
            campaign.campaign_name || '.' || send.mail_name as mail_title,
            1 + send.employment_id % {len(CLIENTS)} as client
        from record.email_send as send
        join {assets} as mail using (campaign_id, mail_name)
        join record.campaign as campaign using (campaign_id)
        """,
    )


def _client(number: str) -> dict[str, str]:
    """Attributes of the program with place ``number`` (SQL, from 1) among people's programs."""

    def choice(place: int) -> str:
        return ", ".join(
            str(client[place]).lower() if place == 1 else f"'{client[place]}'" for client in CLIENTS
        )

    names = ("User Agent", "Is Mobile Device", "Platform", "Device")
    return {name: f"([{choice(place)}])[{number}]" for place, name in enumerate(names)}


def _mail_activities(delivery: Delivery) -> list[str]:
    mails = _mails(delivery)
    own = {"Campaign Run ID": "run_number", "Step ID": "1", "Choice Number": "0"}
    human = _client("client")
    proxy = {
        "User Agent": f"'{PRIVACY_PROXY}'",
        "Is Mobile Device": "false",
        "Platform": "'unknown'",
        "Device": "'unknown'",
    }
    soft = {
        "Category": "'4'",
        "Subcategory": "'4000'",
        "Details": "'450 4.2.2 mailbox full'",
        "Email": "email",
    }
    hard = {
        "Category": "'2'",
        "Subcategory": "'2003'",
        "Details": "'550 5.1.1 user unknown'",
        "Email": "email",
    }
    link = {"Link": "clicked_url", "Link ID": "left(md5(clicked_url), 8)"}
    away = {"Link": f"'{_UNSUBSCRIBE_PAGE}'", "Link ID": f"left(md5('{_UNSUBSCRIBE_PAGE}'), 8)"}
    form = {"Form Fields": '\'a:1:{s:12:"Unsubscribed";s:3:"Yes";}\'', "Webform ID": "11"}
    kinds: list[tuple[int, str, int, dict[str, str], str]] = [
        # code, stamp, activity type, attributes, condition
        (0, "sent_at", 6, {}, "true"),
        (1, "delivered_at", 7, {}, "true"),
        (2, "soft_bounced_at", 27, soft, "true"),
        (3, "hard_bounced_at", 8, hard, "true"),
        (4, "proxy_opened_at", 10, proxy, "true"),
        # The proxy has the picture, so nobody sees when its owner really opens the mail.
        (5, "opened_at", 10, human, "proxy_opened_at is null"),
        (6, "clicked_at", 11, {**link, **human}, "true"),
        (7, "unsubscribed_at", 9, form, "true"),
        # The way to the form is a click as well.
        (8, "unsubscribed_at", 11, {**away, **human}, "true"),
    ]
    return [
        _row(
            world_id="send_id", code=code, at=at, type_id=type_id, campaign="campaign_id",
            value_id=marketo_id("Email", "mail_number"), value="mail_title",
            attributes={**own, **attributes}, source=mails, where=f"{at} is not null and {where}",
        )
        for code, at, type_id, attributes, where in kinds
    ]  # fmt: skip


def _robots(delivery: Delivery) -> list[str]:
    """Opens and clicks of mail gateways, where the records have them."""
    query = """
        select 1 from duckdb_tables()
        where schema_name = 'record' and table_name = 'bot_engagement'
    """
    if delivery.connection.execute(query).fetchone() is None:
        return []
    swept = delivery.prepare(
        "marketo_robot",
        f"""
        select
            robot.event_type, robot.occurred_at, robot.url, robot.user_agent,
            mail.employment_id, mail.campaign_id, mail.mail_number, mail.mail_title,
            mail.run_number,
            row_number() over (
                order by robot.occurred_at, robot.send_id, robot.event_type, robot.url
            ) as robot_number
        from record.bot_engagement as robot
        join {_mails(delivery)} as mail using (send_id)
        """,
    )
    own = {
        "Campaign Run ID": "run_number",
        "Step ID": "1",
        "Choice Number": "0",
        "User Agent": "user_agent",
        "Is Mobile Device": "false",
        "Platform": "'unknown'",
        "Device": "'unknown'",
    }
    return [
        _row(
            world_id="robot_number", code=9, at="occurred_at", type_id=type_id,
            campaign="campaign_id", value_id=marketo_id("Email", "mail_number"),
            value="mail_title", attributes={**own, **link}, source=swept,
            where=f"event_type = '{event_type}'",
        )
        for event_type, type_id, link in (
            ("opened", 10, {}),
            ("clicked", 11, {"Link": "url", "Link ID": "left(md5(url), 8)"}),
        )
    ]  # fmt: skip


# ---------------------------------------------------------------------------------------- people
def _new_people(people: str) -> str:
    return _row(
        world_id="employment_id", code=10, at="known_at", type_id=12, campaign="null",
        value_id="null", value="null", source=people,
        attributes={
            "Source Type": f"case when lead_id is null and contact_id is null then 'List import' "
            f"else '{_SFDC_SYNC}' end",
            "Created Date": "strftime(known_at, '%Y-%m-%d')",
        },
    )  # fmt: skip


def _visits(delivery: Delivery, people: str) -> list[str]:
    """Page views and forms of people whom the cookie names; told when Marketo has the person."""
    visits = delivery.prepare(
        "marketo_visit",
        f"""
        select
            visit.visit_id, visit.kind, visit.page_path, visit.form_name, visit.referrer,
            visit.campaign_id, job.employment_id,
            greatest(visit.occurred_at, person.known_at) as told_at
        from record.web_visit as visit
        join record.employment as job
            on visit.person_id = job.person_id
            and job.started_on <= cast(visit.occurred_at as date)
            and (job.ended_on is null or job.ended_on > cast(visit.occurred_at as date))
        join {people} as person on job.employment_id = person.employment_id
        where visit.is_identified
        qualify row_number() over (partition by visit.visit_id order by job.employment_id) = 1
        """,
    )
    referrer = {"Referrer URL": "referrer"}
    return [
        _row(
            world_id="visit_id", code=11, at="told_at", type_id=1, campaign="null",
            value_id="hash(page_path) % 100000", value="page_path",
            attributes={"Webpage URL": f"'{_WEBSITE}' || page_path", **referrer},
            source=visits, where="kind = 'page_view'",
        ),
        _row(
            world_id="visit_id", code=11, at="told_at", type_id=2, campaign="null",
            value_id="hash(form_name) % 100000", value="form_name",
            attributes={"Webpage ID": "hash(page_path) % 100000", **referrer},
            source=visits, where="kind = 'form_submit'",
        ),
    ]  # fmt: skip


def _lead_changes(delivery: Delivery, people: str) -> list[str]:
    changed = delivery.prepare(
        "marketo_lead_change",
        f"""
        select
            version.version_at, person.employment_id, version.lead_status, version.score,
            row_number() over (order by version.version_at, version.lead_id) as version_number,
            lag(version.lead_status) over leads as old_status,
            lag(version.score) over leads as old_score
        from record.lead_version as version
        join {people} as person on version.lead_id = person.lead_id
        window leads as (partition by version.lead_id order by version.version_at)
        """,
    )
    return [
        _row(
            world_id="version_number", code=12, at="version_at", type_id=13, campaign="null",
            value_id="141", value="'Lead Status'",
            attributes={
                "Old Value": "old_status",
                "New Value": "lead_status",
                "Reason": f"'{_SFDC_SYNC}'",
                "Source": f"'{_SFDC_SYNC}'",
            },
            source=changed, where="old_status <> lead_status",
        ),
        _row(
            world_id="version_number", code=13, at="version_at", type_id=22, campaign="null",
            value_id="109", value="'Lead Score'",
            attributes={
                "Change Value": "cast(score - old_score as varchar)",
                "Old Value": "old_score",
                "New Value": "score",
                "Reason": "'Scoring'",
            },
            source=changed, where="old_score <> score",
        ),
    ]  # fmt: skip


def _progressions(delivery: Delivery, people: str) -> str:
    """Each status of a member of a program."""
    progressed = delivery.prepare(
        "marketo_progression",
        f"""
        select
            version.version_at, version.campaign_id, version.member_id, version.member_status,
            campaign.campaign_name,
            coalesce(leads.employment_id, contacts.employment_id) as employment_id,
            row_number() over (order by version.version_at, version.member_id) as version_number,
            lag(version.member_status) over (
                partition by version.member_id order by version.version_at
            ) as old_status
        from record.campaign_member_version as version
        join record.campaign as campaign using (campaign_id)
        left join {people} as leads on version.lead_id = leads.lead_id
        left join {people} as contacts on version.contact_id = contacts.contact_id
        """,
    )
    return _row(
        world_id="version_number", code=14, at="version_at", type_id=104, campaign="campaign_id",
        value_id=marketo_id("Program", "campaign_id"), value="campaign_name",
        attributes={
            "Old Status": "old_status",
            "New Status": "member_status",
            "Success": "member_status in ('Attended', 'Engaged', 'Meeting Requested')",
            "Acquired By": "false",
            "Program Member ID": marketo_id("ProgramMember", "member_id"),
            "Reason": "'Flow action'",
        },
        source=progressed, where="employment_id is not null",
    )  # fmt: skip
