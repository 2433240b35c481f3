"""The pipeline against the made company's ledger, which no part of the pipeline had a hand in.

Belongs here: KPIs against the ledger, findings against the labels, one vendor profile against the
other, one run against the same run again. Does not belong here: series of nights.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import pytest

from tests.support.demo import LAST_DAY, MadeCompany
from tests.support.nightly import NightlyRun
from tests.support.tables import published_rows

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("made company")]


@pytest.fixture(scope="module")
def salesforce(tmp_path_factory: pytest.TempPathFactory) -> MadeCompany:
    company = MadeCompany(tmp_path_factory.mktemp("salesforce"), "salesforce")
    company.make()
    return company


@pytest.fixture(scope="module")
def hubspot(tmp_path_factory: pytest.TempPathFactory) -> MadeCompany:
    company = MadeCompany(tmp_path_factory.mktemp("hubspot"), "hubspot")
    company.make()
    return company


@pytest.fixture(scope="module")
def published(salesforce: MadeCompany) -> NightlyRun:
    return salesforce.run(LAST_DAY)
