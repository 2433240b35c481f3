"""The command in processes of its own: the same seed gives the same bytes, another seed does not.

Belongs here: whole runs. Does not belong here: the command's options (``test_demo_command``).
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cultivar_demo.folder import MARKER

ROOT = Path(__file__).parents[3]
KNOBS = ("--accounts", "60", "--months", "3", "--events-per-day", "20", "--quiet")


def start(folder: Path, seed: int, hash_seed: int) -> subprocess.Popen[bytes]:
    """Begin to make a company; other hashes and another number of threads must not matter."""
    command = [sys.executable, "-m", "cultivar_demo", *KNOBS, "--seed", str(seed)]
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed)}
    return subprocess.Popen(
        [*command, "--out", str(folder / "extracts"), "--truth", str(folder / "truth")],
        cwd=ROOT,
        env=environment,
    )


def checksums(folder: Path) -> dict[str, str]:
    """File → hash, without the marker, which names the seed."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MARKER
    }


@pytest.mark.slow
def test_a_seed_decides_about_every_byte(tmp_path: Path) -> None:
    runs = {"one": (1, 11), "again": (1, 22), "other": (2, 11)}
    processes = {
        name: start(tmp_path / name, seed, hash_seed) for name, (seed, hash_seed) in runs.items()
    }
    assert {name: process.wait() for name, process in processes.items()} == dict.fromkeys(runs, 0)
    one, again, other = (checksums(tmp_path / name) for name in runs)
    assert one == again
    assert set(one) == set(other)
    for name in (
        "extracts/salesforce/Lead.csv",
        "extracts/marketo/activities.jsonl.gz",
        "extracts/segment/groups.jsonl.gz",
        "extracts/zuora/Subscription.csv",
        "extracts/reference/employee.csv",
        "truth/kpi.parquet",
        "truth/label.parquet",
    ):
        assert one[name] != other[name], name
    # What is no matter of chance.
    assert (
        one["extracts/reference/currency_rate.csv"] == other["extracts/reference/currency_rate.csv"]
    )
