"""What records are compared by: names, addresses and numbers without what people write differently.

Belongs here: ``identity.account_feature`` and ``identity.person_feature``, one row an admitted
record. Does not belong here: how alike two records are (``model``), which pairs are looked at.

Every column may be NULL. A name that two people write differently ("Acme GmbH", "ACME") has one
``name_key``; a legal form, an accent or a nickname tells nobody apart.
"""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from dagster_project.identity.model import KINDS, Kind, record_key
from dagster_project.sql_text import literal

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
    """Bring both tables up to date with schema ``gate``; returns the rows of each kind.

    A record that says what it said on an earlier night keeps its row: texts are taken to pieces
    only where they, or the way in which that is done, have changed.

    Args:
        con: the warehouse, to write; the gate has looked up every domain (``reference.domain``).
        free_mail_domains: domains of mail that tell nobody's company, in lower case.
    """
    con.execute("create schema if not exists identity")
    con.register("nickname", _nicknames())
    given: dict[Kind, dict[str, list[str]]] = {
        "account": {},
        "person": {"free_mail": sorted(free_mail_domains), "roles": list(ROLE_MAILBOXES)},
    }
    rows: dict[str, int] = {}
    try:
        for kind in KINDS:
            _bring_up_to_date(con, kind, given[kind])
            row = con.execute(f"select count(*) from identity.{kind}_feature").fetchone()
            rows[kind] = int(row[0]) if row else 0
    finally:
        con.unregister("nickname")
    return rows


def _bring_up_to_date(
    con: duckdb.DuckDBPyConnection, kind: Kind, given: dict[str, list[str]]
) -> None:
    table = f"identity.{kind}_feature"
    way = _way(given)
    con.execute(
        f"create or replace temp table written as select *, hash(written) as written_hash "
        f"from ({_WRITTEN[kind]()}) as written"
    )
    if not _is_of_this_way(con, table, way):
        con.execute(f"create or replace table {table} as {_hashed(kind, 'temp.written')}", given)
        con.execute(f"comment on table {table} is {literal(way)}")
    else:
        con.execute(
            "create or replace temp table changed as select written.* from temp.written as written "
            f"anti join {table} as known using (record_key, written_hash)"
        )
        con.execute(
            f"delete from {table} where record_key not in (select record_key from temp.written) "
            "or record_key in (select record_key from temp.changed)"
        )
        con.execute(f"insert into {table} by name {_hashed(kind, 'temp.changed')}", given)
        con.execute("drop table temp.changed")
    con.execute("drop table temp.written")


def _hashed(kind: Kind, written: str) -> str:
    compared = ", ".join(f"coalesce(cast({name} as varchar), chr(1))" for name in COMPARED[kind])
    return (
        f"select *, md5(concat_ws(chr(2), {compared})) as record_hash "
        f"from ({_FEATURES[kind](written)})"
    )


def _way(given: dict[str, list[str]]) -> str:
    """What tells this way of taking texts to pieces from another one: this file and its lists."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    digest.update(_legal_forms().encode())
    digest.update(repr(_nicknames().to_pylist()).encode())
    digest.update(repr(given).encode())
    return digest.hexdigest()


def _is_of_this_way(con: duckdb.DuckDBPyConnection, table: str, way: str) -> bool:
    """Whether the table is there, and was made in this way."""
    schema, name = table.split(".")
    row = con.execute(
        "select comment from duckdb_tables() where database_name = current_database() "
        "and schema_name = ? and table_name = ?",
        [schema, name],
    ).fetchone()
    return row is not None and row[0] == way


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


def _accounts_written() -> str:
    return """
        select
            account.account_id as record_key,
            account.source_name,
            account.account_name,
            coalesce(host.registrable_domain, account.website_domain) as domain,
            account.phone,
            account.street,
            account.postal_code,
            account.city,
            account.country,
            account.parent_account_id
        from gate.account as account
        left join reference.domain as host on account.website_domain = host.domain
    """


def _account_features(written: str) -> str:
    return f"""
        select
            record_key,
            written_hash,
            source_name,
            {_company_key("account_name")} as name_key,
            domain,
            {_phone_key("phone")} as phone_key,
            {_key("street")} as street_key,
            {_key("postal_code")} as postal_key,
            {_key("city")} as city_key,
            upper(country) as country,
            parent_account_id
        from {written}
    """


def _people_written() -> str:
    return " union all ".join(
        f"""
        select
            {record_key(entity, f"person.{entity}_id")} as record_key,
            '{entity}' as entity,
            person.{entity}_id as record_id,
            person.source_name,
            person.first_name,
            person.last_name,
            person.email,
            -- The registrable domain; a host that is in no registry, as in a private network, is
            -- itself.
            coalesce(host.registrable_domain, person.email_domain) as domain,
            person.phone,
            person.mobile_phone,
            person.{account} as account_id,
            {company} as company_name
        from gate.{entity} as person
        left join gate.account as account on person.{account} = account.account_id
        left join reference.domain as host on person.email_domain = host.domain
        """
        for entity, account, company in (
            ("contact", "account_id", "account.account_name"),
            ("lead", "converted_account_id", "person.company_name"),
        )
    )


def _person_features(written: str) -> str:
    return f"""
        with named as (
            select
                *,
                {_key("first_name")} as written_first_name,
                nullif(lower(trim(email)), '') as address
            from {written}
        )
        select
            record_key,
            written_hash,
            entity,
            record_id,
            source_name,
            -- People of three names are called by one of them.
            coalesce(nickname.name, split_part(written_first_name, ' ', 1)) as first_name_key,
            {_key("last_name")} as last_name_key,
            address as email,
            split_part(address, '@', 1) as email_local,
            case when not list_contains($free_mail, domain) then domain end as email_domain,
            list_contains($roles, split_part(address, '@', 1)) as is_role_mailbox,
            {_phone_key("phone")} as phone_key,
            {_phone_key("mobile_phone")} as mobile_key,
            account_id,
            {_company_key("company_name")} as company_key
        from named
        left join nickname on split_part(written_first_name, ' ', 1) = nickname.nickname
    """


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


_WRITTEN: dict[Kind, Callable[[], str]] = {"account": _accounts_written, "person": _people_written}
_FEATURES: dict[Kind, Callable[[str], str]] = {
    "account": _account_features,
    "person": _person_features,
}
