"""Who works for the company when, and who covers which territory: the plan, before any table.

Belongs here: positions, hires, leavers, moves, decided event by event; the same settings always
give the same plan. Does not belong here: names and tables (``organisation``), accounts
(``ownership``).
"""

from __future__ import annotations

import datetime as dt
import heapq
from functools import cache

import numpy as np

from cultivar_demo.settings import Settings
from cultivar_demo.world.clock import add_working_days
from cultivar_demo.world.foundation.draw import split_count
from cultivar_demo.world.foundation.reference import REGIONS, SEGMENTS
from cultivar_demo.world.foundation.staff import (
    ALWAYS_LEAVING_ROLES,
    GAP_SHARE,
    HEADCOUNT,
    LEAVERS_A_YEAR,
    OFFICES,
    ONBOARDING_DAYS,
    REGION_WEIGHT,
    RETRY_DAYS,
    SETTLED_DAYS,
    SHARE_AT_START,
    SWAP_DAYS,
    SWAPS_A_YEAR,
    TERRITORY_ROLES,
    Employee,
    Plan,
    Position,
    Span,
    fiscal_year_starts,
    headcount_at_end,
    territory_weights,
)


@cache
def staff_plan(settings: Settings) -> Plan:
    """The plan for a company; the same object for the same settings, so do not change it."""
    return _Planner(settings).plan()


class _Planner:
    """Walks through the period event by event."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.first, self.last = settings.first_day, settings.last_day
        self.random = settings.random("foundation/staffing")
        self.employees: list[Employee] = []
        self.positions: list[Position] = []
        self.managers: dict[str, list[Employee]] = {}

    def plan(self) -> Plan:
        self._add_heads()
        for role in ("marketing", "operations", "se"):
            self._staff_without_territory(role)
        for role in TERRITORY_ROLES:
            self._staff_with_territory(role)
        return Plan(self.employees, self.positions)

    # ------------------------------------------------------------------------------- people
    def _hire(self, role: str, region: str, day: dt.date) -> Employee:
        offices = OFFICES[region]
        country, time_zone = offices[int(self.random.integers(len(offices)))]
        first = add_working_days(np.array([day], dtype="datetime64[D]"), 0, country)[0].item()
        employee = Employee(len(self.employees), role, region, country, time_zone, first)
        self.employees.append(employee)
        employee.manager = self._manager_of(role, region)
        return employee

    def _before_start(self, longest: int = 1_100) -> dt.date:
        return self.first - dt.timedelta(days=int(self.random.integers(45, longest)))

    def _manager_of(self, role: str, region: str) -> int | None:
        group = {"sdr": "development", "am": "customers", "csm": "customers"}.get(role, "sales")
        if role == "executive":
            return None
        if role in ("manager", "marketing", "operations"):
            return self.executive.number
        candidates = self.managers[group]
        same = [manager for manager in candidates if manager.region == region]
        return (same or candidates)[len(self.employees) % len(same or candidates)].number

    def _add_heads(self) -> None:
        longest = 2_000
        self.executive = self._hire("executive", "AMER", self._before_start(longest))
        total = headcount_at_end("manager", self.settings.accounts)
        groups = ("sales", "development", "customers")
        counts = [max(1, part) for part in split_count(total, (0.45, 0.30, 0.25))]
        heads: list[Employee] = []
        for group, count in zip(groups, counts, strict=True):
            if len(heads) >= total:
                self.managers[group] = [heads[0]]
                continue
            regions = np.repeat(REGIONS, split_count(count, list(REGION_WEIGHT.values())))
            members = [
                self._hire("manager", str(regions[place]), self._before_start(longest))
                for place in range(min(count, total - len(heads)))
            ]
            heads.extend(members)
            self.managers[group] = members

    def _days_in_period(self, count: int, margin: int) -> list[dt.date]:
        """``count`` days spread over the period with some chance, in order."""
        if count == 0:
            return []
        room = max(self.settings.days - 2 * margin, count)
        places = (np.arange(count) + self.random.uniform(0.1, 0.9, count)) / count
        return [self.first + dt.timedelta(days=int(margin + place * room)) for place in places]

    def _counts(self, role: str) -> tuple[int, int]:
        """People at the start, and further positions opened in the period."""
        end = headcount_at_end(role, self.settings.accounts)
        start = max(min(end, HEADCOUNT[role][1]), round(end * SHARE_AT_START))
        # Even the smallest company hires, or nothing of a ramp could be seen.
        if start == end and role in ALWAYS_LEAVING_ROLES and end > 1:
            start -= 1
        return start, end - start

    def _leavers(self, role: str, people: int) -> int:
        expected = LEAVERS_A_YEAR.get(role, 0) * people * self.settings.months / 12
        count = int(expected + self.random.random())
        return max(1, count) if role in ALWAYS_LEAVING_ROLES else count

    def _staff_without_territory(self, role: str) -> None:
        start, more = self._counts(role)
        regions = np.repeat(REGIONS, split_count(start + more, list(REGION_WEIGHT.values())))
        days = [self._before_start() for _ in range(start)] + self._days_in_period(more, 30)
        people = [
            self._hire(role, str(region), day) for region, day in zip(regions, days, strict=True)
        ]
        for day in self._days_in_period(self._leavers(role, start), 40):
            stayers = [
                person
                for person in people
                if person.left_on is None and (day - person.hired_on).days > SETTLED_DAYS
            ]
            if not stayers:
                continue
            leaver = stayers[int(self.random.integers(len(stayers)))]
            leaver.left_on = day
            back = day - dt.timedelta(days=int(self.random.integers(5, 30)))
            people.append(self._hire(role, leaver.region, max(back, self.first)))

    # -------------------------------------------------------------------------- territories
    def _staff_with_territory(self, role: str) -> None:
        start, more = self._counts(role)
        for territories in _first_cut(start):
            region = REGIONS[(territories[0] - 1) // len(SEGMENTS)]
            employee = self._hire(role, region, self._before_start())
            position = Position(
                len(self.positions), role, region, [Span(t, self.first) for t in territories]
            )
            position.occupants.append(Span(employee.number, self.first))
            self.positions.append(position)
        events = [(day, "open") for day in self._days_in_period(more, 20)]
        events += [(day, "leave") for day in self._days_in_period(self._leavers(role, start), 25)]
        for day in fiscal_year_starts(self.first, self.last):
            swaps = SWAPS_A_YEAR * (start + more) + self.random.random()
            at_least = 1 if role == "ae" else 0
            events += [(day, "swap")] * max(at_least, int(swaps))
        heapq.heapify(events)
        while events:
            day, kind = heapq.heappop(events)
            act = {"open": self._open_position, "leave": self._replace, "swap": self._swap}[kind]
            if not act(role, day):
                later = day + dt.timedelta(days=RETRY_DAYS)
                if later < self.last - dt.timedelta(days=RETRY_DAYS):
                    heapq.heappush(events, (later, kind))

    def _of(self, role: str) -> list[Position]:
        return [position for position in self.positions if position.role == role]

    # Each event tells whether it could take place on the day.
    def _open_position(self, role: str, hired: dt.date) -> bool:
        """A new desk takes half of the busiest desk's territories, or shares its only one."""
        day = min(hired + dt.timedelta(days=ONBOARDING_DAYS), self.last)
        desks = self._of(role)
        holders = np.bincount([t for desk in desks for t in desk.current_territories()])
        weights = np.concatenate([[0.0], territory_weights()])
        busiest = max(
            desks, key=lambda desk: sum(weights[t] / holders[t] for t in desk.current_territories())
        )
        held = busiest.current_territories()
        taken = held
        if len(held) > 1:
            before = np.cumsum(weights[held]) / weights[held].sum()
            taken = held[max(1, int(np.searchsorted(before, 0.5)) + 1) :] or held[-1:]
            for span in busiest.territories:
                if span.what in taken and span.valid_to is None:
                    span.valid_to = day
        region = REGIONS[(taken[0] - 1) // len(SEGMENTS)]
        employee = self._hire(role, region, hired)
        opened = Position(len(self.positions), role, region, [Span(t, day) for t in taken])
        opened.occupants.append(Span(employee.number, day))
        opened.free_from = day + dt.timedelta(days=SETTLED_DAYS)
        self.positions.append(opened)
        return True

    def _replace(self, role: str, day: dt.date) -> bool:
        """Somebody leaves: a successor overlaps for some days, or the manager bridges a gap."""
        settled = [position for position in self._of(role) if position.free_from <= day]
        if not settled:
            return False
        position = settled[int(self.random.integers(len(settled)))]
        leaver = self.employees[position.occupants[-1].what]
        position.occupants[-1].valid_to = day
        # The first leavers show both ways in every company: an ae a gap, an sdr an overlap.
        is_first = sum(e.role == role and e.left_on is not None for e in self.employees) == 0
        is_gap = self.random.random() < GAP_SHARE
        if is_first and role in ALWAYS_LEAVING_ROLES:
            is_gap = role == "ae"
        if is_gap:
            leaver.left_on = day
            until = day + dt.timedelta(days=int(self.random.integers(21, 57)))
            manager = self._manager_of(role, position.region)
            assert manager is not None
            position.occupants.append(Span(manager, day))
            if until > self.last:
                position.free_from = dt.date.max
                return True
            position.occupants[-1].valid_to = until
            hired = until - dt.timedelta(days=int(self.random.integers(5, 13)))
        else:
            until = day
            leaver.left_on = day + dt.timedelta(days=int(self.random.integers(3, 15)))
            hired = day - dt.timedelta(days=int(self.random.integers(8, 22)))
        # A successor must be known by name before the day the desk is handed over.
        employee = self._hire(role, position.region, hired)
        position.occupants.append(Span(employee.number, until))
        position.free_from = until + dt.timedelta(days=SETTLED_DAYS)
        return True

    def _swap(self, role: str, day: dt.date) -> bool:
        """Two people change desks, if possible in one region."""
        settled = [
            position
            for position in self._of(role)
            if (day - position.occupants[-1].valid_from).days >= SWAP_DAYS
            and self.employees[position.occupants[-1].what].role == role
        ]
        if len(settled) < 2:
            return False
        first = settled[int(self.random.integers(len(settled)))]
        others = [p for p in settled if p is not first]
        near = [p for p in others if p.region == first.region] or others
        second = near[int(self.random.integers(len(near)))]
        one, other = first.occupants[-1].what, second.occupants[-1].what
        for position, employee in ((first, other), (second, one)):
            position.occupants[-1].valid_to = day
            position.occupants.append(Span(employee, day))
            position.free_from = day + dt.timedelta(days=SETTLED_DAYS)
        return True


def _first_cut(count: int) -> list[list[int]]:
    """The nine territories cut among ``count`` positions: neighbours together, or shared."""
    weights = territory_weights()
    if count >= len(weights):
        extra = split_count(count - len(weights), weights)
        return [[t] for t, more in enumerate(extra, 1) for _ in range(1 + more)]
    cuts: list[list[int]] = [[]]
    done = 0.0
    for territory, weight in enumerate(weights, 1):
        left = len(weights) - territory + 1
        is_full = done >= weights.sum() * len(cuts) / count - 1e-9
        if cuts[-1] and len(cuts) < count and (is_full or left <= count - len(cuts)):
            cuts.append([])
        cuts[-1].append(territory)
        done += weight
    return cuts
