"""What people decide about two records, as they write it into a file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from dagster_project.identity.overrides import COLUMNS, OverrideFileError, load_overrides

DAY = dt.date(2026, 6, 30)
ROW = "merge,account,crm,001A,billing,A-7,one company,Ada,2026-12-31"


def written(folder: Path, *rows: str) -> Path:
    path = folder / "identity.csv"
    path.write_text("\n".join([",".join(COLUMNS), *rows]) + "\n")
    return path


def test_decisions_hold_until_their_last_day(tmp_path: Path) -> None:
    path = written(tmp_path, ROW, ROW.replace("001A", "001B").replace("2026-12-31", "2026-06-29"))
    (override,) = load_overrides(path, ["crm", "billing"], DAY)
    assert (override.action, override.record_l, override.record_r) == ("merge", "001A", "A-7")
    assert override.decided_until == dt.date(2026, 12, 31)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (ROW.replace("merge", "join"), ["row 2, action", "'join'", "merge, never_merge"]),
        (ROW.replace("account", "deal"), ["row 2, kind", "'deal'", "account, person"]),
        (ROW.replace("billing", "erp"), ["row 2, source_r", "'erp'", "crm, billing"]),
        (ROW.replace("one company", ""), ["row 2, reason", "nothing", "take the row out"]),
        (ROW.replace("2026-12-31", "soon"), ["row 2, decided_until", "'soon'", "2026-12-31"]),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, row: str, told: list[str]) -> None:
    with pytest.raises(OverrideFileError) as error:
        load_overrides(written(tmp_path, row), ["crm", "billing"], DAY)
    assert [words for words in ("identity.csv", *told) if words not in str(error.value)] == []


def test_two_decisions_about_one_pair_must_agree(tmp_path: Path) -> None:
    turned = "never_merge,account,billing,A-7,crm,001A,two companies,Bob,2026-12-31"
    with pytest.raises(OverrideFileError, match="both merge \\(Ada\\) and never_merge \\(Bob\\)"):
        load_overrides(written(tmp_path, ROW, turned), ["crm", "billing"], DAY)
