"""Which campaign brings, invites or writes to somebody.

Belongs here: choosing among the leaf campaigns that run at an instant. Does not belong here:
making campaigns (``foundation``), mails (``marketing``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cultivar_demo.world.demand.log import NEVER, NONE
from cultivar_demo.world.demand.rates import (
    CONTENT,
    DAY,
    EVENT,
    PAID_SEARCH,
    PAID_SOCIAL,
    PARTNER,
    REFERRAL,
)

if TYPE_CHECKING:
    from cultivar_demo.world.demand.state import State

EVENT_TYPES = ("Webinar", "Event")
BROUGHT_BY_TYPE = {
    EVENT: EVENT_TYPES, PAID_SEARCH: ("Paid Search",), PAID_SOCIAL: ("Paid Social",),
    CONTENT: ("Content",),
}  # fmt: skip
"""Source of a lead → types of campaign."""
BROUGHT_BY_CHANNEL = {REFERRAL: "Word-of-mouth", PARTNER: "Partner"}
"""Source of a lead → channel of campaign; the other sources come by Organic."""


class Campaigns:
    """Leaf campaigns by position: start and end, type, channel."""

    def __init__(self, state: State) -> None:
        found = state.world.columns(f"""
            select campaign_id - 1 as campaign, campaign_name as name,
                epoch(started_on)::bigint as start_on, epoch(created_at)::bigint as created_at,
                coalesce(epoch(ended_on)::bigint + {DAY}, {NEVER}) as end_at,
                campaign_type as type, channel
            from campaign where is_leaf order by campaign_id
        """)
        self.key = found["campaign"]
        self.name, self.type = found["name"].astype(str), found["type"].astype(str)
        self.channel = found["channel"].astype(str)
        self.start_on, self.created_at = found["start_on"], found["created_at"]
        self.start_at = np.maximum(self.start_on, self.created_at)
        self.end_at = found["end_at"]
        self.is_always_on = self.end_at == NEVER
        organic = self.channel == "Organic"
        self._fallback = np.flatnonzero(organic & self.is_always_on)
        if not len(self._fallback):
            self._fallback = np.flatnonzero(self.is_always_on)

    def created_by_key(self, key: np.ndarray) -> np.ndarray:
        """When each campaign (key - 1 of leaves) was created."""
        return self.created_at[np.searchsorted(self.key, key)]

    def running(
        self, candidates: np.ndarray, at: np.ndarray, random: np.random.Generator
    ) -> np.ndarray:
        """One of the candidates (positions) that runs at each instant; NONE if there is none."""
        if not len(candidates) or not len(at):
            return np.full(len(at), NONE)
        on = (self.start_at[candidates] <= at[:, None]) & (at[:, None] < self.end_at[candidates])
        place = (random.random(on.shape) * on).argmax(axis=1)
        return np.where(on.any(axis=1), self.key[candidates[place]], NONE)

    def bringing(
        self, source: np.ndarray, at: np.ndarray, random: np.random.Generator
    ) -> np.ndarray:
        """Campaign (key - 1) that brought each arrival; NONE for some referrals only."""
        result = np.full(len(source), NONE)
        for code in np.unique(source).tolist():
            rows = np.flatnonzero(source == code)
            if code in BROUGHT_BY_TYPE:
                fits = np.isin(self.type, BROUGHT_BY_TYPE[code])
            else:
                fits = self.channel == BROUGHT_BY_CHANNEL.get(code, "Organic")
            found = self.running(np.flatnonzero(fits), at[rows], random)
            if code != REFERRAL:
                rest = self.running(self._fallback, at[rows], random)
                found = np.where(found == NONE, rest, found)
            result[rows] = found
        return result

    def prospecting(self, at: np.ndarray, random: np.random.Generator) -> np.ndarray:
        """A prospecting campaign (key - 1) that runs at each instant, or NONE."""
        return self.running(np.flatnonzero(self.channel == "Prospecting"), at, random)
