"""What records are compared by: names, addresses and numbers without what people write differently.

Belongs here: ``identity.account_feature`` and ``identity.person_feature``, one row an admitted
record. Does not belong here: how alike two records are (``model``), which pairs are looked at.

Every column may be NULL. A name that two people write differently ("Acme GmbH", "ACME") has one
``name_key``; a legal form, an accent or a nickname tells nobody apart.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import pyarrow as pa

from dagster_project.identity.model import KINDS, record_key

if TYPE_CHECKING:
    import duckdb

#: Mailboxes that several people read.
ROLE_MAILBOXES = (
    "abuse", "accounting", "accounts", "admin", "billing", "buchhaltung", "careers", "contact",
    "einkauf", "enquiries", "finance", "hello", "help", "hr", "info", "invoices", "it", "jobs",
    "kontakt", "mail", "marketing", "noreply", "office", "orders", "post", "postmaster", "press",
    "purchasing", "reception", "sales", "service", "support", "team", "vertrieb", "webmaster",
)  # fmt: skip

#: Digits of a number that are compared: countries and trunks are written in many ways.
PHONE_DIGITS = 9
SHORTEST_PHONE = 7

#: Letters that are no accented ones, and how they are written where keyboards lack them.
SINGLE_LETTERS = ("øđłħı", "odlhi")
LETTERS_OF_TWO = (("ß", "ss"), ("æ", "ae"), ("œ", "oe"))

#: Columns of a kind that are compared, from which ``record_hash`` is made.
COMPARED = {
    "account": (
        "name_key", "domain", "phone_key", "street_key", "postal_key", "city_key", "country",
        "parent_account_id",
    ),
    "person": (
        "first_name_key", "last_name_key", "email", "email_local", "email_domain",
        "is_role_mailbox", "phone_key", "mobile_key", "account_id", "company_key",
    ),
}  # fmt: skip


def write_features(
    con: duckdb.DuckDBPyConnection, free_mail_domains: Sequence[str] = ()
) -> dict[str, int]:
    """Write both tables from schema ``gate``; returns the rows of each kind.

    Args:
        con: the warehouse, to write; the gate has looked up every domain (``reference.domain``).
        free_mail_domains: domains of mail that tell nobody's company, in lower case.
    """
    con.execute("create schema if not exists identity")
    con.register("nickname", _nicknames())
    try:
        con.execute(_hashed("account", _accounts()))
        con.execute(
            _hashed("person", _people()),
            {"free_mail": list(free_mail_domains), "roles": list(ROLE_MAILBOXES)},
        )
    finally:
        con.unregister("nickname")
    rows: dict[str, int] = {}
    for kind in KINDS:
        row = con.execute(f"select count(*) from identity.{kind}_feature").fetchone()
        rows[kind] = int(row[0]) if row else 0
    return rows


def _hashed(kind: str, query: str) -> str:
    compared = ", ".join(f"coalesce(cast({name} as varchar), chr(1))" for name in COMPARED[kind])
    return (
        f"create or replace table identity.{kind}_feature as "
        f"select *, md5(concat_ws(chr(2), {compared})) as record_hash from ({query})"
    )


def _accounts() -> str:
    return f"""
        select
            account.account_id as record_key,
            account.source_name,
            {_company_key("account.account_name")} as name_key,
            {_domain("account.website_domain")} as domain,
            {_phone_key("account.phone")} as phone_key,
            {_key("account.street")} as street_key,
            {_key("account.postal_code")} as postal_key,
            {_key("account.city")} as city_key,
            upper(account.country) as country,
            account.parent_account_id
        from gate.account as account
        left join reference.domain as host on account.website_domain = host.domain
    """


def _people() -> str:
    records = " union all ".join(
        f"""
        select
            {record_key(entity, f"person.{entity}_id")} as record_key,
            '{entity}' as entity,
            person.{entity}_id as record_id,
            person.source_name,
            person.first_name,
            person.last_name,
            person.email,
            person.email_domain,
            person.phone,
            person.mobile_phone,
            person.{account} as account_id,
            {company} as company_name
        from gate.{entity} as person
        left join gate.account as account on person.{account} = account.account_id
        """
        for entity, account, company in (
            ("contact", "account_id", "account.account_name"),
            ("lead", "converted_account_id", "person.company_name"),
        )
    )
    return f"""
        with named as (
            select
                *,
                {_key("first_name")} as written_first_name,
                nullif(lower(trim(email)), '') as address
            from ({records})
        )
        select
            record_key,
            entity,
            record_id,
            source_name,
            -- People of three names are called by one of them.
            coalesce(nickname.name, split_part(written_first_name, ' ', 1)) as first_name_key,
            {_key("last_name")} as last_name_key,
            address as email,
            split_part(address, '@', 1) as email_local,
            case
                when not list_contains($free_mail, {_domain("named.email_domain")})
                    then {_domain("named.email_domain")}
            end as email_domain,
            list_contains($roles, split_part(address, '@', 1)) as is_role_mailbox,
            {_phone_key("phone")} as phone_key,
            {_phone_key("mobile_phone")} as mobile_key,
            account_id,
            {_company_key("company_name")} as company_key
        from named
        left join nickname on split_part(written_first_name, ' ', 1) = nickname.nickname
        left join reference.domain as host on named.email_domain = host.domain
    """


def _domain(column: str) -> str:
    """The registrable domain; a host that is in no registry, as in a private network, is itself."""
    return f"coalesce(host.registrable_domain, {column})"


def _key(column: str) -> str:
    """Letters and digits of a text in lower case, without accents, words parted by one space."""
    lower = (
        f"translate(lower(strip_accents({column})), '{SINGLE_LETTERS[0]}', '{SINGLE_LETTERS[1]}')"
    )
    for letter, letters in LETTERS_OF_TWO:
        lower = f"replace({lower}, '{letter}', '{letters}')"
    plain = f"regexp_replace({lower}, '[.''’`]', '', 'g')"
    return f"nullif(trim(regexp_replace({plain}, '[^\\p{{L}}\\p{{N}}]+', ' ', 'g')), '')"


def _company_key(column: str) -> str:
    """The name of a company without its legal form; a name that is nothing else keeps it."""
    key = _key(f"replace({column}, '&', ' and ')")
    bare = f"nullif(regexp_replace({key}, '( ({_legal_forms()}))+$', ''), '')"
    return f"coalesce({bare}, {key})"


def _phone_key(column: str) -> str:
    digits = f"regexp_replace({column}, '[^0-9]', '', 'g')"
    return (
        f"case when length({digits}) >= {SHORTEST_PHONE} then right({digits}, {PHONE_DIGITS}) end"
    )


def _plain(text: str) -> str:
    """What ``_key`` makes of a text with ``&`` spelled out, here for words of a library."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", text.lower())
        if unicodedata.category(letter) != "Mn"
    ).translate(str.maketrans(*SINGLE_LETTERS))  # fmt: skip
    for letter, letters in LETTERS_OF_TWO:
        plain = plain.replace(letter, letters)
    plain = re.sub("[.'’`]", "", plain).replace("&", " and ")
    return " ".join(re.findall(r"[^\W_]+", plain))


@cache
def _legal_forms() -> str:
    """The legal forms that cleanco knows, written as ``_key`` writes names, as a regex."""
    from cleanco import termdata

    written = {_plain(term) for terms in termdata.terms_by_type.values() for term in terms}
    return "|".join(
        sorted(
            (re.escape(form).replace("\\ ", " ") for form in written if form),
            key=lambda f: (-len(f), f),
        )
    )


@cache
def _nicknames() -> pa.Table:
    """Columns ``nickname`` and ``name``: each nickname once, with the name it is short for."""
    text = resources.files(__package__).joinpath("nicknames.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    return pa.table(
        {name: pa.array([row[name] for row in rows], pa.string()) for name in ("nickname", "name")}
    )
