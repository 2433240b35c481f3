"""Who did or got something, and for which company: as true, or as records can tell.

Belongs here: temporary tables that say of jobs, touches and forms whose they are. Does not belong
here: what an act is (``engagement``), KPIs.

Records know people by their address: lead and contact of one address are one party, whoever shares
it, and a party has left when the address is dead. In truth a party is a person.

Tables: ``market_presence`` (a company of the market that the CRM is known to have), ``job_party``
(a job with its party and company), ``job_span`` (the days on which it is known to last),
``touch_party`` (a touch with its party, company and deal), ``form_act`` (a form),
``awareness_act`` (a change of awareness).
"""

from __future__ import annotations

from cultivar_demo.ledger.basis import RESOLVED
from cultivar_demo.ledger.book import Book


def build_parties(book: Book) -> None:
    """All tables of this module."""
    if book.basis.name == RESOLVED.name:
        _true(book)
    else:
        _recorded(book)


def _true(book: Book) -> None:
    for name, query in {
        "market_presence": "select account_id, local_day(entered_crm_at) as known_on from account "
        "where entered_crm_at is not null",
        "job_party": "select employment_id, person_id as party_id, account_id as company_id "
        "from employment",
        "job_span": "select person_id as party_id, account_id as company_id, started_on, "
        "coalesce(ended_on, date '9999-12-31') as ended_on from employment",
        "touch_party": "select touch_id, person_id as party_id, account_id as company_id, "
        "opportunity_id from touch",
        "form_act": """
            select v.person_id as party_id, e.account_id as company_id, v.occurred_at
            from web_visit as v
            inner join employment as e
                on e.person_id = v.person_id and e.started_on <= cast(v.occurred_at as date)
                and coalesce(e.ended_on, date '9999-12-31') > cast(v.occurred_at as date)
            where v.kind = 'form_submit'
        """,
        "awareness_act": "select person_id as party_id, changed_at, stage, previous_stage "
        "from awareness_change",
    }.items():
        book.run(f"create temp table {name} as {query}")


def _recorded(book: Book) -> None:
    # By the domain that the CRM has today.
    book.run(
        """
        create temp table market_presence as
        with website as (
            select account_id,
                regexp_replace(arg_max(website, version_at), '^https://(www[.])?', '') as domain
            from account_version group by account_id
        )
        select m.account_id, min(local_day(a.entered_crm_at)) as known_on
        from account as a
        inner join website as w using (account_id)
        inner join market_list as m on m.domain = w.domain
        group by m.account_id
        """
    )
    book.run(
        """
        create temp table job_party as
        select e.employment_id, e.account_id as company_id,
            dense_rank() over (
                order by coalesce(
                    nullif(lower(trim(e.email)), ''), 'job ' || cast(e.employment_id as varchar)
                )
            ) as party_id
        from employment as e
        """
    )
    book.run(
        """
        create temp table known_record as
        select employment_id, created_at, cast(null as timestamp) as bounced_at from lead
        union all
        -- What a lead's address did before there was a contact is no sign that the contact left.
        select k.employment_id, k.created_at, case when n.is_bounced then n.bounced_at end
        from contact as k
        inner join (
            select contact_id, arg_max(is_email_bounced, version_at) as is_bounced,
                arg_max(email_bounced_at, version_at) as bounced_at
            from contact_version group by contact_id
        ) as n using (contact_id)
        """
    )
    book.run(
        """
        create temp table job_span as
        select p.party_id, p.company_id, date '1900-01-01' as started_on,
            coalesce(min(local_day(r.bounced_at)), date '9999-12-31') as ended_on
        from known_record as r inner join job_party as p using (employment_id)
        group by all
        """
    )
    # When a lead is converted its touches move to the contact and the deal.
    book.run(
        """
        create temp table touch_party as
        with conversion as (
            select lead_id, min(version_at) as converted_at,
                arg_min(converted_contact_id, version_at) as contact_id,
                arg_min(converted_opportunity_id, version_at) as opportunity_id
            from lead_version where is_converted group by lead_id
        )
        select t.touch_id, p.party_id, p.company_id,
            case
                when coalesce(t.contact_id, v.contact_id) is not null
                    then coalesce(t.opportunity_id, v.opportunity_id)
            end as opportunity_id
        from touch as t
        left join conversion as v on v.lead_id = t.lead_id
        left join lead as l on l.lead_id = t.lead_id
        left join contact as k on k.contact_id = t.contact_id
        left join job_party as p
            on p.employment_id = coalesce(k.employment_id, l.employment_id)
        """
    )
    # The tools tell of a form when they know the person.
    book.run(
        """
        create temp table form_act as
        with known as (
            select employment_id, min(created_at) as known_at
            from (
                select employment_id, created_at from known_record
                union all
                select employment_id, sent_at from email_send
            ) group by employment_id
        )
        select p.party_id, p.company_id, greatest(v.occurred_at, k.known_at) as occurred_at
        from web_visit as v
        inner join employment as e
            on e.person_id = v.person_id and e.started_on <= cast(v.occurred_at as date)
            and coalesce(e.ended_on, date '9999-12-31') > cast(v.occurred_at as date)
        inner join known as k on k.employment_id = e.employment_id
        inner join job_party as p on p.employment_id = e.employment_id
        where v.kind = 'form_submit' and v.is_identified
        """
    )
    book.run(
        """
        create temp table awareness_act as
        select p.party_id, v.version_at as changed_at, v.awareness_stage as stage,
            v.previous_stage
        from (
            select *, lag(awareness_stage) over (
                partition by contact_id order by version_at
            ) as previous_stage
            from contact_version
        ) as v
        inner join contact as k using (contact_id)
        inner join job_party as p using (employment_id)
        where v.awareness_stage is distinct from v.previous_stage
            and v.awareness_stage is not null
        """
    )
