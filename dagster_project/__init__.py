"""cultivar: the Dagster code location (assets, checks, jobs, schedules) and what it calls."""
