"""Decisions of people that cannot all hold: kept apart, and one by way of other records.

Belongs here: finding them among decisions and merges of a source. Does not belong here: reading the
file (``overrides``), reading what the source merged (``merges``).
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dagster_project.identity.overrides import Override

#: Kind, source, and the record's id in it.
Record = tuple[str, str, str]


def contradictions(
    overrides: Sequence[Override], merged: Iterable[tuple[Record, Record]] = ()
) -> list[str]:
    """What people read of each ``never_merge`` whose records other decisions make one.

    What the sources alone merged (``merged``) is no contradiction: a loser is gone, and nobody can
    keep it apart any more.
    """
    apart = [override for override in overrides if override.action == "never_merge"]
    if not apart:
        return []
    near: dict[Record, list[tuple[Record, Override | None]]] = defaultdict(list)
    for one, other in merged:
        near[one].append((other, None))
        near[other].append((one, None))
    for override in overrides:
        if override.action == "merge":
            near[override.left].append((override.right, override))
            near[override.right].append((override.left, override))
    told = []
    for override in apart:
        path = _path(near, override.left, override.right)
        if path and any(step is not None for step in path):
            told.append(_told(override, path))
    return told


def _path(
    near: dict[Record, list[tuple[Record, Override | None]]], start: Record, end: Record
) -> list[Override | None]:
    """Links from ``start`` to ``end`` with the fewest decisions; none if they are apart."""
    came: dict[Record, tuple[Record, Override | None] | None] = {}
    todo: deque[tuple[Record, tuple[Record, Override | None] | None]] = deque([(start, None)])
    while todo:
        record, step = todo.popleft()
        if record in came:
            continue
        came[record] = step
        for other, override in near.get(record, ()):
            # What the source merged costs nothing: those come before everything that waits.
            add = todo.appendleft if override is None else todo.append
            add((other, (record, override)))
    path: list[Override | None] = []
    back = came.get(end)
    while back is not None:
        path.append(back[1])
        back = came[back[0]]
    return path[::-1]


def _told(apart: Override, path: Sequence[Override | None]) -> str:
    rows = sorted((step for step in path if step is not None), key=lambda step: step.row)
    lines = [f"{_row(apart)}"] + [_row(step) for step in rows]
    source = " Part of it is what the source itself has merged." if None in path else ""
    return (
        "these rows contradict each other: what the first keeps apart, the others make one."
        f"{source}\n" + "\n".join(lines) + "\n  what to do: take one of these rows out."
    )


def _row(override: Override) -> str:
    return (
        f"  row {override.row}: {override.action} {override.kind} {override.record_l} "
        f"({override.source_l}) and {override.record_r} ({override.source_r}), "
        f"decided by {override.decided_by}"
    )
