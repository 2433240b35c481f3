"""Who owns an account when: out of the positions that cover its territory.

Belongs here: account_ownership, entry into the CRM, who owns at an instant. Does not belong here:
who sits at which position (``staffing``), how companies get into the CRM.

Each account of a territory belongs to the position with the lowest draw for the pair among those
that cover the territory at the time, so a new position takes its share from all the others and no
account moves without need. A small part is drawn anew each fiscal year.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa

from cultivar_demo.settings import Settings
from cultivar_demo.world.clock import start_of_day
from cultivar_demo.world.foundation.organisation import user_ids
from cultivar_demo.world.foundation.staff import Position, fiscal_year_starts
from cultivar_demo.world.foundation.staffing import staff_plan
from cultivar_demo.world.world import World

REALIGNED_SHARE = 0.05
"""Accounts drawn anew at the start of a fiscal year."""

OWNERSHIP_ROLES = ("owner", "sdr")
"""Ownership that begins with the entry into the CRM; csm begins with the first contract."""

POSITION_ROLES = {"owner": "ae", "sdr": "sdr", "am": "am", "csm": "csm"}
"""Role of an ownership → role of the positions it is drawn from."""


def add_ownership(world: World) -> None:
    """Add account_ownership for every account that is in the CRM."""
    empty = world.sql(
        "select 1::bigint as account_id, '' as role, 1::bigint as user_id, "
        "now()::timestamp as valid_from_at, now()::timestamp as valid_to_at limit 0"
    )
    world.add("account_ownership", empty)
    known = world.columns(
        "select account_id, territory_id, entered_crm_at from account "
        "where entered_crm_at is not null order by account_id"
    )
    _append_ownership(world, *known.values())


def enter_crm(world: World, account_ids: Any, at: Any, source: Any) -> np.ndarray:
    """Let accounts enter the CRM, with owner and sdr; those that are in already stay as they are.

    Args:
        world: the world; account and account_ownership are changed.
        account_ids: int64; an account may occur several times, its first instant counts.
        at: datetime64 in UTC, one an account.
        source: one text, or one an account.

    Returns:
        The ids of the accounts that entered, in order.
    """
    ids = np.asarray(account_ids, dtype=np.int64)
    sources = [source] * len(ids) if isinstance(source, str) else source
    given = pa.table(
        {
            "account_id": ids,
            "entered_at": np.asarray(at, dtype="datetime64[s]").astype("datetime64[us]"),
            "source": pa.array(sources, pa.string()),
        }
    )
    world.connection.register("_given", given)
    world.connection.execute(
        "create or replace temp table _entry as "
        "select account_id, min(entered_at) as entered_at, "
        "arg_min(source, row(entered_at, source)) as source "
        "from _given join account using (account_id) where entered_crm_at is null "
        "group by account_id"
    )
    world.connection.unregister("_given")
    world.connection.execute(
        "update account set entered_crm_at = _entry.entered_at, account_source = _entry.source "
        "from _entry where account.account_id = _entry.account_id"
    )
    new = world.columns(
        "select account_id, territory_id, entered_crm_at from account "
        "join _entry using (account_id) order by account_id"
    )
    world.connection.execute("drop table _entry")
    _append_ownership(world, *new.values())
    return new["account_id"]


def owner_at(world: World, account_ids: Any, at: Any, role: Any = "owner") -> np.ndarray:
    """The user who owned each account in ``role`` at an instant; 0 where there was none.

    Args:
        world: the world.
        account_ids: int64, any length and order.
        at: datetime64 in UTC, one an account, or one for all.
        role: owner, sdr or csm, or one an account.
    """
    ids = np.asarray(account_ids, dtype=np.int64)
    stamps = np.broadcast_to(np.asarray(at, dtype="datetime64[s]"), ids.shape)
    roles = pa.array([role] * len(ids) if isinstance(role, str) else role, pa.string())
    given = pa.table(
        {
            "place": np.arange(len(ids)),
            "account_id": ids,
            "asked_at": stamps.astype("datetime64[us]"),
            "role": roles,
        }
    )
    world.connection.register("_given", given)
    found = world.columns(
        "select coalesce(case when o.valid_to_at is null or g.asked_at < o.valid_to_at "
        "then o.user_id end, 0) as user_id "
        "from _given as g asof left join account_ownership as o "
        "on g.account_id = o.account_id and g.role = o.role and g.asked_at >= o.valid_from_at "
        "order by g.place"
    )
    world.connection.unregister("_given")
    return np.asarray(found["user_id"], dtype=np.int64)


def covering_spans(
    world: World, account_ids: np.ndarray, territory_ids: np.ndarray, begin: np.ndarray, role: str
) -> pa.Table:
    """Spans of users who cover each account in ``role`` from ``begin`` on, without gap.

    Args:
        world: the world; not changed.
        account_ids: int64, each once.
        territory_ids: territory of each.
        begin: datetime64 in UTC: start of the first span.
        role: owner, sdr, am or csm.

    Returns:
        account_id, user_id, valid_from_at, valid_to_at (NULL: open), in order.
    """
    spans = _position_spans(world.settings, account_ids, territory_ids, POSITION_ROLES[role])
    occupants = _occupants(world.settings, POSITION_ROLES[role])
    begins = pa.table({"account_id": account_ids, "begin_at": begin.astype("datetime64[us]")})
    for name, table in (("_spans", spans), ("_occupants", occupants), ("_begins", begins)):
        world.connection.register(name, table)
    result = world.sql(_SPANS_QUERY)
    for name in ("_spans", "_occupants", "_begins"):
        world.connection.unregister(name)
    return result


_SPANS_QUERY = """
with clipped as (
    select
        s.account_id,
        o.user_id,
        greatest(s.valid_from_at, o.valid_from_at, b.begin_at) as valid_from_at,
        least(s.valid_to_at, o.valid_to_at) as valid_to_at
    from _spans as s
    inner join _occupants as o
        on s.position = o.position
        and s.valid_from_at < o.valid_to_at and o.valid_from_at < s.valid_to_at
    inner join _begins as b on s.account_id = b.account_id
    where least(s.valid_to_at, o.valid_to_at) > b.begin_at
),

marked as (
    select
        *,
        user_id is distinct from lag(user_id) over (
            partition by account_id order by valid_from_at
        ) as is_new
    from clipped
),

starts as (select account_id, user_id, valid_from_at from marked where is_new)

select
    account_id,
    user_id,
    valid_from_at,
    lead(valid_from_at) over (partition by account_id order by valid_from_at) as valid_to_at
from starts
order by account_id, valid_from_at
"""

_OPEN = dt.date(2200, 1, 1)


def _append_ownership(
    world: World, account_ids: np.ndarray, territory_ids: np.ndarray, begin: np.ndarray
) -> None:
    for role in OWNERSHIP_ROLES:
        spans = covering_spans(world, account_ids, territory_ids, begin, role)
        roles = pa.repeat(pa.scalar(role), spans.num_rows)
        world.append("account_ownership", spans.append_column("role", roles))


def _position_spans(
    settings: Settings, account_ids: np.ndarray, territory_ids: np.ndarray, role: str
) -> pa.Table:
    """account_id, position, valid_from_at, valid_to_at: which position has each account when."""
    positions = [p for p in staff_plan(settings).positions if p.role == role]
    parts = [
        part
        for territory in range(1, 10)
        for part in _territory_spans(
            settings, account_ids[territory_ids == territory], positions, territory
        )
    ]
    columns = [np.concatenate(column) if parts else [] for column in zip(*parts, strict=True)]
    account, position, begin, end = columns or ([], [], [], [])
    return pa.table(
        {
            "account_id": pa.array(account, pa.int64()),
            "position": pa.array(position, pa.int64()),
            "valid_from_at": _instants(begin),
            "valid_to_at": _instants(end),
        }
    )


def _territory_spans(
    settings: Settings, accounts: np.ndarray, positions: list[Position], territory: int
) -> list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
    """Pieces of account, position, first day, end for one territory."""
    if not len(accounts):
        return []
    covering = [
        (position.number, span.valid_from, span.valid_to or _OPEN)
        for position in positions
        for span in position.territories
        if span.what == territory
    ]
    years = fiscal_year_starts(settings.first_day, settings.last_day)
    days = {day for _, begin, end in covering for day in (begin, end)} | set(years)
    breaks = [day for day in sorted(days) if day < _OPEN]
    generation = np.zeros(len(accounts), dtype=np.uint64)
    holder = np.full(len(accounts), -1, dtype=np.int64)
    since = np.full(len(accounts), np.datetime64(settings.first_day, "D"))
    pieces = []
    for day in breaks:
        if day in years:
            year = np.uint64(day.year)
            generation[_hash(settings.seed, accounts, year) < _limit(REALIGNED_SHARE)] = year
        active = [number for number, begin, end in covering if begin <= day < end]
        draws = np.stack(
            [_hash(settings.seed, accounts, generation, np.uint64(n + 1)) for n in active]
        )
        chosen = np.array(active)[np.argmin(draws, axis=0)]
        moved = np.flatnonzero((chosen != holder) & (holder >= 0))
        stop = np.full(len(moved), np.datetime64(day, "D"))
        pieces.append((accounts[moved], holder[moved], since[moved].copy(), stop))
        since[moved] = np.datetime64(day, "D")
        holder = chosen
    pieces.append((accounts, holder, since, np.full(len(accounts), np.datetime64(_OPEN, "D"))))
    return pieces


def _occupants(settings: Settings, role: str) -> pa.Table:
    """position, user_id, valid_from_at, valid_to_at of everybody at positions of a role."""
    ids = user_ids(settings)
    rows = [
        (position.number, ids[span.what], span.valid_from, span.valid_to or _OPEN)
        for position in staff_plan(settings).positions
        if position.role == role
        for span in position.occupants
    ]
    position, user, begin, end = zip(*rows, strict=True)
    return pa.table(
        {
            "position": pa.array(position, pa.int64()),
            "user_id": pa.array(user, pa.int64()),
            "valid_from_at": _instants(np.array(begin, dtype="datetime64[D]")),
            "valid_to_at": _instants(np.array(end, dtype="datetime64[D]")),
        }
    )


def _instants(days: Any) -> pa.Array:
    """Midnight of the reporting time zone that begins each day."""
    stamps = start_of_day(np.asarray(days, dtype="datetime64[D]"))
    return pa.array(stamps.astype("datetime64[us]"))


def _limit(share: float) -> np.uint64:
    return np.uint64(int(share * 2**64))


def _hash(seed: int, *parts: Any) -> np.ndarray:
    """A well-mixed draw of 64 bits from whole numbers (splitmix64)."""
    mixed: Any = np.uint64(seed % 2**63)
    with np.errstate(over="ignore"):
        for part in parts:
            mixed = (mixed ^ np.asarray(part).astype(np.uint64)) + np.uint64(0x9E3779B97F4A7C15)
            mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            mixed = mixed ^ (mixed >> np.uint64(31))
    return mixed
