"""The one screen at the end of a run, read from what was published.

Belongs here: what people see first in the morning. Does not belong here: computing numbers.
"""

from __future__ import annotations

from typing import Any

import duckdb
from rich import box
from rich.columns import Columns
from rich.console import Console
from rich.table import Table

from dagster_project.company.run import RunSettings
from dagster_project.publish.publication import read_manifest
from dagster_project.sql_text import literal
from dagster_project.value_text import shown

# Figures that everybody asks for first: (kpi, variant, grain, what it is called).
HEADLINES = (
    ("opportunities_won_count", "headline", "all_time", "won opportunities"),
    ("opportunities_lost_count", "headline", "all_time", "lost opportunities"),
    ("opportunities_open_count", "headline", "day", "open opportunities"),
    ("P08", "count", "all_time", "win rate by count, no renewals"),
    ("P08", "value", "all_time", "win rate by value, no renewals"),
    ("opportunities_won_amount", "headline", "all_time", "won amount"),
    ("opportunities_open_amount", "headline", "day", "open amount"),
    ("P06", "crm_probability", "day", "weighted pipeline"),
    ("P07", "won_median", "all_time", "days to win, median, no renewals"),
    ("V10", "headline", "all_time", "average selling price"),
    ("F03", "lead_to_conversion", "all_time", "lead conversion"),
    ("V01", "headline", "day", "monthly recurring revenue"),
)
SHOWN_RULES = 8


def print_summary(settings: RunSettings, console: Console) -> None:
    """Print rows per entity, findings, headline figures against the night before, and places."""
    home = settings.home
    with duckdb.connect(str(home.published_database), read_only=True) as connection:
        if console.is_terminal:  # elsewhere the progress ends with a blank line already
            console.print()
        rows, figures = _rows(connection), _figures(connection, settings)
        # Side by side where they fit, so that it all is one screen.
        console.print(Columns([rows, figures], padding=(0, 4)))
        console.print(_accounted_for(connection))
        console.print(_findings(connection))
    manifest = read_manifest(home.published)
    parquet = f", parquet/{manifest.current}" if manifest is not None else ""
    console.print(f"Published  {home.published_database}{parquet}")
    if (postgres := settings.company.publication.postgres) is not None:
        console.print(f"PostgreSQL schema {postgres.schema_name}")
    console.print(f"Hygiene    {home.hygiene / 'latest'}")
    console.print(f"Page       make page COMPANY={settings.company.path}")
    console.print(f"Look       make dev COMPANY={settings.company.path}")


def _rows(connection: duckdb.DuckDBPyConnection) -> Table:
    table = Table(
        title="Rows",
        box=box.SIMPLE_HEAD,
        title_justify="left",
        # Narrow, so that the headings fit a terminal of 80 columns.
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    for name in ("source", "entity"):
        table.add_column(name, no_wrap=True)
    for name in ("in", "marts", "quarantined", "excluded"):
        table.add_column(name, justify="right")
    for source, entity, *counts in connection.execute(
        """
        select source_name, entity, rows_in, rows_out, rows_quarantined, rows_excluded
        from marts.fct_row_balance where rows_in > 0 order by source_name, entity
        """
    ).fetchall():
        table.add_row(source, entity, *(f"{count:,}" for count in counts))
    return table


def _accounted_for(connection: duckdb.DuckDBPyConnection) -> str:
    row = connection.execute(
        """
        select coalesce(sum(rows_in), 0),
            coalesce(sum(abs(rows_in - rows_out - rows_quarantined - rows_excluded)), 0)
        from marts.fct_row_balance
        """
    ).fetchone()
    rows, left_over = row if row else (0, 0)
    if left_over:  # a test stops the run before this can be published
        return f"  {left_over:,} of {rows:,} rows are unaccounted for."
    return f"  All {rows:,} rows are accounted for: in = marts + quarantined + excluded.\n"


def _findings(connection: duckdb.DuckDBPyConnection) -> Table:
    found = connection.execute(
        """
        select f.severity, f.rule_id, count(*), any_value(r.title)
        from hygiene.violation as f
        left join (
            select rule_id, entity, any_value(title) as title from hygiene.rule group by 1, 2
        ) as r using (rule_id, entity)
        group by 1, 2 order by 1, 3 desc, 2
        """
    ).fetchall()
    by_severity: dict[str, int] = {}
    for severity, _, count, _ in found:
        by_severity[severity] = by_severity.get(severity, 0) + count
    told = ", ".join(f"{count:,} {severity}" for severity, count in by_severity.items())
    table = Table(title=f"Findings: {told or 'none'}", box=box.SIMPLE_HEAD, title_justify="left")
    table.add_column("rule", min_width=4)
    table.add_column("severity", min_width=8)
    table.add_column("count", justify="right", min_width=7)
    table.add_column("what should be so")
    for severity, rule, count, title in found[:SHOWN_RULES]:
        table.add_row(rule, severity, f"{count:,}", title)
    if len(found) > SHOWN_RULES:
        rest = found[SHOWN_RULES:]
        total = sum(count for _, _, count, _ in rest)
        table.add_row("…", "", f"{total:,}", f"{len(rest)} more rules, in hygiene.violation")
    return table


def _figures(connection: duckdb.DuckDBPyConnection, settings: RunSettings) -> Table:
    before = _night_before(settings)
    table = Table(
        title=f"Figures as of {settings.as_of_date}, in {settings.company.reporting.currency}",
        box=box.SIMPLE_HEAD,
        title_justify="left",
    )
    table.add_column("figure")
    table.add_column("value", justify="right")
    table.add_column(f"as of {before[1]}" if before else "no night before", justify="right")
    now = _headlines(connection, "marts.fct_kpi")
    then = _headlines(connection, f"read_parquet({literal(before[0])})") if before else {}
    for kpi, variant, grain, label in HEADLINES:
        row = now.get((kpi, variant, grain))
        if row is None:
            continue
        value, unit = row
        old = then.get((kpi, variant, grain))
        table.add_row(label, shown(value, unit), shown(*old) if old else "")
    return table


def _headlines(
    connection: duckdb.DuckDBPyConnection, relation: str
) -> dict[tuple[str, Any, str], tuple[Any, str]]:
    return {
        (kpi, variant, grain): (value, unit)
        for kpi, variant, grain, value, unit in connection.execute(
            f"""
            select kpi_id, variant, period_grain, value, unit from {relation}
            where segment_type = 'all' and period_grain in ('all_time', 'day')
            """
        ).fetchall()
    }


def _night_before(settings: RunSettings) -> tuple[str, str] | None:
    manifest = read_manifest(settings.home.published)
    earlier = [
        version
        for version in (manifest.versions if manifest else ())
        if version.as_of_date < settings.as_of_date
    ]
    if not earlier:
        return None
    version = max(earlier, key=lambda v: v.as_of_date)
    folder = settings.home.published / "parquet" / version.version
    return str(folder / "fct_kpi" / "fct_kpi.parquet"), version.as_of_date.isoformat()
