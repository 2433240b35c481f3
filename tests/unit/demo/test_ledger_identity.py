"""What must hold of the ledger of any company, on the tiny one.

Belongs here: identities between rows, and recounts by plain Python. Does not belong here: values
worked out by hand (the other ``test_ledger`` modules).
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pytest

from cultivar_demo.ledger import write_ledger
from cultivar_demo.ledger.not_defined import NOT_DEFINED
from cultivar_demo.world.world import World
from tests.unit.demo.ledger_worlds import Ledger, waterfall_gaps

NEW_YORK = ZoneInfo("America/New_York")

GROUPS = {"A": 9, "F": 8, "P": 11, "V": 19, "M": 9, "S": 6, "R": 7, "Q": 4}
"""Rows of the catalogue: A01 to A09, and so on."""

SIGNED = {"V06", "V07", "V18", "P10", "M06"}
"""KPIs whose numerators may be negative."""

ADDITIVE = (
    "opportunities_won_count",
    "opportunities_won_amount",
    "opportunities_lost_count",
    "P01",
    "P02",
    "P08",
    "F01",
    "F03",
    "A01",
    "A02",
    "M01",
    "M02",
    "M03",
    "S04",
    "V08",
    "V17",
    "V19",
)
"""Flows and cohorts whose numerators and denominators add up over periods."""


@pytest.fixture(scope="module")
def book(clean_world: World) -> Ledger:
    return Ledger(clean_world)


def test_every_row_of_the_catalogue_is_there_or_has_a_reason(book: Ledger) -> None:
    computed = {row["kpi_id"] for row in book.query("select distinct kpi_id from kpi")}
    excused = {kpi_id for kpi_id, variant, _ in NOT_DEFINED if not variant}
    catalogue = {f"{group}{n:02}" for group, count in GROUPS.items() for n in range(1, count + 1)}
    assert catalogue - computed - excused == set()
    assert computed & excused == set()


def test_a_row_is_there_once(book: Ledger) -> None:
    doubled = book.query(
        "select kpi_id, variant, period_grain, period_start, segment_type, segment, count(*) as n "
        "from kpi group by all having count(*) > 1"
    )
    assert doubled == []


def test_a_value_is_its_numerator_over_its_denominator(book: Ledger) -> None:
    # Numbers of eight decimals stand beside values that were computed before rounding.
    wrong = book.query(
        """
        select * from kpi
        where numerator is not null and denominator is not null and denominator != 0
            and not starts_with(variant, 'accuracy')
            and not coalesce(
                abs(value - cast(numerator as double) / cast(denominator as double))
                    <= 1e-6 * greatest(1, abs(value)), false
            )
        """
    )
    assert wrong == []


def test_no_value_without_a_denominator_and_none_that_is_no_number(book: Ledger) -> None:
    assert book.query("select * from kpi where denominator = 0 and value is not null") == []
    assert book.query("select * from kpi where isnan(value) or isinf(value)") == []
    assert book.query("select count(*) as n from kpi where denominator = 0")[0]["n"] > 0


def test_counts_are_never_negative(book: Ledger) -> None:
    found = book.query("select * from kpi where numerator < 0 or denominator < 0 or n < 0")
    assert {row["kpi_id"] for row in found} <= SIGNED


def test_rates_are_no_more_than_one(book: Ledger) -> None:
    bounded = "('A01', 'A02', 'A03', 'A04', 'A08', 'F04', 'F06', 'F08', 'M01', 'M02', 'M03', "
    bounded += "'M04', 'M08', 'M09', 'P02', 'P04', 'P08', 'S04', 'V03', 'V05', 'V08', 'V17')"
    above = book.query(
        f"select * from kpi where kpi_id in {bounded} and value > 1 and denominator is not null"
    )
    assert above == []


def test_months_add_up_to_years(book: Ledger) -> None:
    sums: dict[tuple[str, ...], dict[str, tuple[object, ...]]] = defaultdict(dict)
    names = ", ".join(f"'{kpi_id}'" for kpi_id in ADDITIVE)
    for row in book.query(
        f"""
        select kpi_id, variant, segment_type, segment, period_grain, sum(numerator) as numerator,
            sum(denominator) as denominator
        from kpi where kpi_id in ({names})
            and period_grain in ('month', 'quarter', 'year', 'fiscal_quarter', 'all_time')
        group by all
        """
    ):
        key = (row["kpi_id"], row["variant"], row["segment_type"], row["segment"])
        sums[key][row["period_grain"]] = (row["numerator"], row["denominator"])
    assert {kpi_id for kpi_id, *_ in sums} == set(ADDITIVE)
    assert [key for key, grains in sums.items() if len(set(grains.values())) > 1] == []
    assert all(len(grains) == 5 for grains in sums.values())


def test_segments_add_up_to_all(book: Ledger) -> None:
    differing = book.query(
        """
        with summed as (
            select kpi_id, variant, period_grain, period_start, segment_type,
                sum(numerator) as numerator
            from kpi where kpi_id in ('opportunities_won_amount', 'F01', 'A01', 'V01', 'P01')
            group by all
        )
        select * from summed as s
        inner join summed as a using (kpi_id, variant, period_grain, period_start)
        where a.segment_type = 'all' and s.numerator != a.numerator
        """
    )
    assert differing == []


def test_the_waterfall_closes_for_each_account_and_month(book: Ledger) -> None:
    assert waterfall_gaps(book) == []
    kinds = {row["movement"] for row in book.query("select distinct movement from arr_movement")}
    assert kinds == {"new", "expansion", "contraction", "churn", "reactivation", "fx"}


@pytest.mark.parametrize("grain", ["month", "fiscal_quarter"])
def test_the_waterfall_closes_for_the_company(book: Ledger, grain: str) -> None:
    periods: dict[dt.date, dict[str, object]] = defaultdict(dict)
    for row in book.query(
        f"select variant, period_start, numerator from kpi where kpi_id = 'V06' "
        f"and period_grain = '{grain}' and segment_type = 'all'"
    ):
        periods[row["period_start"]][row["variant"]] = row["numerator"]
    first = min(start for start, parts in periods.items() if "opening" in parts)
    for start, parts in periods.items():
        if start < first:
            continue
        moved = sum(value for name, value in parts.items() if name not in ("opening", "closing"))
        assert parts["opening"] + moved == parts["closing"], start
    closing = max(periods)
    (last,) = book.rows("V01", "with_grace", "month")[-1:]
    assert periods[closing]["closing"] == 12 * last["numerator"]


def test_recurring_revenue_is_that_of_the_accounts(book: Ledger) -> None:
    differing = book.query(
        """
        select day, sum(mrr) as mrr, any_value(k.numerator) as numerator
        from mrr_monthly
        inner join kpi as k
            on k.period_start = day and k.period_grain = 'day' and k.kpi_id = 'V01'
            and k.variant = 'headline' and k.segment_type = 'all'
        group by day having sum(mrr) != any_value(k.numerator)
        """
    )
    assert differing == []
    twelve = book.query(
        """
        select a.period_start from kpi as m inner join kpi as a
            using (variant, period_grain, period_start, segment_type, segment)
        where m.kpi_id = 'V01' and a.kpi_id = 'V02' and variant = 'headline'
            and a.numerator != 12 * m.numerator
        """
    )
    assert twelve == []


def test_net_retention_is_never_below_gross(book: Ledger) -> None:
    rows = book.query(
        """
        select n.value as net, g.value as gross, c.value as strict
        from kpi as n
        inner join kpi as g using (variant, period_grain, period_start, segment_type, segment)
        inner join kpi as c using (period_grain, period_start, segment_type, segment)
        where n.kpi_id = 'V04' and g.kpi_id = 'V03' and variant = 'point_to_point'
            and c.kpi_id = 'V04' and c.variant = 'strict'
        """
    )
    assert rows
    assert all(row["net"] >= row["gross"] and row["net"] >= row["strict"] for row in rows)


def test_credit_of_a_deal_is_one(book: Ledger) -> None:
    sums = book.query(
        "select opportunity_id, variant, sum(credit) as credit from _credit group by all"
    )
    assert sums
    assert all(row["credit"] == pytest.approx(1) for row in sums)


def test_win_rate_recounted_row_by_row(book: Ledger, clean_world: World) -> None:
    latest: dict[int, dict[str, object]] = {}
    for row in clean_world.table("opportunity_version").sort_by("version_at").to_pylist():
        latest[row["opportunity_id"]] = row
    types = {row["opportunity_id"]: row for row in clean_world.table("opportunity").to_pylist()}
    won: dict[dt.date, int] = defaultdict(int)
    closed: dict[dt.date, int] = defaultdict(int)
    for key, row in latest.items():
        if row["is_deleted"] or not row["is_closed"]:
            continue
        if types[key]["opportunity_type"] == "Renewal":
            continue
        month = row["close_date"].replace(day=1)
        closed[month] += 1
        won[month] += bool(row["is_won"])
    rows = book.rows("P08", "count", "month")
    assert {row["period_start"]: row["denominator"] for row in rows} == closed
    assert {row["period_start"]: row["numerator"] for row in rows} == {m: won[m] for m in closed}


def test_new_leads_recounted_row_by_row(book: Ledger, clean_world: World) -> None:
    deleted = {
        row["lead_id"]: row["is_deleted"]
        for row in clean_world.table("lead_version").sort_by("version_at").to_pylist()
    }
    counts: dict[tuple[int, int], int] = defaultdict(int)
    for row in clean_world.table("lead").to_pylist():
        if not deleted[row["lead_id"]]:
            local = row["created_at"].replace(tzinfo=dt.UTC).astimezone(NEW_YORK)
            counts[local.year, local.month] += 1
    rows = book.rows("F01", "inquiry", "month")
    assert {(r["period_start"].year, r["period_start"].month): r["value"] for r in rows} == counts


def test_open_pipeline_by_day_recounted_row_by_row(book: Ledger, clean_world: World) -> None:
    versions = sorted(
        clean_world.table("opportunity_version").to_pylist(), key=lambda row: row["version_at"]
    )
    deleted = {row["opportunity_id"]: row["is_deleted"] for row in versions}
    day = dt.date(2026, 3, 31)
    end = dt.datetime(2026, 4, 1, 4)  # midnight in New York, summer time
    stand = {row["opportunity_id"]: row for row in versions if row["version_at"] < end}
    is_open = [row for key, row in stand.items() if not row["is_closed"] and not deleted[key]]
    row = book.row("opportunities_open_count", "headline", "day", day.isoformat())
    assert row["value"] == len(is_open) > 0


@pytest.mark.slow
def test_the_files(clean_world: World, tmp_path: Path) -> None:
    write_ledger(clean_world, tmp_path / "one")
    write_ledger(clean_world, tmp_path / "two")
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == [
        "arr_movement.parquet",
        "daily_open_deal.parquet",
        "daily_open_pipeline.parquet",
        "kpi.parquet",
        "kpi_not_defined.parquet",
        "lead_account_link.parquet",
        "mrr_monthly.parquet",
        "prospecting_spell.parquet",
        "response.parquet",
        "stage_visit.parquet",
    ]
    for name in names:
        first, second = (pq.read_table(tmp_path / half / name) for half in ("one", "two"))
        assert first.num_rows > 0, name
        assert first.equals(second), name
    daily = pq.read_table(tmp_path / "one/daily_open_pipeline.parquet").to_pylist()
    deals = pq.read_table(tmp_path / "one/daily_open_deal.parquet").to_pylist()
    by_day: dict[tuple[dt.date, str], int] = defaultdict(int)
    for row in deals:
        by_day[row["day"], row["stage"]] += 1
    assert {
        (row["day"], row["stage"]): row["opportunities"] for row in daily if row["opportunities"]
    } == by_day
    spelling = re.compile(r"^[a-z0-9_]+$")
    kpi = pq.read_table(tmp_path / "one/kpi.parquet", columns=["variant", "note"]).to_pylist()
    assert all(spelling.match(row["variant"]) for row in kpi)


def test_the_spells_found_in_clean_records_are_those_of_the_world(book: Ledger) -> None:
    """All but the cohorts of accounts whose deal the CRM deleted, which no record shows."""
    columns = "account_id, motion, started_at, ended_at"
    for one, other in (("spell", "prospecting_spell"), ("prospecting_spell", "spell")):
        assert book.query(f"select {columns} from {one} except select {columns} from {other}") == []
    (found,) = book.query("select count(*) as spells from prospecting_spell")
    assert found["spells"] > 300
    moved = book.query(
        """
        select account_id from (
            select account_id, started_at, is_expansion from spell
            except select account_id, started_at, is_expansion from prospecting_spell
        )
        where account_id not in (
            select account_id from opportunity
            where opportunity_id in (
                select opportunity_id from opportunity_version
                group by opportunity_id having arg_max(is_deleted, version_at)
            )
        )
        """
    )
    assert moved == []
