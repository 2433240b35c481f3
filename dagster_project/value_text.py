"""A KPI's value as text, in the terminal and in Dagster.

Belongs here: formats by unit. Does not belong here: the page's formats, which follow the reader's
own (``page/static/format.js``).
"""

from __future__ import annotations


def shown(value: float | None, unit: str) -> str:
    """``value`` as people read it; a dash where there is none."""
    if value is None:
        return "–"
    if unit in ("ratio", "share"):
        return f"{value:.2%}"
    if unit in ("days",):
        return f"{value:,.1f}"
    if float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:,.2f}"
