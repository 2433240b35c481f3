"""Small tools over columns: money, days, choices with guarantees, ragged repetition.

Belongs here: pure functions of arrays that several steps share. Does not belong here: anything
about deals or customers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

NO_DAY = np.datetime64("NaT", "D")
NO_STAMP = np.datetime64("NaT", "s")


def money(cents: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    """Whole cents as decimal(18, 2); NULL where ``missing``."""
    cents = np.ascontiguousarray(cents, dtype=np.int64)
    words = np.empty((len(cents), 2), dtype=np.int64)
    words[:, 0] = cents
    words[:, 1] = cents >> 63
    values = pa.Array.from_buffers(
        pa.decimal128(18, 2), len(cents), [None, pa.py_buffer(words.tobytes())]
    )
    if missing is None:
        return values
    return pa.compute.if_else(pa.array(~missing), values, pa.scalar(None, pa.decimal128(18, 2)))


def nullable(values: np.ndarray, missing: np.ndarray) -> pa.Array:
    """``values`` as Arrow, NULL where ``missing``."""
    return pa.array(values, mask=np.asarray(missing, dtype=bool))


def keys(values: np.ndarray) -> pa.Array:
    """Ids as Arrow; NULL where negative."""
    return nullable(values, values < 0)


def take(options: Sequence[str], index: np.ndarray) -> pa.Array:
    """The text of ``options`` at each index; NULL where the index is negative."""
    index = np.asarray(index, dtype=np.int64)
    codes = pa.array(np.maximum(index, 0), pa.int32(), mask=index < 0)
    return pa.DictionaryArray.from_arrays(codes, pa.array(options, pa.string())).cast(pa.string())


def add_months(days: np.ndarray, months: Any) -> np.ndarray:
    """The same day ``months`` later, or the last day of that month where there is none."""
    days = np.asarray(days, dtype="datetime64[D]")
    month = days.astype("datetime64[M]")
    offset = days - month.astype("datetime64[D]")
    target = month + np.asarray(months, dtype=np.int64).astype("timedelta64[M]")
    last = (target + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    return np.minimum(target.astype("datetime64[D]") + offset, last)


def day_count(amount: Any) -> np.ndarray:
    """Whole days as a time span."""
    return np.asarray(np.rint(amount), dtype=np.int64).astype("timedelta64[D]")


def second_count(amount: Any) -> np.ndarray:
    """Whole seconds as a time span."""
    return np.asarray(np.rint(amount), dtype=np.int64).astype("timedelta64[s]")


def choose(
    random: np.random.Generator,
    eligible: np.ndarray,
    share: float,
    prefer: np.ndarray | None = None,
) -> np.ndarray:
    """A mask with about ``share`` of ``eligible`` set, and at least one if any is eligible.

    ``prefer``: where the guaranteed one must lie, if it can (such as: early enough to be seen).
    """
    where = np.flatnonzero(eligible)
    chosen = np.zeros(len(eligible), dtype=bool)
    draws = random.random(len(where))
    first = random.random(len(where))
    if len(where) == 0 or share <= 0:
        return chosen
    chosen[where[draws < share]] = True
    wanted = where if prefer is None else where[prefer[where]]
    if len(wanted) and not chosen[wanted].any():
        order = first if prefer is None else first[prefer[where]]
        chosen[wanted[np.argmin(order)]] = True
    return chosen


def divide(random: np.random.Generator, score: np.ndarray, shares: Sequence[float]) -> np.ndarray:
    """A category for each row in given shares, the lowest scores getting the first categories.

    Every category occurs once there are about as many rows as categories.

    Args:
        random: stream; settles ties.
        score: what decides; NaN is not allowed.
        shares: one a category; need not sum to 1.
    """
    count = len(score)
    cumulative = np.cumsum(shares) / np.sum(shares)
    categories = len(shares)
    if count >= categories:
        # One row is set aside for each category, the rest is divided by share.
        edges = np.rint(cumulative * (count - categories)) + np.arange(1, categories + 1)
    else:
        edges = np.rint(cumulative * count)
    order = np.lexsort((random.random(count), score))
    result = np.empty(count, dtype=np.int64)
    result[order] = np.searchsorted(edges, np.arange(count), side="right")
    return np.minimum(result, categories - 1)


def repeat(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers repeated ``counts`` times, and the position within each repetition (from 0)."""
    counts = np.asarray(counts, dtype=np.int64)
    rows = np.repeat(np.arange(len(counts)), counts)
    starts = np.cumsum(counts) - counts
    return rows, np.arange(len(rows)) - starts[rows]


class Book:
    """Columns that grow part by part; every part has the same columns, and is copied."""

    def __init__(self) -> None:
        self._parts: list[dict[str, np.ndarray]] = []
        self.size = 0

    def add(self, **columns: Any) -> int:
        """Add a part (scalars are repeated); returns the row number of its first row."""
        size = next(len(value) for value in columns.values() if np.ndim(value))
        part = {
            name: np.array(value) if np.ndim(value) else np.full(size, value)
            for name, value in columns.items()
        }
        wrong = [name for name, value in part.items() if len(value) != size]
        if wrong:
            raise ValueError(f"columns {wrong} differ in length from {size}")
        self._parts.append(part)
        first = self.size
        self.size += size
        return first

    def columns(self) -> dict[str, np.ndarray]:
        """All parts, one behind the other."""
        if not self._parts:
            return {}
        return {
            name: np.concatenate([part[name] for part in self._parts]) for name in self._parts[0]
        }


def rows(columns: Mapping[str, np.ndarray], where: np.ndarray) -> dict[str, np.ndarray]:
    """The rows at ``where`` (mask or positions) of each column."""
    return {name: values[where] for name, values in columns.items()}
