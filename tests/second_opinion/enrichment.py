"""Q04 enrichment: how old it is.

Belongs here: the age on the run's day. Does not belong here: what was filled; nobody delivers it.
"""

from __future__ import annotations

from statistics import median

from tests.second_opinion.company import Company
from tests.second_opinion.periods import DAY, Calendar, Period
from tests.second_opinion.results import WHOLE, Opinion


def give(company: Company, calendar: Calendar, opinion: Opinion) -> None:
    """Days since the day that each account keeps; later ones are not known yet."""
    ages = [
        (calendar.as_of - account.enriched_on).days
        for account in company.table("account")
        if account.enriched_on and account.enriched_on <= calendar.as_of
    ]
    if ages:
        today = Period("day", calendar.as_of, calendar.as_of + DAY)
        opinion.put(
            ("Q04", "age_median"), today, WHOLE, None, len(ages), value=median(ages),
            is_derived=True, n=len(ages),
        )  # fmt: skip
