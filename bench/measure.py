"""Measuring one piece of work in a process of its own, and the table of what was measured.

Belongs here: seconds, peak memory, rows of the table. Does not belong here: what is measured.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_GIGABYTE = 1024**3


class MeasurementError(RuntimeError):
    """The work that was to be measured failed, or gave another result than its baseline."""


@dataclass(frozen=True)
class Measured:
    """What a piece of work took, and what it returned."""

    seconds: float
    peak_memory_gb: float
    result: Any


@dataclass(frozen=True)
class BenchRow:
    """A row of the benchmark; NULL where there is nothing to compare with."""

    name: str
    size: str
    ours_seconds: float
    peak_memory_gb: float
    baseline_seconds: float | None = None
    limit: float | None = None
    memory_limit_gb: float | None = None
    limit_seconds: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times the baseline ours takes."""
        return None if self.baseline_seconds is None else self.ours_seconds / self.baseline_seconds

    @property
    def is_within_limits(self) -> bool:
        """Whether time and memory are what was promised."""
        is_fast = self.ratio is None or self.limit is None or self.ratio <= self.limit
        is_fast = is_fast and (self.limit_seconds is None or self.ours_seconds < self.limit_seconds)
        return is_fast and (
            self.memory_limit_gb is None or self.peak_memory_gb < self.memory_limit_gb
        )


def measured(work: Callable[..., Any], *arguments: Any) -> Measured:
    """Run ``work`` in a new process: its memory is its own, and nothing is warm.

    Starting the process is not counted; what ``work`` imports itself is.

    Raises:
        MeasurementError: the process ended without a result.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(sender, work, arguments))
    process.start()
    sender.close()
    try:
        outcome: Measured = receiver.recv()
    except EOFError:
        process.join()
        raise MeasurementError(f"{work.__name__} ended with status {process.exitcode}") from None
    process.join()
    return outcome


def _run(sender: Any, work: Callable[..., Any], arguments: Sequence[Any]) -> None:
    start = time.perf_counter()
    result = work(*arguments)
    seconds = time.perf_counter() - start
    # Kilobytes on Linux.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / _GIGABYTE
    sender.send(Measured(seconds, peak, result))


def table(rows: Sequence[BenchRow]) -> str:
    """The rows as a Markdown table."""
    lines = [
        "| what | size | ours s | limit s | baseline s | ratio | limit | peak GB | limit GB | |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    for row in rows:
        cells = [
            row.name,
            row.size,
            _number(row.ours_seconds, 1),
            _number(row.limit_seconds, 0),
            _number(row.baseline_seconds, 1),
            _number(row.ratio, 2),
            _number(row.limit, 2),
            _number(row.peak_memory_gb, 2),
            _number(row.memory_limit_gb, 2),
            "ok" if row.is_within_limits else "OVER",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def write_rows(folder: Path, rows: Sequence[BenchRow]) -> None:
    """Write the rows to ``folder``, as JSON and as a table."""
    folder.mkdir(parents=True, exist_ok=True)
    content = [{**asdict(row), "ratio": row.ratio, "is_ok": row.is_within_limits} for row in rows]
    (folder / "bench.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    (folder / "bench.md").write_text(table(rows), encoding="utf-8")


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"
