"""The second opinion beside ``fct_kpi``: what one says and the other does not, both ways.

Belongs here: reading the fact, the tolerance, which rows are empty. Does not belong here: KPIs.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from tests.second_opinion.results import Key, Opinion, Value

RELATIVE = 1e-9
DECIMALS = 2e-4
"""The fact keeps four decimals of numerators and denominators, and adds such up over segments."""


def published_rows(database: Path, families: Iterable[str] = "AFPV") -> dict[Key, Value]:
    """Rows of the fact; segments of one name add up to one in no family that has them."""
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            """
            select kpi_id, variant, period_grain,
                case when period_grain <> 'all_time' then period_start end,
                segment_type, segment, numerator, denominator, value, n
            from marts.fct_kpi
            where regexp_matches(kpi_id, ?)
            """,
            [f"^({'|'.join(families)})[0-9]*$"],
        ).fetchall()
    return {
        Key(*row[:6]): Value(*(None if cell is None else float(cell) for cell in row[6:]))
        for row in rows
    }


def is_empty(value: Value) -> bool:
    """A period in which nothing happened, or one side of a comparison: a row or none."""
    return not (value.numerator or value.value) and (
        not value.denominator or (value.numerator is None and value.n is None)
    )


def agree(published: Value, own: Value) -> bool:
    return (
        _close(published.value, own.value, 0)
        and _close(published.numerator, own.numerator, DECIMALS)
        # Over nothing and over zero are the same: no value (G1).
        and _close(published.denominator or None, own.denominator or None, DECIMALS)
        and (own.n is None or _close(published.n, own.n, 0))
    )


def _close(one: float | None, other: float | None, absolute: float) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= max(absolute, RELATIVE * max(abs(one), abs(other)), 1e-12)


def disagreements(
    published: dict[Key, Value], opinion: Opinion
) -> list[tuple[Key, Value | None, Value | None]]:
    """Rows on which the two do not agree: of the whole company, and of the dimensions that both
    cut by.
    """

    def cuts(keys: Iterable[Key]) -> set[tuple[str, str, str]]:
        return {(key.kpi_id, key.variant, key.segment_type) for key in keys}

    wholes = {cut for cut in cuts(opinion.rows) if cut[2] == "all"}
    looked_at = wholes | (cuts(opinion.rows) & cuts(published))
    found = []
    for key in sorted(published.keys() | opinion.rows.keys(), key=str):
        if (key.kpi_id, key.variant, key.segment_type) not in looked_at:
            continue
        told, own = published.get(key), opinion.rows.get(key)
        if told is None or own is None:
            if not is_empty(told or own):  # type: ignore[arg-type]
                found.append((key, told, own))
        elif not agree(told, own):
            found.append((key, told, own))
    return found
