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
    refused, for people to decide. What the vendor or people say is never refused for size, and what
    the vendor merged never at all.

    Returns:
        ``clusters``, ``records`` in them, ``largest`` of them, ``refused`` links.
    """
    _write_components(con)
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


def _write_components(con: duckdb.DuckDBPyConnection) -> None:
    """``identity.cluster``: every linked record with the least key that it can reach.

    A round makes each record and its least neighbour one, so that at most half of those that have
    neighbours are left: twenty rounds for a million of them, whatever shape they have.
    """
    con.execute(
        """
        create or replace temp table edge as
        select kind, record_key_l as record_key, record_key_r as neighbour from identity.link
        union
        select kind, record_key_r, record_key_l from identity.link
        """
    )
    con.execute(
        "create or replace table identity.cluster as "
        "select distinct kind, record_key, record_key as cluster_key from edge"
    )
    while _has_rows(con, "edge"):
        _contract(con)
    con.execute("drop table edge")
    con.execute("drop table if exists hook")


def _contract(con: duckdb.DuckDBPyConnection) -> None:
    """One round: hang each record of ``edge`` on its least neighbour; only roots keep edges."""
    con.execute(
        "create or replace temp table hook as "
        "select record_key, least(record_key, min(neighbour)) as root from edge group by record_key"
    )
    above = "from hook inner join hook as above on hook.root = above.record_key"
    # Hooks may form a chain through all records; each pass doubles their reach.
    while _has_rows(con, f"(select 1 {above} where hook.root <> above.root)"):
        con.execute(
            f"create or replace temp table hook as select hook.record_key, above.root {above}"
        )
    con.execute(
        "update identity.cluster as cluster set cluster_key = hook.root from hook "
        "where cluster.cluster_key = hook.record_key"
    )
    con.execute(
        """
        create or replace temp table edge as
        select distinct edge.kind, hook.root as record_key, far.root as neighbour
        from edge
        inner join hook on edge.record_key = hook.record_key
        inner join hook as far on edge.neighbour = far.record_key
        where hook.root <> far.root
        """
    )


def _has_rows(con: duckdb.DuckDBPyConnection, relation: str) -> bool:
    return con.execute(f"select 1 from {relation} limit 1").fetchone() is not None


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
        # A conversion can be undone, the loser of a merge is gone.
        is_certain = method == "merge"
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
