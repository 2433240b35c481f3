"""A series of the made company's nights: against one load of the last night's state, and replayed.

Belongs here: nights of what was new and changed, late rows among it, and what a run for a past day
gives. Does not belong here: the numbers themselves (``test_truth``).
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest

from cultivar_demo.settings import TINY
from tests.support.demo import MadeCompany
from tests.support.nightly import NightlyRun
from tests.support.published import differing_tables

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("made company's nights")]

FIRST, LAST = 428, 435
"""1 to 8 September 2026. A row comes late on the second, and August is closed in between."""

REPLAYED = tuple(range(LAST - 1, FIRST - 1, -1))
"""With the last one, which is run again with nothing new, all eight."""

RUN_TABLES = {"hygiene.check_result"}
"""What the checks of the run itself found, with the run's dbt tests among them."""

MEMORY_TABLES = {
    "hygiene.finding",
    "marts.fct_hygiene_scorecard",
    "marts.fct_identity_change",
    "marts.fct_kpi_frozen",
    "marts.fct_record_survivor",
    "marts.fct_restatement",
}
"""What nights have published and seen; a run for a past day carries it on and adds nothing."""

MEMORY_COLUMNS = {
    *("is_frozen", "frozen_on", "frozen_value", "is_restated"),
    *("worklist_position", "episode_number", "first_seen_on", "open_days"),
}
"""Of fct_kpi: a company's first night freezes all past months at once, by what is known then. Of
fct_worklist_item: since when nights have seen a violation."""

FIRST_LOAD_TABLES = {"marts.fct_as_of_basis"}
"""Since when anybody looked."""


@dataclass(frozen=True)
class Nights:
    """Eight nights, and a copy of what each published."""

    company: MadeCompany
    last: NightlyRun
    published: dict[int, Path]


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    folder = tmp_path_factory.mktemp("nights")
    company = MadeCompany(folder / "company", "salesforce")
    company.make("--days", f"{FIRST}-{LAST}", "--full")
    published = {}
    for night in range(FIRST, LAST + 1):
        last = company.run(
            TINY.night(night).isoformat(), company.extracts / f"night-{night:04d}", full=False
        )
        published[night] = folder / f"{night}.duckdb"
        shutil.copyfile(last.home.published_database, published[night])
    return Nights(company, last, published)


def test_eight_nights_give_what_one_load_gives(nights: Nights, tmp_path: Path) -> None:
    at_once = MadeCompany(tmp_path, "salesforce")
    at_once.make("--day", str(LAST), "--full")
    whole = at_once.run(TINY.night(LAST).isoformat())
    assert (
        differing_tables(
            nights.published[LAST],
            whole.home.published_database,
            without_tables=RUN_TABLES | MEMORY_TABLES | FIRST_LOAD_TABLES,
            without_columns=MEMORY_COLUMNS,
        )
        == {}
    )


INCREMENTAL = (
    ("intermediate", "int_account_versions"),
    ("intermediate", "int_opportunity_versions"),
    ("intermediate", "int_product_use_by_user_and_day"),
    ("marts", "fct_opportunity_daily_snapshot"),
)


def test_a_night_without_anything_new_writes_no_row_of_what_is_kept(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the run says so, and how long each table took, in the metadata of its tables."""
    again = nights.company.run(
        TINY.night(LAST).isoformat(),
        nights.company.extracts / f"night-{LAST:04d}",
        full=False,
    )
    monkeypatch.setenv("DAGSTER_HOME", str(again.home.dagster))
    with dg.DagsterInstance.get() as instance:
        for table in INCREMENTAL:
            event = instance.get_latest_materialization_event(dg.AssetKey(table))
            assert event is not None
            assert event.asset_materialization is not None
            metadata = event.asset_materialization.metadata
            assert metadata["dagster/row_count"].value, table
            assert metadata["rows_written"].value == 0, table
            assert metadata["rows_deleted"].value == 0, table
            assert metadata["Execution Duration"].value, table
    assert differing_tables(again.home.published_database, nights.published[LAST]) == {}, (
        "nothing else changed either, the memory of closed books included"
    )


@pytest.mark.parametrize("night", REPLAYED)
def test_a_run_for_a_past_day_gives_what_its_night_published(nights: Nights, night: int) -> None:
    """On the last night's data: late rows, corrections and everything newer is not there."""
    replayed = nights.company.run(
        TINY.night(night).isoformat(),
        nights.company.extracts / f"night-{LAST:04d}",
        full=False,
    )
    assert (
        differing_tables(
            replayed.home.published_database,
            nights.published[night],
            without_tables=RUN_TABLES | MEMORY_TABLES,
        )
        == {}
    )
