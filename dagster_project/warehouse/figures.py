"""The KPIs of each mart as tables and small plots, for Dagster's pages.

Belongs here: which KPIs a mart's page shows, and their form. Does not belong here: computing them
(``marts.fct_kpi`` holds them), and the page for everybody else (``dagster_project.page``).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from dagster_project.kpi_guide import guide
from dagster_project.markdown import table
from dagster_project.value_text import shown

ALL_KPIS = "fct_kpi"
PERIODS = 12
_STEPS = "▁▂▃▄▅▆▇█"
_HEAD = ("KPI", "Value", f"Last {PERIODS}", "Target", "Period")

_LATEST = f"""
with

told as (
    select
        *,
        -- Each KPI by the shortest period for which it is kept.
        min(position) over (partition by kpi_id, variant) as shortest
    from (
        select
            fct.*, dim.kpi_name,
            list_position(['month', 'fiscal_quarter', 'fiscal_year', 'day'], fct.period_grain)
                as position
        from marts.fct_kpi as fct
        inner join marts.dim_kpi as dim using (kpi_id, variant)
        where dim.is_headline and fct.segment_type = 'all' and fct.value is not null
            and (fct.is_period_complete or fct.period_grain = 'day')
    )
    where position is not null
),

latest as (
    select *
    from told
    where position = shortest
    qualify row_number() over (
        partition by kpi_id, variant order by period_start desc
    ) <= {PERIODS}
)

select
    kpi_id, any_value(kpi_name), any_value(unit), any_value(period_grain),
    list(period_start order by period_start), list(value order by period_start),
    arg_max(target_low, period_start), arg_max(target_high, period_start),
    arg_max(status, period_start)
from latest
group by kpi_id, variant
order by kpi_id, variant
"""


@dataclass(frozen=True)
class KpiHistory:
    """A KPI's last complete periods."""

    kpi_id: str
    name: str
    unit: str
    period_grain: str
    starts: Sequence[Any]
    values: Sequence[float]
    target_low: float | None
    target_high: float | None
    status: str


def mart_figures(warehouse: Path) -> dict[str, dict[str, dg.MetadataValue[Any]]]:
    """Mart → the metadata that show its KPIs; marts without any are left out."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(_LATEST).fetchall()
    kpis = [KpiHistory(*row) for row in rows]
    figures: dict[str, dict[str, dg.MetadataValue[Any]]] = {
        mart: {"kpis": dg.MetadataValue.md(_table(of_mart))}
        for mart, of_mart in _by_mart(kpis).items()
    }
    if kpis:
        figures[ALL_KPIS] = {"kpis": dg.MetadataValue.md(_table(kpis))}
        aimed = [kpi for kpi in kpis if (kpi.target_low, kpi.target_high) != (None, None)]
        if aimed:
            figures[ALL_KPIS]["against_targets"] = dg.MetadataValue.md(_plots(aimed))
    return figures


def _by_mart(kpis: Sequence[KpiHistory]) -> Mapping[str, list[KpiHistory]]:
    found: dict[str, list[KpiHistory]] = {}
    for kpi in kpis:
        for mart in guide().get(kpi.kpi_id, {}).get("marts", "").split(","):
            if mart.strip():
                found.setdefault(mart.strip(), []).append(kpi)
    return found


def _table(kpis: Sequence[KpiHistory]) -> str:
    return table(
        _HEAD,
        (
            (
                f"{kpi.name} ({kpi.kpi_id})",
                shown(kpi.values[-1], kpi.unit),
                sparkline(kpi.values),
                _target(kpi),
                _period(kpi),
            )
            for kpi in kpis
        ),
    )


def _target(kpi: KpiHistory) -> str:
    """What is aimed at, and how the value lies to it."""
    low, high = (shown(value, kpi.unit) for value in (kpi.target_low, kpi.target_high))
    if kpi.target_low is None and kpi.target_high is None:
        return ""
    if kpi.target_high is None:
        aim = f"at least {low}"
    else:
        aim = f"at most {high}" if kpi.target_low is None else f"{low} to {high}"
    return f"{aim}: {kpi.status}"


def _period(kpi: KpiHistory) -> str:
    start = kpi.starts[-1]
    if kpi.period_grain == "month":
        return f"{start:%Y-%m}"
    return f"{kpi.period_grain.replace('_', ' ')} {start:%Y-%m-%d}"


def sparkline(values: Sequence[float]) -> str:
    """Values as a line of blocks, the smallest as the lowest one."""
    low, high = min(values), max(values)
    if low == high:
        return _STEPS[0] * len(values)
    return "".join(
        _STEPS[round((value - low) / (high - low) * (len(_STEPS) - 1))] for value in values
    )


def _plots(kpis: Sequence[KpiHistory]) -> str:
    """A small plot for each KPI, its target as a band, in one image within the text."""
    # Imported where something is drawn: it brings a JavaScript engine with it.
    import vl_convert

    points = [
        {"kpi": kpi.name, "start": str(start), "value": value}
        | {"low": kpi.target_low, "high": kpi.target_high}
        for kpi in kpis
        for start, value in zip(kpi.starts, kpi.values, strict=True)
    ]
    x = {"field": "start", "type": "temporal", "axis": {"title": None, "tickCount": 3}}
    y = {"field": "value", "type": "quantitative", "axis": {"title": None, "tickCount": 3}}
    rule = {"type": "rule", "color": "#16723f", "strokeDash": [4, 3]}
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"values": points},
        "facet": {"field": "kpi", "type": "nominal", "header": {"title": None}},
        "columns": 4,
        "resolve": {"scale": {"y": "independent", "x": "independent"}},
        "spec": {
            "width": 150,
            "height": 80,
            "layer": [
                {"mark": {"type": "line", "color": "#2467b3"}, "encoding": {"x": x, "y": y}},
                *(
                    {"mark": rule, "encoding": {"y": {"aggregate": "max", "field": edge}}}
                    for edge in ("low", "high")
                ),
            ],
        },
    }
    image = base64.b64encode(vl_convert.vegalite_to_png(spec)).decode()
    return f"![KPIs against their targets](data:image/png;base64,{image})"
