"""How new-business deals end: chances of winning, and what follows where a company has several.

Belongs here: outcomes. Does not belong here: dates of stages (``stage_paths``), contracts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from cultivar_demo.constants import LOSS_REASONS
from cultivar_demo.world.business.arrays import NO_DAY, choose
from cultivar_demo.world.business.new_business import SOURCES, Accounts, NewDeals
from cultivar_demo.world.business.stage_paths import LOST, OPEN, WON, Plan
from cultivar_demo.world.world import World

DISQUALIFIED_SHARE = 0.28
"""Deals dropped before the qualified stage."""
WIN_SHARE = 0.29
"""Of the qualified ones, on average."""
FIT_EFFECT, TARGET_EFFECT, REFERRAL_EFFECT, COMMITTEE_EFFECT = 2.0, 0.5, 0.8, 0.6
"""On the log odds of winning: a perfect fit against none; three or more contacts."""
GO_LIVE_WIN_SHARE = 0.42
"""Of the deals that are far along when the CRM goes live."""
GO_LIVE_PACE = 0.4
"""What remains to be done for them, against a whole stage."""
FORGOTTEN_SHARE = 0.05
"""Of lost deals: nobody closes them."""
LAST_STAGE_OF_LOST = (0.0, 0.0, 0.26, 0.22, 0.24, 0.15, 0.13)
"""By stage from the first: where a qualified deal is when it is lost."""
LAST_STAGE_OF_WON = (0.0, 0.0, 0.0, 0.0, 0.06, 0.24, 0.70)
PACE = np.array([0.42, 0.68, 0.95])
"""By segment: factor on the expected days of a stage."""
PACE_SPREAD = 0.28
CONTACTS = (0.24, 0.2, 0.2, 0.16, 0.12, 0.08)
"""One to six people of the customer in a deal."""
REASON_SHARES = (0.2, 0.19, 0.24, 0.14, 0.08, 0.07, 0.0, 0.0)
"""By LOSS_REASONS; deals dropped early are Disqualified."""
OTHER_SHARE, OTHER_WITHOUT_TEXT_SHARE = 0.055, 0.028
"""Lost for another reason: with and without a text."""
DETAILS = (
    "Merged with another project",
    "Company was acquired",
    "Champion's team was dissolved",
    "Chose to build it themselves",
)
COMPETITOR_SHARE = 0.35
"""Deals with a known competitor, besides those lost to one."""
OTHER, DISQUALIFIED, COMPETITOR = (
    LOSS_REASONS.index("Other"),
    LOSS_REASONS.index("Disqualified"),
    LOSS_REASONS.index("Competitor"),
)


@dataclass(frozen=True)
class Fortune:
    """Fate of deals: the plan of their stages, people involved, why they may be lost."""

    plan: Plan
    contacts: np.ndarray
    loss_reason: np.ndarray
    loss_detail: np.ndarray


def pick(random: np.random.Generator, shares: tuple[float, ...], count: int) -> np.ndarray:
    """Positions in ``shares``, each as often as its share."""
    cumulative = np.cumsum(shares) / np.sum(shares)
    return np.searchsorted(cumulative, random.random(count), side="right").clip(0, len(shares) - 1)


def fortunes(
    random: np.random.Generator,
    accounts: Accounts,
    deals: NewDeals,
    is_target: np.ndarray,
    last_day: np.datetime64,
) -> Fortune:
    """What becomes of new-business deals."""
    count = len(deals.account)
    early = deals.created_at < last_day - np.timedelta64(150, "D")
    contacts = 1 + pick(random, CONTACTS, count)
    fit = accounts.fit[deals.account]
    dropped = choose(random, deals.entered_stage < 3, DISQUALIFIED_SHARE, early)
    odds = (
        np.log(WIN_SHARE / (1 - WIN_SHARE))
        + FIT_EFFECT * (fit - fit.mean())
        + TARGET_EFFECT * (is_target - is_target.mean())
        + REFERRAL_EFFECT * (deals.source == SOURCES.index("Referral"))
        + COMMITTEE_EFFECT * ((contacts >= 3) - (contacts >= 3).mean())
    )
    wins = ~dropped & (random.random(count) < 1 / (1 + np.exp(-odds)))
    # A fixed part of what runs at the start, so that even a small company has early customers.
    running = np.flatnonzero(deals.is_go_live)
    wins[running] = random.permutation(len(running)) < GO_LIVE_WIN_SHARE * len(running)
    forgotten = choose(random, ~wins & ~dropped, FORGOTTEN_SHARE, early)
    outcome = np.where(wins, WON, np.where(forgotten, OPEN, LOST))
    last = np.where(
        wins,
        1 + pick(random, LAST_STAGE_OF_WON, count),
        1 + pick(random, LAST_STAGE_OF_LOST, count),
    )
    last = np.where(dropped, 1 + (random.random(count) < 0.45), last)
    plan = Plan(
        created_at=deals.created_at,
        user=deals.owner,
        first_stage=deals.entered_stage,
        last_stage=np.maximum(last, deals.entered_stage),
        outcome=outcome,
        close_day=np.full(count, NO_DAY),
        pace=PACE[accounts.segment[deals.account]]
        * np.exp(PACE_SPREAD * random.standard_normal(count))
        * np.where(deals.is_go_live, GO_LIVE_PACE, 1.0),
        may_reopen=np.ones(count, dtype=bool),
        is_alone=np.bincount(deals.account)[deals.account] == 1,
    )
    lost = (outcome == LOST) & ~dropped
    reason, detail = loss_reasons(random, lost, early)
    reason = np.where(plan.last_stage < 3, DISQUALIFIED, reason)
    return Fortune(plan, contacts, reason, np.where(reason == OTHER, detail, -1))


def loss_reasons(
    random: np.random.Generator, lost: np.ndarray, early: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Position in LOSS_REASONS, and in DETAILS or -1, in case each deal is lost.

    Args:
        random: stream.
        lost: deals that are likely to be.
        early: deals whose end is likely to be seen; rare reasons occur among them at least once.
    """
    count = len(lost)
    reason = pick(random, REASON_SHARES, count)
    silent = choose(random, lost, OTHER_WITHOUT_TEXT_SHARE, early)
    other = choose(random, lost & ~silent, OTHER_SHARE, early)
    reason = np.where(silent | other, OTHER, reason)
    return reason, np.where(other, random.integers(0, len(DETAILS), count), -1)


def on_target_list(world: World, account: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Whether each account was on the target list at an instant."""
    world.connection.register(
        "_given",
        pa.table(
            {
                "place": np.arange(len(account)),
                "account_id": account,
                "at": at.astype("datetime64[us]"),
            }
        ),
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
