"""The pipeline against the second opinion: the same KPIs in plain Python over the same records.

The ledger knows the world and tells whether records and models together give the truth. The second
opinion reads the records that the gate admitted and tells whether the models say what the published
definitions say, segment by segment. Belongs here: the two beside each other. Does not belong here:
how it comes to its numbers (``tests.second_opinion``).
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter

import pytest

from dagster_project.contract import PROJECT_ROOT
from tests.second_opinion import Company, Opinion, form_opinion
from tests.second_opinion.compare import disagreements, is_empty, published_rows
from tests.second_opinion.results import Key, Value
from tests.support.demo import LAST_DAY
from tests.support.nightly import NightlyRun

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("made company")]

FAMILIES = ("A", "F", "M04", "M05", "M07", "M08", "M09", "P", "Q", "V")

WITHOUT_SECOND_OPINION = {
    "Q01": "the findings that it weighs are held to the labels of what is wrong in the demo",
}
"""KPI: why nobody computes all of its variants twice."""

# The second opinion computes these for the whole company; each of their segments is held to the
# demo's ledger (``test_truth``).
WHOLE_COMPANY_ONLY = {
    *(("A04", name) for name in ("engaged_people_2", "fixed_at_month_start")),
    *(("A04", f"ladder_{name}") for name in ("engaged", "opportunity", "won")),
    ("A06", "headline"),
    ("A08", "headline"),
    ("A09", "to_opportunity"),
    ("F01", "unmapped"),
    *(
        ("F02", f"{clock}_{figure}")
        for clock in (
            "business_minutes",
            "elapsed_minutes",
            "rep_clock_minutes",
            "touched_elapsed_minutes",
        )
        for figure in ("median", "p90")
    ),
    *(("F02", name) for name in ("untouched_share", "within_sla", "within_sla_business")),
    *(
        ("F03", f"throughput_ratio_{name}")
        for name in (
            "inquiry_to_marketing_qualified",
            "marketing_qualified_to_sales_accepted",
            "sales_accepted_to_opportunity",
        )
    ),
    *(("F05", f"hours_{figure}") for figure in ("median", "p90")),
    ("F07", "days_per_step_median"),
    *(("M08", name) for name in ("amount", "count", "tracking_coverage")),
    *(("P02", name) for name in ("booked", "held_rate")),
    ("P03", "count"),
    *(("P07", f"won_median_from_{name}") for name in ("acceptance", "first_touch")),
    ("V06", "transfer"),
    ("V10", "per_unit"),
}


def opinion_on(run: NightlyRun) -> Opinion:
    home = run.home
    company_file = home.root.parent / "company.yml"
    return form_opinion(Company(home.warehouse, company_file, dt.date.fromisoformat(LAST_DAY)))


@pytest.fixture(scope="module")
def opinion(published: NightlyRun) -> Opinion:
    return opinion_on(published)


@pytest.fixture(scope="module")
def told(published: NightlyRun) -> dict[Key, Value]:
    return published_rows(published.home.published_database, FAMILIES)


def registered() -> set[tuple[str, str]]:
    with (PROJECT_ROOT / "seeds/reference/kpi_definition.csv").open(encoding="utf-8") as file:
        return {
            (row["kpi_id"], row["variant"])
            for row in csv.DictReader(file)
            if row["kpi_id"].startswith(FAMILIES) and row["kpi_id"][1:].isdigit()
        }


def only_registered(opinion: Opinion) -> Opinion:
    """Without KPIs of the specification that are not published yet."""
    known = registered()
    kept = Opinion()
    kept.rows = {k: v for k, v in opinion.rows.items() if (k.kpi_id, k.variant) in known}
    return kept


def test_every_registered_kpi_has_a_second_opinion(opinion: Opinion) -> None:
    known = {(key.kpi_id, key.variant) for key in opinion.rows}
    missing = {kpi_id for kpi_id, _ in registered() - known}
    assert missing <= set(WITHOUT_SECOND_OPINION)
    assert len(known) > 90


def test_every_kpi_equals_its_second_opinion_both_ways(
    told: dict[Key, Value], opinion: Opinion
) -> None:
    """Numerator, denominator, value and, where the definition tells, number of cases."""
    found = disagreements(told, only_registered(opinion))
    assert found == [], Counter((key.kpi_id, key.variant, key.segment_type) for key, *_ in found)


def test_what_was_compared_is_not_empty(told: dict[Key, Value], opinion: Opinion) -> None:
    """Every KPI but those that stand for something this company does not have."""
    compared = {
        (key.kpi_id, key.variant)
        for key in opinion.rows.keys() & told.keys()
        if not is_empty(opinion.rows[key])
    }
    assert {(k.kpi_id, k.variant) for k in only_registered(opinion).rows} - compared == {
        ("F01", "unmapped"),
        ("V06", "transfer"),
    }


def test_every_kpi_that_is_cut_was_compared_in_a_segment_too(
    told: dict[Key, Value], opinion: Opinion
) -> None:
    def cut(keys: set[Key]) -> set[tuple[str, str]]:
        return {(key.kpi_id, key.variant) for key in keys if key.segment_type != "all"}

    known = {(key.kpi_id, key.variant) for key in opinion.rows} & registered()
    uncut = (cut(set(told)) & known) - cut(opinion.rows.keys() & told.keys())
    assert uncut == WHOLE_COMPANY_ONLY


def test_the_other_vendor_profile_equals_its_second_opinion(hubspot: NightlyRun) -> None:
    """Its own records, its own history of fields, its own keys."""
    found = disagreements(
        published_rows(hubspot.home.published_database, FAMILIES),
        only_registered(opinion_on(hubspot)),
    )
    assert found == [], Counter((key.kpi_id, key.variant, key.segment_type) for key, *_ in found)
