"""Which record of several stands for all, and with which values.

Belongs here: ``identity.xref_account``, ``xref_person`` and ``xref_opportunity``, one row a source
record with who it is and how that is known, and the golden records. Does not belong here: which
records are one (``clusters``), how the marts see them (``resolved``).

A survivor is of the source that goes first, else the oldest record, else the one of the least id:
nothing that a later night or another record's values could change. A person has a surviving contact
and surviving leads, and is known by the contact where there is one. Two leads of which the CRM only
says that they were converted to the same contact are two conversions of one person: neither is a
copy of the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagster_project.duckdb_catalog import columns_of
from dagster_project.identity.links import METHODS
from dagster_project.identity.model import KIND_OF, MERGED_KIND_OF, record_key
from dagster_project.sql_text import identifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from dagster_project.identity.settings import IdentitySettings

#: Columns that belong together and come from one record: where a lead stands, whose a contact is,
#: and when that was last written, by which states without a history are dated.
_TOGETHER = {
    "account": (
        "source_name", "source_record_id", "owner_id", "sales_development_owner_id", "modified_at",
    ),
    "contact": (
        "source_name", "source_record_id", "account_id", "owner_id", "awareness_stage",
        "modified_at",
    ),
    "lead": (
        "lead_status", "owner_id", "is_converted", "converted_date", "converted_account_id",
        "converted_contact_id", "converted_opportunity_id", "disqualified_reason",
        "marketing_qualified_reason", "review_on", "modified_at",
    ),
}  # fmt: skip

#: What was refused, or is dead, on any record.
_ON_ANY = ("has_opted_out_of_email", "is_do_not_call", "is_email_bounced")

_FIRST = ("created_at",)
_LAST = ("last_activity_date",)


# Who stands for several: nothing in it changes with another night or another record's values.
_PRECEDENCE = """
    is_admitted desc, coalesce(list_position($precedence, source_name), 1000000), source_name,
    created_at nulls last, record_id
"""


def write_survivors(con: duckdb.DuckDBPyConnection, settings: IdentitySettings) -> None:
    """Write the cross-references and ``identity.golden_<entity>``.

    Needs schema ``gate``, ``canonical``, and ``identity.link``, ``cluster``, ``override``.
    """
    _write_ranks(con, settings.source_precedence)
    _write_how(con)
    for entity in ("account", "opportunity"):
        con.execute(_xref(entity))
    con.execute(_XREF_PERSON)
    for entity in KIND_OF:
        _write_golden(con, entity)
    con.execute("drop table identity.record_rank")
    con.execute("drop table identity.record_link")


def _write_ranks(con: duckdb.DuckDBPyConnection, precedence: Sequence[str]) -> None:
    """``identity.record_rank``: all records of the four entities, with their places.

    ``place`` is among the records of the entity in the cluster, ``copy_place`` among those that are
    copies of each other (``copy_key``), which only leads can be fewer of.
    """
    records = " union all by name ".join(
        f"""
        select
            '{entity}' as entity, '{kind}' as kind,
            {record_key(entity, f"record.{entity}_id")} as record_key,
            record.{entity}_id as record_id, record.source_name, record.source_record_id,
            record.created_at, admitted.{entity}_id is not null as is_admitted
        from canonical.{entity} as record
        left join gate.{entity} as admitted on record.{entity}_id = admitted.{entity}_id
        where admitted.{entity}_id is not null or record.exclusion_reason = 'merged'
        """
        for entity, kind in MERGED_KIND_OF.items()
    )
    con.execute(
        f"""
        create or replace table identity.record_rank as
        with otherwise_linked as (
            select record_key_l as record_key from identity.link where method <> 'conversion'
            union
            select record_key_r from identity.link where method <> 'conversion'
        ),
        clustered as (
            select
                record.*,
                coalesce(cluster.cluster_key, record.record_key) as cluster_id,
                case
                    when record.entity = 'lead' and otherwise_linked.record_key is null
                        then record.record_key
                    else coalesce(cluster.cluster_key, record.record_key)
                end as copy_key
            from ({records}) as record
            left join identity.cluster as cluster
                on record.record_key = cluster.record_key
            left join otherwise_linked
                on record.record_key = otherwise_linked.record_key
        )
        select
            *,
            row_number() over (
                partition by entity, cluster_id order by {_PRECEDENCE}
            ) as place,
            row_number() over (
                partition by entity, copy_key order by {_PRECEDENCE}
            ) as copy_place
        from clustered
        """,
        {"precedence": list(precedence)},
    )


def _write_how(con: duckdb.DuckDBPyConnection) -> None:
    """``identity.record_link``: of each record in a cluster the link that says the most of it."""
    con.execute(
        f"""
        create or replace table identity.record_link as
        with side as (
            select kind, record_key_l as record_key, record_key_r as linked_record_key,
                * exclude (kind, record_key_l, record_key_r)
            from identity.link
            union all
            select kind, record_key_r, record_key_l, * exclude (kind, record_key_l, record_key_r)
            from identity.link
        )
        select side.*
        from side
        inner join identity.cluster as own
            on side.record_key = own.record_key
        inner join identity.cluster as other
            on side.linked_record_key = other.record_key
        where own.cluster_key = other.cluster_key
        qualify row_number() over (
            partition by side.kind, side.record_key
            order by list_position({list(METHODS)}, side.method),
                side.confidence desc, side.match_weight desc, side.linked_record_key
        ) = 1
        """
    )


_HOW = """
    case
        when coalesce(record.record_id = {own}, false) then 'itself'
        else coalesce(how.method, 'itself')
    end as method,
    case
        when coalesce(record.record_id = {own}, false) then 1.0
        else coalesce(how.confidence, 1.0)
    end as confidence,
    how.linked_record_key,
    how.match_weight,
    how.reasons,
    how.model_version,
    record.is_admitted
"""


def _xref(entity: str) -> str:
    """The cross-reference of an entity whose survivor is the record in the first place."""
    return f"""
        create or replace table identity.xref_{entity} as
        select
            record.record_id as {entity}_id,
            record.source_name,
            record.source_record_id,
            survivor.record_id as survivor_{entity}_id,
            record.cluster_id,
            {_HOW.format(own="survivor.record_id")}
        from identity.record_rank as record
        inner join identity.record_rank as survivor
            on record.cluster_id = survivor.cluster_id and survivor.entity = '{entity}'
            and survivor.place = 1
        left join identity.record_link as how
            on record.record_key = how.record_key
        where record.entity = '{entity}'
        order by {entity}_id
    """


# Of the person's surviving contact and lead the one whose key is the person's.
_KNOWN_BY_CONTACT = (
    "coalesce(contact.is_admitted, false) or lead.record_id is null "
    "or (not lead.is_admitted and contact.record_id is not null)"
)

_XREF_PERSON = f"""
    create or replace table identity.xref_person as
    select
        record.entity,
        record.record_id,
        record.source_name,
        record.source_record_id,
        -- As dbt's surrogate keys are made: a person who stands alone keeps the key of the record.
        md5(
            case
                when {_KNOWN_BY_CONTACT} then 'contact|' || contact.record_id
                else 'lead|' || lead.record_id
            end
        ) as person_id,
        case when contact.is_admitted then contact.record_id end as surviving_contact_id,
        case when own_lead.is_admitted then own_lead.record_id end as surviving_lead_id,
        record.cluster_id,
        {
    _HOW.format(
        own=f"case when {_KNOWN_BY_CONTACT} "
        "then case record.entity when 'contact' then contact.record_id end "
        "else case record.entity when 'lead' then lead.record_id end end"
    )
}
    from identity.record_rank as record
    left join identity.record_rank as contact
        on record.cluster_id = contact.cluster_id and contact.entity = 'contact'
        and contact.place = 1
    left join identity.record_rank as lead
        on record.cluster_id = lead.cluster_id and lead.entity = 'lead' and lead.place = 1
    -- A contact stands beside the person's first lead, a lead beside the one it is a copy of.
    left join identity.record_rank as own_lead
        on own_lead.entity = 'lead' and own_lead.copy_place = 1
        and own_lead.copy_key
            = case record.entity when 'lead' then record.copy_key else lead.copy_key end
    left join identity.record_link as how
        on record.record_key = how.record_key
    where record.entity in ('contact', 'lead')
    order by record.entity, record.record_id
"""


def _write_golden(con: duckdb.DuckDBPyConnection, entity: str) -> None:
    """The best value of each column for survivors of two or more admitted records.

    A value is the first that is filled: the survivor's, then those of the other records in their
    places. Which record it came from is not written down: comparing with the records tells.
    """
    key = f"{entity}_id"
    columns = [name for name in columns_of(con, "gate", entity) if name != key]
    chosen = ",\n".join(f"{_best(entity, name)} as {identifier(name)}" for name in columns)
    # Of several leads one was worked: it was converted, or its status changed last. That a copy was
    # made, or enriched, says nothing of it.
    leading, worked, extra = "rank.copy_place = 1", "", ""
    if entity == "lead":
        leading = (
            "row_number() over (partition by rank.copy_key order by "
            "coalesce(record.is_converted, false) desc, worked.changed_at desc nulls last, "
            "rank.copy_place) = 1"
        )
        worked = (
            "left join (select lead_id, max(changed_at) as changed_at from gate.lead_history "
            "where field_name = 'lead_status' group by lead_id) as worked "
            "on record.lead_id = worked.lead_id"
        )
        extra = ", first(member_id order by is_leading desc, place) as leading_lead_id"
    con.execute(
        f"""
        create or replace table identity.golden_{entity} as
        with member as (
            select record.* exclude ({key}), record.{key} as member_id, rank.copy_key,
                rank.copy_place as place,
                {leading} as is_leading,
                count(*) over (partition by rank.copy_key) as members
            from identity.record_rank as rank
            inner join gate.{entity} as record on rank.record_id = record.{key}
            {worked}
            where rank.entity = '{entity}' and rank.is_admitted
        )
        select first(member_id order by place) as {key}, {chosen}{extra}
        from member
        where members > 1
        group by copy_key
        order by {key}
        """
    )


def _best(entity: str, name: str) -> str:
    column = identifier(name)
    if name in _TOGETHER[entity]:
        return f"first({column} order by is_leading desc, place)"
    if name in _ON_ANY:
        return f"bool_or({column})"
    if name in _FIRST:
        return f"min({column})"
    if name in _LAST:
        return f"max({column})"
    return f"first({column} order by place) filter (where {column} is not null)"
