"""Records of one company or person that exist twice or more, with the clusters they truly form.

Belongs here: how duplicates come about and what they look like. Does not belong here: finding
them, which is the pipeline's art.
"""

from __future__ import annotations

import numpy as np

from cultivar_demo.dirt.accounts import LIVE as LIVE_ACCOUNTS
from cultivar_demo.dirt.people import LIVE_CONTACTS, LIVE_LEADS
from cultivar_demo.dirt.records import ENTITIES, SAFE_DAYS, Records

_LOCAL = "split_part(altered.email, '@', 1)"
_DOMAIN = "split_part(altered.email, '@', 2)"

NICKNAMES = {
    "Robert": "Bob", "William": "Bill", "Richard": "Rick", "Michael": "Mike", "James": "Jim",
    "Elizabeth": "Liz", "Katherine": "Kate", "Jennifer": "Jen", "Christopher": "Chris",
    "Matthew": "Matt", "Daniel": "Dan", "Thomas": "Tom", "Patricia": "Pat", "Joseph": "Joe",
    "David": "Dave", "Anthony": "Tony", "Andrew": "Andy", "Steven": "Steve", "Kimberly": "Kim",
    "Jessica": "Jess", "Nicholas": "Nick", "Alexander": "Alex", "Benjamin": "Ben",
    "Samantha": "Sam", "Susan": "Sue", "Timothy": "Tim", "Gregory": "Greg", "Joshua": "Josh",
}  # fmt: skip

TYPO = "left({0}, 3) || substr({0}, 5, 1) || substr({0}, 4, 1) || substr({0}, 6)"
"""SQL: the fourth and fifth letters change places."""

SHARE = 0.02
"""Share of the records that have a duplicate, by pattern and object."""

DUPLICATE_DAYS = (20, 200)


def _nickname(column: str) -> str:
    cases = " ".join(f"when '{name}' then '{short}'" for name, short in NICKNAMES.items())
    return f"case {column} {cases} else left({column}, 1) || '.' end"


ACCOUNT_PATTERNS = {
    "same name": {"website": "null"},
    "legal suffix": {
        "account_name": "(select legal_name from main.account as home "
        "where home.domain = split_part(altered.website, '://www.', 2))",
    },
    "typo": {"account_name": TYPO.format("altered.account_name"), "website": "null"},
    "moved domain": {"website": "replace(altered.website, '://www.', '://www.my')"},
}

PEOPLE_PATTERNS = {
    "same address": {"employment": {"phone": "null"}},
    "nickname": {"person": {"first_name": _nickname("altered.first_name")}},
    "typo": {
        "person": {"last_name": TYPO.format("altered.last_name")},
        "employment": {"email": f"{_LOCAL} || '2@' || {_DOMAIN}"},
    },
    "moved domain": {
        "employment": {"email": f"{_LOCAL} || '@my' || {_DOMAIN}"},
    },
}


def add_duplicates(records: Records) -> None:
    """Plant duplicates of accounts, contacts and leads, and chains of merges."""
    for pattern, changes in ACCOUNT_PATTERNS.items():
        originals, copies = _copies(records, "account", LIVE_ACCOUNTS, pattern)
        records.alter("account_version", "account_id", copies, changes)
        records.cluster("account", originals, copies, pattern)
        records.label("A10", "account", copies, "account_name", pattern)
        _move_deals(records, originals, copies)
    for entity, live in (("contact", LIVE_CONTACTS), ("lead", LIVE_LEADS)):
        for pattern, tables in PEOPLE_PATTERNS.items():
            originals, copies = _copies(records, entity, live, pattern)
            for table, columns in tables.items():
                key = {"person": "person_id", "employment": "employment_id"}[table]
                linked = records.linked(ENTITIES[entity], key, copies)
                records.alter(table, key, linked, columns)
            records.cluster(entity, originals, copies, pattern)
            records.label("P10", entity, copies, "email", pattern)
    _leads_of_contacts(records)
    for entity, live in (
        ("account", LIVE_ACCOUNTS), ("contact", LIVE_CONTACTS), ("lead", LIVE_LEADS)
    ):  # fmt: skip
        _chains(records, entity, live)


def _copies(
    records: Records, entity: str, live: str, pattern: str
) -> tuple[np.ndarray, np.ndarray]:
    originals = records.pick(
        f"duplicate/{entity}/{pattern}", entity, live, share=SHARE / 4, at_least=2
    )
    return originals, records.copy(entity, originals, days_later=DUPLICATE_DAYS)


def _move_deals(records: Records, originals: np.ndarray, copies: np.ndarray) -> None:
    """Every second duplicate account has drawn the deals that came after it."""
    for original, copy in zip(originals[::2].tolist(), copies[::2].tolist(), strict=True):
        records.own("opportunity")
        records.connection.execute(
            """
            update record.opportunity set account_id = $copy
            where account_id = $original and created_at > (
                select entered_crm_at from record.account where account_id = $copy
            )
            """,
            {"original": original, "copy": copy},
        )


def _leads_of_contacts(records: Records) -> None:
    """A known contact fills in a form and becomes a lead once more (P26)."""
    contacts = records.pick(
        "duplicate/lead of contact", "contact", LIVE_CONTACTS, share=SHARE / 4, at_least=2
    )
    leads = records.pick("duplicate/form of contact", "lead", LIVE_LEADS, share=1 / 400, at_least=2)
    number = min(len(contacts), len(leads))
    contacts, copies = contacts[:number], records.copy("lead", leads[:number], days_later=(5, 90))
    people = records.linked(ENTITIES["contact"], "employment_id", contacts)
    for position, lead in enumerate(copies.tolist()):
        records.connection.execute(
            """
            update record.employment as job
            set email = known.email, account_id = known.account_id
            from record.employment as known, record.lead as lead
            where known.employment_id = $known and lead.lead_id = $lead
                and job.employment_id = lead.employment_id
            """,
            {"known": int(people[position]), "lead": lead},
        )
        records.connection.execute(
            """
            update record.person as person
            set first_name = known.first_name, last_name = known.last_name
            from record.person as known, record.lead as lead, record.contact as contact
            where contact.contact_id = $contact and known.person_id = contact.person_id
                and lead.lead_id = $lead and person.person_id = lead.person_id
            """,
            {"contact": int(contacts[position]), "lead": lead},
        )
    records.label("P26", "lead", copies, "email", "address of a contact")


def _chains(records: Records, entity: str, live: str) -> None:
    """Two duplicates, the second merged into the first and the first into the original."""
    originals = records.pick(f"merge/{entity}", entity, live, share=SHARE / 8, at_least=2)
    first = records.copy(entity, originals, days_later=(2, 30))
    second = records.copy(entity, first, days_later=(2, 30))
    for losers, survivors, days in ((second, first, 3), (first, originals, 6)):
        records.end(entity, losers, days_later=days)
        records.merge(entity, losers, survivors)
        records.leave_out(entity, losers, "merged")
    assert days < SAFE_DAYS
    records.cluster(entity, originals, first, "merge chain")
    records.cluster(entity, originals, second, "merge chain")
