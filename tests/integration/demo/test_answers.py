"""Every question that the README promises an answer to is a query that runs and finds something."""

from __future__ import annotations

import re

import duckdb
import pytest

from dagster_project.contract import PROJECT_ROOT
from tests.support.nightly import NightlyRun

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("made company")]

README = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")
TEXT = (PROJECT_ROOT / "docs/questions.sql").read_text(encoding="utf-8")


def questions() -> dict[str, str]:
    """Question → its query: each statement follows the comment that asks."""
    found = {}
    for part in TEXT.split(";"):
        asked = re.findall(r"^-- (.+\?)$", part, flags=re.MULTILINE)
        statement = re.sub(r"--[^\n]*", "", part).strip()
        if statement:
            assert asked, f"a query without a question: {statement[:60]}"
            found[asked[-1]] = statement
    return found


def test_the_readme_and_the_queries_are_the_same_questions() -> None:
    promised = README.split("### Questions it answers")[1].split("\n## ")[0]
    asked = re.findall(r"^- (.+\?)$", promised, flags=re.MULTILINE)
    assert sorted(asked) == sorted(questions())
    assert len(asked) >= 10


@pytest.mark.parametrize("question", questions())
def test_a_question_is_answered(published: NightlyRun, question: str) -> None:
    with duckdb.connect(str(published.home.published_database), read_only=True) as connection:
        rows = connection.execute(questions()[question]).fetchall()
    assert rows, "the made company has an answer to everything"
