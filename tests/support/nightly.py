"""Whole nightly runs in tests, by the command that the Makefile calls."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.company import Home
from dagster_project.contract import PROJECT_ROOT


@dataclass(frozen=True)
class NightlyRun:
    """A finished run: how it ended, what it printed, where it wrote."""

    returncode: int
    stdout: str
    stderr: str
    home: Home

    def published(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query over the published file, opened read-only as BI tools do."""
        with duckdb.connect(str(self.home.published_database), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def warehouse(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query over the working warehouse."""
        with duckdb.connect(str(self.home.warehouse), read_only=True) as connection:
            return connection.execute(query).fetchall()


def nightly_command(company: Path, as_of: str, home: Path) -> list[str]:
    return [
        sys.executable,
        *("-m", "dagster_project.cli", "nightly"),
        *("--company", str(company), "--as-of", as_of, "--home", str(home)),
    ]


def environment() -> dict[str, str]:
    """The environment of the tests without anything that a run sets for itself."""
    return {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("CULTIVAR_", "DAGSTER_")) and key != "PYTHONDONTWRITEBYTECODE"
    } | {"COLUMNS": "160"}


def run_nightly(company: Path, as_of: str, home: Path, *, fails: bool = False) -> NightlyRun:
    """Run one night; a run that ends otherwise than expected fails the test with its output."""
    done = subprocess.run(
        nightly_command(company, as_of, home),
        cwd=PROJECT_ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
    return NightlyRun(done.returncode, done.stdout, done.stderr, Home(home.resolve()))


ORCHARD = PROJECT_ROOT / "tests/fixtures/orchard"


class OrchardCompany:
    """A copy of the hand-made company whose files a test may change."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "orchard"
        self.home = Home(folder / "home")
        shutil.copytree(ORCHARD, self.folder)
        self.file = self.folder / "orchard.yml"

    def twin(self, folder: Path) -> OrchardCompany:
        """The same company with the same nights behind it; from here on the two live apart."""
        other = OrchardCompany(folder)
        shutil.copytree(self.folder, other.folder, dirs_exist_ok=True)
        shutil.copytree(self.home.root, other.home.root)
        return other

    def run(self, as_of: str, *, fails: bool = False) -> NightlyRun:
        return run_nightly(self.file, as_of, self.home.root, fails=fails)

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.folder / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def published_bytes(self) -> dict[str, str]:
        return {
            str(path.relative_to(self.home.published)): hashlib.sha256(
                path.read_bytes()
            ).hexdigest()
            for path in sorted(self.home.published.rglob("*"))
            if path.is_file()
        }
