"""What was played out, under final ids: the draft tables that later steps read.

Belongs here: writing ``draft.deal``, ``draft.stage_event``, ``draft.offer``, ``draft.charge``,
``draft.term`` and ``draft.ending``. Does not belong here: deciding anything (``sales``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from cultivar_demo.constants import COMPETITORS
from cultivar_demo.world.business import contracts as contract_life
from cultivar_demo.world.business.arrays import NO_DAY, keys, nullable, take
from cultivar_demo.world.business.contracts import Contracts
from cultivar_demo.world.business.fortunes import (
    COMPETITOR,
    COMPETITOR_SHARE,
    Fortune,
    loss_reasons,
    on_target_list,
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
)
from cultivar_demo.world.business.pricing import CURRENCIES, Offer, PriceList, join_offers
from cultivar_demo.world.business.staff import Staff
from cultivar_demo.world.business.stage_paths import REASONS, Paths, Plan
from cultivar_demo.world.world import World

TYPES = ("New Business", "Expansion", "Renewal")
NEW_BUSINESS, EXPANSION, RENEWAL = range(3)


@dataclass(frozen=True)
class LaterDeals:
    """Deals of customers and former ones; arrays of one length.

    ``columns`` are those of ``Contracts.deals``; ``contacts`` is the number of people involved.
    """

    columns: dict[str, np.ndarray]
    account: np.ndarray
    owner: np.ndarray
    plan: Plan
    paths: Paths
    contacts: np.ndarray


@dataclass(frozen=True)
class Draft:
    """Everything that was played out.

    Attributes:
        world: gets the tables.
        staff, accounts, prices: look-ups.
        deals, fortune, paths, offer: new-business deals, and what became of them.
        kind: position in TYPES of each of them.
        renewed: subscription that each of them expands, or -1.
        target: whether each was on the target list.
        later: deals that came of contracts.
        lives: contracts; ``subscription_account`` is the account of each.
    """

    world: World
    staff: Staff
    accounts: Accounts
    prices: PriceList
    deals: NewDeals
    fortune: Fortune
    paths: Paths
    offer: Offer
    kind: np.ndarray
    renewed: np.ndarray
    target: np.ndarray
    later: LaterDeals
    lives: Contracts
    subscription_account: np.ndarray

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
        own, later = self.deals, self.later
        random = self.world.settings.random("business/draft")
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
        role = self.staff.role_names.index("ae")
        seller = self.staff.role[later.owner] == role
        renewed = np.concatenate(
            [self.renewed, np.where(returning, -1, later.columns["subscription"])]
        )
        value = join_offers(self.offer, self._later_offer()).first_year_cents(
            self.prices, self.accounts.currency[account]
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
            "currency": take(CURRENCIES, self.accounts.currency[account]),
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
        services = np.zeros((len(columns["deal"]), len(self.prices.services)), np.int64)
        return Offer(columns["seats"], columns["price"], services)

    def _offers(self, ids: np.ndarray) -> None:
        """The lines of every deal, whether they are ever written or not."""
        prices = self.prices
        offer = join_offers(self.offer, self._later_offer())
        account = np.concatenate([self.deals.account, self.later.account])
        currency = self.accounts.currency[account]
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
        lives, prices = self.lives, self.prices
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


def _us(stamps: np.ndarray) -> np.ndarray:
    return stamps.astype("datetime64[us]")
