"""What every connection of the gate to the warehouse is told first.

Belongs here: settings of a DuckDB session. Does not belong here: opening connections.
"""

from __future__ import annotations

import os

from dagster_project.sql_text import literal

#: What DuckDB may take before it spills to disk; Great Expectations and Python come on top, and
#: the whole gate is to stay below 4 GB. The variable is the same as for dbt.
DEFAULT_MEMORY_LIMIT = "2500MB"


def session_settings() -> tuple[str, ...]:
    """The statements, in order."""
    limit = os.environ.get("CULTIVAR_MEMORY_LIMIT") or DEFAULT_MEMORY_LIMIT
    return ("set TimeZone = 'UTC'", f"set memory_limit = {literal(limit)}")
