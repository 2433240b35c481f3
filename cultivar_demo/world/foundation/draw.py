"""Drawing from lists and patterns for whole columns.

Belongs here: vectorised choices and texts from random numbers. Does not belong here: the lists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


class Lists:
    """One list of texts a group, drawn from by group number.

    Args:
        by_group: group name → its texts; group numbers follow this order.
        weights: group name → relative weight of each text; equal where absent.
    """

    def __init__(
        self,
        by_group: Mapping[str, Sequence[str]],
        weights: Mapping[str, Sequence[float]] | None = None,
    ) -> None:
        self.groups = list(by_group)
        self.values = [value for values in by_group.values() for value in values]
        steps = []
        for number, (group, values) in enumerate(by_group.items()):
            weight = np.asarray((weights or {}).get(group, np.ones(len(values))), dtype=float)
            cumulative = np.cumsum(weight) / weight.sum()
            cumulative[-1] = 1.0
            steps.append(number + cumulative)
        self._steps = np.concatenate(steps)

    def draw(self, group_numbers: np.ndarray, random: np.random.Generator) -> np.ndarray:
        """Positions in ``values``, one a group number."""
        draws = np.asarray(group_numbers) + random.random(len(group_numbers))
        return np.searchsorted(self._steps, draws, side="right").clip(0, len(self.values) - 1)

    def texts(self, positions: np.ndarray, values: Sequence[str] | None = None) -> pa.Array:
        """The texts at ``positions``; ``values`` may give another spelling of each."""
        return take_texts(self.values if values is None else values, positions)


def take_texts(values: Sequence[str | None], positions: np.ndarray) -> pa.Array:
    """The texts of a short list at ``positions``."""
    return pa.array(values, pa.string()).take(pa.array(positions))


def choose(weights: Sequence[float], size: int, random: np.random.Generator) -> np.ndarray:
    """``size`` positions in ``weights``, each as likely as its weight."""
    cumulative = np.cumsum(np.asarray(weights, dtype=float))
    return np.searchsorted(cumulative, random.random(size) * cumulative[-1], side="right").clip(
        0, len(cumulative) - 1
    )


def fill_patterns(
    patterns: Sequence[str], positions: np.ndarray, random: np.random.Generator
) -> pa.Array:
    """One text a position: the pattern there, with a digit for each # and a capital for each @.

    Args:
        patterns: ASCII texts.
        positions: index of a pattern, one a row.
        random: stream.
    """
    order = np.argsort(positions, kind="stable")
    bounds = np.searchsorted(positions[order], np.arange(len(patterns) + 1))
    filled = []
    for number, pattern in enumerate(patterns):
        count = int(bounds[number + 1] - bounds[number])
        letters = np.frombuffer(pattern.encode("ascii"), dtype=np.uint8)
        matrix = np.repeat(letters[None, :], count, axis=0)
        for column in np.flatnonzero(letters == ord("#")):
            matrix[:, column] = random.integers(48, 58, count, dtype=np.uint8)
        for column in np.flatnonzero(letters == ord("@")):
            matrix[:, column] = random.integers(65, 91, count, dtype=np.uint8)
        offsets = np.arange(count + 1, dtype=np.int32) * len(letters)
        buffers = (pa.py_buffer(offsets), pa.py_buffer(matrix.reshape(-1)))
        filled.append(pa.StringArray.from_buffers(count, *buffers))
    inverse = np.empty(len(positions), dtype=np.int64)
    inverse[order] = np.arange(len(positions))
    return pa.concat_arrays(filled).take(pa.array(inverse))


def join_texts(*parts: pa.Array | str, separator: str = "") -> pa.Array:
    """Texts joined row by row; NULL if any part is."""
    return pc.binary_join_element_wise(*parts, separator)


def money(amounts: np.ndarray) -> pa.Array:
    """Amounts as decimal(18, 2), rounded to cents."""
    cents = np.rint(np.asarray(amounts, dtype=float) * 100).astype(np.int64)
    return money_from_cents(cents)


def money_from_cents(cents: np.ndarray) -> pa.Array:
    """Whole cents as decimal(18, 2)."""
    words = np.zeros((len(cents), 2), dtype=np.int64)
    words[:, 0] = cents
    words[:, 1] = np.where(cents < 0, -1, 0)
    return pa.Array.from_buffers(
        pa.decimal128(18, 2), len(cents), [None, pa.py_buffer(np.ascontiguousarray(words))]
    )


def nullable(values: np.ndarray, is_null: np.ndarray) -> pa.Array:
    """An array with NULL where ``is_null``."""
    return pa.array(values, mask=np.asarray(is_null, dtype=bool))


def split_count(total: int, weights: Sequence[float]) -> list[int]:
    """``total`` in whole parts by ``weights``: largest remainders get what is left."""
    exact = np.asarray(weights, dtype=float) / np.sum(weights) * total
    parts = np.floor(exact).astype(int)
    order = np.argsort(-(exact - parts), kind="stable")
    parts[order[: total - parts.sum()]] += 1
    return parts.tolist()
