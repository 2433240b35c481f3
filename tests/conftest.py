"""Fixtures that several kinds of tests share: whole nightly runs, and where the real data lie.

Belongs here: fixtures. Does not belong here: helpers without state (``tests.support``).
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dagster_project.contract import PROJECT_ROOT
from tests.support.nightly import NightlyRun, run_nightly

REAL_DATA = PROJECT_ROOT.parent / "shared/data"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of other people's published data; its absence fails in continuous integration."""
    if not REAL_DATA.is_dir():
        message = f"the real data are missing: {REAL_DATA}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return REAL_DATA


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> NightlyRun:
    """The demo company after one night; read it, never change it."""
    return run_nightly(
        PROJECT_ROOT / "companies/demo.yml", "2026-05-31", tmp_path_factory.mktemp("demo") / "home"
    )
