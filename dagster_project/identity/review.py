"""What people should decide: ``hygiene.review_queue``.

Belongs here: pairs that may be one and do not count as one. Does not belong here: decisions
(``overrides``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagster_project.identity.model import KINDS

if TYPE_CHECKING:
    import duckdb

    from dagster_project.identity.settings import IdentitySettings


def write_review_queue(con: duckdb.DuckDBPyConnection, settings: IdentitySettings) -> int:
    """Write the queue, the likeliest pairs first; returns its rows.

    A pair is in it when its probability lies between the two thresholds, when a doubt or the size
    of the cluster kept it from being linked, and nobody has decided about it. Records are named by
    their ids in their sources alone.
    """
    thresholds = " ".join(
        f"when '{kind}' then {float(probability)}"
        for kind, probability in settings.review_probability.items()
    )
    pairs = " union all ".join(
        f"select '{kind}' as kind, * from identity.{kind}_pair" for kind in KINDS
    )
    con.execute(
        f"""
        create or replace table hygiene.review_queue as
        with record as (
            select 'account' as kind, account_id as record_key, 'account' as entity, source_name,
                source_record_id, cluster_id
            from identity.xref_account
            union all
            select 'person', entity || ':' || record_id, entity, source_name, source_record_id,
                cluster_id
            from identity.xref_person
        )
        select
            pair.kind,
            l.entity as entity_l,
            l.source_name as source_l,
            l.source_record_id as record_l,
            r.entity as entity_r,
            r.source_name as source_r,
            r.source_record_id as record_r,
            pair.match_probability,
            pair.match_weight,
            coalesce(refused.why, pair.doubt, 'not sure enough') as why,
            pair.reasons,
            pair.model_version
        from ({pairs}) as pair
        inner join record as l on pair.record_key_l = l.record_key
        inner join record as r on pair.record_key_r = r.record_key
        left join identity.link_refused as refused
            on pair.record_key_l = refused.record_key_l
            and pair.record_key_r = refused.record_key_r
        left join identity.override as decided
            on pair.record_key_l = decided.record_key_l
            and pair.record_key_r = decided.record_key_r
        where l.cluster_id <> r.cluster_id
            and decided.kind is null
            and pair.match_probability >= case pair.kind {thresholds} end
        order by pair.match_probability desc, pair.match_weight desc, pair.kind, pair.record_key_l,
            pair.record_key_r
        """
    )
    row = con.execute("select count(*) from hygiene.review_queue").fetchone()
    return int(row[0]) if row else 0
