"""F07: how people come to know us: who rose, steps back, and days from step to step.

Belongs here: the awareness stage of contacts over time. Does not belong here: acts (engagement).
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections import defaultdict

from tests.second_opinion.company import Company
from tests.second_opinion.engagement import Engagement
from tests.second_opinion.periods import Calendar, Period
from tests.second_opinion.results import WHOLE, Opinion, Totals


def level(stage: str | None) -> int | None:
    """By the leading digit."""
    return int(stage[0]) if stage and stage[0].isdigit() else None


def give(company: Company, calendar: Calendar, opinion: Opinion) -> None:
    contacts = {row.contact_id for row in company.table("contact")}
    changes = defaultdict(list)
    for row in sorted(company.table("contact_history"), key=lambda row: row.changed_at):
        if row.field_name == "awareness_stage" and row.changed_at < company.end:
            changes[row.contact_id].append(row)
    engagement = Engagement(company)
    rose: dict[Period, set[str]] = defaultdict(set)
    active: dict[Period, set[str]] = defaultdict(set)
    for act in engagement.acts:
        for period in calendar.flow_periods(act.day):
            active[period].add(act.individual)
    for row in company.table("contact"):
        known = changes.get(row.contact_id)
        began = known[0].old_value if known else row.awareness_stage
        person = engagement.individual(row.contact_id, None)
        # The first known stage is an entry, though no rise.
        if person and level(began) is not None and row.created_at < company.end:
            for period in calendar.flow_periods(company.local_day(row.created_at)):
                active[period].add(person)
    back: Totals = defaultdict(int)
    days: dict[tuple[Period, tuple[str, str]], list[float]] = defaultdict(list)
    created = {row.contact_id: row.created_at for row in company.table("contact")}
    for contact, rows in changes.items():
        if contact not in contacts:
            continue
        highest = level(rows[0].old_value)
        since: dt.datetime | None = created[contact] if highest is not None else None
        for row in rows:
            old, new = level(row.old_value), level(row.new_value)
            if new is None:
                continue
            person = engagement.individual(contact, None)
            assert person
            for period in calendar.flow_periods(company.local_day(row.changed_at)):
                active[period].add(person)
            if old is not None and new < old:
                for period in calendar.flow_periods(company.local_day(row.changed_at)):
                    back[period, WHOLE] += 1
            if highest is None or new > highest:
                if since is not None:
                    begun, ended = company.local_day(since), company.local_day(row.changed_at)
                    assert begun
                    assert ended
                    for period in calendar.flow_periods(ended):
                        rose[period].add(person)
                        days[period, WHOLE].append((ended - begun).days)
                highest, since = new, row.changed_at
    opinion.sums(("F07", "regressions"), back, back)
    for period, people in active.items():
        n = len(people)
        opinion.put(("F07", "progressed"), period, WHOLE, len(rose[period]), n, n=n)
    for (period, segment), known in days.items():
        n, median = len(known), statistics.median(known)
        opinion.put(
            ("F07", "days_per_step_median"), period, segment, None, n,
            value=median, is_derived=True, n=n,
        )  # fmt: skip
