"""Closed books of the hand-made company: what changes them is told once, and nothing forgets it.

One company lives through a series of nights, so the tests run in order and in one process. May 2026
is frozen on 5 June, everything before it by the first night. Figures are worked out by hand.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.nightly import NightlyRun, OrchardCompany

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("restatement")]

OPPORTUNITIES = "crm/Opportunity.csv"

MONTHS = """
select period_start::varchar, value, frozen_value, frozen_on::varchar, is_restated
from marts.fct_kpi
where kpi_id = 'opportunities_won_amount' and period_grain = 'month' and segment_type = 'all'
    and period_start in ('2025-03-01', '2025-04-01', '2025-06-01', '2026-05-01')
order by 1
"""

CHANGES = """
select period_start::varchar, from_value, to_value, reason, seen_on::varchar
from marts.fct_restatement
where kpi_id = 'opportunities_won_amount' and period_grain = 'month' and segment_type = 'all'
order by 1
"""

RESTATED = [
    ("2025-03-01", 100_000, 110_000, "corrected", "2026-06-01"),
    ("2025-04-01", 12_000, 42_000, "late", "2026-06-01"),
    ("2025-06-01", 50_000, 0, "reopened", "2026-06-01"),
]

Books = list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def orchard(tmp_path_factory: pytest.TempPathFactory) -> OrchardCompany:
    return OrchardCompany(tmp_path_factory.mktemp("restatement"))


@pytest.fixture(scope="module")
def closed(orchard: OrchardCompany) -> Books:
    """The books of the first night."""
    run = orchard.run("2026-05-31")
    assert run.published(CHANGES) == []
    return run.published(MONTHS)


@pytest.fixture(scope="module")
def changed(orchard: OrchardCompany, closed: Books) -> NightlyRun:
    """The night on which three deals of closed months changed."""
    # Birch was worth more; Elm was won and is lost; a deal of April was forgotten.
    orchard.edit(
        OPPORTUNITIES,
        "Closed Won,100000,EUR,100,2025-03-10",
        "Closed Won,110000,EUR,100,2025-03-10",
    )
    orchard.edit(
        OPPORTUNITIES,
        "Closed Won,50000,EUR,100,2025-06-15,,Referral,,005000000000001AAA,true,true,Closed",
        "Closed Lost,50000,EUR,0,2025-06-15,,Referral,,005000000000001AAA,true,false,Omitted",
    )
    path = orchard.folder / OPPORTUNITIES
    path.write_text(
        path.read_text() + "006000000000015AAA,001000000000002AAA,Birch forgotten,New Business,"
        "Closed Won,30000,EUR,100,2025-04-15,,Event,,005000000000002AAA,true,true,Closed,"
        "2025-02-20T09:00:00.000+0000,2025-04-15T16:00:00.000+0000,\n"
    )
    return orchard.run("2026-06-01")


def test_the_first_night_freezes_every_month_that_is_due(closed: Books) -> None:
    assert closed == [
        ("2025-03-01", 100_000, 100_000, "2026-05-31", False),
        ("2025-04-01", 12_000, 12_000, "2026-05-31", False),
        ("2025-06-01", 50_000, 50_000, "2026-05-31", False),
    ]


def test_a_frozen_value_stays_and_each_change_is_one_restatement(changed: NightlyRun) -> None:
    assert changed.published(CHANGES) == RESTATED
    assert changed.published(MONTHS) == [
        ("2025-03-01", 110_000, 100_000, "2026-05-31", True),
        ("2025-04-01", 42_000, 12_000, "2026-05-31", True),
        ("2025-06-01", 0, 50_000, "2026-05-31", True),
    ]


def test_a_night_that_fails_forgets_nothing(orchard: OrchardCompany, changed: NightlyRun) -> None:
    path = orchard.folder / "crm/Account.csv"
    good = path.read_bytes()
    path.write_bytes(good[: len(good) // 2])
    try:
        orchard.run("2026-06-02", fails=True)
    finally:
        path.write_bytes(good)
    assert changed.published(CHANGES) == RESTATED


def test_a_run_for_a_past_day_shows_its_books_and_keeps_what_came_later(
    orchard: OrchardCompany, closed: Books, changed: NightlyRun
) -> None:
    past = orchard.run("2026-05-31")
    assert past.published(MONTHS) == closed
    assert past.published(CHANGES) == RESTATED


def test_a_warehouse_built_anew_finds_its_memory_in_what_was_published(
    orchard: OrchardCompany, changed: NightlyRun
) -> None:
    for path in Path(orchard.home.root).iterdir():
        if path.is_file():
            path.unlink()
        elif path != orchard.home.published:
            shutil.rmtree(path)
    anew = orchard.run("2026-06-05")
    assert anew.published(CHANGES) == RESTATED
    frozen = anew.published(
        "select count(distinct frozen_on), max(frozen_on)::varchar from marts.fct_kpi_frozen"
    )
    assert frozen == [(2, "2026-06-05")], "May has joined the months of the first night"
