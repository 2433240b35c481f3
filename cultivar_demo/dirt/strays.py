"""Records that are no customers': tests, own people, deleted ones; robots; rows that come late.

Belongs here: what does not belong in any number, and late deliveries. Does not belong here: broken
records (one module an object), duplicates.
"""

from __future__ import annotations

from cultivar_demo.dirt.accounts import PROSPECTS
from cultivar_demo.dirt.opportunities import OPEN
from cultivar_demo.dirt.people import LIVE_CONTACTS, LIVE_LEADS
from cultivar_demo.dirt.records import ENTITIES, Records
from cultivar_demo.settings import INTERNAL_DOMAIN

SCANNERS = (
    "Mozilla/5.0 (compatible; Barracuda Sentinel (EE))",
    "Mozilla/5.0 (compatible; proofpoint-urldefense)",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Mimecast URL Protect",
)
"""User agents of mail gateways that open every link of a mail before its reader does."""

SWEEP_AFTER_SECONDS = 43
"""Median delay of such a sweep after delivery, as the field reports it."""

LINKS_OF_A_MAIL = 5


def add_strays(records: Records) -> None:
    """Plant tests, own people, deletions, robots and late rows."""
    _add_tests(records)
    _delete(records)
    _add_robots(records)
    _delay(records)


def _add_tests(records: Records) -> None:
    accounts = records.pick("test/account", "account", PROSPECTS, share=0.002, at_least=2)
    accounts = records.copy("account", accounts, days_later=(1, 30))
    records.alter(
        "account_version", "account_id", accounts,
        {
            "website": f"'https://www.{INTERNAL_DOMAIN}'",
            "account_name": "'Northwind sandbox ' || cast(picked.number + 1 as varchar)",
            "parent_account_id": "null",
        },
    )  # fmt: skip
    deals = records.pick("test/opportunity", "opportunity", OPEN, share=0.01, at_least=2)
    deals = records.copy("opportunity", deals, days_later=(1, 30))
    records.alter(
        "opportunity", "opportunity_id", deals,
        {
            "account_id": f"{accounts[0]}",
            "opportunity_name": "'TEST do not use ' || cast(picked.number + 1 as varchar)",
        },
    )  # fmt: skip
    records.leave_out("account", accounts, "excluded: internal")
    records.leave_out("opportunity", deals, "excluded: internal")
    for entity, live in (("contact", LIVE_CONTACTS), ("lead", LIVE_LEADS)):
        people = records.pick(f"test/{entity}", entity, live, share=0.003, at_least=2)
        people = records.copy(entity, people, days_later=(1, 30))
        jobs = records.linked(ENTITIES[entity], "employment_id", people)
        address = f"'tester' || cast(picked.number + 1 as varchar) || '.{entity}@{INTERNAL_DOMAIN}'"
        records.alter("employment", "employment_id", jobs, {"email": address})
        records.leave_out(entity, people, "excluded: internal")
        records.label("C12", entity, people, "email", "own people")


def _delete(records: Records) -> None:
    for entity, live in (
        ("account", PROSPECTS), ("contact", LIVE_CONTACTS), ("lead", LIVE_LEADS),
        ("opportunity", OPEN),
    ):  # fmt: skip
        ids = records.pick(f"delete/{entity}", entity, live, share=0.004, at_least=2)
        ids = records.copy(entity, ids, days_later=(1, 30))
        records.end(entity, ids, days_later=4)
        records.leave_out(entity, ids, "deleted")


def _add_robots(records: Records) -> None:
    agents = ", ".join(f"'{agent}'" for agent in SCANNERS)
    records.connection.execute(
        f"""
        insert into record.bot_engagement
        with swept as (
            select
                send_id,
                delivered_at + to_seconds({SWEEP_AFTER_SECONDS - 20} + send_id % 40) as swept_at,
                -- A mail gateway stands before a company, so it sweeps all mails to its people.
                ([{agents}])[1 + job.account_id % {len(SCANNERS)}] as user_agent
            from record.email_send as send
            join record.employment as job using (employment_id)
            where send.delivered_at is not null and job.account_id % 12 = 0
                and send.delivered_at + interval 5 minute < timestamp '{records.cutoff}'
        )
        select send_id, 'opened', swept_at, null, user_agent from swept
        union all
        select
            send_id, 'clicked', swept_at, 'https://www.{INTERNAL_DOMAIN}/link/' || link, user_agent
        from swept cross join range(1, {LINKS_OF_A_MAIL + 1}) as links(link)
        order by all
        """
    )
    records.connection.execute(
        """
        insert into record.label
        select 'C08', 'email_event', send_id, 'planted', 'user_agent', 'sweep of all links'
        from record.bot_engagement where event_type = 'opened' order by send_id
        """
    )


def _delay(records: Records) -> None:
    """Some activities are synchronised days after they took place."""
    records.connection.execute(
        f"""
        insert into record.late_arrival
        select 'touch', touch_id,
            cast(timezone('America/New_York', timezone('UTC', created_at)) as date)
                + cast(2 + touch_id % 5 as integer)
        from record.touch
        where touch_id % 97 = 0 and created_at < timestamp '{records.cutoff}' - interval 10 day
            and kind in ('call', 'linkedin')
        order by touch_id
        """
    )
