"""Mails, visits and campaign members.

Belongs here: email_send, web_visit, campaign_member_version. Does not belong here: how they came
about (``marketing``, ``website``).
"""

from __future__ import annotations

from cultivar_demo.settings import INTERNAL_DOMAIN
from cultivar_demo.world.demand.build import Builder, key, stamp, texts
from cultivar_demo.world.demand.log import NEVER
from cultivar_demo.world.demand.rates import DAY, MEMBER
from cultivar_demo.world.demand.website import FORMS, PAGES, REFERRERS

COOKIE_DAYS = 211
"""A browser keeps its cookie so long."""


def add_mails(builder: Builder) -> None:
    """Add email_send."""
    builder.make(
        "send_of",
        """
        select row_number() over (order by instant, job, mail) as id, *
        from demand_log.send order by id
    """,
    )
    urls = [f"https://www.{INTERNAL_DOMAIN}{page}" for page in PAGES]
    stamps = {
        "delivered": "delivered_at", "soft": "soft_bounced_at", "hard": "hard_bounced_at",
        "proxy": "proxy_opened_at", "opened": "opened_at", "clicked": "clicked_at",
        "unsubscribed": "unsubscribed_at",
    }  # fmt: skip
    columns = ", ".join(f"{stamp('s.' + name)} as {title}" for name, title in stamps.items())
    builder.add("email_send", f"""
        select s.id as send_id, {key('s.campaign')} as campaign_id,
            {texts(builder.state.mail_names)}[s.mail + 1] as mail_name, e.person_id,
            e.employment_id, e.email, {stamp('s.instant')} as sent_at, {columns},
            case when s.clicked < {NEVER} then {texts(urls)}[s.page + 1] end as clicked_url
        from demand_log.send_of as s join employment as e on e.employment_id = s.job + 1
        where s.id between {{low}} and {{high}} order by s.id
    """, "send_of")  # fmt: skip


def add_visits(builder: Builder) -> None:
    """Add web_visit; a cookie is a person's device for some time."""
    state = builder.state
    builder.make(
        "visit_of",
        f"""
        with cookie as (
            select v.*, e.person_id, e.person_id * 1000 + v.device * 500
                + (v.instant // {DAY} + (e.person_id * 7919) % {COOKIE_DAYS}) // {COOKIE_DAYS}
                as cookie
            from demand_log.visit as v join employment as e on e.employment_id = v.job + 1
            where v.instant < {builder.end}
        ), form as (
            select cookie, min(instant) as form_at from cookie where form >= 0 group by cookie
        )
        select row_number() over (
                order by instant, c.cookie, page, form, referrer, campaign
            ) as id, c.*, f.form_at
        from cookie as c left join form as f using (cookie) order by id
    """,
    )
    builder.add("web_visit", f"""
        select id as visit_id, {stamp('instant')} as occurred_at,
            md5('cookie/{state.settings.seed}/' || cookie) as anonymous_id, person_id,
            coalesce(instant >= form_at, false) as is_identified,
            if(form >= 0, 'form_submit', 'page_view') as kind,
            {texts(PAGES)}[page + 1] as page_path, {texts(FORMS)}[form + 1] as form_name,
            case when referrer >= 0
                then 'https://www.' || {texts(REFERRERS)}[referrer + 1] || '/' end as referrer,
            {key('campaign')} as campaign_id
        from demand_log.visit_of where id between {{low}} and {{high}} order by id
    """, "visit_of")  # fmt: skip


def add_members(builder: Builder) -> None:
    """Add campaign_member_version; a status is noted only if it is further up the ladder."""
    end = builder.end
    builder.make(
        "member_of",
        f"""
        with known as (
            select e.person_id, m.campaign, m.instant, m.status,
                if(l.instant <= m.instant, l.id, null) as lead_id,
                if(l.instant <= m.instant, null, c.id) as contact_id
            from demand_log.member as m
            join employment as e on e.employment_id = m.job + 1
            left join demand_log.lead_of as l using (job)
            left join demand_log.contact_of as c using (job)
            where m.instant < {end} and (l.instant <= m.instant or c.instant <= m.instant)
        ), risen as (
            select *, max(status) over (
                partition by person_id, campaign order by instant, status
                rows between unbounded preceding and 1 preceding
            ) as before
            from known
        ), numbered as (
            select *, row_number() over steps as place, first_value(instant) over steps as begin,
                first_value(lead_id) over steps as as_lead,
                first_value(contact_id) over steps as as_contact
            from risen where status > coalesce(before, -1)
            window steps as (partition by person_id, campaign order by instant, status)
        )
        select dense_rank() over (order by begin, person_id, campaign) as id, campaign, person_id,
            as_lead, as_contact, status, max(instant - place) over (
                partition by person_id, campaign order by place rows unbounded preceding
            ) + place as version_at
        from numbered order by id, version_at
    """,
    )
    builder.add("campaign_member_version", f"""
        select id as member_id, {stamp('version_at')} as version_at,
            {key('campaign')} as campaign_id, person_id, as_lead as lead_id,
            as_contact as contact_id, {texts(MEMBER)}[status + 1] as member_status
        from demand_log.member_of where id between {{low}} and {{high}}
        order by member_id, version_at
    """, "member_of")  # fmt: skip
