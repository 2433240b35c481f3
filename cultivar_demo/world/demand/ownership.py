"""Leads of representatives who leave go to somebody else.

Belongs here: re-owning. Does not belong here: whose account it is (``foundation``).
"""

from __future__ import annotations

import numpy as np

from cultivar_demo.world.demand.rates import (
    CONVERTED,
    DAY,
    DISQUALIFIED,
    HOUR,
    SALES_QUALIFIED,
)
from cultivar_demo.world.demand.state import State

FORGOTTEN = 0.12
"""Leads that stay with somebody who has left."""


def hand_over(state: State, month: int, start: int, stop: int) -> None:
    """Give open leads of those who leave in the month to the account's new representative."""
    random = state.random("hand over", month)
    leaves = (state.left_at >= start - 2 * DAY) & (state.left_at < stop - 2 * DAY)
    if not leaves.any():
        return
    owned = state.lead_owner >= 0
    owned[owned] = leaves[state.lead_owner[owned]]
    owned &= ~np.isin(state.status, (CONVERTED, DISQUALIFIED))
    job = np.flatnonzero(owned)
    job = job[random.random(len(job)) >= FORGOTTEN]
    at = state.left_at[state.lead_owner[job]] + 2 * DAY + random.integers(0, 30 * HOUR, len(job))
    new = np.where(
        state.status[job] == SALES_QUALIFIED,
        state.owner(state.job_account[job], "owner", at),
        state.owner(state.job_account[job], "sdr", at),
    )
    fits = (state.status_at[job] < at) & (state.busy_until[job] < at) & (at < state.end)
    state.set_owner(job[fits], at[fits], new[fits])
