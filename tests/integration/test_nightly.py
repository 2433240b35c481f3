"""Nights of the hand-made company: repeated, changed, broken, stopped, and read while they run.

One company lives through a series of nights, so the tests of this module run in order and in one
process. The expected figures are worked out by hand from the files in ``tests/fixtures/orchard``.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dagster_project.contract import PROJECT_ROOT
from dagster_project.warehouse.arguments import NOT_AT_NIGHT
from tests.support.nightly import NightlyRun, OrchardCompany, environment, nightly_command
from tests.support.readers import reading

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("nightly")]

# Differs from run to run by its nature, and says nothing about the company.
RUN_COLUMNS = {"run_id"}

# Keeps its file open over the swap.
OLD_READER = """
import sys, duckdb
con = duckdb.connect(sys.argv[1], read_only=True)
query = "select sum(amount) from marts.fct_opportunity where is_won"
print(con.execute(query).fetchone()[0], flush=True)
sys.stdin.readline()
print(con.execute(query).fetchone()[0])
"""


def published_rows(run: NightlyRun) -> dict[str, list[tuple[Any, ...]]]:
    """Every published row, in a fixed order, without what identifies the run."""
    content = {}
    tables = run.published(
        "select table_schema, table_name from information_schema.tables order by all"
    )
    for schema, table in tables:
        columns = [
            f'"{name}"'
            for (name,) in run.published(
                "select column_name from information_schema.columns "
                f"where table_schema = '{schema}' and table_name = '{table}'"
            )
            if name not in RUN_COLUMNS
        ]
        query = f'select {", ".join(columns)} from {schema}."{table}" order by all'
        content[f"{schema}.{table}"] = run.published(query)
    return content


def headline(run: NightlyRun, kpi_id: str, variant: str = "headline") -> Any:
    ((value,),) = run.published(
        f"select value from marts.fct_kpi where kpi_id = '{kpi_id}' and variant = '{variant}' "
        "and period_grain in ('all_time', 'day') and segment_type = 'all'"
    )
    return value


def test_the_first_night_gives_the_figures_worked_out_by_hand(first: NightlyRun) -> None:
    # Won: Alder 60,000 + Birch 100,000 + Elm 50,000 + Alder's renewal 60,000 + Maple 12,000.
    assert headline(first, "opportunities_won_amount") == 282_000
    # Lost: Cedar 80,000 + Dogwood 30,000 USD at 0.90 + Oak 8,000.
    assert headline(first, "opportunities_lost_amount") == 80_000 + 27_000 + 8_000
    # Open: 24,000 + 150,000 + 20,000 + 40,000 + 15,000 + 45,000 USD at 0.86 + 18,000 + 9,000; one
    # amount is unreadable, and the opportunity without an account is quarantined.
    assert headline(first, "opportunities_open_amount") == 314_700
    assert headline(first, "opportunities_open_count") == 9
    # Without the renewal: 4 won, 3 lost.
    assert headline(first, "P08", "count") == pytest.approx(4 / 7)
    assert headline(first, "P08", "value") == pytest.approx(222_000 / (222_000 + 115_000))
    # Weighted by the CRM's probability, else the stage's. "On hold" has neither.
    weighted = 24_000 * 0.8 + 150_000 * 0.5 + 20_000 * 0.2 + 40_000 * 0.1 + 38_700 * 0.5
    assert headline(first, "P06", "crm_probability") == pytest.approx(
        weighted + 18_000 * 0.5 + 9_000 * 0.5
    )


def test_durations_and_rates_worked_out_by_hand(first: NightlyRun) -> None:
    # Created to won, without the renewal: Alder 74 days, Maple 84, Birch 90, Elm 90.
    assert headline(first, "P07", "won_median") == 87
    assert headline(first, "P07", "won_mean") == (74 + 84 + 90 + 90) / 4
    # Created to lost: Dogwood 80 days, Oak 143, Cedar 147.
    assert headline(first, "P07", "lost_mean") == pytest.approx((80 + 143 + 147) / 3)
    assert headline(first, "P07", "lost_median") == 143
    # New business won: 60,000 + 100,000 + 50,000 + 12,000, in four deals.
    assert headline(first, "V10") == 55_500
    # Ten leads, one of them our own colleague's; four were converted.
    assert headline(first, "F01", "inquiry") == 9
    assert headline(first, "F01", "converted") == 4
    assert headline(first, "F03", "lead_to_conversion") == pytest.approx(4 / 9)


def test_a_total_divides_sums_and_is_no_mean_of_its_segments(first: NightlyRun) -> None:
    """Seven deals closed in six industries: 4 of 7; the mean of the rates would be 3.5 of 6."""
    segments = first.published(
        "select numerator, denominator, value from marts.fct_kpi where kpi_id = 'P08' "
        "and variant = 'count' and period_grain = 'all_time' and segment_type = 'industry' "
        "and denominator > 0"
    )
    assert len(segments) == 6
    assert sum(row[0] for row in segments) == 4
    assert sum(row[1] for row in segments) == 7
    assert sum(row[2] for row in segments) / 6 == pytest.approx(3.5 / 6)
    assert headline(first, "P08", "count") == pytest.approx(4 / 7)


def test_what_could_not_be_used_is_told(first: NightlyRun) -> None:
    findings = dict(
        first.published("select rule_id, count(*) from hygiene.finding group by 1 order by 1")
    )
    assert findings["O01"] == 1, "the opportunity without an account"
    assert findings["O02"] == 1, "the stage that nobody mapped"
    assert findings["A10"] == 2, "Birch Foods, entered twice: the name and the website"
    assert findings["P13"] == 1, "a lead called converted that was not"
    unreadable = first.published(
        "select entity, field, value from hygiene.finding where rule_id = 'X01' order by all"
    )
    assert unreadable == [
        ("opportunity", "amount_original", "twelve thousand"),
        ("opportunity", "created_at", "31.02.2026"),
    ]
    assert first.published(
        "select stage, stage_original, is_open from marts.fct_opportunity where stage = 'unmapped'"
    ) == [("unmapped", "On hold", True)]


def test_the_summary_fits_one_screen_and_says_where_things_are(first: NightlyRun) -> None:
    for part in (
        "Orchard Software, as of 2026-05-31",
        "opportunity",
        "quarantined",
        "win rate by count, no renewals",
        "57.14%",
        str(first.home.published_database),
    ):
        assert part in first.stdout, first.stdout
    assert len(first.stdout.splitlines()) <= 53


def test_rows_in_are_rows_out_quarantined_or_excluded(first: NightlyRun) -> None:
    balance = first.published(
        """
        select entity, sum(rows_in), sum(rows_quarantined), sum(rows_excluded),
            sum(rows_in - rows_out - rows_quarantined - rows_excluded)
        from marts.fct_row_balance group by entity
        """
    )
    counted = {entity: tuple(int(n) for n in counts) for entity, *counts in balance}
    assert counted["opportunity"] == (18, 1, 0, 0)
    # One is deleted, one is Birch once more.
    assert counted["account"] == (11, 0, 2, 0)
    assert counted["contact"] == (9, 1, 0, 0)
    assert counted["lead"] == (10, 0, 1, 0)
    assert all(left_over == 0 for *_, left_over in counted.values())


def test_business_days_are_the_reporting_time_zones(first: NightlyRun) -> None:
    """A lead of 21:45 UTC came at 23:45 in Berlin, on the same day; one of 22:10 on the next."""
    days = dict(
        first.published(
            """
            select strftime(occurred_at, '%m-%d %H:%M'), occurred_on
            from marts.fct_lead_lifecycle_event where event_type = 'created'
            """
        )
    )
    assert days["05-25 21:45"].isoformat() == "2026-05-25"
    assert days["03-31 22:10"].isoformat() == "2026-04-01"


def test_custom_fields_reach_the_marts(first: NightlyRun) -> None:
    assert first.published(
        "select custom_fields ->> 'Tier__c', count(*) from marts.dim_account group by 1 order by 1"
    ) == [("1", 3), ("2", 3), ("3", 1), (None, 2)]
    ((reason,),) = first.published(
        "select custom_fields ->> 'Loss_Reason__c' from marts.fct_opportunity "
        "where source_opportunity_id = '006000000000003AAA'"
    )
    assert reason == "Price"


def test_personal_columns_are_masked_in_what_is_published(first: NightlyRun) -> None:
    names = first.published("select distinct email from marts.dim_person where email is not null")
    assert names == [("***",)]
    whole = first.home.published_database.read_bytes()
    assert b"greta.hahn@alder-logistics.de" not in whole
    for path in (first.home.published / "parquet").rglob("*.parquet"):
        assert b"greta.hahn" not in path.read_bytes()


def test_the_same_night_again_gives_the_same_rows(
    company: OrchardCompany, first: NightlyRun
) -> None:
    before = published_rows(first)
    again = company.run("2026-05-31")
    after = published_rows(again)
    assert before.keys() == after.keys()
    for table, rows in before.items():
        assert after[table] == rows, table


def test_a_broken_file_leaves_the_publication_untouched(
    company: OrchardCompany, first: NightlyRun
) -> None:
    before = company.published_bytes()
    path = company.folder / "crm/Account.csv"
    good = path.read_bytes()
    path.write_bytes(good[: len(good) // 2])
    try:
        failed = company.run("2026-06-01", fails=True)
    finally:
        path.write_bytes(good)
    assert "Account.csv, row" in failed.stderr
    assert "what to do" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert company.published_bytes() == before


def test_a_stopped_gate_leaves_the_publication_untouched(
    company: OrchardCompany, first: NightlyRun
) -> None:
    before = company.published_bytes()
    text = company.file.read_text()
    company.file.write_text(
        text + "\nhygiene:\n  thresholds: {T07.minimum_rows: 0, T07.tolerated_share: 0.05}\n"
    )
    try:
        stopped = company.run("2026-06-01", fails=True)
    finally:
        company.file.write_text(text)
    assert "T07" in stopped.stderr
    assert "what was published before is unchanged" in stopped.stderr
    assert company.published_bytes() == before


def test_a_killed_run_blocks_nobody(company: OrchardCompany, first: NightlyRun) -> None:
    """Killed while dbt writes; the next test shows that the night after it is a normal one."""
    before = company.published_bytes()
    company.home.logs.joinpath("nightly-2026-06-01.log").unlink(missing_ok=True)
    run = subprocess.Popen(
        nightly_command(company.file, "2026-06-01", company.home.root),
        cwd=PROJECT_ROOT,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    log = company.home.logs / "nightly-2026-06-01.log"
    deadline = time.monotonic() + 120
    while not (log.exists() and "START sql table model canonical" in log.read_text()):
        assert run.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.1)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    assert company.published_bytes() == before


def test_a_changed_file_and_a_deleted_record_while_people_read(
    company: OrchardCompany, first: NightlyRun, tmp_path: Path
) -> None:
    """The night after two failed ones; it finds nothing of them."""
    # In a process of its own: within one process DuckDB would share the open file with everybody.
    old_reader = subprocess.Popen(
        [sys.executable, "-c", OLD_READER, str(company.home.published_database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert old_reader.stdout is not None
    assert old_reader.stdout.readline().strip() == "282000.00"
    with reading(company.home.published, tmp_path, readers_of_a_kind=2) as told:
        # Dogwood online is won for 46,000 USD; Oak's follow-up vanished from the partners' file.
        company.edit(
            "crm/Opportunity.csv",
            "New Business,Proposal,45000,USD,50,2026-06-15,Demo for the board,Web,"
            "701000000000001AAA,005000000000001AAA,false,false",
            "New Business,Closed Won,46000,USD,100,2026-06-01,Demo for the board,Web,"
            "701000000000001AAA,005000000000001AAA,true,true",
        )
        path = company.folder / "partner_desk/deals.jsonl"
        path.write_text("".join(path.read_text().splitlines(keepends=True)[:3]))
        second = company.run("2026-06-01")
    assert {(reader.failed, reader.torn, reader.stale) for reader in told} == {(0, 0, 0)}, told
    # All of them have seen both nights, the later one last.
    assert {tuple(reader.nights) for reader in told} == {("2026-05-31", "2026-06-01")}
    assert sum(reader.reads for reader in told) >= 10_000, told

    assert headline(second, "opportunities_won_amount") == 282_000 + 46_000 * Decimal("0.86")
    assert headline(second, "opportunities_open_amount") == 314_700 - 38_700 - 9_000
    assert second.warehouse(
        "select is_excluded, exclusion_reason from canonical.opportunity "
        "where source_record_id = 'D-4'"
    ) == [(True, "deleted")]
    assert "as of 2026-05-31" in second.stdout, "the night before stands beside"

    # Whoever opened the file before the swap still reads the night they opened.
    still, _ = old_reader.communicate("again\n", timeout=60)
    assert still.strip() == "282000.00"


def test_a_second_run_is_told_to_wait(company: OrchardCompany, first: NightlyRun) -> None:
    from filelock import FileLock

    with FileLock(company.home.lock):
        done = subprocess.run(
            nightly_command(company.file, "2026-06-02", company.home.root),
            env=environment() | {"CULTIVAR_LOCK_WAIT_SECONDS": "1"},
            cwd=PROJECT_ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "another run is writing" in done.stderr, done.stderr


@pytest.fixture(scope="module")
def tested(company: OrchardCompany, first: NightlyRun, tmp_path_factory: Any) -> Any:
    """On a copy, the tests that a night leaves out: of the models, and of the vendors' keys."""
    folder = tmp_path_factory.mktemp("unit")
    warehouse = folder / "warehouse.duckdb"
    shutil.copyfile(company.home.warehouse, warehouse)
    return subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")),
            *("test", "--select", *NOT_AT_NIGHT.split(), "--target-path", str(folder / "target")),
            *("--log-path", str(folder), "--project-dir", "dbt_project"),
            *("--profiles-dir", "dbt_project"),
        ],
        env=environment() | {"CULTIVAR_WAREHOUSE": str(warehouse)},
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_a_night_leaves_out_of_dbts_tests(
    tested: subprocess.CompletedProcess[str],
) -> None:
    assert tested.returncode == 0, tested.stdout
    passed = int(tested.stdout.split("PASS=")[1].split()[0])
    assert passed >= 100, "unit tests of models, and the keys of every staging view"
