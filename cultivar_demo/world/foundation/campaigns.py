"""Campaigns: the tree of channels, their leaves over the months, and what the paid ones cost a day.

Belongs here: campaign and campaign_cost_day. Does not belong here: who responds to them.

Three levels: channel, channel code, leaf. Only leaves have members and cost; upper levels carry
the sums of nothing.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from cultivar_demo.settings import REPORTING_TIME_ZONE, Settings
from cultivar_demo.world.clock import add_working_days, at_working_hour, demand_weight, start_of_day
from cultivar_demo.world.foundation.draw import money_from_cents
from cultivar_demo.world.foundation.staff import PLANNED_ACCOUNTS
from cultivar_demo.world.world import World


class Code(NamedTuple):
    """A second level of the tree.

    ``months`` is the distance between two leaves (0: one always-on leaf), ``lasts`` how long one
    runs (0: ``days``), ``cost`` its mean cost at PLANNED_ACCOUNTS, and ``ads`` the cost of a
    thousand impressions and the part of them clicked, for paid media.
    """

    channel: str
    name: str
    campaign_type: str
    months: int
    lasts: int
    days: int
    cost: int
    ads: tuple[float, float] | None


CODES: dict[str, Code] = {
    "OS": Code("Organic", "Organic search", "Organic", 0, 0, 0, 0, None),
    "DT": Code("Organic", "Direct traffic", "Organic", 0, 0, 0, 0, None),
    "WR": Code("Organic", "Website referral", "Organic", 0, 0, 0, 0, None),
    "SOC": Code("Organic", "Organic social", "Organic", 0, 0, 0, 0, None),
    "PR": Code("Organic", "Product sign-up", "Product", 0, 0, 0, 0, None),
    "CR": Code("Word-of-mouth", "Customer referral", "Referral", 0, 0, 0, 0, None),
    "ER": Code("Word-of-mouth", "Employee referral", "Referral", 0, 0, 0, 0, None),
    "EC": Code("Event", "Conference", "Event", 3, 0, 3, 22_000, None),
    "FE": Code("Event", "Field event", "Event", 2, 0, 1, 4_500, None),
    "WH": Code("Event", "Hosted webinar", "Webinar", 1, 0, 1, 1_200, None),
    "PS": Code("Digital", "Paid search", "Paid Search", 3, 3, 0, 21_000, (45.0, 0.035)),
    "SO": Code("Digital", "Paid social", "Paid Social", 3, 3, 0, 15_000, (28.0, 0.007)),
    "CS": Code("Digital", "Content", "Content", 2, 2, 0, 3_500, None),
    "EM": Code("Digital", "Email", "Email", 1, 1, 0, 400, None),
    "SDR": Code("Prospecting", "SDR outreach", "Outbound", 0, 0, 0, 0, None),
    "AE": Code("Prospecting", "AE outreach", "Outbound", 0, 0, 0, 0, None),
    "TP": Code("Partner", "Technology partner", "Partner", 6, 2, 0, 5_000, None),
    "RE": Code("Partner", "Reseller", "Partner", 0, 0, 0, 0, None),
}
"""Code → second level of the tree."""

THEMES: dict[str, tuple[str, ...]] = {
    "EC": ("data-summit", "analytics-world", "cfo-forum", "revops-days", "cloud-expo"),
    "FE": (
        "dinner-new-york", "dinner-london", "roadshow-berlin", "breakfast-chicago",
        "lunch-sydney",
    ),
    "WH": (
        "dashboards-that-decide", "forecasting-basics", "data-culture", "self-service-analytics",
        "from-sheet-to-platform", "embedded-analytics", "governance-without-pain",
    ),
    "PS": ("dashboard-software", "business-intelligence", "reporting-tool", "competitors"),
    "SO": ("data-leaders", "finance-leaders", "operations-leaders", "retargeting"),
    "CS": ("metrics-guide", "state-of-analytics", "buyers-guide", "forecasting-playbook"),
    "EM": ("newsletter",),
    "TP": ("warehouse-alliance", "crm-marketplace"),
}  # fmt: skip
"""Code → names of its leaves, in turn."""

COST_SPREAD = 0.25
"""Standard deviation of the logarithm of a leaf's cost."""

BUDGET_SLACK = 0.12
"""Mean deviation of actual cost from budget, either way."""

DAYS_AHEAD = (10, 40)
"""Working days between the creation of a campaign and its first day."""


@dataclass
class Leaf:
    """A leaf in the making."""

    name: str
    code: str
    started_on: dt.date
    ended_on: dt.date | None
    cost: int
    """Cents."""
    budget: int


def add_campaigns(world: World) -> None:
    """Add campaign and campaign_cost_day."""
    settings = world.settings
    random = settings.random("foundation/campaigns")
    first = settings.first_day
    channels = list(dict.fromkeys(code.channel for code in CODES.values()))
    upper = [(channel, None, channel, None, first, None) for channel in channels]
    upper += [
        (f"{code.channel} - {code.name}", code.channel, code.channel, key, first, None)
        for key, code in CODES.items()
    ]
    leaves = draw_leaves(settings)
    names = [row[0] for row in upper] + [leaf.name for leaf in leaves]
    started = [first] * len(upper) + [leaf.started_on for leaf in leaves]
    created = _creation(settings, started, [leaf.ended_on is None for leaf in leaves], random)
    order = np.lexsort((np.arange(len(names)), created))
    ids = np.empty(len(names), dtype=np.int64)
    ids[order] = np.arange(1, len(names) + 1)
    by_name = dict(zip(names, ids.tolist(), strict=True))
    parents = [by_name.get(row[1]) if row[1] else None for row in upper]
    parents += [by_name[f"{CODES[x.code].channel} - {CODES[x.code].name}"] for x in leaves]
    codes = [row[3] for row in upper] + [leaf.code for leaf in leaves]
    costs = np.array([0] * len(upper) + [leaf.cost for leaf in leaves])
    table = pa.table(
        {
            "campaign_id": ids,
            "campaign_name": names,
            "parent_campaign_id": pa.array(parents, pa.int64()),
            "is_leaf": [False] * len(upper) + [True] * len(leaves),
            "channel": [row[2] for row in upper] + [CODES[x.code].channel for x in leaves],
            "channel_code": pa.array(codes, pa.string()),
            "campaign_type": ["Channel"] * len(upper)
            + [CODES[x.code].campaign_type for x in leaves],
            "started_on": pa.array(started, pa.date32()),
            "ended_on": pa.array(
                [None] * len(upper) + [leaf.ended_on for leaf in leaves], pa.date32()
            ),
            "budget_usd": money_from_cents(
                np.array([0] * len(upper) + [leaf.budget for leaf in leaves])
            ),
            "actual_cost_usd": money_from_cents(costs),
            "owner_user_id": _owners(world, created, random),
            "created_at": created.astype("datetime64[us]"),
        }
    )
    world.add("campaign", table.take(pa.array(order)))
    leaf_ids = ids[len(upper) :]
    world.add("campaign_cost_day", _daily_costs(settings, leaves, leaf_ids, random))


def draw_leaves(settings: Settings) -> list[Leaf]:
    """All leaves, code by code, in order of their start."""
    random = settings.random("foundation/campaign_leaves")
    scale = (settings.accounts / PLANNED_ACCOUNTS) ** 0.5
    months = _months(settings)
    leaves = []
    for key, code in CODES.items():
        if code.months == 0:
            leaves.append(Leaf(f"Default-{key}", key, settings.first_day, None, 0, 0))
            continue
        themes = THEMES[key]
        # Codes with several leaves a quarter begin in different months of it; media flights keep
        # to calendar quarters, the last of which ends on the last day.
        phase = 0 if code.ads else len(key) * 7 + ord(key[0])
        starts = [m for m in months if (m[0] * 12 + m[1] - 1 + phase) % code.months == 0]
        if months[0] not in starts and code.lasts:
            starts.insert(0, months[0])
        for number, (year, month) in enumerate(starts):
            begin, end = _leaf_days(settings, code, year, month, phase, random)
            share = 1.0
            if code.lasts:
                share = ((end - begin).days + 1) / (30.4 * code.lasts)
            cost = 100 * code.cost * scale * share * np.exp(COST_SPREAD * random.standard_normal())
            deviation = 1 + BUDGET_SLACK * random.uniform(-1, 1)
            theme = themes[number % len(themes)]
            leaves.append(
                Leaf(
                    f"{year}_{month:02d}-{key}-{theme}",
                    key,
                    begin,
                    end,
                    int(cost),
                    round(float(cost) * deviation / 10_000) * 10_000,
                )
            )
    return leaves


def _months(settings: Settings) -> list[tuple[int, int]]:
    first = settings.first_day.year * 12 + settings.first_day.month - 1
    return [((first + n) // 12, (first + n) % 12 + 1) for n in range(settings.months)]


def _leaf_days(
    settings: Settings, code: Code, year: int, month: int, phase: int, random: np.random.Generator
) -> tuple[dt.date, dt.date]:
    """First and last day of a leaf that belongs to a month."""
    if code.lasts:
        # A flight that began before the period is cut to the rest of it.
        gone = (year * 12 + month - 1 + phase) % code.months if code.months == code.lasts else 0
        last_month = year * 12 + month - 1 + code.lasts - 1 - gone
        last_year, last_of = last_month // 12, last_month % 12 + 1
        end = dt.date(last_year, last_of, calendar.monthrange(last_year, last_of)[1])
        return dt.date(year, month, 1), min(end, settings.last_day)
    # Events take place from Tuesday to Thursday in the middle of the month.
    day = dt.date(year, month, int(random.integers(8, 22)))
    day += dt.timedelta(days=(1 - day.weekday()) % 7)
    return day, day + dt.timedelta(days=code.days - 1)


def _creation(
    settings: Settings,
    started: list[dt.date],
    is_always_on: list[bool],
    random: np.random.Generator,
) -> np.ndarray:
    """When each campaign was created: weeks ahead, yet not before the company's first morning."""
    days = np.array(started, dtype="datetime64[D]")
    ahead = -random.integers(*DAYS_AHEAD, len(days))
    stamps = at_working_hour(add_working_days(days, ahead, "US"), REPORTING_TIME_ZONE, random)
    first = np.datetime64(settings.first_day, "D")
    opening = start_of_day(np.array([first]))[0] + np.timedelta64(9 * 3600, "s")
    # Channels, codes and what is always on are set up one after the other, minutes apart.
    is_early = stamps < opening
    stamps[is_early] = opening + np.arange(is_early.sum()) * np.timedelta64(60, "s")
    assert len(is_always_on) <= len(days)
    return stamps


def _owners(world: World, created: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A marketing user employed at each creation."""
    users = world.columns(
        "select user_id, hired_on, coalesce(left_on, date '2200-01-01') as left_on "
        "from sales_user where role = 'marketing' order by user_id"
    )
    days = created.astype("datetime64[D]")[:, None]
    is_there = (users["hired_on"].astype("datetime64[D]") <= days) & (
        users["left_on"].astype("datetime64[D]") > days
    )
    draws = random.random(is_there.shape) + is_there
    return users["user_id"][np.argmax(draws, axis=1)]


def _daily_costs(
    settings: Settings, leaves: list[Leaf], ids: np.ndarray, random: np.random.Generator
) -> dict[str, object]:
    """Cost, impressions and clicks of paid media a day; the days of a leaf sum to its cost."""
    parts = []
    for leaf, campaign_id in zip(leaves, ids.tolist(), strict=True):
        ads = CODES[leaf.code].ads
        if ads is None or leaf.ended_on is None:
            continue
        days = np.arange(np.datetime64(leaf.started_on), np.datetime64(leaf.ended_on) + 1)
        weight = demand_weight(days) ** 0.5 * random.uniform(0.7, 1.3, len(days))
        spent = np.rint(np.cumsum(weight) / weight.sum() * leaf.cost).astype(np.int64)
        cents = np.diff(spent, prepend=0)
        thousand, click_rate = ads
        impressions = random.poisson(cents / 100 / thousand * 1_000)
        clicks = random.binomial(impressions, click_rate)
        parts.append((np.full(len(days), campaign_id), days, cents, impressions, clicks))
    campaign, day, cents, impressions, clicks = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    order = np.lexsort((day, campaign))
    return {
        "campaign_id": campaign[order],
        "day": day[order],
        "cost_usd": money_from_cents(cents[order]),
        "impressions": impressions[order],
        "clicks": clicks[order],
    }
