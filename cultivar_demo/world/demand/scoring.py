"""The marketing tool's score of leads: points of acts, and who crosses the threshold.

Belongs here: adding points, crossing. Does not belong here: what follows of it (``inbound``).
"""

from __future__ import annotations

import numpy as np

from cultivar_demo.world.demand.log import NONE, first_of
from cultivar_demo.world.demand.rates import (
    MINUTE,
    NEW,
    QUALIFYING_SCORE,
    RECYCLED,
    WORKING,
)
from cultivar_demo.world.demand.state import State

DECAY = 0.94
"""Of the points beyond fit that is left after a month."""
SHOWN_STEP = 6
"""Points by which a score changes before the CRM shows it, without a change of status."""

Acts = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Job, instant, points."""


def cross(
    state: State, acts: list[Acts], end: int, excluded: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Add the points of a month's acts to leads; jobs that cross the threshold, and when.

    Args:
        state: the agents; scores are changed.
        acts: job, instant, points; of any people.
        end: acts after it count, yet cross nothing now.
        excluded: jobs that do not cross (they arrive this month by themselves).
    """
    job, at, points = (np.concatenate(column) for column in zip(*acts, strict=True))
    counts = (state.lead_at[job] <= at) & (at < state.end)
    job, at, points = job[counts], at[counts], points[counts]
    order = np.lexsort((at, job))
    job, at, points = job[order], at[order], points[order].astype(float)
    first = np.r_[True, job[1:] != job[:-1]] if len(job) else np.zeros(0, bool)
    total = np.cumsum(points)
    before = np.where(first, total - points, 0)
    running = state.score[job] + total - np.maximum.accumulate(before) if len(job) else total
    reached = (running >= QUALIFYING_SCORE) & (at < end)
    reached &= np.isin(state.status[job], (NEW, WORKING, RECYCLED)) & ~state.is_busy(job, at)
    reached &= (state.status_at[job] < at) & (state.busy_until[job] < at)
    barred = np.zeros(state.jobs, bool)
    barred[excluded] = True
    reached &= ~barred[job]
    np.add.at(state.score, job, points)
    np.minimum(state.score, 100, out=state.score)
    rows = np.flatnonzero(reached)
    rows = rows[first_of(job[rows], at[rows])]
    _show(state, job, at, running, state.status[job] != NONE)
    # The tool works in batches.
    return job[rows], at[rows] + MINUTE + (job[rows] * 37) % (9 * MINUTE)


def _show(
    state: State, job: np.ndarray, at: np.ndarray, running: np.ndarray, is_lead: np.ndarray
) -> None:
    """Log scores that have moved visibly, at the month's last act of the lead."""
    last = np.r_[job[1:] != job[:-1], True] if len(job) else np.zeros(0, bool)
    rows = last & is_lead & (np.abs(running - state.score_shown[job]) >= SHOWN_STEP)
    job, at, score = job[rows], at[rows], running[rows].clip(0, 100).astype(np.int64)
    state.score_shown[job] = score
    state.log.add(
        "lead_event", job=job, at=at + 30, status=NONE, owner=NONE, reason=NONE,
        review_day=NONE, score=score,
    )  # fmt: skip


def decay(state: State) -> None:
    """A month passes."""
    state.score *= DECAY
