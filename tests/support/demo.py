"""The tiny made company in tests: its files by the command people call, and nights over them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml

from dagster_project.contract import PROJECT_ROOT
from tests.support.nightly import NightlyRun, environment, run_nightly

LAST_DAY = "2026-09-30"
COMPANY_FILES = {
    "salesforce": PROJECT_ROOT / "companies/demo.yml",
    "hubspot": PROJECT_ROOT / "companies/demo_hubspot.yml",
}


@dataclass(frozen=True)
class MadeCompany:
    """A made company: where its files, its truth and its runs lie."""

    folder: Path
    vendors: str

    @property
    def extracts(self) -> Path:
        return self.folder / "extracts"

    @property
    def truth(self) -> Path:
        return self.folder / "truth"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def make(self, *options: str) -> None:
        """Write its files with ``cultivar-demo``."""
        done = subprocess.run(
            [
                sys.executable,
                *("-m", "cultivar_demo", "--profile", "tiny", "--vendors", self.vendors),
                *("--out", str(self.extracts), "--truth", str(self.truth)),
                *options,
            ],
            cwd=PROJECT_ROOT,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def run(self, as_of: str, extracts: Path | None = None, *, full: bool = True) -> NightlyRun:
        """A night over ``extracts``, by default over all files."""
        return run_nightly(self._company_file(extracts or self.extracts, full), as_of, self.home)

    def _company_file(self, extracts: Path, full: bool) -> Path:
        shipped = COMPANY_FILES[self.vendors]
        company = yaml.safe_load(shipped.read_text())
        for source in company["sources"]:
            own = source["path"].removeprefix(f"../data/extracts/{shipped.stem}/")
            source["path"] = str(extracts / own)
            if not full:
                source["is_full_export"] = False
        path = self.folder / "company.yml"
        path.write_text(yaml.safe_dump(company, sort_keys=False))
        return path
