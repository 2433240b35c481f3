"""Days and minutes on which people work: the company's weekdays and hours, less local holidays.

Belongs here: counting working time. Does not belong here: what must be done within it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from functools import cache
from zoneinfo import ZoneInfo

from tests.second_opinion.company import Company, Record
from tests.second_opinion.periods import DAY


class WorkingTime:
    """Of the company's people, each in their own country and time zone."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.weekdays = set(company.setting("business_days"))
        self.holidays: dict[str | None, set[dt.date]] = defaultdict(set)
        for row in company.table("holiday"):
            self.holidays[row.country_code].add(row.holiday_on)
        self.employees: dict[str, Record] = {}
        for row in sorted(company.table("employee"), key=lambda row: row.hired_on or dt.date.min):
            self.employees[(row.email or "").lower()] = row

    def employee(self, user_id: str | None) -> Record | None:
        user = self.company.users.get(user_id or "")
        return self.employees.get((user.email or "").lower()) if user else None

    def country(self, user_id: str | None) -> str | None:
        employee = self.employee(user_id)
        return employee.country_code if employee else None

    def is_working_day(self, day: dt.date, country: str | None) -> bool:
        return day.isoweekday() in self.weekdays and day not in self.holidays[country]

    @cache  # noqa: B019 - lives as long as the test
    def due(self, day: dt.date, working_days: int, country: str | None) -> dt.date:
        """The working day so many working days after a day."""
        left = working_days
        while left > 0:
            day += DAY
            left -= self.is_working_day(day, country)
        return day

    def minutes(self, start: dt.datetime, end: dt.datetime, user_id: str | None) -> float:
        """Minutes of work between two instants, by the clock where the user works."""
        employee = self.employee(user_id)
        user = self.company.users.get(user_id or "")
        zone = (employee.time_zone if employee else None) or (user.time_zone if user else None)
        local = ZoneInfo(zone) if zone else self.company.time_zone
        opening, closing = (
            dt.timedelta(minutes=self.company.setting(f"business_{side}_minute"))
            for side in ("opening", "closing")
        )
        country = employee.country_code if employee else None
        total = 0.0
        day = start.astimezone(local).date()
        while day <= end.astimezone(local).date():
            if self.is_working_day(day, country):
                midnight = dt.datetime.combine(day, dt.time())
                opens = (midnight + opening).replace(tzinfo=local).astimezone(dt.UTC)
                closes = (midnight + closing).replace(tzinfo=local).astimezone(dt.UTC)
                total += max((min(end, closes) - max(start, opens)).total_seconds(), 0) / 60
            day += DAY
        return total
