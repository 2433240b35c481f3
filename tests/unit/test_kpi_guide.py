"""Guide, metrics and registry fit together: no KPI without either a metric or a reason for none.

Belongs here: that what is said of a KPI names things that exist. Does not belong here: values.
"""

from __future__ import annotations

import csv

import pytest

from dagster_project import kpi_guide
from dagster_project.contract import DBT_PROJECT, PROJECT_ROOT

MARTS = {path.stem for path in (DBT_PROJECT / "models/marts").rglob("*.sql")}

_SETTING = "takes a setting of the company, which a metric cannot read"
_NESTED = "is a figure of figures: a metric aggregates rows once"
_LISTED = "its cases lie in no mart of their own"
NOT_A_METRIC = {
    "A04": "a company is engaged by its people of 90 days: each day is a window of its own",
    "A05": _NESTED,
    "A06": "two counts that share no row: companies and representatives",
    "A08": "pairs touches of two kinds within days",
    "F03": "the cohort is of leads, the mart of their events",
    "F06": _SETTING,
    "F07 progressed": "counts people over two marts, acts and changes, once",
    "F08": "takes the stage of that day from the contact's history",
    "M01": _SETTING,
    "M03": _SETTING,
    "M04": _SETTING,
    "M05": _SETTING,
    "M08": _LISTED,
    "P03 count": _LISTED,
    "P03 qualification_completeness": _SETTING,
    "P04": "a share within the period: a metric has no total beside its parts",
    "P05": "a quota of several months is spread over its days",
    "P06 empirical_probability": "weighs each day by what had closed by then",
    "P07 open_age_median": "a median of a state: semi-additive measures can only be summed",
    "P07 won_median_from_acceptance": _LISTED,
    "P07 won_median_from_first_touch": _LISTED,
    "P07 won_median_without_closed_gaps": _LISTED,
    "P08 from_qualified": _LISTED,
    "P08 from_stage": "a deal counts in every stage that it reached",
    "P09": _NESTED,
    "P10": _NESTED,
    "P11": _NESTED,
    "Q01": "the scores of records lie in schema hygiene, and metrics read marts",
    "Q02": _LISTED,
    "Q03": "adds up records of two marts, accounts and people",
    "Q04": "a median of a state: semi-additive measures can only be summed",
    "R01": "a quota is prorated by active days",
    "R02": "a quota is prorated by active days",
    "R03": _NESTED,
    "R04": "a median in which those who never got there rank last",
    "R05": "joins the market list to the CRM by domain",
    "R07": "divides by working days, which lie in no mart",
    "V01 headline_by_product": "the monthly mart is by customer",
    "V02 contracted": "what is signed and has not begun lies in no mart",
    "V06 opening": "the closing of the period before",
    "V10 per_unit": _LISTED,
    "V11": _NESTED,
    "V12": _NESTED,
    "V13": "costs lag by the median cycle of the time",
    "V14": _NESTED,
    "V15": _NESTED,
    "V16": "costs lag by the median cycle of the time",
    "V19": _SETTING,
    "opportunities_open_amount closing_in_period": "the run's day by another date than its own",
    "opportunities_open_count closing_in_period": "the run's day by another date than its own",
    "pipeline_open_amount closing_in_period": "the run's day by another date than its own",
    "pipeline_open_count closing_in_period": "the run's day by another date than its own",
}
"""KPI, or KPI and variant → why MetricFlow does not express it over the published marts."""


def registered() -> list[tuple[str, str]]:
    with (PROJECT_ROOT / "seeds/reference/kpi_definition.csv").open(encoding="utf-8") as file:
        return [(row["kpi_id"], row["variant"]) for row in csv.DictReader(file)]


def test_every_variant_has_a_metric_or_a_reason_for_none() -> None:
    metrics = kpi_guide.metric_names()
    without = {pair for pair in registered() if pair not in metrics}
    unexplained = {
        (kpi_id, variant)
        for kpi_id, variant in without
        if kpi_id not in NOT_A_METRIC and f"{kpi_id} {variant}" not in NOT_A_METRIC
    }
    assert unexplained == set()
    explained = {kpi_id for kpi_id, _ in without} | {" ".join(pair) for pair in without}
    assert set(NOT_A_METRIC) - explained == set()


def test_every_metric_is_a_registered_kpi() -> None:
    assert set(kpi_guide.metric_names()) - set(registered()) == set()


def test_every_kpi_of_the_guided_groups_has_a_guide() -> None:
    guided = {kpi_id for kpi_id, _ in registered() if kpi_id[0] in "AFMPV" and kpi_id[1:].isdigit()}
    assert set(kpi_guide.guide()) == guided
    assert len(guided) == 55


@pytest.mark.parametrize("kpi_id", sorted(kpi_guide.guide()))
def test_what_is_said_of_a_kpi_exists(kpi_id: str) -> None:
    about = kpi_guide.about(kpi_id)
    assert {"One case", "Where the cases are", "Traps", "Worked example"} <= set(about)
    named = {name.strip() for name in kpi_guide.guide()[kpi_id]["marts"].split(",")}
    assert named <= MARTS
