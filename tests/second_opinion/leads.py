"""Leads through their stages: F01 lead flow, F03 lead conversion.

Belongs here: first entries of stages from a lead's status history. Does not belong here: responses
and hand-offs.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from functools import cached_property

from tests.second_opinion.company import Company, Record
from tests.second_opinion.periods import Calendar
from tests.second_opinion.results import WHOLE, Opinion, Totals
from tests.second_opinion.segments import NONE

LADDER = ("inquiry", "marketing_qualified", "sales_accepted", "sales_qualified", "converted")
"""Who reached a later one has passed the earlier ones (G8)."""

AS_RECORDED = ("working", "recycled", "disqualified", "unmapped")


class Leads:
    """Admitted leads created by the run's day, with the first entry of each stage."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.stages = {
            row.status.strip().lower(): row.lead_stage
            for row in company.table("lead_status", "config")
        }
        self.histories = company.by("lead_history", "lead_id")
        self.all = [
            lead
            for lead in company.table("lead")
            if lead.created_at is None or lead.created_at < company.end
        ]

    def stage(self, status: str | None) -> str | None:
        if status is None:
            return None
        return self.stages.get(status.strip().lower(), "unmapped")

    def first_entries(self, lead: Record) -> dict[str, dt.date | None]:
        """Day of the first entry of each stage that the lead was in or passed; None unknown."""
        local = self.company.local_day
        found: dict[str, dt.date | None] = {"inquiry": local(lead.created_at)}
        changes = sorted(
            (
                row
                for row in self.histories.get(lead.lead_id, [])
                if row.field_name == "lead_status" and row.changed_at < self.company.end
            ),
            key=lambda row: row.changed_at,
        )
        if changes and (before := self.stage(changes[0].old_value)) not in (None, "new"):
            found.setdefault(before or "", local(changes[0].changed_at))
        for change in changes:
            stage = self.stage(change.new_value)
            if stage not in (None, "new"):
                found.setdefault(stage or "", local(change.changed_at))
        now = self.stage(lead.lead_status)
        if now not in (None, "new"):
            found.setdefault(now or "", local(lead.modified_at))
        if self.is_converted(lead):
            found.setdefault("converted", lead.converted_date or local(lead.modified_at))
        for higher, lower in zip(LADDER[:0:-1], LADDER[-2::-1], strict=True):
            if higher in found and (lower not in found or _later(found[lower], found[higher])):
                found[lower] = found[higher]
        return found

    def is_converted(self, lead: Record) -> bool:
        return bool(lead.is_converted) or self.stage(lead.lead_status) == "converted"

    @cached_property
    def entries(self) -> list[tuple[Record, dict[str, dt.date | None]]]:
        return [(lead, self.first_entries(lead)) for lead in self.all]


def _later(one: dt.date | None, other: dt.date | None) -> bool:
    return one is not None and other is not None and one > other


def segments_of(lead: Record) -> list[tuple[str, str]]:
    return [
        WHOLE,
        ("lead_source", lead.lead_source or NONE),
        ("industry", lead.industry or NONE),
    ]


def give(company: Company, calendar: Calendar, opinion: Opinion) -> None:
    leads = Leads(company)
    entered: dict[str, Totals] = defaultdict(lambda: defaultdict(int))
    cohort: Totals = defaultdict(int)
    converted: Totals = defaultdict(int)
    for lead, entries in leads.entries:
        for stage, day in entries.items():
            for period in calendar.flow_periods(day, weeks=True):
                for segment in segments_of(lead):
                    entered[stage][period, segment] += 1
        for period in calendar.flow_periods(entries["inquiry"]):
            for segment in segments_of(lead):
                cohort[period, segment] += 1
                converted[period, segment] += leads.is_converted(lead)
    for stage in LADDER + AS_RECORDED:
        # A company without a stage off its map has a row of zero.
        totals = entered[stage] or {next(iter(cohort)): 0}
        opinion.sums(("F01", stage), totals, entered[stage])
    opinion.ratios(("F03", "lead_to_conversion"), converted, cohort, cohort)
