"""All deals and contracts of the company: plays them out and keeps the result for later steps.

Belongs here: the order of events between deals and contracts, final ids, the draft tables. Does
not belong here: any of the events themselves. The result is schema ``draft`` of the world's
database, which the last step of business drops:

- ``draft.deal``: a deal; ``draft.stage_event``: its moves; ``draft.offer``: its lines;
- ``draft.charge``, ``draft.term``, ``draft.ending``: contracts, with the deal that brought each.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from cultivar_demo.constants import COMPETITORS
from cultivar_demo.world.business import contracts as contract_life
from cultivar_demo.world.business.arrays import NO_DAY, keys, nullable, take
from cultivar_demo.world.business.contracts import Contracts, Roots
from cultivar_demo.world.business.fortunes import (
    COMPETITOR,
    COMPETITOR_SHARE,
    Fortune,
    fortunes,
    loss_reasons,
    pick,
)
from cultivar_demo.world.business.new_business import (
    AE,
    AM,
    CUSTOMER,
    MOTIONS,
    OF_CUSTOMER,
    SOURCED_BY,
    SOURCES,
    Accounts,
    NewDeals,
    new_deals,
    owners,
)
from cultivar_demo.world.business.pricing import CURRENCIES, Offer, PriceList, join_offers
from cultivar_demo.world.business.staff import Staff
from cultivar_demo.world.business.stage_paths import (
    LOST,
    LOST_STAGE,
    REASONS,
    WON_STAGE,
    Paths,
    Plan,
    walk,
)
from cultivar_demo.world.business.stewards import appoint_stewards
from cultivar_demo.world.world import World

TYPES = ("New Business", "Expansion", "Renewal")
NEW_BUSINESS, EXPANSION, RENEWAL = range(3)
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
        draft = _Draft(
            self, deals, fortune, paths, offer, kind, renewed, target, later, lives,
            subscription_account,
        )  # fmt: skip
        draft.save()

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

    def _customer_deals(self, lives: Contracts, subscription_account: np.ndarray) -> _Later:
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
        return _Later(columns, account, owner, plan, paths, 1 + pick(random, (5, 4, 2, 1), count))


class _Later:
    """Deals of customers and former ones."""

    def __init__(
        self,
        columns: dict[str, np.ndarray],
        account: np.ndarray,
        owner: np.ndarray,
        plan: Plan,
        paths: Paths,
        contacts: np.ndarray,
    ) -> None:
        self.columns = columns
        self.account = account
        self.owner = owner
        self.plan = plan
        self.paths = paths
        self.contacts = contacts


class _Draft:
    """Brings everything under final ids and saves it."""

    def __init__(
        self,
        sales: _Sales,
        deals: NewDeals,
        fortune: Fortune,
        paths: Paths,
        offer: Offer,
        kind: np.ndarray,
        renewed: np.ndarray,
        target: np.ndarray,
        later: _Later,
        lives: Contracts,
        subscription_account: np.ndarray,
    ) -> None:
        self.sales, self.world = sales, sales.world
        self.random = sales.world.settings.random("business/draft")
        self.deals, self.fortune, self.paths, self.offer = deals, fortune, paths, offer
        self.kind, self.renewed, self.target = kind, renewed, target
        self.later, self.lives = later, lives
        self.subscription_account = subscription_account

    def save(self) -> None:
        """Create the draft tables."""
        self.world.connection.execute("create schema if not exists draft")
        ids = self._ids()
        columns = self._deal_columns(ids)
        self._table("deal", columns)
        self._stage_events(ids)
        self._offers(ids)
        self._contracts(ids)

    def _table(self, name: str, columns: dict[str, object]) -> None:
        self.world.connection.register("_given", pa.table(columns))
        self.world.connection.execute(f"create table draft.{name} as from _given")
        self.world.connection.unregister("_given")

    def _ids(self) -> np.ndarray:
        """Opportunity id by key of a deal; 0 for deals that were never made."""
        own, later = self.deals, self.later
        key = np.concatenate([np.arange(len(own.account)), later.columns["deal"]])
        created = np.concatenate([own.created_at, later.plan.created_at])
        given = np.concatenate([own.opportunity, np.full(len(later.account), -1)])
        ids = np.zeros(int(key.max()) + 1 if len(key) else 1, dtype=np.int64)
        ids[key[given > 0]] = given[given > 0]
        free = np.flatnonzero(given <= 0)
        order = free[np.lexsort((key[free], created[free]))]
        ids[key[order]] = given.max(initial=0) + 1 + np.arange(len(order))
        return ids

    def _deal_columns(self, ids: np.ndarray) -> dict[str, object]:
        own, later, random = self.deals, self.later, self.random
        count, more = len(own.account), len(later.account)
        account = np.concatenate([own.account, later.account])
        kinds = np.array([NEW_BUSINESS, EXPANSION, RENEWAL, NEW_BUSINESS])
        deal_type = np.concatenate([self.kind, kinds[later.columns["kind"]]])
        is_new = deal_type == NEW_BUSINESS
        created_at = np.concatenate([own.created_at, later.plan.created_at])
        lost = ~later.paths.is_won
        reason, detail = loss_reasons(random, lost, lost)
        reason = np.concatenate([self.fortune.loss_reason, reason])
        competitor = random.integers(0, len(COMPETITORS), count + more)
        known = (random.random(count + more) < COMPETITOR_SHARE) | (reason == COMPETITOR)
        returning = later.columns["kind"] == contract_life.RETURN_DEAL
        role = self.sales.staff.role_names.index("ae")
        seller = self.sales.staff.role[later.owner] == role
        renewed = np.concatenate(
            [self.renewed, np.where(returning, -1, later.columns["subscription"])]
        )
        value = join_offers(self.offer, self._later_offer()).first_year_cents(
            self.sales.prices, self.sales.accounts.currency[account]
        )
        closed_at = np.concatenate([self.paths.closed_at, later.paths.closed_at])
        due = np.concatenate([np.full(count, NO_DAY), later.columns["due_on"]])
        return {
            "opportunity_id": ids[np.concatenate([np.arange(count), later.columns["deal"]])],
            "account_id": account,
            "opportunity_type": take(TYPES, deal_type),
            "created_at": _us(created_at),
            "owner_user_id": np.concatenate([own.owner, later.owner]),
            "motion": take(
                MOTIONS,
                np.where(
                    is_new,
                    np.concatenate([own.motion, np.where(returning, 1, CUSTOMER)]),
                    CUSTOMER,
                ),
            ),
            "sourced_by_role": take(
                SOURCED_BY, np.concatenate([own.sourced_by, np.where(seller, AE, AM)])
            ),
            "hand_off_id": keys(np.concatenate([own.hand_off, np.full(more, -1)])),
            "lead_source": take(
                SOURCES,
                np.concatenate(
                    [own.source, np.where(returning, SOURCES.index("AE Sourced"), OF_CUSTOMER)]
                ),
            ),
            "campaign_id": keys(np.concatenate([own.campaign, np.full(more, -1)])),
            "person_id": keys(np.concatenate([own.person, np.full(more, -1)])),
            "currency": take(CURRENCIES, self.sales.accounts.currency[account]),
            "renewed_subscription": keys(renewed),
            "competitor": take(COMPETITORS, np.where(known, competitor, -1)),
            "is_target_account": np.concatenate(
                [self.target, on_target_list(self.world, later.account, later.plan.created_at)]
            ),
            "contacts": np.concatenate([self.fortune.contacts, later.contacts]),
            "value_cents": value,
            "loss_reason": reason,
            "loss_detail": np.concatenate([self.fortune.loss_detail, detail]),
            "last_stage": np.concatenate([self.fortune.plan.last_stage, later.plan.last_stage]),
            "closed_at": nullable(_us(closed_at), np.isnat(closed_at)),
            "is_won": np.concatenate([self.paths.is_won, later.paths.is_won]),
            "due_on": nullable(due, np.isnat(due)),
            "is_go_live": np.concatenate([own.is_go_live, np.zeros(more, dtype=bool)]),
            "is_scheduled": np.arange(count + more) >= count,
        }

    def _stage_events(self, ids: np.ndarray) -> None:
        paths, later = self.paths, self.later.paths
        key = np.concatenate([paths.deal, self.later.columns["deal"][later.deal]])
        business = np.concatenate([paths.business_day, later.business_day])
        reason = np.concatenate([paths.reason, later.reason])
        self._table(
            "stage_event",
            {
                "opportunity_id": ids[key],
                "at": _us(np.concatenate([paths.at, later.at])),
                "stage_order": np.concatenate([paths.stage, later.stage]),
                "change_reason": take(REASONS, reason),
                "business_day": nullable(business, np.isnat(business)),
            },
        )

    def _later_offer(self) -> Offer:
        columns = self.later.columns
        services = np.zeros((len(columns["deal"]), len(self.sales.prices.services)), np.int64)
        return Offer(columns["seats"], columns["price"], services)

    def _offers(self, ids: np.ndarray) -> None:
        """The lines of every deal, whether they are ever written or not."""
        prices = self.sales.prices
        offer = join_offers(self.offer, self._later_offer())
        account = np.concatenate([self.deals.account, self.later.account])
        currency = self.sales.accounts.currency[account]
        key = np.concatenate([np.arange(len(self.deals.account)), self.later.columns["deal"]])
        deal, product = np.nonzero(offer.seats)
        served, service = np.nonzero(offer.services)
        listed = prices.monthly(currency)[deal, product]
        once = prices.once(currency)[served, service]
        unit = 12 * offer.price[deal, product]
        self._table(
            "offer",
            {
                "opportunity_id": ids[key[np.concatenate([deal, served])]],
                "product_id": np.concatenate([prices.recurring[product], prices.services[service]]),
                "quantity": np.concatenate(
                    [offer.seats[deal, product], offer.services[served, service]]
                ),
                # Prices that have risen above the list are their own list price.
                "list_cents": np.concatenate([np.maximum(12 * listed, unit), once]),
                "unit_cents": np.concatenate([unit, once]),
            },
        )

    def _contracts(self, ids: np.ndarray) -> None:
        lives, prices = self.lives, self.sales.prices
        limit = len(ids)

        def deal(column: np.ndarray) -> pa.Array:
            known = np.where((column >= 0) & (column < limit), column, 0)
            found = np.where((column >= 0) & (column < limit), ids[known], 0)
            # 0: the deal was never made, so neither was the booking; NULL: no deal was needed.
            return nullable(found, column < 0)

        charges = lives.charges
        self._table(
            "charge",
            {
                "subscription": charges["subscription"],
                "account_id": self.subscription_account[charges["subscription"]],
                "product_id": prices.recurring[charges["product"]],
                "effective_from": charges["effective_from"],
                "effective_to": charges["effective_to"],
                "quantity": charges["seats"],
                "unit_cents": charges["price"],
                "movement": take(contract_life.MOVEMENTS, charges["movement"]),
                "opportunity_id": deal(charges["deal"]),
                "booked_on": charges["booked_on"],
                "amended_to": nullable(charges["amended_to"], np.isnat(charges["amended_to"])),
                "amended_by": deal(charges["amended_by"]),
            },
        )
        terms = lives.terms
        self._table(
            "term",
            {
                "subscription": terms["subscription"],
                "account_id": self.subscription_account[terms["subscription"]],
                "opportunity_id": deal(terms["deal"]),
                "booked_on": terms["booked_on"],
                "term_months": terms["term_months"],
                "term_started_on": terms["start"],
                "term_ends_on": terms["end"],
            },
        )
        ends = lives.ends
        self._table(
            "ending",
            {
                "subscription": ends["subscription"],
                "ended_on": ends["ended_on"],
                "notice_on": nullable(ends["notice_on"], np.isnat(ends["notice_on"])),
                "is_final": ends["is_final"],
            },
        )


def on_target_list(world: World, account: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Whether each account was on the target list at an instant."""
    world.connection.register(
        "_given",
        pa.table({"place": np.arange(len(account)), "account_id": account, "at": _us(at)}),
    )
    found = world.columns(
        """
        select exists (
            from target_list_membership as member
            where member.account_id = given.account_id
                and member.valid_from <= given.at::date
                and (member.valid_to is null or given.at::date < member.valid_to)
        ) as is_member
        from _given as given order by place
        """
    )["is_member"]
    world.connection.unregister("_given")
    return np.asarray(found, dtype=bool)


def _us(stamps: np.ndarray) -> np.ndarray:
    return stamps.astype("datetime64[us]")


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
