"""Whole nights of the hand-made company: what became of its records, and decisions that fail one.

Belongs here: changes of survivors over nights, as published. Does not belong here: each kind of
change (dbt's unit tests of ``fct_record_survivor``), which records are one (``test_clusters``).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from dagster_project.identity.overrides import COLUMNS
from tests.support.nightly import NightlyRun, OrchardCompany

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("identity nights")]

CEDAR, OLD_CEDAR, ALDER = (f"0010000000000{number}AAA" for number in ("03", "10", "01"))
#: A second record of Cedar, which is older than the one that was known: it is the one that stays.
OLDER = (
    f"{OLD_CEDAR},false,Cedar Energy SpA,Prospect,,Energy,900000000,4200,www.cedarenergy.it,"
    "+39 02 1234567,Milan,Italy,005000000000002AAA,2024-01-13T09:30:00.000+0000,"
    "2026-05-11T10:00:00.000+0000,1\n"
)
APART = f"never_merge,account,crm,{CEDAR},crm,{OLD_CEDAR},a subsidiary,Ada,2099-12-31"
CONTRADICTING = [
    f"merge,account,crm,{CEDAR},crm,{ALDER},one group,Bob,2099-12-31",
    f"merge,account,crm,{OLD_CEDAR},crm,{ALDER},one group,Bob,2099-12-31",
]
FIRST, SECOND, THIRD, FOURTH = (f"2026-06-0{day}" for day in range(1, 5))

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Nights:
    """What each run published of changes, and the one that failed."""

    changes: dict[str, Rows]
    periods: dict[str, Rows]
    failed: NightlyRun
    around_failure: tuple[dict[str, str], dict[str, str]]


def decide(company: OrchardCompany, *rows: str) -> None:
    (company.folder / "overrides.csv").write_text("\n".join([",".join(COLUMNS), *rows, ""]))
    content = yaml.safe_load(company.file.read_text())
    content["identity"] = {"overrides": "overrides.csv"}
    company.file.write_text(yaml.safe_dump(content, sort_keys=False))


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    company = OrchardCompany(tmp_path_factory.mktemp("identity nights"))
    changes: dict[str, Rows] = {}
    periods: dict[str, Rows] = {}

    def live(name: str, day: str) -> None:
        run = company.run(day)
        changes[name] = run.published(
            "select change.as_of_date::varchar, change.entity, change.source_record_id, "
            "change.change, old.source_record_id, new.source_record_id, old_method, new_method, "
            "linked.source_record_id, change.reasons is not null, "
            "change.decision_reason is not null "
            "from marts.fct_identity_change as change "
            "left join marts.xref_account as old on old_survivor_id = old.account_id "
            "left join marts.xref_account as new on new_survivor_id = new.account_id "
            "left join marts.xref_account as linked on linked_record_id = linked.account_id "
            "order by all"
        )
        periods[name] = run.published("from marts.fct_record_survivor order by all")

    live("first", FIRST)
    accounts = Path(company.folder / "crm/Account.csv")
    accounts.write_text(accounts.read_text() + OLDER)
    live("second", SECOND)
    live("second again", SECOND)
    decide(company, APART)
    live("third", THIRD)
    live("a past day", SECOND)
    before = company.published_bytes()
    decide(company, APART, *CONTRADICTING)
    failed = company.run(FOURTH, fails=True)
    return Nights(changes, periods, failed, (before, company.published_bytes()))


UNITED = (SECOND, "account", CEDAR, "united", CEDAR, OLD_CEDAR, "itself", "match", OLD_CEDAR,
          True, False)  # fmt: skip
SEPARATED = (THIRD, "account", CEDAR, "separated", OLD_CEDAR, CEDAR, "match", "itself", None,
             False, True)  # fmt: skip


def test_a_first_night_knows_no_change(nights: Nights) -> None:
    assert nights.changes["first"] == []
    assert len(nights.periods["first"]) > 20


def test_a_new_duplicate_that_stays_takes_over(nights: Nights) -> None:
    assert nights.changes["second"] == [UNITED]


def test_a_second_run_of_a_day_gives_the_same(nights: Nights) -> None:
    assert nights.changes["second again"] == [UNITED]
    assert nights.periods["second again"] == nights.periods["second"]


def test_a_decision_undoes_it(nights: Nights) -> None:
    assert nights.changes["third"] == [UNITED, SEPARATED]


def test_a_run_for_a_past_day_carries_changes_on(nights: Nights) -> None:
    assert nights.changes["a past day"] == [UNITED, SEPARATED]
    assert nights.periods["a past day"] == nights.periods["third"]


def test_contradicting_decisions_fail_the_night_and_change_nothing_published(
    nights: Nights,
) -> None:
    before, after = nights.around_failure
    assert before == after
    told = nights.failed.stdout + nights.failed.stderr
    for words in ("row 2: never_merge", "row 3: merge", "row 4: merge", "take one of these rows"):
        assert words in told
