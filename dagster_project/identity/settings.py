"""What a run lets identity decide by itself.

Belongs here: thresholds and precedence. Does not belong here: how they are used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dagster_project.identity.model import Kind
from dagster_project.identity.overrides import Override


@dataclass(frozen=True)
class IdentitySettings:
    """Settings of one run.

    Args:
        is_enabled: whether alike records count as one; what the vendor or people say always does.
        link_probability: kind → from which probability on two records count as one.
        review_probability: kind → from which on people are asked.
        largest_cluster: kind → records that may become one without being asked.
        source_precedence: sources by whose values go first; others follow by name.
        free_mail_domains: domains of mail that tell nobody's company, in lower case.
        overrides: what people decided.
    """

    is_enabled: bool = True
    link_probability: Mapping[Kind, float] = field(
        default_factory=lambda: {"account": 0.95, "person": 0.99}
    )
    review_probability: Mapping[Kind, float] = field(
        default_factory=lambda: {"account": 0.5, "person": 0.5}
    )
    largest_cluster: Mapping[Kind, int] = field(
        default_factory=lambda: {"account": 12, "person": 8}
    )
    source_precedence: tuple[str, ...] = ()
    free_mail_domains: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = ()
