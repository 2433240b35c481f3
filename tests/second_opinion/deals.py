"""Opportunities as they are, and as they were at the end of any day.

Belongs here: reading the history of stages, amounts, close dates and owners. Does not belong here:
KPIs.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from tests.second_opinion.company import Company, Record
from tests.second_opinion.money import Money
from tests.second_opinion.periods import DAY

TRACKED = {
    "stage": "stage",
    "stagename": "stage",
    "dealstage": "stage",
    "amount": "amount_original",
    "closedate": "close_date",
    "owner": "owner_id",
    "ownerid": "owner_id",
    "hubspotownerid": "owner_id",
}
"""Fields of a vendor's field history, in lower case without blanks and underscores."""

ATTRIBUTES = ("stage", "amount_original", "probability", "close_date", "forecast_category")

Change = tuple[dt.datetime, Any]


class State(NamedTuple):
    """A deal at the end of a day."""

    state: str
    order: int | None
    stage: str | None
    amount: Decimal | None
    probability: float | None
    close_date: dt.date | None
    category: str | None
    owner_id: str | None

    @property
    def is_open(self) -> bool:
        return self.state == "open"


class Deal:
    """One opportunity with its changes by attribute, each from an instant on."""

    def __init__(self, deals: Deals, record: Record, changes: dict[str, list[Change]]) -> None:
        self.deals = deals
        self.record = record
        self.changes = changes
        self.id = record.opportunity_id
        self.close_date = record.close_date
        self.created_on = deals.company.local_day(record.created_at)
        self.owner_id = record.owner_id
        self.type = (record.opportunity_type or "").lower()
        self.is_renewal = self.type in deals.company.setting("renewal_types")
        kinds = deals.company.setting("new_business_types")
        self.is_new_business = not self.type or not kinds or self.type in kinds
        self.stage = record.stage
        self.state, self.order = deals.meaning(record.stage, record)
        self.amount = deals.amount(record.amount_original, record.currency_code, record.close_date)

    @property
    def is_closed(self) -> bool:
        return self.state in ("won", "lost")

    @cached_property
    def cycle_days(self) -> int | None:
        """From creation to close; none where it ends before it begins."""
        if self.created_on is None or self.close_date is None:
            return None
        days = (self.close_date - self.created_on).days
        return days if days >= 0 else None

    def _value(self, attribute: str, before: dt.datetime) -> Any:
        """The last value from before an instant; else the first that is known."""
        known = self.changes.get(attribute)
        if not known:
            return getattr(self.record, attribute)
        return known[max(bisect_left(known, before, key=lambda change: change[0]) - 1, 0)][1]

    def at(self, day: dt.date) -> State | None:
        """None before its creation."""
        if self.created_on is None or day < self.created_on:
            return None
        before = self.deals.midnight_after(day)
        stage = self._value("stage", before)
        state, order = self.deals.meaning(stage, self.record)
        close_date = self._value("close_date", before)
        return State(
            state,
            order,
            stage,
            self.deals.amount(
                self._value("amount_original", before), self.record.currency_code, close_date
            ),
            self._value("probability", before),
            close_date,
            self._value("forecast_category", before) or self.deals.category(stage),
            self._value("owner_id", before),
        )

    @cached_property
    def entries(self) -> list[tuple[dt.datetime, str, int | None, str]]:
        """Visits of stages: instant of entry, state, order, stage."""
        found: list[tuple[dt.datetime, str, int | None, str]] = []
        for instant, stage in self.changes.get("stage", []):
            if not found or found[-1][3] != stage:
                found.append((instant, *self.deals.meaning(stage, self.record), stage))
        return found

    def reached(self, order: int, before: dt.datetime | None = None) -> dt.datetime | None:
        """When it first reached or passed an open stage of that order; a win passes all (G8)."""
        for instant, state, own_order, _ in self.entries:
            if before is not None and instant >= before:
                return None
            if state == "won" or (state == "open" and own_order is not None and own_order >= order):
                return instant
        return None

    @cached_property
    def won_on(self) -> dt.date | None:
        """The day on which the win that stands was entered."""
        for instant, state, _, _ in reversed(self.entries):
            if state == "won":
                return self.deals.company.local_day(instant)
        return None


class Deals:
    """All admitted opportunities that were created by the run's day."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.money = Money(company)
        self.stages = {
            row.stage.strip().lower(): row for row in company.table("opportunity_stage", "config")
        }
        self.pipeline_order: int = company.setting("pipeline_stage_order")
        self._midnights: dict[dt.date, dt.datetime] = {}
        users = {
            (user.source_name, user.source_record_id): user.user_id
            for user in company.table("user")
        }
        histories = company.by("opportunity_history", "opportunity_id")
        fields = company.by("opportunity_field_history", "opportunity_id")
        self.all: list[Deal] = []
        for record in company.table("opportunity"):
            if record.created_at is not None and record.created_at >= company.end:
                continue
            changes = dict(self._history(histories.get(record.opportunity_id, [])))
            for attribute, known in self._tracked(fields.get(record.opportunity_id, []), users):
                changes.setdefault(attribute, known)
            self.all.append(Deal(self, record, changes))

    @property
    def closed(self) -> list[Deal]:
        """Closed with a close date: they lie in its period (G9)."""
        return [deal for deal in self.all if deal.is_closed and deal.close_date is not None]

    @cached_property
    def first_day(self) -> dt.date:
        days = [deal.created_on for deal in self.all if deal.created_on]
        return min(days, default=self.company.as_of)

    def midnight_after(self, day: dt.date) -> dt.datetime:
        if day not in self._midnights:
            midnight = dt.datetime.combine(day + DAY, dt.time())
            local = midnight.replace(tzinfo=self.company.time_zone)
            self._midnights[day] = local.astimezone(dt.UTC)
        return self._midnights[day]

    def amount(
        self, original: Decimal | None, currency: str | None, close_date: dt.date | None
    ) -> Decimal | None:
        """At the rate of the close date (G15)."""
        return self.money.convert(original, currency, close_date or self.company.as_of)

    def meaning(self, stage: str | None, record: Record) -> tuple[str, int | None]:
        """State and order of a stage; of one off the map, what the source's flags say now."""
        known = self.stages.get((stage or "").strip().lower())
        if known:
            return known.state, known.stage_order
        if stage == record.stage and record.is_closed_in_source is not None:
            if not record.is_closed_in_source:
                return "open", None
            return ("won" if record.is_won_in_source else "lost"), None
        return "unmapped", None

    def category(self, stage: str | None) -> str | None:
        known = self.stages.get((stage or "").strip().lower())
        return known.forecast_category if known else None

    def default_probability(self, stage: str | None) -> float | None:
        known = self.stages.get((stage or "").strip().lower())
        return known.default_probability if known else None

    def _history(self, rows: list[Record]) -> Iterator[tuple[str, list[Change]]]:
        rows = sorted(
            (row for row in rows if row.changed_at < self.company.end),
            key=lambda row: (row.changed_at, row.source_record_id),
        )
        for attribute in ATTRIBUTES:
            if rows:
                yield attribute, [(row.changed_at, getattr(row, attribute)) for row in rows]

    def _tracked(
        self, rows: list[Record], users: dict[tuple[str, str], str]
    ) -> Iterator[tuple[str, list[Change]]]:
        known: dict[str, list[Change]] = defaultdict(list)
        rows = sorted(rows, key=lambda row: (row.changed_at, row.source_record_id))
        for row in rows:
            name = row.field_name.lower().replace(" ", "").replace("_", "")
            attribute = TRACKED.get(name)
            if attribute is None or row.changed_at >= self.company.end:
                continue
            old, new = row.old_value, row.new_value
            if attribute == "owner_id":
                # A vendor sends a change of owner twice, by name and by id.
                if (row.source_name, new) not in users and (row.source_name, old) not in users:
                    continue
                old, new = users.get((row.source_name, old)), users.get((row.source_name, new))
            else:
                old, new = _read(attribute, old), _read(attribute, new)
            if not known[attribute]:
                known[attribute].append((dt.datetime.min.replace(tzinfo=dt.UTC), old))
            known[attribute].append((row.changed_at, new))
        yield from known.items()


def _read(attribute: str, text: str | None) -> Any:
    if text is None:
        return None
    if attribute == "amount_original":
        return Decimal(text)
    if attribute == "close_date":
        return dt.date.fromisoformat(text[:10])
    return text
