"""New-business deals at their begin: those of accepted hand-offs, and those that sales found.

Belongs here: which deals there are, when created, by whom, where they came from, what is offered.
Does not belong here: what becomes of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from cultivar_demo.constants import LEAD_SOURCES
from cultivar_demo.world.business.arrays import day_count, repeat
from cultivar_demo.world.business.pricing import CURRENCIES, SEGMENTS, Offer, PriceList, new_offers
from cultivar_demo.world.business.staff import Staff, region_numbers
from cultivar_demo.world.clock import demand_weight
from cultivar_demo.world.foundation.ownership import enter_crm, owner_at
from cultivar_demo.world.world import World

MOTIONS = ("inbound", "outbound", "customer")
INBOUND, OUTBOUND, CUSTOMER = range(3)
SOURCED_BY = ("sdr", "ae", "marketing", "partner", "am")
SDR, AE, MARKETING, PARTNER, AM = range(5)
SOURCES = (*LEAD_SOURCES, "AE Sourced", "Customer")
AE_SOURCED, OF_CUSTOMER = len(LEAD_SOURCES), len(LEAD_SOURCES) + 1

GO_LIVE_DEALS = 56
"""Running deals that the representatives enter when the CRM goes live, in every company."""
GO_LIVE_SHARE = 0.025
"""The same, for each company of the market besides."""
GO_LIVE_DAYS = 12
"""They are entered within so many days."""
GO_LIVE_STAGES = np.array([7, 6, 5, 7, 4, 6, 3, 7])
"""Where they are then, in turns."""
AE_SOURCED_A_YEAR = 0.12
"""Deals that sales finds by itself, for each company of the market and year."""
QUIET_DAYS_BEFORE = 75
"""No such deal where another deal of the account was made so shortly before or after."""
OWN_CAMPAIGN = "Default-AE"
CAMPAIGN_SHARE = 0.85
"""Of these deals: entered with that campaign."""
STRANGER_WEIGHT = 0.08
"""How likely sales turns to a company outside the CRM, against one inside."""


@dataclass
class NewDeals:
    """New-business deals; arrays of one length.

    ``opportunity`` is the id of deals that hand-offs number, -1 for others. Keys are -1 for none.
    ``entered_stage`` is the first stage; ``is_go_live``: entered when the CRM went live.
    """

    opportunity: np.ndarray
    account: np.ndarray
    created_at: np.ndarray
    owner: np.ndarray
    motion: np.ndarray
    sourced_by: np.ndarray
    source: np.ndarray
    campaign: np.ndarray
    hand_off: np.ndarray
    person: np.ndarray
    entered_stage: np.ndarray
    is_go_live: np.ndarray

    def rows(self, where: np.ndarray) -> NewDeals:
        """The deals at ``where``."""
        return NewDeals(**{name: values[where] for name, values in vars(self).items()})


class Accounts:
    """What deals need to know of companies; arrays by account id, entry 0 unused."""

    def __init__(self, world: World) -> None:
        table = world.sql(
            "select account_id, fit, is_in_sam, segment, currency, region, employee_count, "
            "entered_crm_at from account order by account_id"
        )
        size = table.num_rows + 1
        self.count = table.num_rows

        def by_id(values: np.ndarray, empty: object) -> np.ndarray:
            result = np.full(size, empty, dtype=values.dtype)
            result[1:] = values
            return result

        self.fit = by_id(table["fit"].to_numpy(), 0.0)
        self.is_in_sam = by_id(table["is_in_sam"].to_numpy(), False)
        self.employees = by_id(table["employee_count"].to_numpy(), 0)
        self.segment = by_id(_positions(table["segment"], SEGMENTS), 0)
        self.currency = by_id(_positions(table["currency"], CURRENCIES), 0)
        self.region = by_id(region_numbers(table["region"]), 0)
        entered = table["entered_crm_at"].to_numpy().astype("datetime64[s]")
        self.entered_at = by_id(entered, np.datetime64("NaT", "s"))

    def offers(self, random: np.random.Generator, prices: PriceList, account: np.ndarray) -> Offer:
        """A first offer to each account."""
        return new_offers(
            random, prices, self.segment[account], self.currency[account], self.employees[account]
        )


def _positions(column: pa.ChunkedArray, values: tuple[str, ...]) -> np.ndarray:
    return pa.compute.index_in(column, value_set=pa.array(values)).to_numpy().astype(np.int64)


def new_deals(world: World, staff: Staff, accounts: Accounts) -> NewDeals:
    """All new-business deals: hand-offs' first, then those of sales in order of creation."""
    handed = _handed_off(world)
    found = _found_by_sales(world, staff, accounts, handed)
    return NewDeals(
        **{
            name: np.concatenate([values, getattr(found, name)])
            for name, values in vars(handed).items()
        }
    )


def _handed_off(world: World) -> NewDeals:
    rows = world.sql(
        """
        select
            hand_off.opportunity_id, hand_off.account_id, hand_off.decided_at, hand_off.to_user_id,
            hand_off.hand_off_id, hand_off.person_id, lead.motion, lead.lead_source,
            coalesce(lead.campaign_id, -1) as campaign_id
        from hand_off
        join lead on lead.lead_id = hand_off.lead_id
        where hand_off.decision = 'accepted' and hand_off.opportunity_id is not null
        qualify row_number() over (
            partition by hand_off.opportunity_id order by hand_off.decided_at, hand_off.hand_off_id
        ) = 1
        order by hand_off.opportunity_id
        """
    )
    count = rows.num_rows
    motion = _positions(rows["motion"], MOTIONS)
    source = _positions(rows["lead_source"], SOURCES)
    return NewDeals(
        opportunity=rows["opportunity_id"].to_numpy(),
        account=rows["account_id"].to_numpy(),
        created_at=rows["decided_at"].to_numpy().astype("datetime64[s]"),
        owner=rows["to_user_id"].to_numpy(),
        motion=motion,
        sourced_by=np.select(
            [source == SOURCES.index("Partner"), motion == INBOUND], [PARTNER, MARKETING], SDR
        ),
        source=source,
        campaign=rows["campaign_id"].to_numpy(),
        hand_off=rows["hand_off_id"].to_numpy(),
        person=rows["person_id"].to_numpy(),
        entered_stage=np.ones(count, dtype=np.int64),
        is_go_live=np.zeros(count, dtype=bool),
    )


def _found_by_sales(world: World, staff: Staff, accounts: Accounts, handed: NewDeals) -> NewDeals:
    random = world.settings.random("business/ae_sourced")
    settings = world.settings
    first = np.datetime64(settings.first_day, "D")
    last = np.datetime64(settings.last_day, "D")
    wave = GO_LIVE_DEALS + round(GO_LIVE_SHARE * settings.accounts)
    steady = round(AE_SOURCED_A_YEAR * settings.accounts * settings.months / 12)
    # Companies with people to talk to all the time, the fitting ones first; each at most once.
    staffed = world.columns(
        "select distinct account_id from employment where started_on <= ? and ended_on is null "
        "order by account_id", [settings.first_day],
    )["account_id"].astype(np.int64)  # fmt: skip
    weight = 0.15 + accounts.fit[staffed] ** 2
    weight *= np.where(accounts.is_in_sam[staffed], 1.0, 0.05)
    weight *= np.where(np.isnat(accounts.entered_at[staffed]), STRANGER_WEIGHT, 1.0)
    ranked = np.argsort(-(np.log(weight) + random.gumbel(size=len(staffed))), kind="stable")
    chosen = staffed[ranked][: min(wave + steady, len(staffed) // 2)]
    wave = min(wave, len(chosen) // 2)
    count = len(chosen)
    is_go_live = np.arange(count) < wave
    calendar = np.arange(first, last + 1)
    cumulative = np.cumsum(demand_weight(calendar))
    drawn = np.searchsorted(cumulative, random.random(count) * cumulative[-1])
    day = np.where(
        is_go_live, first + day_count(random.integers(0, GO_LIVE_DAYS, count)),
        calendar[np.minimum(drawn, len(calendar) - 1)],
    )  # fmt: skip
    keep = ~_near_another(chosen, day, handed)
    chosen, day, is_go_live = chosen[keep], day[keep], is_go_live[keep]
    # The last moment that is certainly simulated in every time zone is noon of the last day.
    day = np.minimum(day, last - np.timedelta64(4, "D"))
    seller = staff.pick(random, "ae", accounts.region[chosen], day)
    created_at = staff.working_stamps(random, day, seller)
    strange = np.isnat(accounts.entered_at[chosen]) | (accounts.entered_at[chosen] > created_at)
    never = strange & np.isnat(accounts.entered_at[chosen])
    _enter(world, accounts, random, chosen[never], created_at[never])
    # A company that the CRM gets later on: the deal waits for it.
    waits = strange & ~never
    later = staff.working_stamps(
        random, accounts.entered_at[chosen].astype("datetime64[D]") + 2, seller
    )
    created_at = np.where(waits, later, created_at)
    limit = last.astype("datetime64[s]")
    known = created_at < limit
    chosen, created_at, is_go_live = (
        chosen[known],
        created_at[known],
        is_go_live[known] & ~waits[known],
    )
    order = np.lexsort((chosen, created_at))
    chosen, created_at, is_go_live = chosen[order], created_at[order], is_go_live[order]
    count = len(chosen)
    stage = np.where(
        is_go_live,
        GO_LIVE_STAGES[np.arange(count) % len(GO_LIVE_STAGES)],
        1 + (random.random(count) < 0.3),
    )
    return NewDeals(
        opportunity=np.full(count, -1),
        account=chosen,
        created_at=created_at,
        owner=owners(world, chosen, created_at),
        motion=np.full(count, OUTBOUND),
        sourced_by=np.full(count, AE),
        source=np.full(count, AE_SOURCED),
        campaign=np.where(random.random(count) < CAMPAIGN_SHARE, _own_campaign(world), -1),
        hand_off=np.full(count, -1),
        person=np.full(count, -1),
        entered_stage=stage,
        is_go_live=is_go_live,
    )


def _own_campaign(world: World) -> int:
    """The campaign that is always on for what sales finds by itself; -1: there is none."""
    found = world.columns(
        "select campaign_id from campaign where campaign_name = ?", [OWN_CAMPAIGN]
    )
    return int(found["campaign_id"][0]) if len(found["campaign_id"]) else -1


def owners(world: World, account: np.ndarray, at: np.ndarray, role: str = "owner") -> np.ndarray:
    """Owner of each account in a role at an instant; -1 where there is none."""
    if len(account) == 0:
        return np.empty(0, dtype=np.int64)
    found = owner_at(world, account, at, role)
    return np.where(found > 0, found, -1)


def _enter(
    world: World,
    accounts: Accounts,
    random: np.random.Generator,
    account: np.ndarray,
    at: np.ndarray,
) -> None:
    """Let companies enter the CRM minutes before their deal."""
    if len(account):
        entered = at - random.integers(300, 7_200, len(at)).astype("timedelta64[s]")
        accounts.entered_at[account] = entered
        enter_crm(world, account, entered, "Prospecting")


def _near_another(account: np.ndarray, day: np.ndarray, handed: NewDeals) -> np.ndarray:
    """Whether a handed-off deal of the account was made shortly before or after."""
    order = np.argsort(handed.account, kind="stable")
    other, other_day = handed.account[order], handed.created_at[order].astype("datetime64[D]")
    low = np.searchsorted(other, account)
    high = np.searchsorted(other, account, side="right")
    row, position = repeat(high - low)
    distance = np.abs((other_day[low[row] + position] - day[row]).astype(np.int64))
    near = np.zeros(len(account), dtype=bool)
    near[row[distance < QUIET_DAYS_BEFORE]] = True
    return near
