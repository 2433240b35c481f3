"""Companies that pay for a workspace by card: who, from when, and what is booked for it.

Belongs here: conversion to monthly subscriptions; adds to ``draft.charge``, ``draft.term`` and
``draft.ending``. Does not belong here: the life of those subscriptions (``self_serve``), sign-ups
(``workspaces``).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from cultivar_demo.world.business.arrays import choose, day_count, nullable, second_count, take
from cultivar_demo.world.business.contracts import MOVEMENTS
from cultivar_demo.world.business.pricing import CURRENCIES, PriceList
from cultivar_demo.world.business.self_serve import SelfServe
from cultivar_demo.world.business.stewards import appoint_stewards
from cultivar_demo.world.clock import start_of_day
from cultivar_demo.world.foundation.ownership import enter_crm
from cultivar_demo.world.world import World

CONVERSION_SHARE = 0.17
"""Of first workspaces of companies that never buy by contract."""
CONVERSION_DAYS = ((2, 30), (30, 90), (90, 200))
CONVERSION_SHARES = (0.55, 0.33, 0.12)
"""Days from the sign-up to the payment."""
REVERSED_SHARE = 0.08
"""Of conversions: taken back within 30 days."""
SELF_SERVE_KEY = 1_000_000_000
"""Draft keys of self-serve subscriptions count from here."""


def pay_by_card(world: World) -> None:
    """Some companies pay for their first workspace by card, month by month."""
    settings = world.settings
    random = settings.random("business/workspaces/self_serve")
    last_day = np.datetime64(settings.last_day, "D")
    rows = world.sql(
        """
        select
            workspace.rowid as place, workspace.account_id, workspace.created_at, account.currency,
            account.entered_crm_at
        from draft.workspace as workspace
        join account using (account_id)
        where workspace.subscription is null and workspace.creator_person_id is not null
            and workspace.seats = 1
            and workspace.account_id not in (select account_id from draft.charge)
        qualify row_number() over (
            partition by workspace.account_id order by workspace.created_at, workspace.rowid
        ) = 1
        order by workspace.account_id
        """
    )
    created = rows["created_at"].to_numpy().astype("datetime64[s]")
    early = created < last_day - np.timedelta64(200, "D")
    chosen = choose(random, np.ones(len(created), dtype=bool), CONVERSION_SHARE, early)
    rows, created, early = rows.filter(pa.array(chosen)), created[chosen], early[chosen]
    count = len(created)
    group = np.searchsorted(np.cumsum(CONVERSION_SHARES), random.random(count)).clip(0, 2)
    low, high = np.array(CONVERSION_DAYS)[group].reshape(-1, 2).T
    start = created.astype("datetime64[D]") + day_count(low + (high - low) * random.random(count))
    seen = start <= last_day
    rows, start, early = rows.filter(pa.array(seen)), start[seen], early[seen]
    count = len(start)
    if not count:
        return
    account = rows["account_id"].to_numpy()
    codes = pa.compute.index_in(rows["currency"], value_set=pa.array(CURRENCIES))
    currency = codes.to_numpy().astype(np.int64)
    prices = PriceList.of(world)
    is_reversed = choose(random, np.ones(count, dtype=bool), REVERSED_SHARE, early)
    lives = SelfServe(random, start, prices.monthly(currency)[:, 0], is_reversed, last_day)
    key = SELF_SERVE_KEY + np.arange(count)
    paid = within(start, random)
    never = rows["entered_crm_at"].is_null().to_numpy(zero_copy_only=False)
    late = rows["entered_crm_at"].to_numpy().astype("datetime64[s]") > paid
    entered = paid - np.timedelta64(90, "s")
    _enter_earlier(world, account[late], entered[late])
    enter_crm(world, account[never], entered[never], "Product Sign-up")
    appoint_stewards(world, account, paid, has_manager=False)
    _book(world, lives, account, currency, key, paid, int(prices.recurring[0]))
    ended = lives.ended_on
    soon = start + day_count(random.integers(4, 27, count))
    closed_on = np.where(is_reversed, soon, ended)
    closed = within(closed_on, random)
    final = lives.charges.columns()
    seats = np.full(count, 1_000)
    np.minimum.at(seats, final["subscription"], final["seats"])
    given = pa.table(
        {
            "place": rows["place"],
            "paid_at": paid.astype("datetime64[us]"),
            "closed_at": nullable(closed.astype("datetime64[us]"), np.isnat(closed_on)),
            "subscription": key,
            "seats": seats,
        }
    )
    world.connection.register("_given", given)
    world.connection.execute(
        "update draft.workspace set paid_at = given.paid_at, closed_at = given.closed_at, "
        "subscription = given.subscription, seats = given.seats "
        "from _given as given where draft.workspace.rowid = given.place"
    )
    world.connection.unregister("_given")


def _enter_earlier(world: World, account: np.ndarray, at: np.ndarray) -> None:
    """Companies that paid before the CRM would have got them, enter it with the payment."""
    if not len(account):
        return
    given = pa.table({"account_id": account})
    world.connection.register("_given", given)
    for statement in (
        "delete from account_ownership where account_id in (select account_id from _given)",
        "update account set entered_crm_at = null "
        "where account_id in (select account_id from _given)",
    ):
        world.connection.execute(statement)
    world.connection.unregister("_given")
    enter_crm(world, account, at, "Product Sign-up")


def _book(
    world: World,
    lives: SelfServe,
    account: np.ndarray,
    currency: np.ndarray,
    key: np.ndarray,
    paid: np.ndarray,
    product: int,
) -> None:
    """Write charges, terms and ends into the draft tables; the system books them at once."""
    charges = lives.charges.columns()
    place = charges["subscription"]
    # The first payment is the user's, all others are taken by the system early in the day.
    first = np.r_[True, place[1:] != place[:-1]] & (charges["movement"] == 0)
    booked = start_of_day(charges["effective_from"]) + second_count(7_200 + place * 37 % 5_400)
    booked = np.where(first, paid[place], booked).astype("datetime64[us]")
    none = pa.nulls(len(place), pa.int64())
    append(
        world,
        "charge",
        {
            "subscription": key[place],
            "account_id": account[place],
            "product_id": np.full(len(place), product),
            "effective_from": charges["effective_from"],
            "effective_to": charges["effective_to"],
            "quantity": charges["seats"],
            "unit_cents": charges["price"],
            "movement": take(MOVEMENTS, charges["movement"]),
            "opportunity_id": none,
            "booked_at": booked,
        },
    )
    append(
        world,
        "term",
        {
            "subscription": key[place],
            "account_id": account[place],
            "opportunity_id": none,
            "booked_at": booked,
            "term_months": np.ones(len(place), dtype=np.int64),
            "term_started_on": charges["effective_from"],
            "term_ends_on": charges["effective_to"],
        },
    )
    ends = lives.ends.columns()
    if ends:
        notice = ends["notice_on"]
        append(
            world,
            "ending",
            {
                "subscription": key[ends["subscription"]],
                "ended_on": ends["ended_on"],
                "notice_on": nullable(notice, np.isnat(notice)),
                "is_final": ends["is_final"],
            },
        )


def append(world: World, name: str, columns: dict[str, object]) -> None:
    """Add rows to a draft table; columns left out are NULL."""
    world.connection.register("_given", pa.table(columns))
    world.connection.execute(f"insert into draft.{name} by name select * from _given")
    world.connection.unregister("_given")


def within(days: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """An instant within each day of the reporting time zone, in its working hours."""
    usable = np.where(np.isnat(days), np.datetime64("2000-01-01"), days)
    return start_of_day(usable) + second_count(random.integers(30_000, 72_000, len(days)))
