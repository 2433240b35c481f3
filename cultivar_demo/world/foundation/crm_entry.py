"""When the CRM gets to know a company, and the target account list.

Belongs here: lists bought and researched, the list of target accounts by fiscal quarter. Does not
belong here: companies that report by themselves (demand steps call ``ownership.enter_crm``).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from cultivar_demo.settings import REPORTING_TIME_ZONE, Settings
from cultivar_demo.world.clock import at_working_hour, demand_weight, fiscal_quarter, is_working_day
from cultivar_demo.world.foundation.draw import choose, nullable, take_texts

BASE_SHARE = 0.43
"""Part of the market in the list bought at the start."""

LATER_SHARE = 0.17
"""Further part that gets in over the period without its own doing; inbound adds to it."""

OUT_OF_SAM_WEIGHT = 0.4
"""How likely a company outside of the serviceable market is in such a list, compared."""

FIT_WEIGHT = 0.8
"""How much likelier a perfect fit is than none: lists are bought by criteria."""

LATER_SOURCES = ("Prospecting", "Purchased List", "Event", "Partner", "Referral")
LATER_SOURCE_SHARES = (0.50, 0.22, 0.14, 0.08, 0.06)
BASE_SOURCE = "Purchased List"
TARGET_SOURCE = "Target List"

TARGET_SHARE = 0.10
"""Part of the serviceable market on the target account list."""

TIER_SHARES = (0.15, 0.35, 0.50)
"""Members by tier 1 to 3, best first."""

TARGET_TURNOVER = 0.07
"""Members that leave the list each fiscal quarter; as many join."""

TIER_CHANGE = 0.02
"""Members whose tier changes in a fiscal quarter."""

IMPORT_HOUR = 14
"""Hour (UTC) at which the first list is imported, and lists of a quarter after it."""


@dataclass(frozen=True)
class CrmEntry:
    """Entry of each account (Arrow arrays with NULL), and the table of memberships."""

    entered_at: pa.Array
    source: pa.Array
    memberships: dict[str, pa.Array]


def draw_crm_entry(
    settings: Settings, fit: np.ndarray, is_in_sam: np.ndarray, employees: np.ndarray
) -> CrmEntry:
    """Decide who is in the CRM from when, and who is on the target list."""
    random = settings.random("foundation/crm_entry")
    size = len(fit)
    first = np.datetime64(settings.first_day, "D")
    weight = (1 + FIT_WEIGHT * fit) * np.where(is_in_sam, 1.0, OUT_OF_SAM_WEIGHT)
    chance = weight / weight.mean()
    draws = random.random(size)
    is_base = draws < (BASE_SHARE * chance).clip(0, 0.95)
    is_later = ~is_base & (draws < ((BASE_SHARE + LATER_SHARE) * chance).clip(0, 0.97))
    entered = np.full(size, np.datetime64("NaT"), dtype="datetime64[s]")
    source = np.full(size, len(LATER_SOURCES) + 1)  # none
    entered[is_base] = _import_stamps(np.full(is_base.sum(), first), random)
    source[is_base] = LATER_SOURCES.index(BASE_SOURCE)
    days = np.arange(first + 1, np.datetime64(settings.last_day, "D") + 1)
    days = days[is_working_day(days, "US")]
    count = int(is_later.sum())
    later_days = days[choose(demand_weight(days), count, random)]
    entered[is_later] = at_working_hour(later_days, REPORTING_TIME_ZONE, random)
    source[is_later] = choose(LATER_SOURCE_SHARES, count, random)

    account, tier, begin, end = draw_target_list(settings, fit, is_in_sam, employees)
    joined = np.full(size, np.datetime64("2200-01-01"), dtype="datetime64[D]")
    np.minimum.at(joined, account, begin)
    needs = np.isnat(entered) | (entered.astype("datetime64[D]") > joined)
    needs &= joined < np.datetime64("2200-01-01")
    entered[needs] = _import_stamps(joined[needs], random)
    source[needs] = np.where(
        joined[needs] == first, LATER_SOURCES.index(BASE_SOURCE), len(LATER_SOURCES)
    )
    is_never = np.isnat(entered)
    return CrmEntry(
        entered_at=nullable(entered.astype("datetime64[us]"), is_never),
        source=take_texts([*LATER_SOURCES, TARGET_SOURCE, None], source),
        memberships={
            "account_id": pa.array(account + 1),
            "tier": pa.array(tier),
            "valid_from": pa.array(begin),
            "valid_to": nullable(end, np.isnat(end)),
        },
    )


def draw_target_list(
    settings: Settings, fit: np.ndarray, is_in_sam: np.ndarray, employees: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Spans on the list: position of the account, tier, first day, end (NaT: open)."""
    random = settings.random("foundation/target_list")
    serviceable = np.flatnonzero(is_in_sam)
    wanted = min(len(serviceable), max(6, round(TARGET_SHARE * len(serviceable))))
    appeal = (
        fit[serviceable]
        + 0.12 * np.log10(employees[serviceable])
        + 0.15 * random.standard_normal(len(serviceable))
    )
    tier = np.zeros(len(serviceable), dtype=np.int64)  # 0: not on the list
    since = np.full(len(serviceable), np.datetime64("NaT"), dtype="datetime64[D]")
    best = np.argsort(-appeal, kind="stable")[:wanted]
    bounds = np.cumsum(TIER_SHARES) * wanted
    tier[best] = 1 + np.searchsorted(bounds[:-1], np.arange(wanted), side="right")
    since[best] = np.datetime64(settings.first_day, "D")
    spans = []

    def close(places: np.ndarray, day: np.datetime64) -> None:
        spans.append((serviceable[places], tier[places].copy(), since[places].copy(), day))

    for day in quarter_starts(settings):
        on_list = np.flatnonzero(tier)
        change = max(1, round(TARGET_TURNOVER * len(on_list)))
        leave = np.sort(random.choice(on_list, change, replace=False))
        close(leave, day)
        freed = tier[leave].copy()
        tier[leave] = 0
        # Newcomers come from the better half of those who are not on the list.
        off_list = np.setdiff1d(np.flatnonzero(tier == 0), leave)
        off_list = off_list[np.argsort(-appeal[off_list], kind="stable")]
        pool = off_list[: max(change, len(off_list) // 2)]
        join = np.sort(random.choice(pool, min(change, len(pool)), replace=False))
        tier[join] = freed[: len(join)]
        since[join] = day
        stay = np.setdiff1d(on_list, leave)
        moved = stay[random.random(len(stay)) < TIER_CHANGE]
        close(moved, day)
        tier[moved] = np.where(tier[moved] == 1, 2, tier[moved] - 1)
        since[moved] = day
    close(np.flatnonzero(tier), np.datetime64("NaT", "D"))
    account = np.concatenate([span[0] for span in spans])
    begin = np.concatenate([span[2] for span in spans])
    end = np.concatenate([np.full(len(span[0]), span[3], dtype="datetime64[D]") for span in spans])
    tiers = np.concatenate([span[1] for span in spans])
    order = np.lexsort((begin, account))
    return account[order], tiers[order], begin[order], end[order]


def quarter_starts(settings: Settings) -> list[np.datetime64]:
    """First days of the fiscal quarters within the period, without its first day."""
    first = np.datetime64(settings.first_day, "D")
    days = np.arange(first + 1, np.datetime64(settings.last_day + dt.timedelta(1), "D"))
    return list(np.unique(fiscal_quarter(days)[0][fiscal_quarter(days)[0] == days]))


def _import_stamps(days: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Within the hour of the import."""
    seconds = IMPORT_HOUR * 3600 + random.integers(0, 3600, len(days))
    return days.astype("datetime64[s]") + seconds.astype("timedelta64[s]")
