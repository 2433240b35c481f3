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
        (ROW.replace("merge", "join"), ["row 2, action", "'join'", "merge, never_merge, match"]),
        (
            ROW.replace("account", "deal"),
            ["row 2, kind", "'deal'", "account, person, lead_"],
        ),
        (ROW.replace("merge", "match"), ["row 2, kind", "'account'", "lead_account beside match"]),
        (ROW.replace("account", "lead_account"), ["row 2, kind", "account or person beside merge"]),
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


def test_a_lead_belongs_to_one_account(tmp_path: Path) -> None:
    rows = [
        "match,lead_account,crm,00QA,crm,001A,her company,Ada,2026-12-31",
        "match,lead_account,crm,00QA,crm,001B,her company,Bob,2026-12-31",
        "match,lead_account,crm,00QB,crm,001B,his company,Bob,2026-12-31",
    ]
    assert len(load_overrides(written(tmp_path, rows[0], rows[2]), ["crm"], DAY)) == 2
    with pytest.raises(OverrideFileError, match=r"rows 2 and 3: lead 00QA .* 001A .*Ada.* 001B"):
        load_overrides(written(tmp_path, *rows), ["crm"], DAY)


def test_what_is_kept_apart_must_not_be_one_through_other_records(tmp_path: Path) -> None:
    rows = [
        "never_merge,account,crm,001A,crm,001C,two companies,Bob,2026-12-31",
        "merge,account,crm,001X,crm,001Y,no part of it,Eve,2026-12-31",
        "merge,account,crm,001A,billing,A-7,one company,Ada,2026-12-31",
        "merge,account,crm,001C,billing,A-7,one company,Dan,2026-12-31",
    ]
    with pytest.raises(OverrideFileError) as error:
        load_overrides(written(tmp_path, *rows), ["crm", "billing"], DAY)
    told = str(error.value).splitlines()
    assert told[0].startswith("In identity.csv these rows contradict each other")
    assert told[1:4] == [
        "  row 2: never_merge account 001A (crm) and 001C (crm), decided by Bob",
        "  row 4: merge account 001A (crm) and A-7 (billing), decided by Ada",
        "  row 5: merge account 001C (crm) and A-7 (billing), decided by Dan",
    ]
    # The last day of one of them is over, and so is the contradiction.
    past = [*rows[:3], rows[3].replace("2026-12-31", "2026-06-01")]
    assert len(load_overrides(written(tmp_path, *past), ["crm", "billing"], DAY)) == 3
    # A contact and an account of one id are two records.
    other_kind = [*rows[:3], rows[3].replace("account", "person")]
    assert len(load_overrides(written(tmp_path, *other_kind), ["crm", "billing"], DAY)) == 4
