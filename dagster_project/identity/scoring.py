"""Which records are alike, and how much: ``identity.account_pair`` and ``identity.person_pair``.

Belongs here: running Splink on new and changed records, and keeping the pairs of an earlier night
that neither side of which has changed. Does not belong here: what is compared (``model``), which
pairs count as one (``links``).

What is kept is what a whole new run would give, row for row, since a pair's score depends on its
two records and the model alone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dagster_project.identity.features import COMPARED
from dagster_project.identity.model import (
    MODELS,
    Comparison,
    Kind,
    Model,
    column_name,
    parameters,
    splink_settings,
    version,
)
from dagster_project.sql_text import identifier, literal

if TYPE_CHECKING:
    import duckdb

#: Pairs less probable than this are forgotten.
KEEP_PROBABILITY = 0.05

_SCRATCH = "identity_scratch"


def score_pairs(
    con: duckdb.DuckDBPyConnection, kind: Kind, *, is_enabled: bool = True
) -> dict[str, int]:
    """Bring ``identity.<kind>_pair`` up to date with ``identity.<kind>_feature``.

    Args:
        con: the warehouse, to write; nothing of it is left in the session.
        kind: whose pairs.
        is_enabled: nothing is compared otherwise, and what was is forgotten.

    Returns:
        ``records`` that were scored, and ``pairs`` that are kept now.
    """
    table = f"identity.{kind}_pair"
    _prepare(con, kind, table)
    if not is_enabled:
        con.execute(f"delete from {table}")
        con.execute(f"delete from identity.{kind}_scored")
        return {"records": 0, "pairs": 0}
    with _scratch(con) as warehouse:
        _copy_changed(con, kind, f"{warehouse}.identity.{kind}")
        changed = _count(con, "changed")
        if changed:
            has_others = _count(con, "others") > 0
            predict(con, MODELS[kind], parameters(kind), has_others=has_others)
            con.execute("create table record as from changed union all by name from others")
            con.execute(f"insert into {warehouse}.{table} {_pairs_query(kind)}")
    con.execute(
        f"create or replace table identity.{kind}_scored as "
        f"select record_key, record_hash from identity.{kind}_feature"
    )
    return {"records": changed, "pairs": _count(con, table)}


def _prepare(con: duckdb.DuckDBPyConnection, kind: Kind, table: str) -> None:
    """Forget pairs of records that are gone or have changed, and all of another model."""
    con.execute(
        f"""
        create table if not exists {table} (
            record_key_l varchar, record_key_r varchar, match_weight double,
            match_probability double, doubt varchar, reasons varchar, model_version varchar,
            record_hash_l varchar, record_hash_r varchar
        )
        """
    )
    con.execute(
        f"create table if not exists identity.{kind}_scored "
        "(record_key varchar, record_hash varchar)"
    )
    row = con.execute(
        f"select 1 from {table} where model_version <> ? limit 1", [version(kind)]
    ).fetchone()
    if row is not None:
        con.execute(f"delete from {table}")
        con.execute(f"delete from identity.{kind}_scored")
    for side in "lr":
        con.execute(
            f"""
            delete from {table} as pair
            where not exists (
                select 1 from identity.{kind}_feature as feature
                where feature.record_key = pair.record_key_{side}
                    and feature.record_hash = pair.record_hash_{side}
            )
            """
        )


@contextmanager
def _scratch(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """A database in memory for Splink's tables, in which unqualified names are looked up.

    Gives the warehouse's name, quoted.
    """
    place = con.execute("select current_database(), current_schema()").fetchone()
    assert place is not None
    warehouse, schema = (identifier(name) for name in place)
    bar = con.execute("select current_setting('enable_progress_bar')").fetchone()
    con.execute(f"attach ':memory:' as {_SCRATCH}")
    con.execute("set enable_progress_bar = false")
    con.execute(f"use {_SCRATCH}")
    try:
        yield warehouse
    finally:
        con.execute(f"use {warehouse}.{schema}")
        con.execute(f"detach {_SCRATCH}")
        con.execute(f"set enable_progress_bar = {bool(bar and bar[0])}")


def _copy_changed(con: duckdb.DuckDBPyConnection, kind: Kind, source: str) -> None:
    """Tables ``changed``: records to score; ``others``: unchanged ones that share a block.

    ``source`` is what the names of the kind's tables in the warehouse begin with.
    """
    columns = ", ".join(("record_key", "record_hash", *COMPARED[kind]))
    con.execute(
        f"create table changed as select {columns} from {source}_feature as feature "
        f"anti join {source}_scored using (record_key, record_hash)"
    )
    # Everything is new: there are no others to look for.
    row = con.execute(f"select 1 from {source}_scored limit 1").fetchone()
    if row is None:
        con.execute("create table others as from changed limit 0")
        return
    in_blocks = " or ".join(
        f"r.record_key in (select r.record_key from {source}_feature as r "
        f"join changed as l on {rule})"
        for rule in MODELS[kind].blocking_rules
    )
    con.execute(
        f"create table others as select {columns} from {source}_feature as r "
        f"where r.record_key not in (select record_key from changed) and ({in_blocks})"
    )


def predict(
    con: duckdb.DuckDBPyConnection, model: Model, given: dict[str, Any], *, has_others: bool
) -> None:
    """Score the records of table ``changed`` among themselves and with those of ``others``.

    Writes table ``prediction``, Splink's, into the present schema of ``con``.
    """
    from splink import DuckDBAPI, Linker

    api = DuckDBAPI(connection=con)
    changed = api.register("changed")
    settings = splink_settings(model, given)
    linker = Linker(changed, settings, log_level=logging.ERROR)
    results = [
        linker.inference.predict_within(
            changed, threshold_match_probability=KEEP_PROBABILITY, warning_mode="never"
        )
    ]
    if has_others:
        results.append(
            linker.inference.predict_between(
                changed,
                api.register("others"),
                threshold_match_probability=KEEP_PROBABILITY,
                warning_mode="never",
            )
        )
    union = " union all by name ".join(f"from {result.physical_name}" for result in results)
    con.execute(f"create table prediction as {union}")


def _pairs_query(kind: Kind) -> str:
    """Rows of ``identity.<kind>_pair`` from ``prediction``, the lesser key on the left."""
    model = MODELS[kind]
    never = " or ".join(f"coalesce({condition}, false)" for condition in model.never) or "false"
    doubts = " ".join(
        f"when {condition} then {literal(why)}" for condition, why in model.doubtful.items()
    )
    reasons = ", ".join(_reason(comparison) for comparison in model.comparisons)
    columns = ", ".join(
        f"l.{name} as {name}_l, r.{name} as {name}_r"
        for name in ("record_key", "record_hash", *COMPARED[kind])
    )
    return f"""
        select
            record_key_l, record_key_r, match_weight, match_probability,
            case {doubts} end as doubt,
            cast(to_json([{reasons}]) as varchar) as reasons,
            {literal(version(kind))} as model_version,
            record_hash_l, record_hash_r
        from (
            select prediction.* exclude (record_key_l, record_key_r), {columns}
            from prediction
            join record as l
                on l.record_key = least(prediction.record_key_l, prediction.record_key_r)
            join record as r
                on r.record_key = greatest(prediction.record_key_l, prediction.record_key_r)
        )
        where not ({never})
    """


def _reason(comparison: Comparison) -> str:
    """SQL: what a comparison says of a pair, with its weight in bits."""
    name = column_name(comparison)
    top = len(comparison.levels) - 1
    labels = " ".join(
        f"when {top - place} then {literal(level.name)}"
        for place, level in enumerate(comparison.levels)
    )
    return (
        f"{{'comparison': {literal(comparison.name)}, "
        f"'level': case gamma_{name} {labels} else 'empty' end, "
        f"'weight': round(mw_{name}, 2)}}"
    )


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"select count(*) from {table}").fetchone()
    return int(row[0]) if row else 0
