"""The book of one basis: cases go in, rows of ``kpi`` come out.

Belongs here: adding up cases over periods and segments, in one way for every KPI. Does not belong
here: what a case is; that is in the module of its group.

A query of cases has one row a case: ``variant``, ``day`` (that puts it into a period; NULL: into
``all_time`` only), what is added up, and a column for each segment type asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import duckdb

from cultivar_demo.ledger.basis import Basis, open_views
from cultivar_demo.ledger.periods import (
    CALENDAR_END,
    CALENDAR_START,
    LONG_GRAINS,
    STATE_GRAINS,
    build_calendar,
)
from cultivar_demo.settings import Settings, cutoff
from cultivar_demo.world.world import World

COLUMNS = """
    kpi_id varchar,
    variant varchar,
    basis varchar,
    period_grain varchar,
    period_start date,
    period_end date,
    segment_type varchar,
    segment varchar,
    numerator decimal(28, 8),
    denominator decimal(28, 8),
    value double,
    n bigint,
    n_excluded bigint,
    is_mature boolean,
    note varchar
"""

NUMBER = "decimal(28, 8)"


class Book:
    """The rows of one basis as of one day, and the connection to compute them with."""

    def __init__(self, world: World, basis: Basis, as_of: dt.date | None = None) -> None:
        self.world = world
        self.settings: Settings = world.settings
        self.basis = basis
        self.as_of = as_of or world.settings.last_day
        self.connection: duckdb.DuckDBPyConnection = world.connection.cursor()
        self.notes: dict[tuple[str, str | None], str] = {}
        open_views(self.connection, basis, self.as_of)
        build_calendar(self.connection, world.settings.first_day, self.as_of)
        self.run(f"create temp table kpi ({COLUMNS})")

    @property
    def end(self) -> str:
        """The instant at which the day of the book ends, as SQL."""
        return f"timestamp '{cutoff(self.as_of)}'"

    @property
    def today(self) -> str:
        """The day of the book, as SQL."""
        return f"date '{self.as_of}'"

    def run(self, statement: str) -> None:
        """Run one statement."""
        self.connection.execute(statement)

    def note(self, kpi_id: str, text: str, variant: str | None = None) -> None:
        """Say which choice the rows of a KPI (or of one of its variants) rest on."""
        self.notes[kpi_id, variant] = text

    def totals(
        self,
        kpi_id: str,
        cases: str,
        *,
        ratio: bool = False,
        segments: Sequence[str] = (),
        grains: Sequence[str] = LONG_GRAINS,
    ) -> None:
        """Flows and cohorts: sums over the periods that hold a case.

        Args:
            kpi_id: the KPI.
            cases: query with variant, day, numerator, denominator (ratio only), n, n_excluded,
                n_immature and the segments. The last three numbers may be left out: 1, 0, 0.
            ratio: whether the value is numerator over denominator, else the numerator.
            segments: columns of the cases that are segment types.
            grains: period grains.
        """
        self.run(
            f"""
            create or replace temp table _day as
            select variant, day, segment_type, segment,
                sum(numerator) as numerator,
                {"sum(denominator)" if ratio else "cast(null as bigint)"} as denominator,
                sum(n) as n, sum(n_excluded) as n_excluded, sum(n_immature) as n_immature
            from ({self._split(cases, segments)})
            group by all
            """
        )
        self.run(
            f"""
            insert into kpi
            select '{kpi_id}', variant, '{self.basis.name}', period_grain, period_start,
                period_end, segment_type, segment,
                cast(sum(numerator) as {NUMBER}), cast(sum(denominator) as {NUMBER}),
                {self._value(ratio)},
                sum(n), sum(n_excluded), sum(n_immature) = 0, null
            from ({self._in_periods("_day", grains)})
            group by all
            """
        )

    def distributions(
        self,
        kpi_id: str,
        cases: str,
        *,
        aggregates: Sequence[tuple[str, str]] = (("", "median(measure)"),),
        segments: Sequence[str] = (),
        grains: Sequence[str] = LONG_GRAINS,
    ) -> None:
        """Medians, percentiles and means: denominator is the number of measures.

        Args:
            kpi_id: the KPI.
            cases: query with variant, day, measure (NULL: left out, counted in n_excluded;
                infinite: not finished yet, ranks last) and the segments.
            aggregates: suffix of the variant → aggregate over ``measure``.
            segments: as in ``totals``.
            grains: as in ``totals``.
        """
        self.run(
            f"""
            create or replace temp table _day as
            {self._split(cases, segments, measured=True)}
            """
        )
        self.run(
            f"""
            create or replace temp table _period as
            {self._in_periods("_day", grains)}
            """
        )
        for suffix, aggregate in aggregates:
            is_mean = aggregate.startswith("avg")
            self.run(
                f"""
                insert into kpi
                select '{kpi_id}', variant || '{suffix}', '{self.basis.name}', period_grain,
                    period_start, period_end, segment_type, segment,
                    {f"cast(sum(measure) as {NUMBER})" if is_mean else "null"},
                    count(measure),
                    case when isfinite({aggregate}) then {aggregate} end,
                    count(measure), count(*) - count(measure), true, null
                from _period
                group by all
                """
            )

    def snapshots(
        self, kpi_id: str, cases: str, *, ratio: bool = False, segments: Sequence[str] = ()
    ) -> None:
        """States as of a day: rows of grain day, and of the periods that end with it.

        The period that goes on has the state of the day of the book.

        Args:
            kpi_id: the KPI.
            cases: as in ``totals``; ``day`` is a day of ``snapshot_day`` (others: grain day only).
            ratio: as in ``totals``.
            segments: as in ``totals``.
        """
        self.run(
            f"""
            create or replace temp table _day as
            select variant, day, segment_type, segment,
                sum(numerator) as numerator,
                {"sum(denominator)" if ratio else "cast(null as bigint)"} as denominator,
                sum(n) as n, sum(n_excluded) as n_excluded, sum(n_immature) as n_immature
            from ({self._split(cases, segments)})
            group by all
            """
        )
        self.state_rows(
            kpi_id,
            f"select variant, day, segment_type, segment, numerator, denominator, n, n_excluded, "
            f"{self._value(ratio, summed=False)} as value from _day",
        )

    def state_rows(self, kpi_id: str, rows: str) -> None:
        """Finished rows of states.

        Args:
            kpi_id: the KPI.
            rows: query with variant, day, segment_type, segment, numerator, denominator, value, n,
                n_excluded.
        """
        self.run(
            f"""
            insert into kpi
            select '{kpi_id}', variant, '{self.basis.name}', period_grain, period_start, period_end,
                segment_type, segment, cast(numerator as {NUMBER}), cast(denominator as {NUMBER}),
                value, n, n_excluded, true, null
            from (
                select r.*, 'day' as period_grain, day as period_start, day + 1 as period_end
                from ({rows}) as r
                union all
                select r.*, p.period_grain, p.period_start, p.period_end
                from ({rows}) as r
                inner join snapshot_day as s using (day)
                inner join day_period as p using (day)
                where p.period_grain in ({_texts(STATE_GRAINS)})
                    and (p.period_end = day + 1 or day = {self.today})
            )
            """
        )

    def period_rows(self, kpi_id: str, rows: str) -> None:
        """Finished rows of periods.

        Args:
            kpi_id: the KPI.
            rows: query with variant, period_grain, period_start, period_end, segment_type, segment,
                numerator, denominator, value, n, n_excluded.
        """
        self.run(
            f"""
            insert into kpi
            select '{kpi_id}', variant, '{self.basis.name}', period_grain, period_start, period_end,
                segment_type, segment, cast(numerator as {NUMBER}), cast(denominator as {NUMBER}),
                value, n, n_excluded, true, null
            from ({rows})
            """
        )

    def close(self) -> None:
        """Write the notes into their rows."""
        for (kpi_id, variant), text in self.notes.items():
            quoted = text.replace("'", "''")
            condition = f" and variant = '{variant}'" if variant else " and note is null"
            self.run(f"update kpi set note = '{quoted}' where kpi_id = '{kpi_id}'{condition}")

    def _split(self, cases: str, segments: Sequence[str], measured: bool = False) -> str:
        """``cases``, one row a segment of the case."""
        names = {name for name, *_ in self.connection.execute(f"describe {cases}").fetchall()}
        if measured:
            added = "measure"
        else:
            added = "numerator, " + ("denominator, " if "denominator" in names else "")
            added += ("n" if "n" in names else "1 as n") + ", "
            added += ("n_excluded" if "n_excluded" in names else "0 as n_excluded") + ", "
            added += "n_immature" if "n_immature" in names else "0 as n_immature"
        structs = ["{'segment_type': 'all', 'segment': 'all'}"] + [
            f"{{'segment_type': '{segment}', 'segment': "
            f"coalesce(cast({segment} as varchar), '(none)')}}"
            for segment in segments
        ]
        return (
            f"select variant, day, {added}, one.segment_type, one.segment "
            f"from ({cases}), unnest([{', '.join(structs)}]) as _(one)"
        )

    @staticmethod
    def _in_periods(table: str, grains: Sequence[str]) -> str:
        """``table``, one row a period of its day; ``all_time`` holds what has no day, too."""
        parts = []
        bounded = [grain for grain in grains if grain != "all_time"]
        if bounded:
            parts.append(
                f"select c.*, period_grain, period_start, period_end from {table} as c "
                f"inner join day_period using (day) where period_grain in ({_texts(bounded)})"
            )
        if "all_time" in grains:
            parts.append(
                f"select c.*, 'all_time' as period_grain, date '{CALENDAR_START}' as period_start, "
                f"date '{CALENDAR_END}' as period_end from {table} as c"
            )
        return " union all ".join(parts)

    @staticmethod
    def _value(ratio: bool, summed: bool = True) -> str:
        numerator = "sum(numerator)" if summed else "numerator"
        denominator = "sum(denominator)" if summed else "denominator"
        if not ratio:
            return f"cast({numerator} as double)"
        return f"cast({numerator} as double) / nullif(cast({denominator} as double), 0)"


def _texts(values: Sequence[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)
