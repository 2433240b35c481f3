"""The calendar of the ledger: periods, days to look at, working days.

Belongs here: temporary tables about days. Does not belong here: anything about the company but its
holidays. Periods are half-open; a week begins on Monday.
"""

from __future__ import annotations

import datetime as dt

import duckdb

from cultivar_demo.settings import FISCAL_YEAR_START_MONTH

CALENDAR_START = dt.date(2018, 1, 1)
CALENDAR_END = dt.date(2033, 1, 1)
"""Bounds (half-open) of all dates of a company, planned ones included, and of ``all_time``."""

GRAINS = ("week", "month", "quarter", "year", "fiscal_quarter", "fiscal_year", "all_time")
LONG_GRAINS = tuple(grain for grain in GRAINS if grain != "week")
"""Weeks are published for the lead flow only."""

STATE_GRAINS = ("month", "quarter", "year", "fiscal_quarter", "fiscal_year")
"""A state is also that of the periods that end with its day."""


def build_calendar(
    connection: duckdb.DuckDBPyConnection, first_day: dt.date, as_of: dt.date
) -> None:
    """Tables ``day_period``, ``snapshot_day`` and ``working_day``.

    ``snapshot_day``: the last day of each month from the first simulated one, and ``as_of``.
    ``working_day``: country or (none), day, is_working, and working_days: how many there were up to
    and with that day.
    """
    shift = FISCAL_YEAR_START_MONTH - 1
    connection.execute(
        f"""
        create temp table calendar_day as
        select cast(day as date) as day, year(day) * 12 + month(day) - 1 as month_number
        from range(date '{CALENDAR_START}', date '{CALENDAR_END}', interval 1 day) as _(day)
        """
    )
    connection.execute("create temp macro first_of(m) as make_date(m // 12, m % 12 + 1, 1)")
    fiscal = f"(month_number - {shift})"
    connection.execute(
        f"""
        create temp table day_period as
        select day, 'week' as period_grain, cast(date_trunc('week', day) as date) as period_start,
            cast(date_trunc('week', day) + interval 7 day as date) as period_end
        from calendar_day
        union all
        select day, 'month', first_of(month_number), first_of(month_number + 1) from calendar_day
        union all
        select day, 'quarter', first_of(month_number // 3 * 3), first_of(month_number // 3 * 3 + 3)
        from calendar_day
        union all
        select day, 'year', first_of(month_number // 12 * 12),
            first_of(month_number // 12 * 12 + 12)
        from calendar_day
        union all
        select day, 'fiscal_quarter', first_of({fiscal} // 3 * 3 + {shift}),
            first_of({fiscal} // 3 * 3 + 3 + {shift})
        from calendar_day
        union all
        select day, 'fiscal_year', first_of({fiscal} // 12 * 12 + {shift}),
            first_of({fiscal} // 12 * 12 + 12 + {shift})
        from calendar_day
        union all
        select day, 'all_time', date '{CALENDAR_START}', date '{CALENDAR_END}' from calendar_day
        """
    )
    connection.execute(
        f"""
        create temp table snapshot_day as
        select day, day + 1 = period_end as is_month_end, period_start as month
        from day_period
        where period_grain = 'month' and day between date '{first_day}' and date '{as_of}'
            and (day + 1 = period_end or day = date '{as_of}')
        """
    )
    connection.execute(
        """
        create temp table working_day as
        select country, day, is_working,
            sum(cast(is_working as int)) over (
                partition by country order by day
            ) as working_days
        from (
            select c.country, d.day,
                isodow(d.day) < 6 and h.day is null as is_working
            from (select distinct country from sales_user union select '(none)') as c
            cross join calendar_day as d
            left join country_holiday as h on h.country = c.country and h.day = d.day
        )
        """
    )
