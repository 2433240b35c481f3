"""M09 spray index: what sales sends out without a thought of the one person.

Belongs here: counting. Does not belong here: what a touch is (touches).
"""

from __future__ import annotations

from collections import defaultdict

from tests.second_opinion.company import Company
from tests.second_opinion.periods import Calendar
from tests.second_opinion.results import WHOLE, Opinion, Totals
from tests.second_opinion.touches import Touches


def give(company: Company, calendar: Calendar, opinion: Opinion) -> None:
    """Of whom nobody tells is not known, and neither above nor below the line."""
    spray: Totals = defaultdict(int)
    told: Totals = defaultdict(int)
    for touch in Touches(company).all:
        is_done = touch.occurred_at < company.end
        if touch.is_outbound and is_done and touch.record.is_personalised is not None:
            for period in calendar.flow_periods(company.local_day(touch.occurred_at)):
                for segment in (WHOLE, ("touch_kind", touch.record.activity_type)):
                    told[period, segment] += 1
                    spray[period, segment] += not touch.record.is_personalised
    opinion.ratios(("M09", "headline"), spray, told, told)
