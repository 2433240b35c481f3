"""The tiny made company at both vendors, each with one night over all its files."""

from __future__ import annotations

import pytest

from tests.support.demo import LAST_DAY, MadeCompany
from tests.support.nightly import NightlyRun


@pytest.fixture(scope="session")
def salesforce(tmp_path_factory: pytest.TempPathFactory) -> MadeCompany:
    company = MadeCompany(tmp_path_factory.mktemp("salesforce"), "salesforce")
    company.make()
    return company


@pytest.fixture(scope="session")
def published(salesforce: MadeCompany) -> NightlyRun:
    return salesforce.run(LAST_DAY)


@pytest.fixture(scope="session")
def hubspot(tmp_path_factory: pytest.TempPathFactory) -> NightlyRun:
    company = MadeCompany(tmp_path_factory.mktemp("hubspot"), "hubspot")
    company.make()
    return company.run(LAST_DAY)
