"""The company's own people: sales_user and territory_assignment, out of the staffing plan.

Belongs here: names, titles, teams, tables. Does not belong here: who comes, goes and covers what
(``staffing``).
"""

from __future__ import annotations

import datetime as dt
from functools import cache

import numpy as np

from cultivar_demo.settings import INTERNAL_DOMAIN, Settings
from cultivar_demo.world.foundation.names import draw_names
from cultivar_demo.world.foundation.places import COUNTRIES
from cultivar_demo.world.foundation.staff import RAMP_MONTHS, Employee, Position
from cultivar_demo.world.foundation.staffing import staff_plan
from cultivar_demo.world.world import World

Assignment = tuple[int, int, str, dt.date, dt.date | None]
"""Territory, employee number, role, first day, first day no longer."""

DEPARTMENTS = {
    "sdr": "Sales",
    "ae": "Sales",
    "se": "Sales",
    "am": "Customer Success",
    "csm": "Customer Success",
    "marketing": "Marketing",
    "operations": "Operations",
    "executive": "Sales",
    "manager": "Sales",
}
TEAMS = {
    "sdr": "SDR",
    "ae": "AE",
    "se": "Solutions",
    "am": "Account Management",
    "csm": "Customer Success",
    "marketing": "Marketing",
    "operations": "Revenue Operations",
    "executive": "Leadership",
    "manager": "Leadership",
}
TITLES: dict[str, tuple[str, ...]] = {
    "sdr": ("Sales Development Representative", "Senior Sales Development Representative"),
    "ae": ("Account Executive", "Senior Account Executive"),
    "se": ("Solutions Engineer",),
    "am": ("Account Manager",),
    "csm": ("Customer Success Manager",),
    "marketing": (
        "Demand Generation Manager",
        "Content Marketing Manager",
        "Marketing Operations Manager",
    ),
    "operations": ("Revenue Operations Manager",),
    "executive": ("Chief Revenue Officer",),
    "manager": ("Sales Manager", "Sales Development Manager", "Customer Success Director"),
}


def add_users(world: World) -> None:
    """Add sales_user and territory_assignment."""
    plan = staff_plan(world.settings)
    random = world.settings.random("foundation/users")
    numbers = user_ids(world.settings)
    people = sorted(plan.employees, key=lambda employee: numbers[employee.number])
    countries = list(COUNTRIES)
    codes = np.array([countries.index(employee.country) for employee in people])
    names = _unique_names(codes, random)
    managers = {employee.manager for employee in people}
    manager_groups = {
        number: _manager_group(plan.employees, number) for number in managers if number is not None
    }
    rows: dict[str, list[object]] = {
        "user_id": [numbers[employee.number] for employee in people],
        "first_name": [name[0] for name in names],
        "last_name": [name[1] for name in names],
        "user_name": [f"{name[0]} {name[1]}" for name in names],
        "email": [f"{name[2]}.{name[3]}@{INTERNAL_DOMAIN}" for name in names],
        "title": [_title(employee, manager_groups, random) for employee in people],
        "department": [
            "Customer Success"
            if manager_groups.get(employee.number) == "customers" and employee.role == "manager"
            else DEPARTMENTS[employee.role]
            for employee in people
        ],
        "role": [employee.role for employee in people],
        "team": [f"{TEAMS[employee.role]} {employee.region}" for employee in people],
        "region": [employee.region for employee in people],
        "country": [employee.country for employee in people],
        "time_zone": [employee.time_zone for employee in people],
        "manager_user_id": [
            None if employee.manager is None else numbers[employee.manager] for employee in people
        ],
        "hired_on": [employee.hired_on for employee in people],
        "left_on": [employee.left_on for employee in people],
        "ramp_months": [RAMP_MONTHS.get(employee.role, 0) for employee in people],
    }
    world.add("sales_user", rows)
    spans = [
        span
        for position in plan.positions
        for span in assignment_spans(position, world.settings.last_day)
    ]
    spans = _merged(spans)
    spans.sort(key=lambda span: (span[0], span[3], span[2], numbers[span[1]]))
    world.add(
        "territory_assignment",
        {
            "territory_id": [span[0] for span in spans],
            "user_id": [numbers[span[1]] for span in spans],
            "role": [span[2] for span in spans],
            "valid_from": [span[3] for span in spans],
            "valid_to": [span[4] for span in spans],
        },
    )


@cache
def user_ids(settings: Settings) -> dict[int, int]:
    """Employee number of the plan → user id, in order of hiring."""
    plan = staff_plan(settings)
    order = sorted(plan.employees, key=lambda employee: (employee.hired_on, employee.number))
    return {employee.number: number for number, employee in enumerate(order, 1)}


def assignment_spans(position: Position, last_day: dt.date) -> list[Assignment]:
    """Territory, employee number, role, first day and end of everything a position covered."""
    found = []
    for territory in position.territories:
        for occupant in position.occupants:
            begin = max(territory.valid_from, occupant.valid_from)
            ends = [end for end in (territory.valid_to, occupant.valid_to) if end is not None]
            end = min(ends) if ends else None
            if begin <= last_day and (end is None or begin < end):
                found.append((territory.what, occupant.what, position.role, begin, end))
    return found


def _merged(spans: list[Assignment]) -> list[Assignment]:
    """Spans of one territory, user and role that follow on each other as one."""
    merged: list[Assignment] = []
    for span in sorted(spans, key=lambda span: (span[0], span[1], span[2], span[3])):
        if merged and merged[-1][:3] == span[:3] and merged[-1][4] == span[3]:
            merged[-1] = (*merged[-1][:4], span[4])
        else:
            merged.append(span)
    return merged


def _unique_names(
    codes: np.ndarray, random: np.random.Generator
) -> list[tuple[str, str, str, str]]:
    """First, last, plain first, plain last name, the latter two unique together."""
    drawn = list(zip(*(part.to_pylist() for part in draw_names(codes, random)), strict=True))
    seen: set[tuple[str, str]] = set()
    for place in range(len(drawn)):
        while drawn[place][2:] in seen:
            again = draw_names(codes[place : place + 1], random)
            drawn[place] = tuple(part[0].as_py() for part in again)
        seen.add(drawn[place][2:])
    return drawn


def _manager_group(employees: list[Employee], number: int) -> str:
    """Whom a manager leads: sales, development or customers (several: sales)."""
    roles = {employee.role for employee in employees if employee.manager == number}
    if roles <= {"sdr"}:
        return "development"
    return "customers" if roles <= {"am", "csm"} else "sales"


def _title(employee: Employee, manager_groups: dict[int, str], random: np.random.Generator) -> str:
    titles = TITLES[employee.role]
    if employee.role == "manager":
        group = manager_groups.get(employee.number, "sales")
        return titles[("sales", "development", "customers").index(group)]
    return titles[int(random.integers(len(titles)))]
