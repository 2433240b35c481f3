"""Which two records are one, and who says so: ``identity.link``.

Belongs here: what the vendor merged or converted, what people decided, and which scored pairs are
sure enough. Does not belong here: scores (``scoring``), what many links make together
(``clusters``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from dagster_project.identity.merges import write_merged_contacts
from dagster_project.identity.model import KIND_OF, KINDS, MERGED_KIND_OF, record_key

if TYPE_CHECKING:
    import duckdb

    from dagster_project.identity.settings import IdentitySettings

#: Methods by trust; all but the last are certain.
METHODS = ("override", "merge", "conversion", "match")

_COLUMNS = (
    "kind, record_key_l, record_key_r, method, confidence, match_weight, reasons, model_version"
)


def write_links(con: duckdb.DuckDBPyConnection, settings: IdentitySettings) -> dict[str, int]:
    """Write ``identity.link`` and ``identity.override``; returns the links of each method.

    A vendor's merge counts from the day on which the loser is no longer admitted for it, and is all
    that ``never_merge`` does not undo. Who was converted to a contact that is merged is the contact
    that is left of it. Several methods may say the same of two records: the most trusted one is
    kept.
    """
    _write_overrides(con, settings)
    write_merged_contacts(con)
    matches = " union all ".join(
        f"""
        select '{kind}', record_key_l, record_key_r, 'match', match_probability, match_weight,
            reasons, model_version
        from identity.{kind}_pair
        where doubt is null and match_probability >= {float(settings.link_probability[kind])}
            and {str(settings.is_enabled).lower()}
        """
        for kind in KINDS
    )
    merges = " union all ".join(
        f"""
        select '{kind}', {record_key(entity, f"{entity}_id")},
            {record_key(entity, f"merged_into_{entity}_id")}, 'merge', 1.0, null, null, null
        from canonical.{entity}
        where exclusion_reason = 'merged' and merged_into_{entity}_id is not null
        """
        for entity, kind in MERGED_KIND_OF.items()
    )
    con.execute(
        f"""
        create or replace table identity.link as
        with said({_COLUMNS}) as (
            select kind, record_key_l, record_key_r, 'override', 1.0, null, null, null
            from identity.override where action = 'merge'
            union all
            {merges}
            union all
            select 'person', {record_key("lead", "lead.lead_id")},
                {record_key("contact", "contact.contact_id")}, 'conversion', 1.0, null, null, null
            from gate.lead as lead
            left join identity.merged_contact as merged
                on lead.converted_contact_id = merged.contact_id
            inner join gate.contact as contact
                on coalesce(merged.surviving_contact_id, lead.converted_contact_id)
                    = contact.contact_id
            union all
            {matches}
        ),
        ordered as (
            select
                kind,
                least(record_key_l, record_key_r) as record_key_l,
                greatest(record_key_l, record_key_r) as record_key_r,
                * exclude (kind, record_key_l, record_key_r)
            from said
            where record_key_l <> record_key_r
        )
        select ordered.*
        from ordered
        left join identity.override as forbidden
            on forbidden.action = 'never_merge'
            and ordered.record_key_l = forbidden.record_key_l
            and ordered.record_key_r = forbidden.record_key_r
        where forbidden.kind is null or ordered.method = 'merge'
        qualify row_number() over (
            partition by ordered.kind, ordered.record_key_l, ordered.record_key_r
            order by list_position({list(METHODS)}, ordered.method)
        ) = 1
        """
    )
    return dict(
        con.execute(
            "select method, count(*) from identity.link group by method order by method"
        ).fetchall()
    )


def _write_overrides(con: duckdb.DuckDBPyConnection, settings: IdentitySettings) -> None:
    """``identity.override``: decisions whose records exist, keys in their order.

    And ``identity.lead_account_override``: the account that people gave a lead, one row a lead.
    """
    columns = ("action", "kind", "source_l", "record_l", "source_r", "record_r", "reason",
               "decided_by", "decided_until")  # fmt: skip
    con.register(
        "decided",
        pa.table(
            {
                name: pa.array(
                    [getattr(override, name) for override in settings.overrides],
                    pa.date32() if name == "decided_until" else pa.string(),
                )
                for name in columns
            }
        ),
    )
    known = " union all ".join(
        f"select '{kind}' as kind, {record_key(entity, f'{entity}_id')} as record_key, "
        f"source_name, source_record_id from canonical.{entity}"
        for entity, kind in KIND_OF.items()
    )
    con.execute(
        f"""
        create or replace table identity.override as
        with known as ({known})
        select
            decided.action,
            decided.kind,
            least(l.record_key, r.record_key) as record_key_l,
            greatest(l.record_key, r.record_key) as record_key_r,
            decided.reason,
            decided.decided_by,
            decided.decided_until
        from decided
        inner join known as l
            on decided.source_l = l.source_name and decided.record_l = l.source_record_id
            and decided.kind = l.kind
        inner join known as r
            on decided.source_r = r.source_name and decided.record_r = r.source_record_id
            and decided.kind = r.kind
        """
    )
    con.execute(
        """
        create or replace table identity.lead_account_override as
        select lead.lead_id, account.account_id, decided.reason, decided.decided_by,
            decided.decided_until
        from decided
        inner join canonical.lead as lead
            on decided.source_l = lead.source_name and decided.record_l = lead.source_record_id
        inner join canonical.account as account
            on decided.source_r = account.source_name
            and decided.record_r = account.source_record_id
        where decided.action = 'match'
        qualify row_number() over (partition by lead.lead_id order by decided.decided_by) = 1
        """
    )
    con.unregister("decided")
