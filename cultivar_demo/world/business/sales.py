"""All deals and contracts of the company: plays them out and keeps the result for later steps.

Belongs here: the order of events between deals and contracts, final ids, the draft tables. Does
not belong here: any of the events themselves. The result is schema ``draft`` of the world's
database, which the last step of business drops:

- ``draft.deal``: a deal; ``draft.stage_event``: its moves; ``draft.offer``: its lines;
- ``draft.charge``, ``draft.term``, ``draft.ending``: contracts, with the deal that brought each.
"""

from __future__ import annotations

import numpy as np

from cultivar_demo.world.business import contracts as contract_life
from cultivar_demo.world.business.contracts import Contracts, Roots
from cultivar_demo.world.business.fortunes import fortunes, on_target_list, pick
from cultivar_demo.world.business.new_business import Accounts, NewDeals, new_deals, owners
from cultivar_demo.world.business.pricing import Offer, PriceList
from cultivar_demo.world.business.sales_draft import EXPANSION, NEW_BUSINESS, Draft, LaterDeals
from cultivar_demo.world.business.staff import Staff
from cultivar_demo.world.business.stage_paths import (
    LOST,
    LOST_STAGE,
    WON_STAGE,
    Paths,
    Plan,
    walk,
)
from cultivar_demo.world.business.stewards import appoint_stewards
from cultivar_demo.world.world import World

START_DAYS = 31
"""Service starts 0 to 30 days after the signature."""
LATE_SECOND_WIN_DAYS = 31
"""A company that left is won anew only after the grace period."""
STAGES_OF_KIND = {
    contract_life.EXPANSION_DEAL: (2, 7),
    contract_life.RENEWAL_DEAL: (5, 7),
    contract_life.RETURN_DEAL: (2, 7),
}
"""First and last stage of deals with customers and former ones."""


def play_sales(world: World) -> None:
    """Fill schema ``draft``; changes account (entries) and account_ownership."""
    _Sales(world).play()


class _Sales:
    def __init__(self, world: World) -> None:
        self.world = world
        self.random = world.settings.random("business/sales")
        self.last_day = np.datetime64(world.settings.last_day, "D")
        self.staff = Staff(world)
        self.accounts = Accounts(world)
        self.prices = PriceList.of(world)

    def play(self) -> None:
        world = self.world
        deals = new_deals(world, self.staff, self.accounts)
        target = on_target_list(world, deals.account, deals.created_at)
        fortune = fortunes(
            world.settings.random("business/fortunes"), self.accounts, deals, target, self.last_day
        )
        paths = walk(
            world.settings.random("business/paths"), self.staff, fortune.plan, self.last_day
        )
        offer = self.accounts.offers(
            world.settings.random("business/offers"), self.prices, deals.account
        )
        count = len(deals.account)
        kind = np.full(count, NEW_BUSINESS)
        first = self._first_wins(deals, paths)
        main = self._roots(deals, paths, offer, first, contract_life.NEW)
        lives = contract_life.simulate(
            world.settings.random("business/contracts"), self.prices, main, self.last_day, count
        )
        subscription_account = deals.account[first]
        wins = np.zeros(count, dtype=bool)
        wins[first] = True
        second, renewed = self._later_deals(
            deals, paths, offer, first, lives, kind, wins, subscription_account
        )
        self._lose_others(paths, wins)
        # Contracts that follow: returns after a churn, and further contracts of customers.
        more, more_account = self._second_roots(
            deals, paths, offer, lives, second, kind, subscription_account
        )
        after = contract_life.simulate(
            world.settings.random("business/contracts/second"), self.prices, more, self.last_day,
            count + _size(lives.deals),
        )  # fmt: skip
        subscription_account = np.concatenate([subscription_account, more_account])
        # Whoever comes back a second time and leaves again is not won a third time.
        after.deals = _without_returns(after.deals)
        lives = _join(lives, after)
        self._appoint(deals, paths, first)
        later = self._customer_deals(lives, subscription_account)
        Draft(
            world=world, staff=self.staff, accounts=self.accounts, prices=self.prices,
            deals=deals, fortune=fortune, paths=paths, offer=offer, kind=kind, renewed=renewed,
            target=target, later=later, lives=lives, subscription_account=subscription_account,
        ).save()  # fmt: skip

    # ------------------------------------------------------------------- wins of new business
    def _first_wins(self, deals: NewDeals, paths: Paths) -> np.ndarray:
        """The first deal that each account really signs, in order of deals."""
        won = np.flatnonzero(paths.is_won)
        order = won[np.lexsort((won, paths.closed_at[won], deals.account[won]))]
        account = deals.account[order]
        is_first = np.r_[True, account[1:] != account[:-1]] if len(order) else np.zeros(0, bool)
        return np.sort(order[is_first])

    def _roots(
        self, deals: NewDeals, paths: Paths, offer: Offer, where: np.ndarray, movement: int
    ) -> Roots:
        random, count = self.random, len(where)
        account = deals.account[where]
        signed = paths.close_date[where]
        # Everybody waits a little now and then; a third starts at once.
        wait = np.where(random.random(count) < 0.3, 0, random.integers(0, START_DAYS, count))
        # What runs when the CRM goes live starts soon, for a year, so that renewals are seen.
        is_free = ~deals.is_go_live[where]
        wait = np.where(is_free, wait, wait % 4)
        term = np.full(count, 12)
        term[is_free] = contract_life.first_terms(random, int(is_free.sum()))
        return Roots(
            subscription=np.arange(count),
            deal=where,
            signed_on=signed,
            start=signed + wait.astype("timedelta64[D]"),
            term_months=term,
            movement=np.full(count, movement),
            currency=self.accounts.currency[account],
            health=self.accounts.fit[account] + 0.3 * random.standard_normal(count),
            seats=offer.seats[where].copy(),
            price=offer.price[where].copy(),
        )

    def _later_deals(
        self,
        deals: NewDeals,
        paths: Paths,
        offer: Offer,
        first: np.ndarray,
        lives: Contracts,
        kind: np.ndarray,
        wins: np.ndarray,
        subscription_account: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Deals made after their account's first win become expansions while it is a customer.

        Returns the positions of deals that sign a second contract, and the subscription that each
        deal of a customer is about (-1: none).
        """
        size = self.accounts.count + 1
        contract = np.full(size, -1)
        contract[subscription_account] = np.arange(len(subscription_account))
        won_at = np.full(size, np.datetime64("2200-01-01", "s"))
        won_at[deals.account[first]] = paths.closed_at[first]
        ended = np.full(len(subscription_account), np.datetime64("2200-01-01", "D"))
        final = lives.ends["is_final"] if lives.ends else np.zeros(0, bool)
        if final.any():
            ended[lives.ends["subscription"][final]] = lives.ends["ended_on"][final]
        returns = np.zeros(size, dtype=bool)
        if lives.returns:
            returns[subscription_account[lives.returns["subscription"]]] = True
        own = contract[deals.account]
        end = np.where(own >= 0, ended[np.maximum(own, 0)], np.datetime64("2200-01-01", "D"))
        later = (deals.created_at > won_at[deals.account]) & ~wins
        served = later & (deals.created_at.astype("datetime64[D]") < end)
        kind[served] = EXPANSION
        # Its offer is the add-on kept for further contracts, for the seats they have.
        spare = len(self.prices.recurring) - 1
        where = np.flatnonzero(served)
        seats = offer.seats[where].max(axis=1)
        offer.seats[where] = 0
        offer.seats[where, spare] = seats
        offer.services[where] = 0
        offer.price[where] = self.prices.monthly(self.accounts.currency[deals.account[where]])
        renewed = np.where(served, own, -1)
        signed = paths.close_date
        fits = np.where(
            served,
            signed < end - np.timedelta64(60, "D"),
            later & ~returns[deals.account] & (signed > end + LATE_SECOND_WIN_DAYS),
        )
        candidates = np.flatnonzero(paths.is_won & fits & later)
        order = candidates[np.lexsort((paths.closed_at[candidates], deals.account[candidates]))]
        account = deals.account[order]
        is_first = np.r_[True, account[1:] != account[:-1]] if len(order) else np.zeros(0, bool)
        second = np.sort(order[is_first])
        wins[second] = True
        return second, renewed

    def _lose_others(self, paths: Paths, wins: np.ndarray) -> None:
        """Wins that would be a second first contract are lost instead, at the same instant."""
        lost = paths.is_won & ~wins
        paths.is_won[lost] = False
        paths.stage[(paths.stage == WON_STAGE) & lost[paths.deal]] = LOST_STAGE

    def _second_roots(
        self,
        deals: NewDeals,
        paths: Paths,
        offer: Offer,
        lives: Contracts,
        second: np.ndarray,
        kind: np.ndarray,
        subscription_account: np.ndarray,
    ) -> tuple[Roots, np.ndarray]:
        own = self._roots(deals, paths, offer, second, contract_life.REACTIVATION)
        own.movement[kind[second] == EXPANSION] = contract_life.CROSS_SELL
        back = lives.returns
        count = len(subscription_account)
        if not back:
            own.subscription += count
            return own, deals.account[second]
        size = len(back["deal"])
        parts = {
            "deal": back["deal"],
            "signed_on": back["signed_on"],
            "start": back["start"],
            "term_months": contract_life.first_terms(self.random, size),
            "movement": np.full(size, contract_life.REACTIVATION),
            "currency": back["currency"],
            "health": self.random.standard_normal(size),
            "seats": back["seats"],
            "price": back["price"],
        }
        joined = {name: np.concatenate([getattr(own, name), part]) for name, part in parts.items()}
        roots = Roots(subscription=count + np.arange(len(second) + size), **joined)
        return roots, np.concatenate(
            [deals.account[second], subscription_account[back["subscription"]]]
        )

    # --------------------------------------------------------------------- deals of customers
    def _appoint(self, deals: NewDeals, paths: Paths, first: np.ndarray) -> None:
        limit = np.datetime64(self.last_day + 1, "s")
        seen = first[paths.closed_at[first] < limit]
        appoint_stewards(self.world, deals.account[seen], paths.closed_at[seen])

    def _customer_deals(self, lives: Contracts, subscription_account: np.ndarray) -> LaterDeals:
        """The deals that contracts brought, with owners and paths; those never made are gone."""
        random = self.world.settings.random("business/customer_deals")
        columns = lives.deals
        if not columns:
            raise ValueError("no contract was ever signed; the company is too small")
        seen = columns["created_on"] <= self.last_day - np.timedelta64(4, "D")
        columns = {name: values[seen] for name, values in columns.items()}
        count = len(columns["deal"])
        account = subscription_account[columns["subscription"]]
        noon = columns["created_on"].astype("datetime64[s]") + np.timedelta64(12, "h")
        owner = owners(self.world, account, noon)
        created_at = self.staff.working_stamps(random, columns["created_on"], owner)
        owner = owners(self.world, account, created_at)
        kind = columns["kind"]
        bounds = np.zeros((max(STAGES_OF_KIND) + 1, 2), dtype=np.int64)
        for number, stages in STAGES_OF_KIND.items():
            bounds[number] = stages
        first, last = bounds[kind].T
        lost = columns["outcome"] == LOST
        # Lost as qualified deals, whatever they were lost for.
        early_end = np.maximum(first + random.integers(0, 3, count), 3)
        last = np.where(lost, np.minimum(last, early_end), last)
        plan = Plan(
            created_at=created_at, user=owner, first_stage=first, last_stage=last,
            outcome=columns["outcome"], close_day=columns["close_on"],
            pace=np.ones(count), may_reopen=np.zeros(count, dtype=bool),
            is_alone=np.zeros(count, dtype=bool),
        )  # fmt: skip
        paths = walk(
            self.world.settings.random("business/customer_paths"), self.staff, plan, self.last_day
        )
        return LaterDeals(
            columns, account, owner, plan, paths, 1 + pick(random, (5, 4, 2, 1), count)
        )


def _size(columns: dict[str, np.ndarray]) -> int:
    return len(next(iter(columns.values()))) if columns else 0


def _join(first: Contracts, second: Contracts) -> Contracts:
    joined = {}
    for name, columns in vars(first).items():
        other = getattr(second, name)
        joined[name] = (
            {key: np.concatenate([columns[key], other[key]]) for key in columns}
            if columns and other
            else columns or other
        )
    return Contracts(**joined)


def _without_returns(columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    if not columns:
        return columns
    keep = columns["kind"] != contract_life.RETURN_DEAL
    return {name: values[keep] for name, values in columns.items()}
