"""What is asked of every company made of other people's data.

Belongs here: whether each row of its files is accounted for, and which rules found how much. Does
not belong here: the figures of one company (``tests/real_data``).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from tests.support.nightly import NightlyRun


def relation(path: Path) -> str:
    """SQL that reads a file as it is, all text where it is CSV."""
    if path.suffix == ".parquet":
        return f"read_parquet('{path}')"
    return f"read_csv('{path}', all_varchar = true, header = true)"


def assert_every_row_is_accounted_for(night: NightlyRun, files: Mapping[str, Path]) -> None:
    """As many rows came in as the files have, and in = marts + quarantined + excluded.

    Args:
        night: the finished run.
        files: every entity that the company delivers, with the file whose rows are its records.
    """
    rows = {
        entity: duckdb.execute(f"select count(*) from {relation(path)}").fetchall()[0][0]
        for entity, path in files.items()
    }
    balance = night.published(
        "select entity, rows_in, rows_out + rows_quarantined + rows_excluded "
        "from marts.fct_row_balance where rows_in > 0 or rows_out > 0 order by entity"
    )
    assert balance == [(entity, count, count) for entity, count in sorted(rows.items())]


def findings(night: NightlyRun, rule_id: str) -> dict[tuple[str, str], int]:
    """What a rule found in this run: (entity, field) → how often."""
    return {
        (entity, field): count
        for entity, field, count in night.published(
            "select entity, field, count(*) from hygiene.violation "
            f"where rule_id = '{rule_id}' group by entity, field"
        )
    }


def rules_broken(night: NightlyRun) -> set[str]:
    """The rules that found anything: ``account.A05``."""
    return {
        name
        for (name,) in night.published(
            "select distinct concat(entity, '.', rule_id) from hygiene.violation"
        )
    }
