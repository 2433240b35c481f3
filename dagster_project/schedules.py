"""Dagster schedules.

Belongs here: when jobs run. Does not belong here: what they do.
"""

import datetime as dt

import dagster as dg

from dagster_project.company.model import Company
from dagster_project.company.run import reporting_day
from dagster_project.jobs import AssetJob

NIGHTLY_CRON = "0 2 * * *"


def nightly_schedule(job: AssetJob, company: Company) -> dg.ScheduleDefinition:
    """Every night at two, reporting time, for the day that has just ended."""

    @dg.schedule(
        name="nightly",
        job=job,
        cron_schedule=NIGHTLY_CRON,
        execution_timezone=company.reporting.time_zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"Every night at 02:00 ({company.reporting.time_zone}).",
    )
    def nightly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        # The tick's own time, not the time at which the daemon gets to it.
        tick = context.scheduled_execution_time.astimezone(dt.UTC)
        as_of_date = reporting_day(company, tick).isoformat()
        return dg.RunRequest(
            # The tick's day: a company whose data stand still reports on one day again and again.
            run_key=tick.astimezone(company.time_zone).date().isoformat(),
            run_config={"resources": {"run": {"config": {"as_of_date": as_of_date}}}},
            tags={"as_of_date": as_of_date},
        )

    return nightly
