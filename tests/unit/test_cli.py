"""The command line: what it refuses, and with what words."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from dagster_project.cli import main

COMPANY = """
name: acme
sources: [{name: crm, type: salesforce_export, path: export}]
"""


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("CULTIVAR_COMPANY", "CULTIVAR_HOME", "CULTIVAR_AS_OF", "DAGSTER_HOME"):
        monkeypatch.setenv(name, "")  # so that what the command sets is taken back
    (tmp_path / "export").mkdir()
    (tmp_path / "export/Account.csv").write_text("Id,Name\n001000000000001,Alder\n")
    path = tmp_path / "acme.yml"
    path.write_text(COMPANY)
    return path


def run(command: str, company: Path, *more: str) -> int:
    home = str(company.parent / "home")
    return main([command, "--company", str(company), "--home", home, *more])


def test_a_missing_company_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("nightly", tmp_path / "nobody.yml") == 2
    assert "there is no such company file" in capsys.readouterr().err
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("as_of", ["yesterday", "2026-02-30", "31.01.2026"])
def test_a_date_that_is_none(company: Path, capsys: pytest.CaptureFixture[str], as_of: str) -> None:
    assert run("nightly", company, "--as-of", as_of) == 2
    error = capsys.readouterr().err
    assert f"AS_OF is '{as_of}'" in error
    assert "2026-01-31" in error


def test_a_threshold_that_no_rule_has(company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    company.write_text(COMPANY + "hygiene: {thresholds: {T07.tolerated_shar: 0.1}}\n")
    assert run("nightly", company) == 2
    assert "T07.tolerated_shar" in capsys.readouterr().err


def test_a_waiver_without_a_reason(company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    company.write_text(COMPANY + "hygiene: {waivers: waivers.csv}\n")
    waivers = "rule_id,record,reason,waived_by,waived_until\nO08,1,,Ada,2026-12-31\n"
    (company.parent / "waivers.csv").write_text(waivers)
    assert run("nightly", company) == 2
    assert "waivers.csv, row 2, reason" in capsys.readouterr().err


def test_check_counts_and_loads_nothing(company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", company) == 0
    assert "crm: account: 1 rows" in capsys.readouterr().out
    assert not (company.parent / "home/warehouse.duckdb").exists()
    assert not (company.parent / "home/landing").exists()


def test_check_tells_what_is_wrong(company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (company.parent / "export/Account.csv").write_text("Id,Name\n001000000000001\n")
    assert run("check", company) == 1
    output = capsys.readouterr()
    assert "Account.csv, row 2" in output.err
    assert "not usable" in output.out


def test_a_page_before_the_first_night(company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("page", company) == 2
    assert f"make nightly COMPANY={company}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("failing", "says"),
    [
        ("cultivar", "The nightly run failed; what was published before is unchanged."),
        ("page", "The nightly run was published, and what comes after that failed."),
    ],
)
def test_a_failed_night_says_whether_it_was_published(
    company: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    failing: str,
    says: str,
) -> None:
    def step(name: str) -> dg.AssetsDefinition:
        @dg.asset(
            key=["published", name], deps=[] if name == "cultivar" else [["published", "cultivar"]]
        )
        def made() -> None:
            if name == failing:
                raise OSError("no space left on device")

        return made

    job = dg.define_asset_job("nightly", selection=dg.AssetSelection.all())
    definitions = dg.Definitions(assets=[step("cultivar"), step("page")], jobs=[job])
    monkeypatch.setattr("dagster_project.build.build_defs", lambda: definitions)
    assert run("nightly", company, "--as-of", "2026-05-31") == 1
    error = capsys.readouterr().err
    assert says in error
    assert f"published__{failing}" in error
    assert "no space left on device" in error
