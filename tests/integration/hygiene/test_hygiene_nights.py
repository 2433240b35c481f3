"""Ten whole nights of the hand-made company: what its hygiene tells, night after night.

Belongs here: findings, waivers, quarantine, scores and rows as published by the nightly run, over
nights with fixes, relapses, a delivery that lost half its rows, and rules switched off and on. What
is expected is written by hand in ``tests/fixtures/orchard_nights``, a reason a line. Does not
belong here: the same at the gate's level, with more turns (``test_findings``).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from dagster_project.contract import PROJECT_ROOT
from dagster_project.hygiene.rules import default_rules
from tests.support.nightly import NightlyRun, OrchardCompany
from tests.support.places import require_every_record_in_one_place
from tests.support.published import differing_tables

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("hygiene nights")]

EXPECTED = PROJECT_ROOT / "tests/fixtures/orchard_nights"
NIGHTS = tuple(f"2026-06-{day:02d}" for day in range(1, 11))
STOPPED = "2026-06-04"
#: The rules whose every finding can be followed by eye; the company's file switches off the others.
RULES = {"A02", "O01", "O02", "O08", "P01", "P13", "T05", "T07", "X01"}

DEALS, CONTACTS = "crm/Opportunity.csv", "crm/Contact.csv"
WAIVERS = """\
rule_id,record,reason,waived_by,waived_until,entity,source_name
O02,006000000000011AAA,Its stage is mapped in July,Dana Weiss,2026-06-04,opportunity,crm
"""
PATTERN = "O08,006*,The field moves to another page,Dana Weiss,2026-06-09,,crm\n"

#: File → entity of its rows.
FILES = {
    "crm/Account.csv": "account",
    "crm/Campaign.csv": "campaign",
    "crm/CampaignMember.csv": "campaign_member",
    "crm/Contact.csv": "contact",
    "crm/Event.csv": "activity",
    "crm/Lead.csv": "lead",
    "crm/Opportunity.csv": "opportunity",
    "crm/OpportunityContactRole.csv": "opportunity_contact_role",
    "crm/OpportunityHistory.csv": "opportunity_history",
    "crm/OpportunityLineItem.csv": "opportunity_line_item",
    "crm/Product2.csv": "product",
    "crm/Task.csv": "activity",
    "crm/User.csv": "user",
    "partner_desk/deals.jsonl": "opportunity",
    "partner_desk/partners.csv": "account",
}

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Night:
    """What was published on a night, as far as this module asks."""

    violations: Rows
    worklist: Rows
    scores: dict[str, tuple[Any, ...]]
    quarantined: set[str]
    in_marts: set[str]
    balance: dict[tuple[str, str], tuple[int, ...]]


@dataclass(frozen=True)
class Nights:
    """The nights that were published, and the one that was not."""

    published: dict[str, Night]
    episodes: Rows
    last: NightlyRun
    stopped: NightlyRun
    #: Published files before and after the stopped night.
    around_stop: tuple[dict[str, str], dict[str, str]]
    #: Tables of the night after the stop that differ from those of a company without one.
    differing: dict[str, int]


def configure(company: OrchardCompany, *also_off: str) -> None:
    """The company's file with its rules, weights and waivers."""
    content = yaml.safe_load(company.file.read_text())
    content["sources"][0]["max_row_drop_minimum"] = 10
    off = {rule.id for rule in default_rules()} - RULES | set(also_off)
    content["hygiene"] = {
        "disabled_rules": sorted(off),
        "weights": {"O08": 4},
        "waivers": "waivers.csv",
    }
    company.file.write_text(yaml.safe_dump(content, sort_keys=False))


def live(company: OrchardCompany) -> Iterator[str]:
    """Change the company's files as its people did; yields each day when its files are ready."""
    step, no_step = "EUR,20,2026-08-31,Send the offer,", "EUR,20,2026-08-31,,"
    account, no_account = "013AAA,001000000000004AAA,", "013AAA,,"
    waivers = company.folder / "waivers.csv"

    waivers.write_text(WAIVERS.splitlines(keepends=True)[0])
    configure(company)
    yield "2026-06-01"
    company.edit(DEALS, no_step, step)
    company.edit(DEALS, no_account, account)
    waivers.write_text(WAIVERS)
    yield "2026-06-02"
    company.edit(DEALS, step, no_step)
    company.edit(DEALS, "twelve thousand", "12000")
    yield "2026-06-03"
    company.edit(
        CONTACTS,
        "009AAA,001000000000005AAA,,,,,",
        "009AAA,001000000000005AAA,Ida,Egli,,+41 44 668 18 02,",
    )
    path = company.folder / DEALS
    complete = path.read_text()
    path.write_text("".join(complete.splitlines(keepends=True)[:8]))
    yield STOPPED
    path.write_text(complete)
    yield "2026-06-05"
    company.edit(DEALS, account, no_account)
    path = company.folder / "partner_desk/deals.jsonl"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:3]))
    yield "2026-06-06"
    configure(company, "O02")
    yield "2026-06-07"
    configure(company)
    waivers.write_text(WAIVERS + PATTERN)
    yield "2026-06-08"
    company.edit(DEALS, "EUR,20,2026-10-31,,", "EUR,20,2026-10-31,Draft the contract,")
    yield "2026-06-09"
    company.edit(DEALS, no_account, account)
    yield "2026-06-10"


def seen(run: NightlyRun) -> Night:
    require_every_record_in_one_place(run.warehouse)
    scores = run.published(
        "select source_record_id, applicable_weight, broken_weight, score from hygiene.record_score"
    )
    balance = run.published(
        "select source_name, entity, rows_in, rows_out, rows_quarantined, rows_excluded, "
        "rows_unexplained from marts.fct_row_balance"
    )
    return Night(
        violations=run.published(
            "select rule_id, source_record_id, field, "
            "case when is_waived then 'waived' else 'open' end from hygiene.violation order by all"
        ),
        worklist=run.published(
            "select rule_id, source_record_id, field from marts.fct_worklist_item order by all"
        ),
        scores={record: tuple(weights) for record, *weights in scores},
        quarantined={
            record
            for (record,) in run.warehouse(
                "select source_record_id from hygiene.quarantined_opportunity union all "
                "select source_record_id from hygiene.quarantined_contact"
            )
        },
        in_marts={
            record
            for (record,) in run.published(
                "select source_opportunity_id from marts.fct_opportunity union all "
                "select score.source_record_id from marts.dim_person as person "
                "inner join hygiene.record_score as score on score.record_id = person.contact_id"
            )
        },
        balance={(source, entity): tuple(counts) for source, entity, *counts in balance},
    )


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    company = OrchardCompany(tmp_path_factory.mktemp("hygiene_nights"))
    published: dict[str, Night] = {}
    differing: dict[str, int] = {}
    for day in live(company):
        if day == STOPPED:
            twin = company.twin(tmp_path_factory.mktemp("without_a_stop"))
            before = company.published_bytes()
            stopped = company.run(day, fails=True)
            after = company.published_bytes()
            continue
        last = company.run(day)
        published[day] = seen(last)
        if day == "2026-06-05":
            for name in (DEALS, CONTACTS):
                (twin.folder / name).write_bytes((company.folder / name).read_bytes())
            other = twin.run(day)
            differing = differing_tables(
                last.home.published_database, other.home.published_database
            )
    episodes = last.published(
        "select rule_id, source_record_id, field, episode_number::varchar, first_seen_on::varchar, "
        "last_seen_on::varchar, coalesce(fixed_on::varchar, ''), coalesce(closing_reason, '') "
        "from hygiene.finding order by all"
    )
    return Nights(published, episodes, last, stopped, (before, after), differing)


def expected(name: str) -> list[dict[str, str]]:
    with (EXPECTED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_ten_nights_leave_the_episodes_written_by_hand(nights: Nights) -> None:
    wanted = [tuple(row.values())[:-1] for row in expected("episodes.csv")]
    assert nights.episodes == sorted(wanted)


@pytest.mark.parametrize("night", [night for night in NIGHTS if night != STOPPED])
def test_a_night_shows_what_is_open_and_what_is_waived(nights: Nights, night: str) -> None:
    rows = [
        (row["rule_id"], row["record"], row["field"], row[night])
        for row in expected("violations.csv")
        if row[night]
    ]
    assert nights.published[night].violations == sorted(rows)
    # What is waived leaves the worklists, quarantined or not.
    open_ones = [row[:3] for row in sorted(rows) if row[3] == "open"]
    assert nights.published[night].worklist == open_ones


@pytest.mark.parametrize("night", [night for night in NIGHTS if night != STOPPED])
def test_a_blocked_record_is_in_quarantine_or_in_the_marts(nights: Nights, night: str) -> None:
    blocked = {
        row["record"]
        for row in expected("violations.csv")
        if row["rule_id"] in ("O01", "P01") and row[night]
    }
    others = {"006000000000013AAA", "003000000000009AAA"} - blocked
    seen_on = nights.published[night]
    assert seen_on.quarantined == blocked
    assert not blocked & seen_on.in_marts
    assert others <= seen_on.in_marts, "a record comes back on the night after its fix"


@pytest.mark.parametrize("night", [night for night in NIGHTS if night != STOPPED])
def test_a_score_weighs_what_is_broken_against_what_applies(nights: Nights, night: str) -> None:
    for row in expected("scores.csv"):
        kept, applicable = (int(part) for part in row[night].split("/"))
        weight, broken, score = nights.published[night].scores[row["record"]]
        assert (row["record"], weight - broken, weight) == (row["record"], kept, applicable)
        assert score == pytest.approx(float(Fraction(kept, applicable)))


@pytest.mark.parametrize("night", [night for night in NIGHTS if night != STOPPED])
def test_rows_in_are_rows_out_quarantined_or_excluded_for_every_entity(
    nights: Nights, night: str, delivered: dict[tuple[str, str], int]
) -> None:
    seen_on = nights.published[night]
    rows_in = {pair: counts[0] for pair, counts in seen_on.balance.items()}
    # A record that is no longer delivered stays a row, which is excluded as deleted.
    assert rows_in == delivered
    for pair, (total, out, quarantined, excluded, unexplained) in seen_on.balance.items():
        assert total == out + quarantined + excluded, pair
        assert unexplained == 0, pair
    held = {
        pair: (counts[2], counts[3])
        for pair, counts in seen_on.balance.items()
        if counts[2] or counts[3]
    }
    assert held == {
        pair: counts
        for pair, counts in {
            # Our own company as an account, and the twin of Birch; a colleague as a lead.
            ("crm", "account"): (0, 2),
            ("crm", "lead"): (0, 1),
            ("crm", "contact"): (int("003000000000009AAA" in seen_on.quarantined), 0),
            ("crm", "opportunity"): (int("006000000000013AAA" in seen_on.quarantined), 0),
            ("partner_desk", "opportunity"): (0, int(night >= "2026-06-06")),
        }.items()
        if any(counts)
    }


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], int]:
    """Rows of each source and entity, counted in the files; nights change rows and add none."""
    counts: dict[tuple[str, str], int] = {}
    for name, entity in FILES.items():
        path = PROJECT_ROOT / "tests/fixtures/orchard" / name
        with path.open(encoding="utf-8", newline="") as file:
            rows: Iterable[Any] = file if path.suffix == ".jsonl" else csv.DictReader(file)
            pair = (Path(name).parts[0], entity)
            counts[pair] = counts.get(pair, 0) + sum(1 for _ in rows)
    return counts


def test_a_delivery_that_lost_half_its_rows_stops_the_night(nights: Nights) -> None:
    told = nights.stopped.stderr
    assert nights.stopped.returncode == 1
    for part in (
        "what was published before is unchanged",
        "Source 'crm' was stopped at Opportunity.csv.",
        "found:      7 records, where 14 were delivered on 2026-06-03",
        "allowed:    at least 12, 2 fewer than before (T03, max_row_drop_share 0.15)",
        "what to do: The file was probably cut off: export it again.",
        "set max_row_drop_share of source 'crm' in the company file to 0.50 for one night",
        "Nothing of this source was loaded; yesterday's data is unchanged.",
    ):
        assert part in told, told
    assert "Traceback" not in told
    before, after = nights.around_stop
    assert before
    assert after == before, "not a byte of what was published changed"


def test_the_night_after_a_stop_catches_up(nights: Nights) -> None:
    """Its every published row, memories among them, is that of a company without the stop."""
    assert nights.differing == {}
