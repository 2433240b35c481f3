"""What the Dagster server loads."""

from dagster_project.build import build_defs

defs = build_defs()
