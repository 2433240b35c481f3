"""Rows gathered month by month before they become tables, and small tools for columns.

Belongs here: the gathering. Does not belong here: what the rows mean. Conventions of the columns:
instants are int64 seconds since 1970 or ``NEVER``; keys are positions, and they and vocabulary
codes are -1 for NULL.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

NEVER = np.int64(1) << 40
"""An instant after everything."""
NONE = -1
"""NULL of a key or code."""

LOGS = {
    "entry": "account at source",
    "lead": "job at source campaign has_contact",
    "lead_event": "job at status owner reason review_day score",
    "direct_contact": "job at",
    "conversion": "job at",
    "opt_out": "job at",
    "hand_off": "job sdr ae at attempt filled decision decided reason",
    "enrollment": "key plan job user at ended reason",
    "touch": "key kind direction is_automated is_personalised subject user technical_user job "
    "enrollment step variant created occurred ended duration disposition outcome outcome_at "
    "previous reply_to reply_kind",
    "push": "job at target reason",
    "member": "job campaign at status",
    "visit": "job at page form referrer campaign device",
    "send": "job campaign mail at delivered soft hard proxy opened clicked page unsubscribed",
}
"""Name of a log → its columns."""
SCHEMA = "demand_log"
"""Of the database: rows that have left Python's memory, and tables in the making."""
NARROW = {"job": "int32", "user": "int32", "campaign": "int16", "number": "int32"}
"""Types of columns that need not be int64; codes and flags find their own."""
CODES = (
    "kind", "direction", "status", "page", "form", "referrer", "device", "reason", "target",
    "subject", "step", "variant", "disposition", "outcome", "reply_kind", "is_personalised",
)  # fmt: skip
FLAGS = ("is_automated", "has_contact")

Columns = dict[str, np.ndarray]


class Log:
    """Chunks of columns by name, as ``LOGS`` says.

    ``spill`` moves all rows to tables ``demand_log.<name>``, in the order of adding.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._connection.execute(f"create schema {SCHEMA}")
        self._chunks: dict[str, list[Columns]] = {name: [] for name in LOGS}
        for name, columns in LOGS.items():
            empty = {key: np.zeros(0, _narrow(key, np.dtype("int64"))) for key in columns.split()}
            self._write("create table", name, "as", empty)

    def add(self, name: str, **columns: np.ndarray | int | float | bool) -> None:
        """Add rows; single values are repeated for all of them."""
        arrays = {key: np.asarray(columns.pop(key)) for key in LOGS[name].split()}
        if columns:
            raise ValueError(f"{name}: unknown columns {sorted(columns)}")
        size = next(array.size for array in arrays.values() if array.ndim)
        if size:
            self._chunks[name].append(
                {
                    key: np.array(np.broadcast_to(array, (size,)), _narrow(key, array.dtype))
                    for key, array in arrays.items()
                }
            )

    def spill(self) -> None:
        """Move what has been added to the database."""
        for name, chunks in self._chunks.items():
            if chunks:
                columns = {key: np.concatenate([c[key] for c in chunks]) for key in chunks[0]}
                self._write("insert into", name, "", columns)
                chunks.clear()

    def _write(self, verb: str, name: str, middle: str, columns: Columns) -> None:
        # AT is a word of SQL.
        names = ["instant" if key == "at" else key for key in columns]
        table = pa.table([pa.array(values) for values in columns.values()], names=names)
        self._connection.register("_given", table)
        self._connection.execute(f"{verb} {SCHEMA}.{name} {middle} select * from _given")
        self._connection.unregister("_given")

    def read(self, name: str) -> Columns:
        """All spilled rows of ``name`` in order of adding; for what is not much."""
        found = self._connection.execute(
            f"select * from {SCHEMA}.{name} order by rowid"
        ).fetchnumpy()
        return {("at" if key == "instant" else key): values for key, values in found.items()}


def _narrow(name: str, given: np.dtype) -> np.dtype:
    if name in FLAGS:
        return np.dtype(bool)
    return np.dtype("int8" if name in CODES else NARROW.get(name, given))


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
