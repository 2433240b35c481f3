"""``:name`` in the SQL of rules and evidence: the run's own names, and putting literals in.

Belongs here: what a placeholder looks like and how it is replaced. Does not belong here: values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

#: Names that all SQL of rules and evidence may use beside a rule's own parameters.
RUN_PARAMETERS: tuple[str, ...] = (
    "as_of_date",
    "as_of_end_at",
    "default_country",
    "free_mail_domains",
    "new_business_types",
    "pipeline_stage_order",
    "qualification_fields",
    "renewal_types",
    "reporting_currency",
    "reporting_time_zone",
    "shared_domains",
)

#: ``:name``; ``::`` casts are not portable and are refused where the SQL is read.
PLACEHOLDER = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*)")


def bind(statement: str, values: Mapping[str, str]) -> str:
    """``statement`` with every placeholder replaced by its literal."""
    return PLACEHOLDER.sub(lambda match: values[match.group(1)], statement)
