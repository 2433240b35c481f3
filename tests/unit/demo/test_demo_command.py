"""The command ``cultivar-demo``: options, folders that are ours, and nothing half done.

Belongs here: the command over an almost empty company. Does not belong here: what a company's
files hold (``test_salesforce_writer`` and the others).
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cultivar_demo import cli, write
from cultivar_demo.folder import MARKER, FolderError, made_from, replacing
from cultivar_demo.settings import Settings
from cultivar_demo.world.world import World
from tests.support.made_company import hand_made_world

SMALL = ("--accounts", "50", "--months", "3", "--events-per-day", "0")
"""Knobs with nights 1 (2026-07-01) to 92 (2026-09-30)."""


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Settings]:
    """Companies that the command built, each of one account; the working folder is empty."""
    built: list[Settings] = []

    def make_world(settings: Settings, *, has_dirt: bool, progress: Callable[[str], None]) -> World:
        built.append(settings)
        stamp = dt.datetime(2026, 7, 2, 12)
        name = f"seed {settings.seed}"
        return hand_made_world(
            settings,
            {
                "account": [{"account_id": 1, "account_name": name, "entered_crm_at": stamp}],
                "account_version": [
                    {"account_id": 1, "version_at": stamp, "account_name": name},
                    {
                        "account_id": 1,
                        "version_at": stamp + dt.timedelta(days=2),
                        "account_name": f"{name}, renamed",
                    },
                ],
            },
        )

    monkeypatch.setattr(cli, "make_world", make_world)
    monkeypatch.setattr(cli, "write_truth", lambda world, folder, progress: None)
    monkeypatch.setitem(write.VENDORS, "salesforce", ("salesforce", "reference"))
    monkeypatch.setitem(write.VENDORS, "hubspot", ("reference",))
    monkeypatch.chdir(tmp_path)
    return built


def accounts(folder: str) -> list[str]:
    """Names of the accounts that were delivered into a folder."""
    with (Path(folder) / "salesforce/Account.csv").open(newline="") as lines:
        return [row["Name"] for row in csv.DictReader(lines)]


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder`` and its bytes."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_everything_lands_in_the_default_folders(
    built: list[Settings], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(SMALL) == 0
    assert accounts("data/extracts/demo") == ["seed 1, renamed"]
    assert (tmp_path / "data/truth/demo" / MARKER).is_file()
    said = capsys.readouterr()
    assert "companies in the CRM" in said.out
    assert "reference" in said.err
    names = sorted(path.name for path in (tmp_path / "data/extracts").iterdir())
    assert names == ["demo"], "nothing is left beside the folder"


def test_the_same_company_is_made_once(built: list[Settings], tmp_path: Path) -> None:
    assert cli.main((*SMALL, "--quiet")) == 0
    before = snapshot(tmp_path)
    assert cli.main((*SMALL, "--quiet")) == 0
    assert len(built) == 1
    assert snapshot(tmp_path) == before
    assert cli.main((*SMALL, "--quiet", "--force")) == 0
    assert len(built) == 2
    assert snapshot(tmp_path) == before


def test_without_knobs_the_company_that_is_there_stays(built: list[Settings]) -> None:
    assert cli.main((*SMALL, "--seed", "7", "--quiet")) == 0
    assert cli.main(("--vendors", "salesforce")) == 0
    assert [settings.seed for settings in built] == [7]


@pytest.mark.parametrize(
    ("knobs", "named"),
    [
        (("--seed", "0"), "seed 1 instead of 0"),
        (("--accounts", "60"), "accounts 50 instead of 60"),
        (("--day", "3"), "night 92 (all up to then) instead of night 3"),
        (("--no-dirt",), "dirt yes instead of no"),
    ],
)
def test_another_company_is_not_written_over(
    built: list[Settings],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    knobs: tuple[str, ...],
    named: str,
) -> None:
    assert cli.main((*SMALL, "--quiet")) == 0
    before = snapshot(tmp_path)
    assert cli.main((*SMALL, *knobs)) == 1
    said = capsys.readouterr().err
    assert named in said
    assert "--force" in said
    assert snapshot(tmp_path) == before
    assert len(built) == 1


def test_another_crm_is_another_company(built: list[Settings]) -> None:
    assert cli.main((*SMALL, "--quiet")) == 0
    assert cli.main(("--vendors", "hubspot")) == 1


def test_other_code_makes_the_same_knobs_anew(
    built: list[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli.main((*SMALL, "--quiet")) == 0
    monkeypatch.setattr(cli, "source_fingerprint", lambda: "another")
    assert cli.main(("--quiet",)) == 0
    assert [settings.accounts for settings in built] == [50, 50]


def test_a_folder_that_is_not_ours_stays(
    built: list[Settings], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("dear")
    assert cli.main((*SMALL, "--out", "mine", "--force")) == 1
    assert "was not made by this command" in capsys.readouterr().err
    assert cli.main((*SMALL, "--out", "new", "--truth", "mine", "--force")) == 1
    assert snapshot(mine) == {"letter.txt": b"dear"}
    assert built == []


def test_a_stopped_run_leaves_what_was_there(
    built: list[Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli.main((*SMALL, "--quiet")) == 0
    before = snapshot(tmp_path)

    def stop(world: World, crm: str, nights: Any, out: Path, *others: Any) -> None:
        (out / "half.csv").write_text("half")
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "write_nights", stop)
    assert cli.main((*SMALL, "--quiet", "--force")) == 130
    assert snapshot(tmp_path) == before


def test_what_a_killed_run_left_is_put_right(tmp_path: Path) -> None:
    # No process has this number: Linux has at most 4,194,304.
    moved_away = tmp_path / ".demo.old-99999999"
    moved_away.mkdir()
    (moved_away / MARKER).write_text('{"seed": 1}')
    (tmp_path / ".demo.making-99999999").mkdir()
    folder = tmp_path / "demo"
    with pytest.raises(RuntimeError), replacing(folder, {"seed": 2}):
        raise RuntimeError
    assert made_from(folder) == {"seed": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_a_damaged_marker_is_not_guessed(tmp_path: Path) -> None:
    (tmp_path / MARKER).write_text("{")
    with pytest.raises(FolderError, match="is damaged"):
        made_from(tmp_path)


def test_one_night_brings_what_came_that_night(built: list[Settings]) -> None:
    # Night 2 is the evening of 2 July; the account was renamed on 4 July.
    for night, expected in ((1, []), (2, ["seed 1"]), (3, []), (4, ["seed 1, renamed"])):
        assert cli.main((*SMALL, "--day", str(night), "--out", f"night{night}", "--quiet")) == 0
        assert accounts(f"night{night}") == expected
    assert cli.main((*SMALL, "--day", "3", "--full", "--out", "full", "--quiet")) == 0
    assert accounts("full") == ["seed 1"]


def test_many_nights_build_one_world(built: list[Settings], tmp_path: Path) -> None:
    assert cli.main((*SMALL, "--days", "1-4", "--out", "nights", "--quiet")) == 0
    assert len(built) == 1
    assert [accounts(f"nights/night-{night:04d}") for night in (1, 2, 3, 4)] == [
        [],
        ["seed 1"],
        [],
        ["seed 1, renamed"],
    ]
    assert cli.main((*SMALL, "--days", "3-4", "--full", "--out", "later", "--quiet")) == 0
    assert accounts("later/night-0003") == ["seed 1"]
    marker = json.loads((tmp_path / "later" / MARKER).read_text())
    assert marker["nights"] == {"first": 3, "last": 4, "is_full": True, "in_folders": True}


@pytest.mark.parametrize(
    ("options", "taught"),
    [
        (("--accounts", "49"), "accounts is 49; allowed are 50 to 2,000,000"),
        (("--months", "61"), "months is 61; allowed are 3 to 60"),
        (("--events-per-day", "-1"), "allowed are 0 to 10,000,000"),
        (("--months", "3", "--day", "93"), "nights 1 (2026-07-01) to 92 (2026-09-30)"),
        (("--months", "3", "--day", "0"), "night 0 does not exist"),
        (("--full",), "--full goes with --day or --days"),
        (("--out", "a", "--truth", "a/b"), "where a pipeline may read it"),
        (("--out", "a/b", "--truth", "a"), "which is replaced as a whole"),
    ],
)
def test_wrong_options_say_what_is_right(
    built: list[Settings], capsys: pytest.CaptureFixture[str], options: tuple[str, ...], taught: str
) -> None:
    assert cli.main(options) == 2
    assert taught in capsys.readouterr().err
    assert built == []


def test_a_delivery_can_be_broken_as_a_whole(built: list[Settings]) -> None:
    assert cli.main((*SMALL, "--days", "3-4", "--full", "--defect", "T04", "--quiet")) == 0
    assert accounts("data/extracts/demo/night-0003") == ["seed 1"]
    # T04: nothing newer than a month; the only account was renamed on that day.
    assert accounts("data/extracts/demo/night-0004") == []
    assert cli.main((*SMALL, "--vendors", "hubspot", "--out", "other", "--defect", "T04")) == 2


@pytest.mark.parametrize("options", [("--days", "9-3"), ("--days", "9"), ("--vendors", "excel")])
def test_what_cannot_be_read_is_refused(options: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(options)
    assert stopped.value.code == 2
