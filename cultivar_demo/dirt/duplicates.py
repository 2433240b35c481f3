"""Records of one company or person that exist twice or more, with the clusters they truly form.

Belongs here: how duplicates come about and what they look like. Does not belong here: finding
them, which is the pipeline's art.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cultivar_demo.dirt.copies import Copied, Copying
from cultivar_demo.dirt.pools import LIVE_ACCOUNTS, LIVE_CONTACTS, LIVE_LEADS, OPEN_NEW
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
"""Share of the records that have a duplicate, over all patterns of an object."""

DUPLICATE_DAYS = (20, 200)
CHAIN_DAYS = (2, 30)
CHAIN_ENDS = (3, 6)
"""Days after which the last of a chain is merged, and then the one before."""


def _nickname(column: str) -> str:
    cases = " ".join(f"when '{name}' then '{short}'" for name, short in NICKNAMES.items())
    return f"case {column} {cases} else left({column}, 1) || '.' end"


ACCOUNT_PATTERNS: dict[str, dict[str, str]] = {
    "same name": {"website": "null"},
    "legal suffix": {
        "account_name": "(select legal_name from main.account as home "
        "where home.domain = split_part(altered.website, '://www.', 2))",
    },
    "typo": {"account_name": TYPO.format("altered.account_name"), "website": "null"},
    "moved domain": {"website": "replace(altered.website, '://www.', '://www.my')"},
}

PEOPLE_PATTERNS: dict[str, dict[str, dict[str, str]]] = {
    "same address": {"employment": {"phone": "null"}},
    "nickname": {"person": {"first_name": _nickname("altered.first_name")}},
    "typo": {
        "person": {"last_name": TYPO.format("altered.last_name")},
        "employment": {"email": f"{_LOCAL} || '2@' || {_DOMAIN}"},
    },
    "moved domain": {"employment": {"email": f"{_LOCAL} || '@my' || {_DOMAIN}"}},
}

FOUND_BY = {
    ("account", "same name"): "same name",
    ("account", "moved domain"): "same name",
    ("account", "legal suffix"): "same domain",
    ("contact", "same address"): "same address",
    ("contact", "nickname"): "same address",
    ("lead", "same address"): "same address",
    ("lead", "nickname"): "same address",
}
"""What copies of a pattern have in common with the original, where it is one column.

The original then has a label of the same detail (``chances``); otherwise it gets one here.
"""

_POOLS = {"account": LIVE_ACCOUNTS, "contact": LIVE_CONTACTS, "lead": LIVE_LEADS}
_PATTERNS: dict[str, tuple[str, ...]] = {
    "account": tuple(ACCOUNT_PATTERNS),
    "contact": tuple(PEOPLE_PATTERNS),
    "lead": tuple(PEOPLE_PATTERNS),
}

COPYINGS = (
    *(
        Copying(
            f"duplicate/{entity}/{pattern}", entity, pool,
            share=SHARE / 4, at_least=2, days_later=DUPLICATE_DAYS, is_same=True,
        )
        for entity, pool in _POOLS.items()
        for pattern in _PATTERNS[entity]
    ),
    *(
        Copying(
            f"chain/{entity}", entity, pool,
            share=SHARE / 8, at_least=2, days_later=CHAIN_DAYS, times=2, is_same=True,
        )
        for entity, pool in _POOLS.items()
    ),
    Copying("lead of a contact", "lead", LIVE_LEADS, share=1 / 400, at_least=2),
    Copying(
        "duplicate/opportunity", "opportunity", OPEN_NEW,
        share=0.005, days_later=(1, 1), is_same=True,
    ),
)  # fmt: skip
"""What is copied for duplicates."""


def add_duplicates(records: Records, copied: Mapping[str, Copied]) -> None:
    """Plant duplicates of accounts, contacts, leads and deals, and chains of merges."""
    for entity, patterns in _PATTERNS.items():
        for pattern in patterns:
            done = copied[f"duplicate/{entity}/{pattern}"]
            _make_alike(records, entity, pattern, done.first)
            records.cluster(entity, done.originals, done.first, pattern)
            rule, field = ("A10", "account_name") if entity == "account" else ("P10", "email")
            detail = FOUND_BY.get((entity, pattern))
            alike = (done.first,) if detail else (done.originals, done.first)
            for ids in alike:
                records.label(rule, entity, ids, field, detail or pattern, done.originals)
            if entity == "account":
                _move_deals(records, done)
        _chain(records, entity, copied[f"chain/{entity}"])
    _leads_of_contacts(records, copied["lead of a contact"].first)
    done = copied["duplicate/opportunity"]
    records.cluster("opportunity", done.originals, done.first, "entered twice")
    records.label(
        "O20", "opportunity", done.first, "opportunity_name", "same account, product and month",
        done.originals,
    )  # fmt: skip


def _make_alike(records: Records, entity: str, pattern: str, copies: np.ndarray) -> None:
    if entity == "account":
        records.alter("account_version", "account_id", copies, ACCOUNT_PATTERNS[pattern])
        return
    for table, columns in PEOPLE_PATTERNS[pattern].items():
        key = {"person": "person_id", "employment": "employment_id"}[table]
        records.alter(table, key, records.linked(entity, key, copies), columns)


def _move_deals(records: Records, done: Copied) -> None:
    """Every second duplicate account has drawn the deals that came after it."""
    records.own("opportunity")
    moved = records.given(original=done.originals[::2], copy=done.first[::2])
    records.connection.execute(
        f"""
        update record.opportunity as deal set account_id = moved.copy
        from {moved} as moved join record.account as home on home.account_id = moved.copy
        where deal.account_id = moved.original and deal.created_at > home.entered_crm_at
        """
    )


def _leads_of_contacts(records: Records, leads: np.ndarray) -> None:
    """A known contact fills in a form and becomes a lead once more (P26)."""
    contacts = records.pick(
        "lead of a contact/contact", "contact", LIVE_CONTACTS, share=0, at_least=len(leads)
    )
    contacts = np.resize(contacts, len(leads))
    for table, key, columns in (
        ("employment", "employment_id", ("email", "account_id")),
        ("person", "person_id", ("first_name", "last_name")),
    ):
        pairs = records.given(
            own=records.linked("lead", key, leads), known=records.linked("contact", key, contacts)
        )
        assignments = ", ".join(f"{column} = known.{column}" for column in columns)
        records.connection.execute(
            f"update record.{table} as altered set {assignments} from {pairs} as pair "
            f"join main.{table} as known on known.{key} = pair.known where altered.{key} = pair.own"
        )
    records.label("P26", "lead", leads, "email")


def _chain(records: Records, entity: str, done: Copied) -> None:
    """Two duplicates, the second merged into the first and the first into the original."""
    first, second = done.copies
    assert max(CHAIN_ENDS) < SAFE_DAYS
    both = np.maximum(born(records, entity, first), born(records, entity, second))
    losers, survivors = np.concatenate([second, first]), np.concatenate([first, done.originals])
    merged_at = np.concatenate([both + np.timedelta64(days, "D") for days in CHAIN_ENDS])
    end(records, entity, losers, merged_at)
    records.write("merge", losers, entity=entity, survivor_record_id=survivors, merged_at=merged_at)
    records.leave_out(entity, losers, "merged")
    records.cluster(entity, done.originals, first, "merge chain")
    records.cluster(entity, done.originals, second, "merge chain")


def born(records: Records, entity: str, ids: np.ndarray) -> np.ndarray:
    """When records were created: datetime64[us], in their order."""
    place = ENTITIES[entity]
    given = records.given(record_id=ids, number=np.arange(len(ids), dtype=np.int64))
    found = records.connection.execute(
        f"select base.{place.born} as born_at from {given} as given "
        f"join record.{place.base} as base on base.{place.key} = given.record_id order by number"
    ).fetchnumpy()
    result: np.ndarray = np.asarray(found["born_at"]).astype("datetime64[us]")
    return result


def end(records: Records, entity: str, ids: np.ndarray, at: np.ndarray) -> None:
    """Add a last version to copies at instants (datetime64): deleted."""
    place = ENTITIES[entity]
    records.own(str(place.versions))
    ended = records.given(record_id=ids, ended_at=at)
    records.connection.execute(
        f"""
        insert into record.{place.versions}
        select version.* replace (ended.ended_at as version_at, true as is_deleted)
        from {ended} as ended
        join record.{place.versions} as version on version.{place.key} = ended.record_id
        order by ended.record_id
        """
    )
