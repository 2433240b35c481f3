"""``python -m bench``: every measurement, printed as a table and written to a folder.

The exit status is 1 when a measurement is over its limit.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.gate_bench import gate_rows
from bench.identity_bench import identity_rows
from bench.measure import table, write_rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and write; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--scale", type=float, default=1.0, help="share of the full size, above 0 (default 1)"
    )
    parser.add_argument(
        "--out", type=Path, default=Path("data/bench"), help="folder to write to (data/bench)"
    )
    options = parser.parse_args(arguments)
    if not 0 < options.scale <= 10:
        parser.error("--scale must be above 0 and at most 10")
    rows = [*identity_rows(options.out, options.scale), *gate_rows(options.out, options.scale)]
    write_rows(options.out, rows)
    sys.stdout.write(table(rows))
    return 0 if all(row.is_within_limits for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
