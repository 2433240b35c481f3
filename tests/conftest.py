"""Fixtures that several kinds of tests share: whole nightly runs, and where the real data lie.

Belongs here: fixtures. Does not belong here: helpers without state (``tests.support``).
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dagster_project.contract import PROJECT_ROOT
from tests.support.browser import visit as visit  # a fixture
from tests.support.nightly import NightlyRun, OrchardCompany

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
def company(tmp_path_factory: pytest.TempPathFactory) -> OrchardCompany:
    """A copy of the hand-made company that lives through a series of nights."""
    return OrchardCompany(tmp_path_factory.mktemp("nights"))


@pytest.fixture(scope="session")
def first(company: OrchardCompany) -> NightlyRun:
    """Its first night."""
    return company.run("2026-05-31")
