"""The hygiene gate against the plain SQL that computes the same counts, side by side.

Belongs here: one night's gate over made records, its baseline, and that both count the same. Does
not belong here: the records (``records``), the baseline's SQL (``plain_gate``).
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from bench.measure import BenchRow, MeasurementError, measured
from bench.plain_gate import Counts, count_plainly
from bench.records import AS_OF_DATE, bench_company, write_warehouse
from dagster_project.company.run import Home, RunSettings
from dagster_project.hygiene.gate import run_gate
from dagster_project.hygiene.rules import default_rules
from dagster_project.hygiene.settings import GateSettings, gate_settings
from dagster_project.hygiene.validators import refresh_validators

#: The promise: the whole gate takes at most so many times the plain counts, in so much memory.
LARGEST_RATIO = 3.0
MEMORY_LIMIT_GB = 4.0


def gate_rows(folder: Path, scale: float) -> list[BenchRow]:
    """Make the records, judge their values once, then run gate and baseline over them.

    Raises:
        MeasurementError: the two count differently, by rule, or the gate stopped.
    """
    home = Home(folder / "gate")
    sizes = measured(write_warehouse, home.warehouse, scale).result
    size = ", ".join(
        f"{sizes[entity]:,} {name}"
        for entity, name in (
            ("lead", "leads"),
            ("opportunity", "opportunities"),
            ("activity", "activities"),
        )
    )
    # Judged once for ever; a night judges only what is new.
    look_ups = measured(_judge_values, home)
    ours = measured(_run_gate, home)
    plain = measured(_count_plainly, home)
    require_equal(ours.result, plain.result)
    return [
        BenchRow(
            "field validators, every value new",
            f"{look_ups.result:,} values",
            look_ups.seconds,
            look_ups.peak_memory_gb,
        ),
        BenchRow(
            "hygiene gate",
            size,
            ours.seconds,
            ours.peak_memory_gb,
            plain.seconds,
            LARGEST_RATIO,
            MEMORY_LIMIT_GB,
        ),
    ]


def _settings(home: Home) -> GateSettings:
    run = RunSettings(bench_company(), AS_OF_DATE, home)
    return gate_settings(run, "bench", default_rules())


def _judge_values(home: Home) -> int:
    with duckdb.connect(str(home.warehouse)) as con:
        con.execute("set TimeZone = 'UTC'")
        return sum(refresh_validators(con, _settings(home).default_country).values())


def _run_gate(home: Home) -> Counts:
    result = run_gate(home.warehouse, _settings(home), home.hygiene)
    if result.is_stopped:
        raise MeasurementError("the gate stopped: " + "; ".join(result.stops))
    return {rule.check_name: (rule.findings, rule.failed_rows) for rule in result.rules}


def _count_plainly(home: Home) -> Counts:
    settings = _settings(home)
    return count_plainly(
        home.warehouse, home.root / "plain.duckdb", _values(settings), settings.disabled_rules
    )


def _values(settings: GateSettings) -> dict[str, Any]:
    """What the rules' conditions ask of the run, and the company's thresholds."""
    end = dt.datetime.combine(
        settings.as_of_date + dt.timedelta(days=1),
        dt.time(),
        ZoneInfo(settings.reporting_time_zone),
    )
    return {
        "as_of_date": f"date '{settings.as_of_date}'",
        "as_of_end_at": f"timestamptz '{end.isoformat()}'",
        "default_country": settings.default_country,
        "free_mail_domains": settings.free_mail_domains,
        "new_business_types": settings.new_business_types,
        "pipeline_stage_order": settings.pipeline_stage_order,
        "qualification_fields": settings.qualification_fields,
        "renewal_types": settings.renewal_types,
        "reporting_currency": settings.reporting_currency,
        "reporting_time_zone": settings.reporting_time_zone,
        "shared_domains": settings.shared_domains,
        **settings.thresholds,
    }


def require_equal(ours: Counts, plain: Counts) -> None:
    """Refuse counts of which any differs; a rule that one side does not have counts nothing."""
    different = [
        f"{name}: gate {ours.get(name, (0, 0))}, plain SQL {plain.get(name, (0, 0))}"
        for name in sorted({*ours, *plain})
        if ours.get(name, (0, 0)) != plain.get(name, (0, 0))
    ]
    if different:
        raise MeasurementError(
            "gate and plain SQL count differently (findings, records): " + "; ".join(different)
        )
