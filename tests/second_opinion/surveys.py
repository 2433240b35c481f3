"""V18 NPS and response rates, by kind of survey.

Belongs here: whose answer counts, promoters and detractors. Does not belong here: other surveys'
questions.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from itertools import pairwise

from tests.second_opinion.company import Company, Record
from tests.second_opinion.periods import Calendar
from tests.second_opinion.results import WHOLE, Opinion, Totals


def give(company: Company, calendar: Calendar, opinion: Opinion) -> None:
    sent = [
        row
        for row in company.table("survey_response")
        if row.sent_at is None or row.sent_at < company.end
    ]
    for kind in ("relational", "transactional"):
        asked = [row for row in sent if row.survey_kind == kind]
        balance: Totals = defaultdict(int)
        answers: Totals = defaultdict(int)
        requests: Totals = defaultdict(int)
        answered: Totals = defaultdict(int)
        for row in _counted(company, asked):
            for period in calendar.flow_periods(company.local_day(row.answered_at)):
                balance[period, WHOLE] += 100 * ((row.score >= 9) - (row.score <= 6))
                answers[period, WHOLE] += 1
        for row in asked:
            for period in calendar.flow_periods(company.local_day(row.sent_at)):
                requests[period, WHOLE] += 1
                answered[period, WHOLE] += _is_answered(company, row)
        opinion.ratios(("V18", kind), balance, answers, answers)
        opinion.ratios(("V18", f"response_rate_{kind}"), answered, requests, requests)


def _is_answered(company: Company, row: Record) -> bool:
    return row.answered_at is not None and row.answered_at < company.end


def _counted(company: Company, asked: list[Record]) -> list[Record]:
    """Answers with a score that the same person did not give anew within the days."""
    apart = dt.timedelta(days=company.setting("survey_repeat_days"))
    by_person: dict[str, list[Record]] = defaultdict(list)
    for row in asked:
        if _is_answered(company, row) and row.score is not None:
            by_person[row.respondent_email or row.survey_response_id].append(row)
    counted = []
    for rows in by_person.values():
        rows.sort(key=lambda row: (row.answered_at, row.survey_response_id))
        for row, following in pairwise(rows):
            day, later = (
                company.local_day(row.answered_at),
                company.local_day(following.answered_at),
            )
            assert day
            assert later
            if later - day > apart:
                counted.append(row)
        counted.append(rows[-1])
    return counted
