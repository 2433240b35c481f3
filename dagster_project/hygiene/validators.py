"""Field validators: distinct values, judged once by a well-kept library, kept as look-ups.

Belongs here: the ``reference`` schema (``email``, ``domain``, ``phone``, ``country``,
``subdivision``) and what fills it. Does not belong here: rules; they join these tables in SQL.

Only values of live records that the look-up does not know yet are judged, so the second night
costs next to nothing. A row is judged again when the library behind it has a new version. The
tables hold personal values (addresses, numbers): they stay in the working warehouse.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from dagster_project.sql_text import literal

if TYPE_CHECKING:
    import duckdb

#: Called with what is being done, how many values are done, and how many there are.
Progress = Callable[[str, int, int], None]

#: Values judged between two calls of ``progress``; bounds memory.
CHUNK_ROWS = 50_000

#: RFC 2606 reserves these beside the special-use names that email-validator knows.
RESERVED_DOMAINS = frozenset({"example.com", "example.net", "example.org"})

#: Languages in which a country may be written, beside English; ISO names in each are known.
COUNTRY_LANGUAGES = ("de", "fr", "es", "it", "nl", "pt", "sv", "da", "nb_NO", "fi", "pl")

#: Common names that are no ISO name in any language, in lower case.
COUNTRY_ALIASES = {
    "america": "US",
    "brasil": "BR",
    "burma": "MM",
    "cape verde": "CV",
    "czech republic": "CZ",
    "england": "GB",
    "great britain": "GB",
    "holland": "NL",
    "hong kong sar": "HK",
    "ivory coast": "CI",
    "korea": "KR",
    "macau": "MO",
    "northern ireland": "GB",
    "russia": "RU",
    "scotland": "GB",
    "south korea": "KR",
    "swaziland": "SZ",
    "the netherlands": "NL",
    "turkey": "TR",
    "u.a.e.": "AE",
    "u.k.": "GB",
    "u.s.": "US",
    "u.s.a.": "US",
    "uae": "AE",
    "uk": "GB",
    "united states of america": "US",
    "wales": "GB",
}


@dataclass(frozen=True)
class _LookUp:
    """One table of the reference schema: its columns, the values it needs, their judge."""

    table: str
    columns: dict[str, str]
    key: tuple[str, ...]
    wanted: str
    library: str
    judge: Callable[..., tuple[Any, ...]]

    @property
    def version(self) -> str:
        return f"{self.library} {version(self.library)}"


def check_email(email: str) -> tuple[str, bool, str | None, str | None]:
    """(email, is_valid, failure_reason: syntax or reserved_domain, domain)."""
    from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

    domain = email.rpartition("@")[2].lower() or None
    if domain is not None:
        labels = domain.split(".")
        parents = {".".join(labels[start:]) for start in range(len(labels))}
        if not parents.isdisjoint({*SPECIAL_USE_DOMAIN_NAMES, *RESERVED_DOMAINS}):
            return email, False, "reserved_domain", domain
    try:
        validated = validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        return email, False, "syntax", domain
    return email, True, None, validated.ascii_domain


def check_phone(
    phone: str, country_code: str
) -> tuple[str, str, bool, bool, str | None, str | None]:
    """(phone, country_code, is_possible, is_valid, e164, number's country).

    *Possible* means: parses for the country and has a right length. *Valid* also means that the
    number lies in a range in use, which the library learns late; rules use the former.
    """
    import phonenumbers

    try:
        number = phonenumbers.parse(phone, country_code)
    except phonenumbers.NumberParseException:
        return phone, country_code, False, False, None, None
    is_possible = phonenumbers.is_possible_number(number)
    return (
        phone,
        country_code,
        is_possible,
        phonenumbers.is_valid_number(number),
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        if is_possible
        else None,
        phonenumbers.region_code_for_number(number),
    )


def check_domain(domain: str) -> tuple[str, bool, str | None, str | None]:
    """(domain, is_registrable, registrable_domain, public_suffix), by the bundled suffix list."""
    parts = _suffix_list()(domain)
    registrable = parts.top_domain_under_public_suffix or None
    return domain, registrable is not None, registrable, parts.suffix or None


def check_country(country: str) -> tuple[str, bool, str | None, str | None, str | None]:
    """(country, is_known, alpha-2 code, alpha-3 code, ISO name)."""
    import pycountry

    code = _country_codes().get(country.strip().casefold())
    if code is None:
        return country, False, None, None, None
    found = pycountry.countries.get(alpha_2=code)
    if found is None:
        raise ValueError(f"'{code}' is no ISO 3166 code; correct the list of aliases")
    return country, True, found.alpha_2, found.alpha_3, found.name


def check_subdivision(subdivision: str, country_code: str) -> tuple[str, str, bool, str | None]:
    """(subdivision, country_code, is_known, ISO 3166-2 code), by code or name of the country's."""
    code = _subdivision_codes(country_code).get(subdivision.strip().casefold())
    return subdivision, country_code, code is not None, code


def refresh_validators(
    con: duckdb.DuckDBPyConnection, default_country: str, progress: Progress | None = None
) -> dict[str, int]:
    """Fill the look-ups for values not yet seen; returns how many values each judged.

    Args:
        con: a read-write connection to the warehouse.
        default_country: country of phone numbers whose record names none.
        progress: told after every chunk.
    """
    con.execute("create schema if not exists reference")
    return {
        look_up.table: _refresh(con, look_up, progress or silent)
        for look_up in _look_ups(default_country)
    }


def look_up_tables() -> dict[str, tuple[tuple[str, ...], frozenset[str]]]:
    """Table of schema ``reference`` → its key and its columns."""
    return {
        look_up.table: (look_up.key, frozenset({*look_up.columns, "validator_version"}))
        for look_up in _look_ups("US")
    }


def silent(_what: str, _done: int, _total: int) -> None:
    """Progress for callers that do not want any."""


def _live_values(select: str, *sources: tuple[str, str]) -> str:
    return " union ".join(
        f"select distinct {select.format(column=column)} from canonical.{entity} as record "
        f"where record.{column} is not null and coalesce(record.is_excluded, false) = false"
        for entity, column in sources
    )


def _look_ups(default_country: str) -> tuple[_LookUp, ...]:
    """The look-ups in the order they are filled; phones need the countries."""
    one_value = "cast(record.{column} as varchar)"
    known_country = (
        "(select known.country_code from reference.country as known "
        "where known.country = record.country)"
    )
    of_country = f"record.{{column}}, {known_country}"
    with_country = f"record.{{column}}, coalesce({known_country}, {literal(default_country)})"
    return (
        _LookUp(
            "country",
            {
                "country": "varchar",
                "is_known": "boolean",
                "country_code": "varchar",
                "country_code_3": "varchar",
                "country_name": "varchar",
            },
            ("country",),
            _live_values(
                one_value, ("account", "country"), ("contact", "country"), ("lead", "country")
            ),
            "pycountry",
            check_country,
        ),
        _LookUp(
            "subdivision",
            {
                "subdivision": "varchar",
                "country_code": "varchar",
                "is_known": "boolean",
                "subdivision_code": "varchar",
            },
            ("subdivision", "country_code"),
            # A country that nobody knows has no subdivisions; the country is then what is wrong.
            f"from ({_live_values(of_country, ('account', 'state'))}) as entered (state, code) "
            "where entered.code is not null",
            "pycountry",
            check_subdivision,
        ),
        _LookUp(
            "email",
            {
                "email": "varchar",
                "is_valid": "boolean",
                "failure_reason": "varchar",
                "domain": "varchar",
            },
            ("email",),
            _live_values(one_value, ("contact", "email"), ("lead", "email")),
            "email-validator",
            check_email,
        ),
        _LookUp(
            "domain",
            {
                "domain": "varchar",
                "is_registrable": "boolean",
                "registrable_domain": "varchar",
                "public_suffix": "varchar",
            },
            ("domain",),
            _live_values(
                one_value,
                ("account", "website_domain"),
                ("contact", "email_domain"),
                ("lead", "email_domain"),
                ("lead", "website_domain"),
            ),
            "tldextract",
            check_domain,
        ),
        _LookUp(
            "phone",
            {
                "phone": "varchar",
                "country_code": "varchar",
                "is_possible": "boolean",
                "is_valid": "boolean",
                "e164": "varchar",
                "number_country_code": "varchar",
            },
            ("phone", "country_code"),
            _live_values(
                with_country,
                ("contact", "phone"),
                ("contact", "mobile_phone"),
                ("lead", "phone"),
                ("lead", "mobile_phone"),
            ),
            "phonenumbers",
            check_phone,
        ),
    )


def _refresh(con: duckdb.DuckDBPyConnection, look_up: _LookUp, progress: Progress) -> int:
    import pyarrow as pa

    table = f"reference.{look_up.table}"
    columns = {**look_up.columns, "validator_version": "varchar"}
    definition = ", ".join(f"{name} {data_type}" for name, data_type in columns.items())
    con.execute(f"create table if not exists {table} ({definition})")
    con.execute(f"delete from {table} where validator_version <> ?", [look_up.version])
    keys = ", ".join(look_up.key)
    same = " and ".join(f"seen.{key} = wanted.{key}" for key in look_up.key)
    unseen = con.execute(
        f"select {keys} from ({look_up.wanted}) as wanted ({keys}) "
        f"where not exists (select 1 from {table} as seen where {same}) order by {keys}"
    ).to_arrow_table()
    schema = pa.schema(
        [(name, pa.bool_() if kind == "boolean" else pa.string()) for name, kind in columns.items()]
    )
    judged_by = look_up.version
    for done, chunk in _chunks(unseen):
        rows = [
            (*look_up.judge(*values), judged_by)
            for values in zip(*(column.to_pylist() for column in chunk.columns), strict=True)
        ]
        judged = pa.Table.from_arrays(
            [
                pa.array(column, type=field.type)
                for column, field in zip(zip(*rows, strict=True), schema, strict=True)
            ],
            schema=schema,
        )
        con.register("judged_values", judged)
        con.execute(f"insert into {table} select * from judged_values")
        con.unregister("judged_values")
        progress(f"checking {look_up.table} values", done + chunk.num_rows, unseen.num_rows)
    return int(unseen.num_rows)


def _chunks(table: Any) -> Iterator[tuple[int, Any]]:
    for start in range(0, table.num_rows, CHUNK_ROWS):
        yield start, table.slice(start, CHUNK_ROWS)


@cache
def _suffix_list() -> Any:
    import tldextract

    # No addresses and no cache: the list that comes with the package, never the network.
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


@cache
def _subdivision_codes(country_code: str) -> dict[str, str]:
    """Every spelling known for a subdivision of the country, case-folded → ISO 3166-2 code."""
    import pycountry

    codes: dict[str, str] = {}
    for found in pycountry.subdivisions.get(country_code=country_code) or ():  # type: ignore[no-untyped-call]
        for spelling in (found.code, found.code.partition("-")[2], found.name):
            codes.setdefault(spelling.casefold(), found.code)
    return codes


@lru_cache(maxsize=1)
def _country_codes() -> dict[str, str]:
    """Every spelling known for a country, case-folded → alpha-2 code."""
    import pycountry

    codes: dict[str, str] = {}
    for country in pycountry.countries:
        for key in ("alpha_2", "alpha_3", "name", "official_name", "common_name"):
            if name := getattr(country, key, None):
                codes.setdefault(name.casefold(), country.alpha_2)
    for language in COUNTRY_LANGUAGES:
        names = gettext.translation(
            "iso3166-1", pycountry.LOCALES_DIR, languages=[language], fallback=True
        )
        for country in pycountry.countries:
            codes.setdefault(names.gettext(country.name).casefold(), country.alpha_2)
    return {**codes, **COUNTRY_ALIASES}
