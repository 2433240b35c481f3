"""Identity at full size: a first night over everything, and a night on which little changed.

Belongs here: the made records, and the two measurements. Does not belong here: how well records are
matched, which the tests measure on records whose truth is known.

Names, numbers and addresses are as distinct as in a real CRM; one record in twenty is a copy with
another spelling, as people make them.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from bench.measure import BenchRow, MeasurementError, measured
from dagster_project.identity.run import resolve
from dagster_project.identity.settings import IdentitySettings

ACCOUNTS = 100_000
CONTACTS = 400_000
LEADS = 600_000

CHANGED_SHARE = 0.003
"""Of all records, on a night."""

FIRST_NIGHT_SECONDS = 15 * 60
NIGHT_SECONDS = FIRST_NIGHT_SECONDS / 10
MEMORY_LIMIT_GB = 8.0

# A word of some syllables that is another one for each number.
_WORD = """
create macro syllable(n) as ['ba','be','bo','da','de','do','fa','fe','ga','go','ha','he','ka','ke',
    'ko','la','le','lo','ma','me','mo','na','ne','no','pa','pe','po','ra','re','ro','sa','se','so',
    'ta','te','to','va','ve','vo','wa','we','wo','xa','xe','ya','yo','za','ze','zo','qui'
][1 + cast(n % 50 as integer)];
create macro word(n) as syllable(n) || syllable(n // 50) || syllable(n // 2500)
    || syllable(hash(n) % 50);
create macro original(i) as case when i % 20 = 7 then i - 7 else i end;
create macro is_copy(i) as i % 20 = 7
"""

_ACCOUNT = """
select
    'a' || i as account_id,
    word(original(i)) || ' ' || ['Systems', 'Labs', 'Foods', 'Media', 'Works'][1 + original(i) % 5]
        || case when is_copy(i) then ' GmbH' else '' end as account_name,
    cast(null as varchar) as parent_account_id,
    cast(null as varchar) as merged_into_account_id,
    case when i % 40 <> 7 then word(original(i)) || '.example' end as website_domain,
    '+49' || (3000000000 + original(i)) as phone,
    'Street ' || (original(i) % 97) as street,
    cast(10000 + original(i) % 9000 as varchar) as postal_code,
    'City ' || (original(i) % 400) as city,
    'DE' as country
from range({rows}) as made(i)
"""

_PERSON = """
select
    '{letter}' || i as {entity}_id,
    {more}
    cast(null as varchar) as merged_into_{entity}_id,
    word(original(i) % 900) as first_name,
    word(original(i) * 7 % 40000)
        || case when is_copy(i) and i % 60 = 7 then 'x' else '' end as last_name,
    word(original(i) % 900) || '.' || original(i) || '{letter}'
        || case when is_copy(i) and i % 40 = 7 then '2' else '' end
        || '@' || word(original(i) % {accounts}) || '.example' as email,
    word(original(i) % {accounts}) || '.example' as email_domain,
    '+49' || (4000000000 + original(i) * 3 + {shift}) as phone,
    case when i % 2 = 0 then '+49' || (5000000000 + original(i) * 3 + {shift}) end as mobile_phone
from range({rows}) as made(i)
"""


def identity_rows(folder: Path, scale: float) -> list[BenchRow]:
    """Make the records, resolve them, change a few, resolve again.

    Raises:
        MeasurementError: the copies were not found, or the second night compared too much.
    """
    warehouse = folder / "identity" / "warehouse.duckdb"
    sizes = measured(_write, warehouse, scale).result
    first = measured(_resolve, warehouse)
    changed = measured(_change, warehouse).result
    night = measured(_resolve, warehouse)
    if first.result["matches"] < sizes["copies"] * 0.9:
        raise MeasurementError(
            f"{sizes['copies']:,} records are copies, {first.result['matches']:,} links were found"
        )
    if not 0 < night.result["compared"] <= changed:
        raise MeasurementError(
            f"{changed:,} records changed, {night.result['compared']:,} were compared"
        )
    size = f"{sizes['people']:,} people, {sizes['accounts']:,} accounts"
    return [
        BenchRow(
            "identity, every record new",
            size,
            first.seconds,
            first.peak_memory_gb,
            memory_limit_gb=MEMORY_LIMIT_GB,
            limit_seconds=FIRST_NIGHT_SECONDS,
        ),
        BenchRow(
            "identity, a night; baseline: every record new",
            f"{changed:,} records changed",
            night.seconds,
            night.peak_memory_gb,
            first.seconds,
            memory_limit_gb=MEMORY_LIMIT_GB,
            limit_seconds=NIGHT_SECONDS,
        ),
    ]


def _write(warehouse: Path, scale: float) -> dict[str, int]:
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    warehouse.unlink(missing_ok=True)
    accounts, contacts, leads = (
        max(200, int(rows * scale)) for rows in (ACCOUNTS, CONTACTS, LEADS)
    )
    with duckdb.connect(str(warehouse)) as con:
        con.execute("create schema canonical; create schema gate; create schema hygiene")
        con.execute(_WORD)
        made = {
            "account": _ACCOUNT.format(rows=accounts),
            "contact": _PERSON.format(
                entity="contact", letter="c", rows=contacts, accounts=accounts, shift=0,
                more=f"'a' || (original(i) % {accounts}) as account_id,",
            ),
            "lead": _PERSON.format(
                entity="lead", letter="l", rows=leads, accounts=accounts, shift=1,
                more="cast(null as varchar) as converted_account_id, "
                "cast(null as varchar) as converted_contact_id, "
                f"word(original(i) % {accounts}) as company_name, false as is_converted,",
            ),
        }  # fmt: skip
        for entity, query in made.items():
            con.execute(
                f"""
                create table canonical.{entity} as
                select *, 'crm' as source_name, {entity}_id as source_record_id,
                    timestamptz '2026-01-01' as created_at, timestamptz '2026-01-01' as modified_at,
                    cast(null as varchar) as exclusion_reason
                from ({query})
                """
            )
            con.execute(f"create view gate.{entity} as from canonical.{entity}")
        for schema in ("canonical", "gate"):
            con.execute(
                f"""
                create table {schema}.opportunity (
                    opportunity_id varchar, merged_into_opportunity_id varchar,
                    source_name varchar, source_record_id varchar, created_at timestamptz,
                    exclusion_reason varchar
                )
                """
            )
        con.execute("create schema reference")
        con.execute(
            """
            create table reference.domain as
            select distinct host as domain, true as is_registrable, host as registrable_domain,
                'example' as public_suffix
            from (
                select website_domain as host from gate.account
                union all select email_domain from gate.contact
                union all select email_domain from gate.lead
            )
            where host is not null
            """
        )
        con.execute(
            "create table gate.lead_history "
            "(lead_id varchar, field_name varchar, changed_at timestamptz)"
        )
    return {
        "accounts": accounts,
        "people": contacts + leads,
        "copies": sum(rows // 20 for rows in (accounts, contacts, leads)),
    }


def _resolve(warehouse: Path) -> dict[str, int]:
    with duckdb.connect(str(warehouse)) as con:
        con.execute("set memory_limit = '5GB'")
        result = resolve(con, IdentitySettings())
    return {"matches": result.links.get("match", 0), "compared": sum(result.scored.values())}


def _change(warehouse: Path) -> int:
    """Numbers change."""
    every = round(1 / CHANGED_SHARE)
    changed = 0
    with duckdb.connect(str(warehouse)) as con:
        for entity in ("account", "contact", "lead"):
            row = con.execute(
                f"update canonical.{entity} set phone = phone || '9' "
                f"where cast({entity}_id[2:] as bigint) % {every} = 11"
            ).fetchone()
            changed += int(row[0]) if row else 0
    return changed
