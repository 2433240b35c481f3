"""Which test proves what, as tables for ``docs/kpis.md``, read from ``tests/kpi_proofs.yml``.

Belongs here: turning the list of proofs into rows. Does not belong here: the list itself, and the
check that its tests exist (``tests/unit/test_kpi_proofs.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dagster_project.contract import PROJECT_ROOT, read_yaml

PROOFS = PROJECT_ROOT / "tests/kpi_proofs.yml"

Row = tuple[str, ...]


def rule_rows(path: Path = PROOFS) -> list[Row]:
    """A row a rule: what holds for every KPI, and the tests that prove it."""
    return [
        (rule_id, entry["rule"], _names(entry["proofs"]), entry.get("gap", ""))
        for rule_id, entry in read_yaml(path)["rules"].items()
    ]


def kpi_rows(kpi_ids: Sequence[str], path: Path = PROOFS) -> list[Row]:
    """A row a KPI: the demo's ledger, the second opinion, and examples worked out by hand."""
    known: dict[str, dict[str, Any]] = read_yaml(path)["kpis"]
    return [
        (
            kpi_id,
            known.get(kpi_id, {}).get("ledger", "–"),
            known.get(kpi_id, {}).get("second_opinion", "–"),
            _names(known.get(kpi_id, {}).get("examples", [])) or "–",
        )
        for kpi_id in kpi_ids
    ]


def _names(tests: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in tests)
