"""The benchmark of the gate at a tiny size: both sides count the same, and the row is written.

How long anything takes is not asserted here: that is `make bench`, at full size and alone.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import __main__ as bench
from bench.gate_bench import require_equal
from bench.measure import BenchRow, MeasurementError, measured

pytestmark = pytest.mark.slow


def test_the_gates_row_is_written_and_both_sides_count_the_same(tmp_path: Path) -> None:
    # Nothing is fast or slow at this size, so the exit status says nothing.
    bench.main(["--scale", "0.0005", "--out", str(tmp_path)])
    rows = {row["name"]: row for row in json.loads((tmp_path / "bench.json").read_text())}
    gate = rows["hygiene gate"]
    assert gate["size"] == "500 leads, 100 opportunities, 5,000 activities"
    assert gate["ratio"] == gate["ours_seconds"] / gate["baseline_seconds"]
    assert gate["limit"] == 3
    assert gate["peak_memory_gb"] > 0
    assert rows["field validators, every value new"]["baseline_seconds"] is None
    assert "| hygiene gate | 500 leads" in (tmp_path / "bench.md").read_text()


def test_a_rule_that_is_counted_differently_is_named() -> None:
    same = {"account.A01": (2, 1)}
    require_equal(same, {**same, "lead.P01": (0, 0)})
    with pytest.raises(MeasurementError, match=r"lead\.P01: gate \(0, 0\), plain SQL \(1, 1\)"):
        require_equal(same, {**same, "lead.P01": (1, 1)})


@pytest.mark.parametrize(
    ("seconds", "memory", "is_ok"), [(3.0, 3.9, True), (3.1, 3.9, False), (3.0, 4.0, False)]
)
def test_a_row_over_its_limit_is_not_ok(seconds: float, memory: float, is_ok: bool) -> None:
    row = BenchRow("gate", "all", seconds, memory, 1.0, 3.0, 4.0)
    assert row.is_within_limits is is_ok


def test_work_that_ends_without_a_result_is_told() -> None:
    with pytest.raises(MeasurementError, match="_end ended with status 3"):
        measured(_end, 3)


def _end(status: int) -> None:
    import os

    os._exit(status)
