"""Which records are one, by way of any number of links: ``identity.cluster``.

Belongs here: connected components, and what keeps them apart. Does not belong here: links, who
survives.

Record keys are unique over kinds, so joins name the key alone: an equality of kinds beside it would
let the engine join everything with everything.

Chains of merges may have any length, and may run in a circle: a cluster is what hangs together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from dagster_project.identity.links import METHODS

if TYPE_CHECKING:
    import duckdb

    from dagster_project.identity.settings import IdentitySettings


def write_clusters(con: duckdb.DuckDBPyConnection, settings: IdentitySettings) -> dict[str, int]:
    """Write ``identity.cluster`` (kind, record_key, cluster_key) and ``identity.link_refused``.

    Only records that have a link are in a cluster; its key is its least record key. A component
    that is larger than ``largest_cluster``, or holds two records that people keep apart, is built
    anew from its strongest link on, and leaves out those that would break the rule: they are
    refused, for people to decide. What the vendor or people say is never refused for size.

    Returns:
        ``clusters``, ``records`` in them, ``largest`` of them, ``refused`` links.
    """
    con.execute(
        "create or replace table identity.cluster as "
        "select distinct kind, record_key, record_key as cluster_key from ("
        "select kind, record_key_l as record_key from identity.link "
        "union all select kind, record_key_r from identity.link)"
    )
    while _spread(con):
        pass
    refused = _take_apart(con, settings)
    con.execute("create or replace table identity.link_refused as from refused")
    con.unregister("refused")
    row = con.execute(
        "select count(distinct (kind, cluster_key)), count(*), "
        "coalesce((select max(records) from (select count(*) as records from identity.cluster "
        "group by kind, cluster_key)), 0) from identity.cluster"
    ).fetchone()
    clusters, records, largest = row or (0, 0, 0)
    return {"clusters": clusters, "records": records, "largest": largest, "refused": refused}


def _spread(con: duckdb.DuckDBPyConnection) -> bool:
    """Give each record the least key of its neighbours, and of that record's; False at the end."""
    con.execute(
        """
        create or replace temp table next_cluster as
        with neighbour as (
            select kind, record_key_l as record_key, record_key_r as other from identity.link
            union all
            select kind, record_key_r, record_key_l from identity.link
        ),
        told as (
            select own.kind, own.record_key,
                least(own.cluster_key, min(near.cluster_key)) as cluster_key
            from identity.cluster as own
            inner join neighbour
                on own.record_key = neighbour.record_key
            inner join identity.cluster as near
                on neighbour.other = near.record_key
            group by own.kind, own.record_key, own.cluster_key
        )
        -- The record that gave its key may know a lesser one by now: steps double.
        select told.kind, told.record_key,
            least(told.cluster_key, beyond.cluster_key) as cluster_key
        from told
        inner join told as beyond
            on told.cluster_key = beyond.record_key
        """
    )
    row = con.execute(
        "select count(*) from next_cluster anti join identity.cluster "
        "using (kind, record_key, cluster_key)"
    ).fetchone()
    con.execute("create or replace table identity.cluster as from next_cluster")
    con.execute("drop table next_cluster")
    return bool(row and row[0])


def _take_apart(con: duckdb.DuckDBPyConnection, settings: IdentitySettings) -> int:
    """Build broken components anew; leaves the refused links registered as ``refused``."""
    limits = " ".join(
        f"when '{kind}' then {int(limit)}" for kind, limit in settings.largest_cluster.items()
    )
    con.execute(
        f"""
        create or replace temp table broken as
        select kind, cluster_key from identity.cluster
        group by kind, cluster_key having count(*) > case kind {limits} end
        union
        select l.kind, l.cluster_key
        from identity.override as apart
        inner join identity.cluster as l
            on apart.record_key_l = l.record_key
        inner join identity.cluster as r
            on apart.record_key_r = r.record_key
        where apart.action = 'never_merge' and l.cluster_key = r.cluster_key
        """
    )
    links = con.execute(
        f"""
        select link.kind, record_key_l, record_key_r, method
        from identity.link as link
        inner join identity.cluster as member
            on link.record_key_l = member.record_key
        inner join broken
            on member.cluster_key = broken.cluster_key
        order by list_position({list(METHODS)}, method), match_weight desc, record_key_l,
            record_key_r
        """
    ).fetchall()
    apart = defaultdict(set)
    for kind, left, right in con.execute(
        "select kind, record_key_l, record_key_r from identity.override "
        "where action = 'never_merge'"
    ).fetchall():
        apart[kind, left].add((kind, right))
        apart[kind, right].add((kind, left))
    members: dict[tuple[str, str], set[tuple[str, str]]] = {}
    refused: list[tuple[str, str, str, str]] = []
    for kind, left, right, method in links:
        one = members.setdefault((kind, left), {(kind, left)})
        other = members.setdefault((kind, right), {(kind, right)})
        if one is other:
            continue
        is_certain = method in ("merge", "conversion")
        is_apart = any(not apart[record].isdisjoint(other) for record in one if record in apart)
        is_large = method == "match" and len(one) + len(other) > settings.largest_cluster[kind]
        if (is_apart and not is_certain) or is_large:
            why = "people keep them apart" if is_apart else "the cluster would be too large"
            refused.append((kind, left, right, why))
            continue
        small, large = sorted((one, other), key=len)
        large |= small
        for record in small:
            members[record] = large
    rebuilt = [(*record, min(group)[1]) for record, group in members.items()]
    con.register("rebuilt", _table(("kind", "record_key", "cluster_key"), rebuilt))
    con.execute(
        "update identity.cluster as cluster set cluster_key = rebuilt.cluster_key from rebuilt "
        "where cluster.record_key = rebuilt.record_key"
    )
    con.unregister("rebuilt")
    con.execute("drop table broken")
    con.register("refused", _table(("kind", "record_key_l", "record_key_r", "why"), refused))
    return len(refused)


def _table(names: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in names]
    return pa.table([pa.array(column, pa.string()) for column in columns], names=list(names))
