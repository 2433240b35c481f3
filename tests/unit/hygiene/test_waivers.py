"""The file of waivers: what is read from it, and how mistakes are told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dagster_project.hygiene.rules import default_rules
from dagster_project.hygiene.waivers import Waiver, WaiverFileError, load_waivers

HEADER = "rule_id,record,reason,waived_by,waived_until,entity,source_name\n"


def load(folder: Path, text: str) -> tuple[Waiver, ...]:
    path = folder / "acme_waivers.csv"
    path.write_text(text, encoding="utf-8")
    return load_waivers(path, default_rules())


def test_waivers_are_read_with_and_without_the_optional_columns(tmp_path: Path) -> None:
    until = date(2026, 12, 31)
    assert load(tmp_path, HEADER + 'O08,006*,"Frozen, by law",Ada,2026-12-31,,crm\n') == (
        Waiver("O08", None, "crm", "006*", "Frozen, by law", "Ada", until),
    )
    short = "record,rule_id,waived_until,waived_by,reason\n A1 ,A02,2026-12-31,Ada,No website\n"
    assert load(tmp_path, "\ufeff" + short) == (
        Waiver("A02", None, None, "A1", "No website", "Ada", until),
    )
    assert load(tmp_path, HEADER) == ()


@pytest.mark.parametrize(
    ("row", "column", "found", "allowed"),
    [
        ("O08,1,,Ada,2026-12-31,,", "reason", "nothing", "in words"),
        ("O08,1,  ,Ada,2026-12-31,,", "reason", "nothing", "in words"),
        ("O08,1,Law,Ada,,,", "waived_until", "nothing", "2026-12-31"),
        ("O08,1,Law,Ada,31.12.2026,,", "waived_until", "'31.12.2026'", "2026-12-31"),
        ("O08,1,Law,Ada,2026-02-30,,", "waived_until", "'2026-02-30'", "2026-12-31"),
        ("O08,1,Law,Ada,20261231,,", "waived_until", "'20261231'", "2026-12-31"),
        ("O08,1,Law,,2026-12-31,,", "waived_by", "nothing", "who accepts it"),
        ("O08,,Law,Ada,2026-12-31,,", "record", "nothing", "pattern"),
        ("o8,1,Law,Ada,2026-12-31,,", "rule_id", "'o8'", "O07, O08"),
        (",1,Law,Ada,2026-12-31,,", "rule_id", "nothing", "O07, O08"),
        ("T05,1,Law,Ada,2026-12-31,,", "rule_id", "'T05', a rule that stops", "O07, O08"),
        ("O08,1,Law,Ada,2026-12-31,lead,", "entity", "'lead'", "opportunity"),
        ("O08,1,Law, with comma,Ada,2026-12-31,,,", "the row", "more cells", "one cell"),
    ],
)
def test_a_mistake_is_told_with_row_and_column(
    tmp_path: Path, row: str, column: str, found: str, allowed: str
) -> None:
    with pytest.raises(WaiverFileError) as caught:
        load(tmp_path, HEADER + "O08,1,Law,Ada,2026-12-31,,\n" + row + "\n")
    told = str(caught.value)
    assert f"acme_waivers.csv, row 3, {column}\n  found:      {found}" in told
    line = told.partition(f"row 3, {column}\n")[2].splitlines()[1]
    assert line.startswith("  allowed:    ")
    assert allowed in line
    assert "  what to do: " in told


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    rows = "O08,1,Law,Ada,2026-12-31,,\nO08,1,Law,Ada,2026-12-31,,\nXX,2,,Ada,2026-12-31,,\n"
    with pytest.raises(WaiverFileError, match="has 3 mistakes") as caught:
        load(tmp_path, HEADER + rows)
    told = str(caught.value)
    assert "row 3, the row\n  found:      what row 2 says" in told
    assert "row 4, rule_id" in told
    assert "row 4, reason" in told


def test_a_missing_file_or_column_is_told(tmp_path: Path) -> None:
    with pytest.raises(WaiverFileError, match=r"nowhere\.csv: there is no such file of waivers"):
        load_waivers(tmp_path / "nowhere.csv", default_rules())
    with pytest.raises(WaiverFileError, match=r"row 1, the header\n  found:      rule_id, record"):
        load(tmp_path, "rule_id,record\n")
    with pytest.raises(WaiverFileError, match=r"row 1, the header\n  found: .*, note"):
        load(tmp_path, HEADER.strip() + ",note\n")
    with pytest.raises(WaiverFileError, match=r"row 1, the header\n(.*\n){2}.*each once"):
        load(tmp_path, HEADER.strip() + ",reason\n")
    with pytest.raises(WaiverFileError, match=r"row 1, the header\n(.*\n){2}.*commas between"):
        load(tmp_path, HEADER.replace(",", ";"))


def test_a_file_that_a_spreadsheet_saved_in_another_encoding_is_told(tmp_path: Path) -> None:
    path = tmp_path / "acme_waivers.csv"
    row = "O08,1,Für später,Ada,2026-12-31,,\n"
    path.write_bytes((HEADER + "O08,2,Law,Ada,2026-12-31,,\n" + row).encode("latin-1"))
    with pytest.raises(WaiverFileError, match=r"acme_waivers\.csv, row 3, the row\n.*not UTF-8"):
        load_waivers(path, default_rules())
