"""What a night publishes against what the last release published."""

from __future__ import annotations

import json
import re

import pytest

from dagster_project.contract import DBT_PROJECT, PROJECT_ROOT
from dagster_project.publish.assets import column_policy
from dagster_project.publish.contract import (
    RELEASES,
    PublishedContract,
    breaks,
    read_contract,
    released_contract,
)
from dagster_project.publish.publication import SCHEMA_VERSION
from tests.support.nightly import NightlyRun

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("nightly")]

CHANGELOG = (PROJECT_ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
RELEASE = re.compile(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}$", re.MULTILINE)


def last_release() -> str:
    release = RELEASE.search(CHANGELOG)
    assert release is not None
    return release[1]


def unreleased() -> str:
    """What the change log says above the last release."""
    release = RELEASE.search(CHANGELOG)
    assert release is not None
    return CHANGELOG[: release.start()]


@pytest.fixture(scope="module")
def now(first: NightlyRun) -> PublishedContract:
    manifest = json.loads((DBT_PROJECT / "target/manifest.json").read_text(encoding="utf-8"))
    return read_contract(first.home.published_database, column_policy(manifest))


def test_every_release_has_its_contract() -> None:
    assert {path.stem for path in RELEASES.glob("*.yml")} == set(RELEASE.findall(CHANGELOG)), (
        "python -m dagster_project.publish.contract VERSION DATABASE writes the contract"
    )


def test_every_break_is_told_in_the_change_log(now: PublishedContract) -> None:
    released = released_contract(last_release())
    found = breaks(released, now)
    told = unreleased()
    # Named as in the file, without the schema of marts: `fct_kpi.value`, `hygiene.rule`.
    silent = [one for one in found if f"`{one.name.removeprefix('marts.')}`" not in told]
    assert not silent, (
        f"CHANGELOG.md has to tell, above {last_release()}, what readers should do about: {silent}"
    )
    assert not found or released.schema_version < SCHEMA_VERSION, (
        "raise SCHEMA_VERSION in dagster_project/publish/publication.py: readers are pinned by it"
    )


def test_the_contract_is_of_everything_that_is_published(
    first: NightlyRun, now: PublishedContract
) -> None:
    (current,) = [
        version
        for version in json.loads((first.home.published / "manifest.json").read_text())["versions"]
        if version["as_of_date"] == "2026-05-31"
    ]
    tables = {table["name"] for table in current["tables"]}
    assert {name for name in now.tables if not name.startswith("bi.")} == tables
    assert {name for name in now.tables if name.startswith("bi.")} == {
        f"bi.bi_{subject}" for subject in ("account", "kpi", "lead", "opportunity")
    }
