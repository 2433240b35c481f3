"""Rows gathered in chunks, month by month, before they become tables.

Belongs here: the gathering. Does not belong here: what the rows mean. Conventions of the columns:
instants are int64 seconds since 1970 or ``NEVER``; keys and vocabulary codes are -1 for NULL.
"""

from __future__ import annotations

import numpy as np

NEVER = np.int64(1) << 40
"""An instant after everything."""
NONE = -1
"""NULL of a key or code."""

Columns = dict[str, np.ndarray]


class Log:
    """Chunks of columns by name; every chunk of a name has the same columns."""

    def __init__(self) -> None:
        self._chunks: dict[str, list[Columns]] = {}

    def add(self, name: str, **columns: np.ndarray | int | float | bool) -> None:
        """Add rows; single values are repeated, all-single means one row."""
        arrays = {key: np.asarray(value) for key, value in columns.items()}
        size = next((array.size for array in arrays.values() if array.ndim), 1)
        if size == 0 and name in self._chunks:
            return
        self._chunks.setdefault(name, []).append(
            {key: np.array(np.broadcast_to(array, (size,))) for key, array in arrays.items()}
        )

    def take(self, name: str) -> Columns:
        """All rows of ``name`` in order of adding, which are then forgotten."""
        chunks = self._chunks.pop(name)
        return {key: np.concatenate([chunk[key] for chunk in chunks]) for key in chunks[0]}


def choose(cumulative: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Position of each draw (0 to 1) in cumulative shares that end with 1."""
    return np.searchsorted(cumulative, draws, side="right").clip(0, len(cumulative) - 1)


def shares(*weights: float) -> np.ndarray:
    """Cumulative shares of weights, for ``choose``."""
    total = np.cumsum(np.asarray(weights, dtype=float))
    return total / total[-1]


def rank_within(groups: np.ndarray, *keys: np.ndarray) -> np.ndarray:
    """Rank from 0 of each row within its group, in order of ``keys`` (first key first)."""
    order = np.lexsort((*reversed(keys), groups))
    ordered = groups[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else []
    lengths = np.diff(np.r_[starts, len(ordered)]).astype(np.int64)
    ranks = np.empty(len(groups), np.int64)
    ranks[order] = np.arange(len(groups)) - np.repeat(starts, lengths)
    return ranks


def first_of(groups: np.ndarray, *keys: np.ndarray) -> np.ndarray:
    """Positions of the first row of each group in order of ``keys``, ordered by group."""
    order = np.lexsort((*reversed(keys), groups))
    ordered = groups[order]
    return order[np.r_[True, ordered[1:] != ordered[:-1]]] if len(order) else order
