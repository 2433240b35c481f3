"""All KPIs of the second opinion for one company and night.

Belongs here: the list of modules. Does not belong here: KPIs.
"""

from __future__ import annotations

from tests.second_opinion import (
    attribution,
    awareness,
    committees,
    costs,
    coverage,
    customers,
    duplicates,
    engagement,
    enrichment,
    forecast,
    funnel,
    hand_offs,
    leads,
    movements,
    outcomes,
    pipeline,
    prospecting,
    qualification,
    readiness,
    renewals,
    response,
    retention,
    revenue,
    sequences,
    spray,
    surveys,
    targets,
)
from tests.second_opinion.company import Company
from tests.second_opinion.periods import Calendar
from tests.second_opinion.results import Opinion

MODULES = (
    leads,
    funnel,
    response,
    awareness,
    engagement,
    committees,
    qualification,
    hand_offs,
    prospecting,
    readiness,
    duplicates,
    enrichment,
    spray,
    sequences,
    attribution,
    pipeline,
    coverage,
    outcomes,
    forecast,
    revenue,
    movements,
    retention,
    customers,
    costs,
    renewals,
    surveys,
    targets,
)


def form_opinion(company: Company) -> Opinion:
    """Every row that the second opinion has a view on."""
    opinion = Opinion()
    calendar = Calendar(company.setting("fiscal_year_start_month"), company.as_of)
    for module in MODULES:
        module.give(company, calendar, opinion)
    return opinion
