"""What ``docs/kpis.md`` says of a KPI beside its definition, read from where each lies.

Belongs here: grain, traps and benchmark from the guide seed, examples from the dbt unit tests that
the list of proofs names, metrics from the semantic layer. Does not belong here: the page itself
(``catalogue``), which test proves what (``kpi_proofs``).
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from dagster_project.contract import DBT_PROJECT, PROJECT_ROOT, read_yaml
from dagster_project.kpi_proofs import PROOFS

GUIDE = PROJECT_ROOT / "seeds/reference/kpi_guide.csv"
_STRENGTHS = {
    "seed": "source document",
    "primary": "the publisher's own page",
    "secondary": "quoted by somebody else",
    "practitioner": "a figure without a method",
}


@cache
def guide(path: Path = GUIDE) -> dict[str, dict[str, str]]:
    """KPI → its row of the guide."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["kpi_id"]: row for row in csv.DictReader(file)}


@cache
def metric_names(folder: Path = DBT_PROJECT / "models/semantic") -> dict[tuple[str, str], str]:
    """(KPI, variant) → the metric that says it is this one."""
    return {
        (meta["kpi_id"], meta["variant"]): metric["name"]
        for path in sorted(folder.glob("*.yml"))
        for metric in read_yaml(path).get("metrics", [])
        if (meta := metric.get("config", {}).get("meta", {}))
    }


@cache
def examples() -> dict[str, list[tuple[str, str]]]:
    """KPI → (dbt unit test, the example that it computes), from the list of proofs."""
    told = {
        test["name"]: " ".join(test["description"].split())
        for path in sorted((DBT_PROJECT / "models").rglob("*.yml"))
        for test in read_yaml(path).get("unit_tests", [])
        if "description" in test
    }
    return {
        kpi_id: [(name, told[name]) for name in entry["examples"] if name in told]
        for kpi_id, entry in read_yaml(PROOFS)["kpis"].items()
    }


def about(kpi_id: str) -> dict[str, str]:
    """What to know of a KPI before its variants, by heading; what is not known is left out."""
    row = guide().get(kpi_id, {})
    strength = _STRENGTHS.get(row.get("benchmark_strength", ""), "")
    worked = " ".join(f"{text} (`{name}`)" for name, text in examples().get(kpi_id, []))
    marts = ", ".join(f"`marts.{name.strip()}`" for name in row.get("marts", "").split(",") if name)
    known = {
        "One case": row.get("grain", ""),
        "Where the cases are": marts,
        "Traps": row.get("traps", ""),
        "Worked example": worked,
        "What others reach": f"{row['benchmark']} ({strength})" if row.get("benchmark") else "",
    }
    return {name: text for name, text in known.items() if text}
