"""Acts of people towards us, and of us towards accounts.

Belongs here: temporary tables that several KPIs read. Does not belong here: KPIs.

Tables: ``engagement`` (an act of a party of a company by choice), ``conversation`` (touches that
are a meaningful conversation), ``sales_act`` and ``marketing_act`` (what we did), ``spell_case``
(a prospecting spell with what came of it).
"""

from __future__ import annotations

from cultivar_demo.constants import MEMBER_STATUSES
from cultivar_demo.ledger.book import Book
from cultivar_demo.ledger.parties import build_parties

CONVERSATION_SECONDS = 120
"""Two-way talk from which a call is a meaningful conversation."""

CONNECT_DAYS = 30
PASS_DAYS = 90
"""Days from the begin of a spell in which a conversation, and a passed lead, count."""


def build_engagement(book: Book) -> None:
    """All tables of this module, and those they rest on."""
    build_parties(book)
    responded = ", ".join(f"'{name}'" for name, _, is_response in MEMBER_STATUSES if is_response)
    human_reply = (
        "t.direction = 'inbound' and t.kind in ('email', 'linkedin') and not t.is_automated "
        "and coalesce(t.reply_kind, 'neutral') in ('positive', 'neutral', 'negative')"
    )
    book.run(
        f"""
        create temp table conversation as
        select t.touch_id, t.account_id, t.person_id, t.opportunity_id, t.occurred_at,
            case when t.kind in ('call', 'meeting') then t.kind else 'reply' end as kind
        from touch as t
        where t.occurred_at < {book.end}
            and (
                (
                    t.kind = 'call' and t.call_disposition = 'conversation'
                    and t.call_duration_seconds >= {CONVERSATION_SECONDS}
                )
                or (t.kind = 'meeting' and t.meeting_outcome = 'held')
                or ({human_reply} and t.in_reply_to_touch_id is not null)
            )
        """
    )
    book.run(
        f"""
        create temp table engagement as
        with response as (
            select v.member_id, any_value(v.lead_id) as lead_id,
                any_value(v.contact_id) as contact_id, min(v.version_at) as occurred_at
            from campaign_member_version as v
            where v.member_status in ({responded})
            group by v.member_id
        )
        select p.party_id, p.company_id, c.occurred_at, local_day(c.occurred_at) as occurred_on,
            c.kind
        from conversation as c inner join touch_party as p using (touch_id)
        where p.party_id is not null
        union all
        select p.party_id, p.company_id, t.occurred_at, local_day(t.occurred_at), 'message'
        from touch as t inner join touch_party as p using (touch_id)
        where {human_reply} and t.in_reply_to_touch_id is null and p.party_id is not null
        union all
        select p.party_id, p.company_id, s.clicked_at, local_day(s.clicked_at), 'click'
        from email_send as s inner join job_party as p using (employment_id)
        where s.clicked_at is not null
        union all
        select party_id, company_id, occurred_at, local_day(occurred_at), 'form' from form_act
        union all
        select p.party_id, p.company_id, r.occurred_at, local_day(r.occurred_at), 'campaign'
        from response as r
        left join lead as l using (lead_id)
        left join contact as k using (contact_id)
        inner join job_party as p
            on p.employment_id = coalesce(k.employment_id, l.employment_id)
        """
    )
    book.run(
        f"""
        create temp table sales_act as
        select t.touch_id, t.account_id, t.person_id, p.party_id, p.company_id, t.user_id,
            p.opportunity_id, t.lead_id, t.occurred_at, local_day(t.occurred_at) as occurred_on,
            t.kind, t.is_automated
        from touch as t inner join touch_party as p using (touch_id)
        where t.direction = 'outbound' and t.occurred_at < {book.end}
            and (t.kind != 'meeting' or t.meeting_outcome = 'held')
        """
    )
    book.run(
        """
        create temp table marketing_act as
        select p.company_id, p.party_id, s.delivered_at as occurred_at,
            local_day(s.delivered_at) as occurred_on
        from email_send as s
        inner join job_party as p using (employment_id)
        where s.delivered_at is not null
        union all
        select company_id, party_id, occurred_at, occurred_on
        from engagement where kind in ('form', 'campaign')
        union all
        select company_id, party_id, occurred_at, occurred_on from sales_act
        where is_automated and company_id is not null
        """
    )
    _spells(book)


def _spells(book: Book) -> None:
    book.run(
        f"""
        create temp table spell_case as
        with begun as (
            select *, local_day(started_at) as started_on from prospecting_spell
        ),
        connected as (
            select s.spell_id, min(c.occurred_at) as first_conversation_at
            from begun as s
            inner join conversation as c
                on c.account_id = s.account_id and c.occurred_at >= s.started_at
            where local_day(c.occurred_at) - s.started_on <= {CONNECT_DAYS}
            group by s.spell_id
        ),
        passed as (
            select s.spell_id, min(h.handed_off_at) as first_passed_at,
                count(distinct h.lead_id) as leads_passed
            from begun as s
            inner join hand_off_case as h
                on h.account_id = s.account_id and h.handed_off_at >= s.started_at
            where h.handed_off_on - s.started_on <= {PASS_DAYS}
            group by s.spell_id
        )
        select s.*, c.first_conversation_at, p.first_passed_at,
            coalesce(p.leads_passed, 0) as leads_passed,
            c.spell_id is not null as is_connected, p.spell_id is not null as is_passed,
            case when s.is_expansion then 'expansion' else s.motion end as cohort,
            a.segment as account_segment, a.industry, a.country, u.user_name as owner,
            s.started_on + {CONNECT_DAYS} <= {book.today} as is_connect_known,
            s.started_on + {PASS_DAYS} <= {book.today} as is_pass_known
        from begun as s
        left join connected as c using (spell_id)
        left join passed as p using (spell_id)
        left join account_described as a on a.account_id = s.account_id
        left join account_ownership as o
            on o.account_id = s.account_id and o.role = 'sdr'
            and o.valid_from_at <= s.started_at
            and coalesce(o.valid_to_at, timestamp '9999-12-31') > s.started_at
        left join sales_user as u on u.user_id = o.user_id
        """
    )
