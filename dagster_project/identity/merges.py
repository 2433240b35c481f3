"""What a source merged itself, and what people's decisions are worth against it.

Belongs here: where chains of merged contacts end, decisions that contradict each other by way of
merges, and those that merges overrule. Does not belong here: links (``links``).

A source's merge cannot be undone: the loser is gone there, and its work belongs to the winner. A
conversion can: lead and contact are both still there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagster_project.identity.contradictions import Record, contradictions
from dagster_project.identity.model import KIND_OF
from dagster_project.identity.overrides import OverrideFileError

if TYPE_CHECKING:
    import duckdb

    from dagster_project.identity.settings import IdentitySettings


def refuse_contradictions(con: duckdb.DuckDBPyConnection, settings: IdentitySettings) -> None:
    """Fail where a ``merge`` and what a source merged make one of what people keep apart.

    Raises:
        OverrideFileError: the rows that cannot all hold.
    """
    if {override.action for override in settings.overrides} != {"merge", "never_merge"}:
        return
    told = contradictions(settings.overrides, _merged(con))
    if told:
        raise OverrideFileError("In the file of overrides " + "\n".join(told))


def _merged(con: duckdb.DuckDBPyConnection) -> list[tuple[Record, Record]]:
    found: list[tuple[Record, Record]] = []
    for entity, kind in KIND_OF.items():
        found += [
            ((kind, *row[:2]), (kind, *row[2:]))
            for row in con.execute(
                f"""
                select loser.source_name, loser.source_record_id, winner.source_name,
                    winner.source_record_id
                from canonical.{entity} as loser
                inner join canonical.{entity} as winner
                    on loser.merged_into_{entity}_id = winner.{entity}_id
                where loser.exclusion_reason = 'merged'
                """
            ).fetchall()
        ]
    return found


def write_merged_contacts(con: duckdb.DuckDBPyConnection) -> None:
    """Write ``identity.merged_contact``: each merged contact with the one that is left of it.

    Contacts merged in a circle, or into one that the gate does not admit, have none.
    """
    con.execute(
        "create or replace table identity.merged_contact as "
        "select contact_id, merged_into_contact_id as surviving_contact_id from canonical.contact "
        "where exclusion_reason = 'merged' and merged_into_contact_id is not null"
    )
    longer = (
        "from identity.merged_contact as merged "
        "inner join identity.merged_contact as next "
        "on merged.surviving_contact_id = next.contact_id"
    )
    row = con.execute("select count(*) from identity.merged_contact").fetchone()
    # Each pass doubles how far a contact has got; who has not arrived then goes round in a circle.
    for _ in range((row[0] if row else 0).bit_length() + 1):
        if con.execute(f"select 1 {longer} limit 1").fetchone() is None:
            break
        con.execute(
            "create or replace table identity.merged_contact as "
            "select merged.contact_id, "
            "coalesce(next.surviving_contact_id, merged.surviving_contact_id) "
            f"as surviving_contact_id {longer.replace('inner', 'left')}"
        )
    con.execute(
        "delete from identity.merged_contact where surviving_contact_id not in "
        "(select contact_id from gate.contact)"
    )


def mark_overruled(con: duckdb.DuckDBPyConnection) -> int:
    """Add ``is_overruled`` to ``identity.override``; returns how many are.

    Needs ``identity.cluster``, in which only merges of a source join what people keep apart.
    """
    con.execute(
        """
        create or replace table identity.override as
        select
            decided.*,
            decided.action = 'never_merge' and coalesce(l.cluster_key = r.cluster_key, false)
                as is_overruled
        from identity.override as decided
        left join identity.cluster as l on decided.record_key_l = l.record_key
        left join identity.cluster as r on decided.record_key_r = r.record_key
        """
    )
    row = con.execute("select count(*) from identity.override where is_overruled").fetchone()
    return int(row[0]) if row else 0
