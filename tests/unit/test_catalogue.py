"""The committed catalogues say what the code does."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from dagster_project import catalogue
from dagster_project.contract import PROJECT_ROOT
from dagster_project.hygiene.rules import default_rules, load_rules
from dagster_project.markdown import anchor
from dagster_project.sources.files import known_columns


def test_the_committed_catalogues_are_not_stale() -> None:
    stale = catalogue.stale_pages()
    assert not stale, f"run: make catalogue (stale: {stale})"


def test_every_rule_and_threshold_is_in_the_catalogue() -> None:
    page = catalogue.hygiene_catalogue()
    for rule in default_rules():
        assert f"## {rule.id} {rule.title}" in page
        assert rule.why in page
        for name in rule.parameters:
            assert f"`{rule.id}.{name}`" in page


def test_the_rule_that_is_shown_as_an_example_is_one(tmp_path: Path) -> None:
    page = catalogue.hygiene_catalogue()
    example = textwrap.dedent(page.partition("- id: A90")[2].partition("```")[0])
    (tmp_path / "account.yml").write_text(
        "entities: [account]\nrules:\n  - id: A90\n" + textwrap.indent(example.lstrip("\n"), "    ")
    )
    (rule,) = load_rules(tmp_path)
    assert (rule.id, rule.entity, rule.severity) == ("A90", "account", "warn")


def test_a_personal_column_is_marked() -> None:
    page = catalogue.marts_catalogue()
    person = page.partition("### dim_person\n")[2].partition("\n### ")[0]
    (email,) = [line for line in person.splitlines() if line.startswith("| `email` ")]
    assert "| personal |" in email


def test_every_column_that_a_mapping_may_fill_is_in_the_catalogue() -> None:
    page = catalogue.canonical_catalogue()
    for entity, columns in known_columns().items():
        table = page.partition(f"## {entity}\n")[2].partition("\n## ")[0]
        named = [line.split("`")[1] for line in table.splitlines() if line.startswith("| `")]
        assert sorted(named) == sorted(columns)


def test_stale_and_missing_pages_are_found_and_written(tmp_path: Path) -> None:
    assert catalogue.write_pages(tmp_path) == list(catalogue.PAGES)
    assert catalogue.stale_pages(tmp_path) == []
    (tmp_path / "kpis.md").write_text("another")
    (tmp_path / "marts.md").unlink()
    assert catalogue.stale_pages(tmp_path) == ["kpis.md", "marts.md"]
    assert catalogue.write_pages(tmp_path) == ["kpis.md", "marts.md"]


@pytest.mark.parametrize("name", ["kpis.md", "hygiene.md"])
def test_links_inside_a_page_lead_somewhere(name: str) -> None:
    page = catalogue.PAGES[name]()
    headings = {
        anchor(line.lstrip("#").strip()) for line in page.splitlines() if line.startswith("##")
    }
    links = {part.partition(")")[0] for part in page.split("](#")[1:]}
    assert links
    assert links <= headings


@pytest.mark.parametrize("heavy", ["dagster", "great_expectations"])
def test_the_catalogue_needs_nothing_heavy(heavy: str) -> None:
    code = f"import dagster_project.catalogue, sys; sys.exit('{heavy}' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=PROJECT_ROOT, check=True)
