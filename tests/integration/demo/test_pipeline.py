"""The waterfall of the made company's pipeline, added up from what is published.

Belongs here: movements against the states that they lead from and to, and against the ledger. Does
not belong here: KPIs, which ``test_truth`` compares all in one way.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.support.demo import LAST_DAY, MadeCompany
from tests.support.nightly import NightlyRun

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("made company")]

ARRIVALS = ("created", "reopened", "requalified", "pulled_in", "pushed_in", "transferred_in")
DEPARTURES = ("pulled_out", "pushed_out", "transferred_out", "won", "lost", "disqualified")


@pytest.fixture(scope="module")
def marts(salesforce: MadeCompany, published: NightlyRun) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published marts, and ``ledger``."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{published.home.published_database}' as own (read_only)")
        connection.execute("use own.marts")
        connection.execute(
            f"create temp view ledger as from read_parquet('{salesforce.truth}/kpi.parquet') "
            "where basis = 'recorded' and segment_type = 'all' and period_grain = 'month'"
        )
        yield connection


def test_the_waterfall_of_every_month_and_owner_adds_up(marts: duckdb.DuckDBPyConnection) -> None:
    """From the snapshot before the month, over its movements, to that of its last day."""
    net = " ".join(
        [*(f"+ {name}_amount" for name in ARRIVALS), *(f"- {name}_amount" for name in DEPARTURES)]
    )
    wrong = marts.execute(
        f"""
        with pipeline as (
            select snapshot_on, coalesce(owner_id, '') as owner_id,
                sum(coalesce(amount, 0)) as amount
            from fct_opportunity_daily_snapshot where is_in_pipeline group by all
        ),
        month as (
            select month_start_date, max(date_day) as last_day from dim_date
            where date_day <= date '{LAST_DAY}' group by all
        ),
        moved as (
            select date_trunc('month', moved_on) as month_start_date,
                coalesce(owner_id, '') as owner_id, sum(amount_changed_amount {net}) as net
            from fct_pipeline_movement group by all
        )
        select m.*, coalesce(opening.amount, 0) as opening, coalesce(closing.amount, 0) as closing
        from moved as m
        inner join month using (month_start_date)
        left join pipeline as opening on opening.owner_id = m.owner_id
            and opening.snapshot_on = month.month_start_date - 1
        left join pipeline as closing on closing.owner_id = m.owner_id
            and closing.snapshot_on = month.last_day
        where coalesce(opening.amount, 0) + m.net <> coalesce(closing.amount, 0)
        """
    ).fetchall()
    assert wrong == []


def test_every_kind_of_movement_happens(marts: duckdb.DuckDBPyConnection) -> None:
    """Otherwise the identity would hold for want of anything to add up."""
    counts = ", ".join(f"sum({name}_count)" for name in (*ARRIVALS, *DEPARTURES))
    (row,) = marts.execute(f"select {counts} from fct_pipeline_movement").fetchall()
    assert all(count > 0 for count in row)


def test_what_enters_the_pipeline_is_what_the_ledger_says(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    differing = marts.execute(
        """
        with created as (
            select date_trunc('month', moved_on) as period_start, sum(created_amount) as amount,
                sum(created_count) as n
            from fct_pipeline_movement group by all
        ),
        generated as (
            select period_start, sum(numerator) as amount, sum(n) as n from ledger
            where kpi_id = 'P01' and variant in ('amount', 'renewal_amount') group by all
        )
        from created full join generated using (period_start)
        where coalesce(created.amount, 0) <> coalesce(generated.amount, 0)
            or coalesce(created.n, 0) <> coalesce(generated.n, 0)
        """
    ).fetchall()
    assert differing == []
