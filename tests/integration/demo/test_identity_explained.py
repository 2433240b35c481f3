"""Who is who at the made company, as published: the query of docs/identity.md explains every link.

Belongs here: what readers of the published file see. Does not belong here: whether it is right
(``tests/integration/identity/test_quality.py``).
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from dagster_project.contract import PROJECT_ROOT
from tests.support.nightly import NightlyRun

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("made company")]

#: Weights are rounded to two decimals, and there are four comparisons.
ROUNDING = 4 * 0.005 + 1e-9


def documented_query() -> str:
    page = (PROJECT_ROOT / "docs/identity.md").read_text(encoding="utf-8")
    (query,) = re.findall(r"```sql\n(.*?)```", page, flags=re.DOTALL)
    return str(query)


@pytest.fixture(scope="module")
def explained(published: NightlyRun) -> list[dict[str, Any]]:
    columns = [row[0] for row in published.published(f"describe {documented_query()}")]
    return [dict(zip(columns, row, strict=True)) for row in published.published(documented_query())]


def test_every_record_that_is_not_itself_is_in_it(
    explained: list[dict[str, Any]], published: NightlyRun
) -> None:
    ((expected,),) = published.published(
        "select (select count(*) from marts.xref_account where method <> 'itself') "
        "+ (select count(*) from marts.xref_person where method <> 'itself')"
    )
    assert len(explained) == expected
    assert {"conversion", "match", "merge"} <= {row["method"] for row in explained}


def test_every_record_is_linked_with_another_one_of_the_same_survivor(
    explained: list[dict[str, Any]],
) -> None:
    assert not [
        row
        for row in explained
        if row["linked_source_record_id"] is None or row["linked_survivor_id"] != row["survivor_id"]
    ]


def test_the_weights_of_a_match_add_up(explained: list[dict[str, Any]]) -> None:
    matches = [row for row in explained if row["method"] == "match"]
    assert matches
    assert not [row for row in matches if not row["why"]]
    assert not [
        row for row in matches if abs(row["sum_of_weights"] - row["match_weight"]) > ROUNDING
    ]


def test_a_mart_of_survivors_is_what_the_cross_references_say(published: NightlyRun) -> None:
    assert published.published(
        "select (select count(distinct survivor_account_id) from marts.xref_account "
        "where is_admitted) = (select count(*) from marts.dim_account), "
        "(select count(*) from marts.xref_person as person "
        "anti join marts.dim_person using (person_id) where is_admitted)"
    ) == [(True, 0)]
