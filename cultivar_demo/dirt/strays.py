"""Records that are no customers': tests, own people, deleted ones; robots; rows that come late.

Belongs here: what does not belong in any number, and late deliveries. Does not belong here: broken
records (one module an object), duplicates, what own people do in the product (``traffic``).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cultivar_demo.dirt.copies import Copied, Copying
from cultivar_demo.dirt.duplicates import born, end
from cultivar_demo.dirt.pools import LIVE_CONTACTS, LIVE_LEADS, OPEN_NEW, PROSPECTS
from cultivar_demo.dirt.records import Records
from cultivar_demo.settings import INTERNAL_DOMAIN, REPORTING_TIME_ZONE

SCANNERS = (
    "Mozilla/5.0 (compatible; Barracuda Sentinel (EE))",
    "Mozilla/5.0 (compatible; proofpoint-urldefense)",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Mimecast URL Protect",
)
"""User agents of mail gateways that open every link of a mail before its reader does."""

SWEEP_AFTER_SECONDS = 43
"""Median delay of such a sweep after delivery, as the field reports it."""

LINKS_OF_A_MAIL = 5
GATEWAY_EVERY_ACCOUNTS = 12
"""Of so many companies one has such a gateway."""

DELETED_AFTER = np.timedelta64(4, "D")
LATE_EVERY = 97
"""Of so many calls and messages one is synchronised days later."""
UNENGAGED_DAYS = (560, 700)
"""Days before the end at which an old list was imported, whose people never did anything."""

_DELETED = {
    "account": PROSPECTS,
    "contact": LIVE_CONTACTS,
    "lead": LIVE_LEADS,
    "opportunity": OPEN_NEW,
}

COPYINGS = (
    Copying("test/account", "account", PROSPECTS, share=0.002, days_later=(1, 30)),
    Copying("test/opportunity", "opportunity", OPEN_NEW, share=0.01, days_later=(1, 30)),
    Copying("test/contact", "contact", LIVE_CONTACTS, 0.003, at_least=2, days_later=(1, 30)),
    Copying("test/lead", "lead", LIVE_LEADS, 0.003, at_least=2, days_later=(1, 30)),
    Copying("old list", "contact", LIVE_CONTACTS, 0.03, at_least=2),
    *(
        Copying(f"deleted/{entity}", entity, pool, 0.004, at_least=2, days_later=(1, 30))
        for entity, pool in _DELETED.items()
    ),
)
"""What is copied for strays."""


def add_strays(records: Records, copied: Mapping[str, Copied]) -> None:
    """Plant tests, own people, deletions, an old list, robots and late rows."""
    _add_tests(records, copied)
    for entity in _DELETED:
        ids = copied[f"deleted/{entity}"].first
        end(records, entity, ids, born(records, entity, ids) + DELETED_AFTER)
        records.leave_out(entity, ids, "deleted")
    _import_old_list(records, copied["old list"].first)
    _add_robots(records)
    _delay(records)


def _add_tests(records: Records, copied: Mapping[str, Copied]) -> None:
    accounts = copied["test/account"].first
    records.alter(
        "account_version", "account_id", accounts,
        {
            "website": f"'https://www.{INTERNAL_DOMAIN}'",
            "account_name": "'Northwind sandbox ' || cast(picked.number + 1 as varchar)",
            "parent_account_id": "null",
        },
    )  # fmt: skip
    records.leave_out("account", accounts, "excluded: internal")
    deals = copied["test/opportunity"].first
    if len(accounts):
        records.alter(
            "opportunity", "opportunity_id", deals,
            {
                "account_id": f"{accounts[0]}",
                "opportunity_name": "'TEST do not use ' || cast(picked.number + 1 as varchar)",
            },
        )  # fmt: skip
        records.leave_out("opportunity", deals, "excluded: internal")
    for entity in ("contact", "lead"):
        people = copied[f"test/{entity}"].first
        address = f"'tester' || cast(picked.number + 1 as varchar) || '.{entity}@{INTERNAL_DOMAIN}'"
        jobs = records.linked(entity, "employment_id", people)
        records.alter("employment", "employment_id", jobs, {"email": address})
        records.leave_out(entity, people, "excluded: internal")


def _import_old_list(records: Records, contacts: np.ndarray) -> None:
    """People of whom nothing was heard since long before the company's first day."""
    low, high = UNENGAGED_DAYS
    last_day = records.world.settings.last_day
    before = f"{low} + (37 * picked.number) % {high - low}"
    imported = f"timestamp '{last_day} 14:00:00' - to_days(cast({before} as integer))"
    records.alter("contact", "contact_id", contacts, {"created_at": imported})
    records.alter("contact_version", "contact_id", contacts, {"version_at": imported})
    records.label("P32", "contact", contacts, "email")


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
            from main.email_send as send
            join main.employment as job using (employment_id)
            where send.delivered_at is not null and job.account_id % {GATEWAY_EVERY_ACCOUNTS} = 0
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
        select 'C08', 'email_event', send_id, 'planted', 'user_agent', 'sweep of all links', null
        from record.bot_engagement where event_type = 'opened' order by send_id
        """
    )


def _delay(records: Records) -> None:
    """Some activities are synchronised days after they took place."""
    records.connection.execute(
        f"""
        insert into record.late_arrival
        select 'touch', touch_id,
            cast(timezone('{REPORTING_TIME_ZONE}', timezone('UTC', created_at)) as date)
                + cast(2 + touch_id % 5 as integer)
        from main.touch
        where touch_id % {LATE_EVERY} = 0 and kind in ('call', 'linkedin')
            and created_at < timestamp '{records.cutoff}' - interval 10 day
        order by touch_id
        """
    )
