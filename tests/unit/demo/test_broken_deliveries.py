"""Deliveries that are broken on request: each in the one way that its rule is about."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

from cultivar_demo.dirt.deliveries import DEFECTS, break_delivery

DAY = dt.date(2026, 9, 30)
ROWS = 240


def delivered(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"salesforce/{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def extracts(tmp_path: Path) -> Path:
    """Objects of 240 rows each, changed every other day, the last on the last day."""
    (tmp_path / "salesforce").mkdir()
    for name in ("Account", "Contact", "Lead", "Opportunity", "Task"):
        with (tmp_path / f"salesforce/{name}.csv").open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(("Id", "LastName", "StageName", "SystemModstamp"))
            for row in range(ROWS):
                changed = DAY - dt.timedelta(days=2 * row)
                out.writerow((f"{name}{row}", "Miller", "Scope", f"{changed}T12:00:00.000Z"))
    return tmp_path


@pytest.mark.parametrize("rule", sorted(DEFECTS))
def test_one_file_is_broken(extracts: Path, rule: str) -> None:
    before = {path.name: path.read_bytes() for path in (extracts / "salesforce").iterdir()}
    done = break_delivery(extracts, rule, DAY)
    after = {path.name: path.read_bytes() for path in (extracts / "salesforce").iterdir()}
    assert done.rule == rule
    assert [name for name in sorted(after) if after[name] != before[name]] == [Path(done.file).name]


def test_t01_misses_a_column(extracts: Path) -> None:
    break_delivery(extracts, "T01", DAY)
    rows = delivered(extracts, "Opportunity")
    assert len(rows) == ROWS
    assert list(rows[0]) == ["Id", "LastName", "SystemModstamp"]


def test_t02_is_empty(extracts: Path) -> None:
    break_delivery(extracts, "T02", DAY)
    assert (extracts / "salesforce/Lead.csv").read_text(encoding="utf-8").startswith("Id,")
    assert delivered(extracts, "Lead") == []


def test_t03_has_half_of_the_rows(extracts: Path) -> None:
    break_delivery(extracts, "T03", DAY)
    rows = delivered(extracts, "Opportunity")
    assert [row["Id"] for row in rows[:2]] == ["Opportunity1", "Opportunity3"]
    assert len(rows) == ROWS / 2


def test_t04_has_nothing_new(extracts: Path) -> None:
    break_delivery(extracts, "T04", DAY)
    latest = max(row["SystemModstamp"] for row in delivered(extracts, "Account"))
    # 30 days before the last day begin on 31 August; every other day was one of change.
    assert latest == "2026-08-29T12:00:00.000Z"


def test_t05_has_a_record_twice(extracts: Path) -> None:
    break_delivery(extracts, "T05", DAY)
    ids = [row["Id"] for row in delivered(extracts, "Contact")]
    assert len(ids) == ROWS + 1
    assert len(set(ids)) == ROWS


def test_t06_has_stamps_in_the_future(extracts: Path) -> None:
    break_delivery(extracts, "T06", DAY)
    later = [row for row in delivered(extracts, "Lead") if row["SystemModstamp"] > "2026-10-02"]
    assert len(later) == ROWS / 10


def test_t07_misses_last_names(extracts: Path) -> None:
    break_delivery(extracts, "T07", DAY)
    nameless = [row for row in delivered(extracts, "Contact") if not row["LastName"]]
    assert len(nameless) == ROWS / 10


def test_t08_misses_the_last_hundred(extracts: Path) -> None:
    break_delivery(extracts, "T08", DAY)
    assert [row["Id"] for row in delivered(extracts, "Task")] == [
        f"Task{row}" for row in range(140)
    ]


def test_what_cannot_be_broken_is_refused(extracts: Path) -> None:
    with pytest.raises(ValueError, match="no defect 'T09'"):
        break_delivery(extracts, "T09", DAY)
    (extracts / "salesforce/Task.csv").unlink()
    with pytest.raises(ValueError, match="this delivery does not have"):
        break_delivery(extracts, "T08", DAY)
