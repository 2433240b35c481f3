"""The life of subscriptions sold by contract: terms, expansions, renewals, ends, returns.

Belongs here: what happens to contracts, term by term, for all of them at once, and the deals that
this takes. Does not belong here: how those deals are worked (``stage_paths``), system times
(``revenue``), self-serve (``self_serve``). Days are planned here; nothing is cut off at the last
day, that happens when things are booked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cultivar_demo.world.business.arrays import NO_DAY, Book, add_months, choose, day_count, divide
from cultivar_demo.world.business.pricing import PriceList
from cultivar_demo.world.business.stage_paths import LOST, WON

MOVEMENTS = ("new", "renewal", "upsell", "cross_sell", "price", "contraction", "reactivation")
NEW, RENEWAL, UPSELL, CROSS_SELL, PRICE, CONTRACTION, REACTIVATION = range(len(MOVEMENTS))

EXPANSION_DEAL, RENEWAL_DEAL, RETURN_DEAL = 1, 2, 3
"""Kinds of deals that come of contracts."""

TERMS = np.array([12, 24, 36])
TERM_SHARES = (0.74, 0.15, 0.11)
EXPANSION_CHANCE = {12: 0.34, 24: 0.5, 36: 0.6}
"""By months of the term: one expansion in it."""
CROSS_SELL_SHARE = 0.35
"""Of expansions: another product; else more seats."""
FAILED_EXPANSION_CHANCE = 0.22
"""A term sees an expansion deal that comes to nothing."""
FATES = ("churn", "return", "contraction", "late", "flat", "price", "growth")
CHURN, RETURN, SHRINK, LATE, FLAT, UPLIFT, GROWTH = range(len(FATES))
FATE_SHARES = (0.12, 0.05, 0.10, 0.08, 0.35, 0.22, 0.08)
"""At the end of a term, the least healthy first."""
SILENT_SHARE = 0.35
"""Of churned contracts: never cancelled, just not renewed."""
MISSING_DEAL_SHARE = 0.08
"""Of smooth renewals: nobody made a deal for it."""
RENEWAL_LEAD_DAYS = (75, 105)
"""A renewal deal is made so many days before the term's end."""
GRACE_DAYS = 30
"""A gap up to this long is a late renewal, a longer one a churn and reactivation."""
RETURN_GAP_DAYS = (GRACE_DAYS + 6, 170)
LONGEST_LIFE = 12
"""Terms after which nothing is simulated any more; far beyond five years of twelve months."""


@dataclass
class Contracts:
    """What became of contracts; each attribute holds columns of one length.

    Attributes:
        charges: subscription, product (column of the price list), effective_from, effective_to,
            seats, price (cents), movement, deal (-1: none), booked_on, amended_to (NaT: not),
            amended_by (deal).
        terms: subscription, deal, booked_on, term_months, start, end.
        ends: subscription, ended_on, notice_on (NaT: silent), is_final (False: a gap before a
            late renewal).
        deals: deal, subscription, kind, created_on, due_on (when it should close), close_on (when
            it does), outcome, seats, price.
        returns: deal, subscription, signed_on, start, seats, price of contracts that follow a
            churn.
    """

    charges: dict[str, np.ndarray]
    terms: dict[str, np.ndarray]
    ends: dict[str, np.ndarray]
    deals: dict[str, np.ndarray]
    returns: dict[str, np.ndarray]


@dataclass
class Roots:
    """Contracts at their begin; arrays of one length, days as datetime64[D].

    Attributes:
        subscription, deal: keys; deal is the one that sold it.
        signed_on, start: days.
        term_months: length of the first term.
        movement: NEW, REACTIVATION or CROSS_SELL.
        currency: position in CURRENCIES.
        health: the lower, the likelier it ends.
        seats, price: contracts by recurring products.
    """

    subscription: np.ndarray
    deal: np.ndarray
    signed_on: np.ndarray
    start: np.ndarray
    term_months: np.ndarray
    movement: np.ndarray
    currency: np.ndarray
    health: np.ndarray
    seats: np.ndarray
    price: np.ndarray

    def rows(self, where: np.ndarray) -> Roots:
        """The contracts at ``where``."""
        return Roots(**{name: values[where] for name, values in vars(self).items()})


def simulate(
    random: np.random.Generator,
    prices: PriceList,
    roots: Roots,
    last_day: np.datetime64,
    first_deal: int,
) -> Contracts:
    """Live through the terms of ``roots``; keys of new deals count from ``first_deal``."""
    life = _Life(random, prices, last_day, first_deal)
    state = roots
    for _ in range(LONGEST_LIFE):
        # A term that begins after the last day concerns nobody.
        state = state.rows(state.start <= last_day + np.timedelta64(60, "D"))
        if not len(state.start):
            break
        state = life.term(state)
    return Contracts(
        life.charges.columns(), life.terms.columns(), life.ends.columns(),
        life.deals.columns(), life.returns.columns(),
    )  # fmt: skip


class _Life:
    """One term after another."""

    def __init__(
        self,
        random: np.random.Generator,
        prices: PriceList,
        last_day: np.datetime64,
        first_deal: int,
    ) -> None:
        self.random = random
        self.prices = prices
        self.last_day = last_day
        self.next_deal = first_deal
        self.charges, self.terms, self.ends = Book(), Book(), Book()
        self.deals, self.returns = Book(), Book()

    def term(self, state: Roots) -> Roots:
        """Write down one term of each contract; returns those that go on, at their next term."""
        end = add_months(state.start, state.term_months)
        self.terms.add(
            subscription=state.subscription, deal=state.deal, booked_on=state.signed_on,
            term_months=state.term_months, start=state.start, end=end,
        )  # fmt: skip
        charges = self._charges(state, end)
        expanded = self._expand(state, end, charges)
        self.charges.add(**expanded)
        self._fail_expansions(state, end)
        return self._renew(state, end)

    def _charges(self, state: Roots, end: np.ndarray) -> dict[str, np.ndarray]:
        """A charge for each product of each contract over the whole term."""
        contract, product = np.nonzero(state.seats)
        return {
            "contract": contract,
            "subscription": state.subscription[contract],
            "product": product,
            "effective_from": state.start[contract],
            "effective_to": end[contract],
            "seats": state.seats[contract, product],
            "price": state.price[contract, product],
            "movement": state.movement[contract],
            "deal": state.deal[contract],
            "booked_on": state.signed_on[contract],
            "amended_to": np.full(len(contract), NO_DAY),
            "amended_by": np.full(len(contract), -1),
        }

    def _expand(
        self, state: Roots, end: np.ndarray, charges: dict[str, np.ndarray]
    ) -> dict[str, np.ndarray]:
        """Sell more to some contracts within the term; changes ``state`` and ``charges``."""
        count = len(state.start)
        chance = np.select(
            [state.term_months == months for months in EXPANSION_CHANCE],
            list(EXPANSION_CHANCE.values()),
            0.3,
        )
        length = (end - state.start).astype(np.int64)
        effective = state.start + day_count(length * (0.2 + 0.55 * self.random.random(count)))
        seen = effective < self.last_day - np.timedelta64(20, "D")
        grows = choose(self.random, self.random.random(count) < chance, 1.0, seen)
        platforms = self.prices.platforms
        first = np.argmax(state.seats > 0, axis=1)
        # Add-ons that the contract does not have, but for the one kept for further contracts.
        free = state.seats[:, platforms:-1] == 0
        has_platform = first < platforms
        crosses = choose(
            self.random, grows & free.any(axis=1) & has_platform, CROSS_SELL_SHARE, seen
        )
        draws = self.random.random(free.shape) * free
        column = np.where(crosses, platforms + np.argmax(draws, axis=1), first)
        row = np.flatnonzero(grows)
        crossing, column = crosses[row], column[row]
        old = state.seats[row, column]
        more = np.maximum(1, np.rint(old * (0.1 + 0.3 * self.random.random(len(row)))))
        added = np.where(crossing, state.seats[row, first[row]], more).astype(np.int64)
        fresh = self.prices.monthly(state.currency[row])[np.arange(len(row)), column]
        ratio = np.rint(10 * self.random.random(len(row))) / 100
        price = np.where(crossing, np.rint(fresh * (1 - ratio)), state.price[row, column]).astype(
            np.int64
        )
        close = effective[row] - day_count(self.random.integers(1, 12, len(row)))
        created = close - day_count(self.random.integers(22, 60, len(row)))
        created = np.maximum(created, state.start[row] + 3)
        deal = self._deal(
            state.subscription[row], EXPANSION_DEAL, created, close, WON,
            _only(state.seats.shape[1], column, added), _only(state.seats.shape[1], column, price),
        )  # fmt: skip
        # More seats: the running charge ends early, and a larger one follows.
        position = np.full((count, state.seats.shape[1]), -1)
        position[charges["contract"], charges["product"]] = np.arange(len(charges["contract"]))
        running = position[row, column]
        amended = running[~crossing]
        charges["amended_to"][amended] = effective[row][~crossing]
        charges["amended_by"][amended] = deal[~crossing]
        state.seats[row, column] = old + added
        state.price[row, column] = price
        new = {
            "subscription": state.subscription[row],
            "product": column,
            "effective_from": effective[row],
            "effective_to": end[row],
            "seats": old + added,
            "price": price,
            "movement": np.where(crossing, CROSS_SELL, UPSELL),
            "deal": deal,
            "booked_on": close,
            "amended_to": np.full(len(row), NO_DAY),
            "amended_by": np.full(len(row), -1),
        }
        return {name: np.concatenate([charges[name], new[name]]) for name in new}

    def _fail_expansions(self, state: Roots, end: np.ndarray) -> None:
        count = len(state.start)
        fails = choose(
            self.random, np.ones(count, dtype=bool), FAILED_EXPANSION_CHANCE,
            state.start < self.last_day - np.timedelta64(200, "D"),
        )  # fmt: skip
        row = np.flatnonzero(fails)
        first = np.argmax(state.seats[row] > 0, axis=1)
        length = (end[row] - state.start[row]).astype(np.int64)
        created = state.start[row] + day_count(length * (0.1 + 0.5 * self.random.random(len(row))))
        close = created + day_count(self.random.integers(20, 100, len(row)))
        seats = np.maximum(1, np.rint(state.seats[row, first] * 0.3)).astype(np.int64)
        width = state.seats.shape[1]
        self._deal(
            state.subscription[row], EXPANSION_DEAL, created, close, LOST,
            _only(width, first, seats), _only(width, first, state.price[row, first]),
        )  # fmt: skip

    def _renew(self, state: Roots, end: np.ndarray) -> Roots:
        """Decide what follows each term; returns the contracts that go on."""
        random, count = self.random, len(state.start)
        score = state.health + 0.6 * random.standard_normal(count)
        seen = end < self.last_day - np.timedelta64(45, "D")
        fate = np.empty(count, dtype=np.int64)
        for group in (seen, ~seen):
            fate[group] = divide(random, score[group], FATE_SHARES)
        # A single seat cannot become fewer.
        fate[(fate == SHRINK) & (state.seats.max(axis=1) < 2)] = FLAT
        ends = np.isin(fate, (CHURN, RETURN))
        late = fate == LATE
        gap = day_count(np.where(late, random.integers(3, GRACE_DAYS + 1, count), 0))
        # When it is decided: before the end, for late ones after it.
        notice = end - day_count(random.integers(15, 75, count))
        silent = np.zeros(count, dtype=bool)
        for group in (ends & seen, ends & ~seen):
            ranks = random.random(group.sum())
            silent[group] = divide(random, ranks, (SILENT_SHARE, 1 - SILENT_SHARE)) == 0
        decided = np.select(
            [late, ends & silent, ends],
            [
                end + gap - day_count(random.integers(0, 3, count)),
                end + day_count(random.integers(0, 10, count)),
                notice + day_count(random.integers(0, 8, count)),
            ],
            end - day_count(random.integers(2, 50, count)),
        )
        low, high = RENEWAL_LEAD_DAYS
        made = np.minimum(end - day_count(random.integers(low, high, count)), decided - 8)
        missing = choose(random, np.isin(fate, (FLAT, UPLIFT)), MISSING_DEAL_SHARE, seen)
        seats, price = self._next_prices(state, fate)
        deal = np.full(count, -1)
        has_deal = ~missing
        deal[has_deal] = self._deal(
            state.subscription[has_deal], RENEWAL_DEAL, made[has_deal], decided[has_deal],
            np.where(ends, LOST, WON)[has_deal], seats[has_deal], price[has_deal], end[has_deal],
        )  # fmt: skip
        self.ends.add(
            subscription=state.subscription[ends], ended_on=end[ends], is_final=True,
            notice_on=np.where(silent, NO_DAY, notice)[ends],
        )  # fmt: skip
        self.ends.add(
            subscription=state.subscription[late], ended_on=end[late], is_final=False,
            notice_on=np.full(late.sum(), NO_DAY),
        )  # fmt: skip
        self._come_back(state, end, fate == RETURN)
        movement = np.select(
            [fate == UPLIFT, fate == SHRINK, fate == GROWTH], [PRICE, CONTRACTION, UPSELL], RENEWAL
        )
        following = Roots(
            subscription=state.subscription, deal=deal, signed_on=decided, start=end + gap,
            term_months=first_terms(random, count), movement=movement, currency=state.currency,
            health=state.health + 0.3, seats=seats, price=price,
        )  # fmt: skip
        return following.rows(~ends)

    def _next_prices(self, state: Roots, fate: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Seats and prices that the next term is to have."""
        count = len(fate)
        factor = np.select(
            [fate == SHRINK, fate == GROWTH],
            [0.55 + 0.35 * self.random.random(count), 1.1 + 0.3 * self.random.random(count)],
            1.0,
        )[:, None]
        scaled = np.where(factor < 1, np.floor(state.seats * factor), np.ceil(state.seats * factor))
        seats = np.where(state.seats > 0, np.maximum(scaled, 1), 0).astype(np.int64)
        uplift = np.where(fate == UPLIFT, 1.03 + 0.06 * self.random.random(count), 1.0)[:, None]
        raised = np.maximum(np.rint(state.price * uplift), state.price + (uplift > 1))
        return seats, raised.astype(np.int64)

    def _come_back(self, state: Roots, end: np.ndarray, comes: np.ndarray) -> None:
        row = np.flatnonzero(comes)
        low, high = RETURN_GAP_DAYS
        start = end[row] + day_count(self.random.integers(low, high, len(row)))
        signed = start - day_count(self.random.integers(0, 12, len(row)))
        created = np.maximum(
            end[row] + 3, signed - day_count(self.random.integers(20, 55, len(row)))
        )
        seats = np.ceil(state.seats[row] * (0.5 + 0.5 * self.random.random((len(row), 1))))
        seats = seats.astype(np.int64)
        deal = self._deal(
            state.subscription[row], RETURN_DEAL, created, signed, WON, seats, state.price[row]
        )
        self.returns.add(
            deal=deal, subscription=state.subscription[row], signed_on=signed, start=start,
            currency=state.currency[row], seats=seats, price=state.price[row],
        )  # fmt: skip

    def _deal(
        self,
        subscription: np.ndarray,
        kind: int,
        created: np.ndarray,
        close: np.ndarray,
        outcome: np.ndarray | int,
        seats: np.ndarray,
        price: np.ndarray,
        due: np.ndarray | None = None,
    ) -> np.ndarray:
        deal = self.next_deal + np.arange(len(subscription))
        self.next_deal += len(subscription)
        self.deals.add(
            deal=deal, subscription=subscription, kind=np.full(len(deal), kind),
            created_on=created, due_on=close if due is None else due, close_on=close,
            outcome=np.broadcast_to(outcome, len(deal)).copy(), seats=seats, price=price,
        )  # fmt: skip
        return deal


def first_terms(random: np.random.Generator, count: int) -> np.ndarray:
    """Length of the first term of each contract in months; each length occurs, if it can."""
    return TERMS[divide(random, random.random(count), TERM_SHARES)]


def _only(width: int, column: np.ndarray, values: np.ndarray) -> np.ndarray:
    """A matrix with one value a row."""
    matrix = np.zeros((len(column), width), dtype=np.int64)
    matrix[np.arange(len(column)), column] = values
    return matrix
