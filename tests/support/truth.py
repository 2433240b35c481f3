"""Published KPIs beside the made company's ledger.

Belongs here: bringing both into one database, and telling where they differ. Does not belong here:
what may differ, and why (the tests).
"""

from __future__ import annotations

from pathlib import Path

import duckdb

BASIS = "recorded"
"""Records as people keep them, with what is wrong in them; copies of a record count once."""


def put_side_by_side(connection: duckdb.DuckDBPyConnection, truth: Path) -> None:
    """Make views ``ledger`` and ``compared``; database ``published`` is attached.

    ``compared`` says in ``side`` whose row it is: ``marts`` or ``ledger``.
    """
    connection.execute(
        f"create view ledger as from read_parquet('{truth}/kpi.parquet') where basis = '{BASIS}'"
    )
    connection.execute(
        """
        create view compared as
        select
            columns(* exclude (period_start)),
            -- All time begins with the first record, which each side may see otherwise.
            case when period_grain <> 'all_time' then period_start end as period_start
        from (
            select 'marts' as side, kpi_id, variant, period_grain, period_start, segment_type,
                segment, numerator, denominator, value, n
            from published.marts.fct_kpi
            union all
            select 'ledger', kpi_id, variant, period_grain, period_start, segment_type,
                segment, numerator, denominator, value, n
            from ledger
        )
        """
    )


def differences(
    connection: duckdb.DuckDBPyConnection, day: str, condition: str
) -> list[tuple[object, ...]]:
    """Periods in which a KPI of the marts is not that of the ledger.

    A period in which nothing happened may lack in either. Of snapshots the marts have the run's
    day, the ledger every month's last.
    """
    return connection.execute(
        f"""
        with marts as (
            from compared as published where side = 'marts' and {condition}
                and exists (
                    select 1 from ledger as told where told.kpi_id = published.kpi_id
                        and told.variant = published.variant
                        and told.period_grain = published.period_grain
                        and told.segment_type = published.segment_type
                )
        ),
        ledger as (
            from compared as told
            where side = 'ledger' and {condition}
                and (period_grain <> 'day' or period_start = date '{day}')
                and exists (
                    select 1 from marts where marts.kpi_id = told.kpi_id
                        and marts.variant = told.variant
                        and marts.period_grain = told.period_grain
                )
        )
        select
            coalesce(marts.kpi_id, ledger.kpi_id) as kpi,
            coalesce(marts.variant, ledger.variant) as variant,
            coalesce(marts.period_grain, ledger.period_grain) as grain,
            coalesce(marts.period_start, ledger.period_start) as period,
            coalesce(marts.segment, ledger.segment) as segment,
            marts.value, ledger.value, marts.numerator, ledger.numerator,
            marts.denominator, ledger.denominator
        from marts
        full join ledger
            on marts.kpi_id = ledger.kpi_id
            and marts.variant = ledger.variant
            and marts.period_grain = ledger.period_grain
            and marts.segment = ledger.segment
            and marts.period_start is not distinct from ledger.period_start
        where
            abs(coalesce(marts.value, 0) - coalesce(ledger.value, 0)) > 1e-9
            or (marts.value is null) <> (ledger.value is null)
            and coalesce(marts.value, ledger.value) <> 0
            or abs(coalesce(marts.numerator, 0) - coalesce(ledger.numerator, 0)) > 1e-4
            or abs(coalesce(marts.denominator, 0) - coalesce(ledger.denominator, 0)) > 1e-4
        order by all
        limit 20
        """
    ).fetchall()
