"""What job titles tell: the list of keywords, and how it is read."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable

import duckdb
import pytest

from cultivar_demo.dirt.chances.people import EMPTY_TITLES
from cultivar_demo.world.foundation.jobs import FUNCTIONS, SENIORITIES
from cultivar_demo.world.foundation.people import _titles
from dagster_project.hygiene.evidence import default_evidence
from tests.support.canonical import TITLE_KEYWORDS

Reading = tuple[str | None, str | None]
OTHER_FUNCTIONS = {"customer", "human_resources", "legal", "marketing", "product", "sales"}


def read(titles: Iterable[str]) -> dict[str, Reading]:
    """Title → seniority and function."""
    with duckdb.connect() as con:
        con.execute("create schema canonical; create schema reference")
        for entity in ("contact", "lead"):
            con.execute(f"create table canonical.{entity} (title varchar, is_excluded boolean)")
        con.execute(
            "create table reference.title_keyword as from read_csv(?, header = true, "
            "types = {'is_whole': 'boolean', 'precedence': 'integer'})",
            [str(TITLE_KEYWORDS)],
        )
        con.execute("insert into canonical.lead select unnest(?), false", [list(titles)])
        query = default_evidence()["title_reading"].query
        rows = con.execute(f"select title, seniority, job_function from ({query})").fetchall()
    return {title: (seniority, function) for title, seniority, function in rows}


def test_keywords_are_written_as_titles_are_read() -> None:
    with TITLE_KEYWORDS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        words = row["keyword"].split(" ")
        assert len(words) <= 4, row
        assert all(re.fullmatch(r"[^\W_]+", word) and word == word.lower() for word in words), row
    assert {row["value"] for row in rows if row["attribute"] == "seniority"} == set(SENIORITIES)
    functions = {row["value"] for row in rows if row["attribute"] == "job_function"}
    assert functions - {""} == set(FUNCTIONS) - {"other"} | OTHER_FUNCTIONS


def test_the_made_companys_titles_tell_what_its_people_do() -> None:
    """One notion of seniority and function; what the company calls other is told apart here."""
    titles = {
        title: key.split("/") for key, several in _titles().items() for title in several
    }  # fmt: skip
    readings = read(titles)
    for title, (function, seniority) in titles.items():
        assert title in readings, title
        told = ("other" if readings[title][1] in OTHER_FUNCTIONS else readings[title][1],)
        assert (readings[title][0], *told) == (seniority, function), title


def test_empty_titles_tell_nothing() -> None:
    assert read(EMPTY_TITLES) == {}


@pytest.mark.parametrize(
    ("title", "seniority", "function"),
    [
        # A phrase comes before a word in it, and a rank before a job.
        ("Vice President", "vp", None),
        ("Assistant Vice President, Tax", "vp", "finance"),
        ("Assistant to the CEO", "individual", "executive"),
        ("Product Owner", "individual", "product"),
        ("Owner", "c_level", "executive"),
        ("AP Lead", "manager", "finance"),
        ("Director of Engineering", "director", "it"),
        # Marks and capitals do not matter; parts of words are no words.
        ("I.T.-MANAGER", "manager", "it"),
        ("Italian Cuisine", None, None),
        ("Sales", None, "sales"),
        # Other languages, and German compounds.
        ("Geschäftsführerin", "c_level", "executive"),
        ("Einkaufsleiter", "manager", "procurement"),
        ("Softwareentwickler", "individual", "it"),
        ("Directeur Général", "c_level", "executive"),
        ("Responsable Achats", "manager", "procurement"),
        ("Jefe de Compras", "manager", "procurement"),
    ],
)
def test_titles(title: str, seniority: str | None, function: str | None) -> None:
    assert read([title]).get(title, (None, None)) == (seniority, function)
