"""Numbers of the finance team: quotas, headcount, costs.

Belongs here: quota, headcount and cost_ledger. Does not belong here: what was really sold.
"""

from __future__ import annotations

import calendar
import datetime as dt

import numpy as np

from cultivar_demo.settings import FISCAL_YEAR_START_MONTH, Settings
from cultivar_demo.world.foundation.draw import money
from cultivar_demo.world.foundation.organisation import user_ids
from cultivar_demo.world.foundation.reference import SEGMENTS
from cultivar_demo.world.foundation.staff import PLANNED_ACCOUNTS, RAMP_MONTHS, Employee, Plan, Span
from cultivar_demo.world.foundation.staffing import staff_plan
from cultivar_demo.world.world import World

YEARLY_BOOKINGS_QUOTA = {"smb": 300_000, "mid_market": 420_000, "enterprise": 600_000}
"""US dollars an account executive and fiscal year by the largest segment of the territory."""

ACCOUNT_MANAGER_QUOTA = 260_000
MONTHLY_OPPORTUNITY_QUOTA = 6
"""Qualified opportunities a sales development representative and month."""

QUOTA_GROWTH = 1.06
"""Factor a fiscal year."""

BOOKINGS_BY_FISCAL_MONTH = (
    0.70, 0.85, 1.25, 0.75, 0.90, 1.25, 0.70, 0.85, 1.25, 0.85, 1.05, 1.60,
)  # fmt: skip
"""February to January: more at the end of each quarter, most at the year's end; sums to 12."""

MONTHLY_SALARY = {
    "sdr": 5_400,
    "ae": 9_500,
    "se": 11_500,
    "am": 9_000,
    "csm": 8_200,
    "manager": 14_500,
    "marketing": 9_200,
    "operations": 9_400,
    "executive": 24_000,
}
"""US dollars a person and month, with on-costs."""

COMMISSION_SHARE = 0.10
EXPECTED_ATTAINMENT = 0.6
"""Commissions are this part of this part of the month's bookings quota."""

TOOLS_A_PERSON = {"Sales": 420, "Marketing": 650, "Customer Success": 260}
TRAVEL_A_PERSON = {"Sales": 480, "Marketing": 220, "Customer Success": 300}
OTHER_PROGRAMMES = 1_500
"""Marketing programmes beside campaigns, a month at PLANNED_ACCOUNTS."""

HOSTING_AT_END = 14_000
HOSTING_AT_START = 6_000
"""US dollars a month at PLANNED_ACCOUNTS; grows with the product's use."""

SUPPORT_SALARY = 5_200
SUPPORT_PEOPLE = 2.0
"""Support people at PLANNED_ACCOUNTS; they have no login in the CRM."""

LEDGER_DEPARTMENT = {
    "sdr": "Sales",
    "ae": "Sales",
    "se": "Sales",
    "manager": "Sales",
    "operations": "Sales",
    "executive": "Sales",
    "marketing": "Marketing",
    "am": "Customer Success",
    "csm": "Customer Success",
}
BUCKETS = {
    "Sales": "acquisition",
    "Marketing": "acquisition",
    "Customer Success": "retention",
    "Hosting": "cost_of_revenue",
    "Support": "cost_of_revenue",
}
"""Department → bucket: each line has one."""


def add_plan(world: World) -> None:
    """Add quota, headcount and cost_ledger."""
    settings = world.settings
    months = month_starts(settings)
    plan = staff_plan(settings)
    roles = sorted(MONTHLY_SALARY)
    heads = {
        (month, role): sum(
            employee.role == role and _is_employed(employee, _month_end(month))
            for employee in plan.employees
        )
        for month in months
        for role in roles
    }
    keys = [(month, role) for month in months for role in roles]
    world.add(
        "headcount",
        {
            "month": [month for month, _ in keys],
            "role": [role for _, role in keys],
            "headcount": [heads[key] for key in keys],
        },
    )
    quotas = sorted(_quotas(settings, plan, months))
    world.add(
        "quota",
        {
            "user_id": [row[0] for row in quotas],
            "period_start": [row[1] for row in quotas],
            "metric": [row[2] for row in quotas],
            "quota": money(np.array([row[3] for row in quotas])),
        },
    )
    bookings = dict.fromkeys(months, 0.0)
    for _, month, metric, amount in quotas:
        if metric == "bookings_usd":
            bookings[month] += amount
    lines = _cost_lines(world, plan, months, bookings)
    world.add(
        "cost_ledger",
        {
            "cost_line_id": np.arange(1, len(lines) + 1),
            "month": [line[0] for line in lines],
            "department": [line[1] for line in lines],
            "cost_type": [line[2] for line in lines],
            "cost_bucket": [BUCKETS[line[1]] for line in lines],
            "amount_usd": money(np.array([line[3] for line in lines])),
        },
    )


def month_starts(settings: Settings) -> list[dt.date]:
    """First days of the simulated months."""
    first = settings.first_day.year * 12 + settings.first_day.month - 1
    return [dt.date((first + n) // 12, (first + n) % 12 + 1, 1) for n in range(settings.months)]


def employed_share(employee: Employee, month: dt.date) -> float:
    """Part of a month's days on which somebody is employed."""
    end = _month_end(month) + dt.timedelta(days=1)
    begin = max(employee.hired_on, month)
    stop = min(employee.left_on or end, end)
    return max((stop - begin).days, 0) / (end - month).days


def ramp(employee: Employee, month: dt.date, ramp_months: int) -> float:
    """Part of the full quota in a month: nothing in the first, all after ``ramp_months``."""
    tenure = (month.year - employee.hired_on.year) * 12 + month.month - employee.hired_on.month
    return min(max(tenure, 0) / ramp_months, 1.0) if ramp_months else 1.0


def _month_end(month: dt.date) -> dt.date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def _is_employed(employee: Employee, day: dt.date) -> bool:
    return employee.hired_on <= day and (employee.left_on is None or day < employee.left_on)


def _fiscal(month: dt.date) -> tuple[int, int]:
    """Fiscal year by its start, and month in it from 0."""
    number = month.year * 12 + month.month - FISCAL_YEAR_START_MONTH
    return number // 12, number % 12


def _quotas(
    settings: Settings, plan: Plan, months: list[dt.date]
) -> list[tuple[int, dt.date, str, float]]:
    """User, month, metric, amount."""
    ids = user_ids(settings)
    last_year = _fiscal(months[-1])[0]
    rows = []
    for employee in plan.employees:
        if employee.role not in ("sdr", "ae", "am"):
            continue
        for month in months:
            share = employed_share(employee, month)
            if share == 0:
                continue
            year, fiscal_month = _fiscal(month)
            factor = share * ramp(employee, month, RAMP_MONTHS[employee.role])
            growth = QUOTA_GROWTH ** (year - last_year)
            if employee.role == "sdr":
                metric, amount = "qualified_opportunities", MONTHLY_OPPORTUNITY_QUOTA * factor
                amount = float(round(amount))
            else:
                metric = "bookings_usd"
                yearly = (
                    YEARLY_BOOKINGS_QUOTA[_segment(plan, employee, month)]
                    if employee.role == "ae"
                    else ACCOUNT_MANAGER_QUOTA
                )
                amount = yearly / 12 * BOOKINGS_BY_FISCAL_MONTH[fiscal_month] * growth * factor
                amount = round(amount, -2)
            rows.append((ids[employee.number], month, metric, amount))
    return rows


def _segment(plan: Plan, employee: Employee, month: dt.date) -> str:
    """The largest segment that somebody covers at the end of a month; before it, mid_market."""
    day = _month_end(month)
    covered = [
        (territory.what - 1) % len(SEGMENTS)
        for position in plan.positions
        if any(_holds(span, employee.number, day) for span in position.occupants)
        for territory in position.territories
        if territory.valid_from <= day and (territory.valid_to is None or day < territory.valid_to)
    ]
    # With all segments in one hand, the middle one is the measure.
    if not covered or len(set(covered)) == len(SEGMENTS):
        return "mid_market"
    return SEGMENTS[max(covered)]


def _holds(span: Span, number: int, day: dt.date) -> bool:
    is_begun = span.what == number and span.valid_from <= day
    return is_begun and (span.valid_to is None or day < span.valid_to)


def _cost_lines(
    world: World, plan: Plan, months: list[dt.date], bookings: dict[dt.date, float]
) -> list[tuple[dt.date, str, str, float]]:
    """Month, department, kind, amount."""
    settings = world.settings
    random = settings.random("foundation/costs")
    scale = (settings.accounts / PLANNED_ACCOUNTS) ** 0.5
    programmes = _campaign_costs(world)
    lines = []
    for number, month in enumerate(months):
        growth = number / max(len(months) - 1, 1)
        for department in ("Sales", "Marketing", "Customer Success"):
            people = [e for e in plan.employees if LEDGER_DEPARTMENT[e.role] == department]
            shares = np.array([employed_share(e, month) for e in people])
            salaries = sum(MONTHLY_SALARY[e.role] * s for e, s in zip(people, shares, strict=True))
            noise = random.uniform(0.9, 1.1, 2)
            lines.append((month, department, "salaries", float(salaries)))
            tools = TOOLS_A_PERSON[department] * shares.sum() * noise[0]
            travel = TRAVEL_A_PERSON[department] * shares.sum() * noise[1]
            lines.append((month, department, "tools", float(tools)))
            lines.append((month, department, "travel", float(travel)))
            if department == "Sales":
                paid = bookings[month] * EXPECTED_ATTAINMENT * COMMISSION_SHARE
                lines.append((month, department, "commissions", paid))
            if department == "Marketing":
                spent = programmes.get(month, 0.0) + OTHER_PROGRAMMES * scale * noise[0]
                lines.append((month, department, "programmes", float(spent)))
        hosting = HOSTING_AT_START + (HOSTING_AT_END - HOSTING_AT_START) * growth
        hosting *= scale * random.uniform(0.96, 1.04)
        lines.append((month, "Hosting", "infrastructure", float(hosting)))
        support = SUPPORT_SALARY * max(1.0, SUPPORT_PEOPLE * scale * (0.6 + 0.4 * growth))
        lines.append((month, "Support", "salaries", float(support)))
        lines.append((month, "Support", "tools", float(support * 0.06)))
    return lines


def _campaign_costs(world: World) -> dict[dt.date, float]:
    """Month → cost of campaigns: paid media by day, everything else in the month it begins."""
    rows = world.sql(
        "with costs as ("
        "select day, cost_usd from campaign_cost_day "
        "union all "
        "select started_on, actual_cost_usd from campaign "
        "where campaign_id not in (select campaign_id from campaign_cost_day)) "
        "select date_trunc('month', day)::date as month, sum(cost_usd)::double as cost "
        "from costs group by month order by month"
    )
    return dict(zip(rows["month"].to_pylist(), rows["cost"].to_pylist(), strict=True))
