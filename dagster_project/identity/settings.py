"""What a run lets identity decide by itself.

Belongs here: values from the company file. Does not belong here: how they are used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from dagster_project.identity.model import Kind
from dagster_project.identity.overrides import Override, load_overrides

if TYPE_CHECKING:
    from dagster_project.company.run import RunSettings


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
        as_of_date: the run's day; without one no money is looked for.
        reporting_currency: in which money is summed up, ISO 4217.
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
    as_of_date: date | None = None
    reporting_currency: str = "USD"


def identity_settings(settings: RunSettings) -> IdentitySettings:
    """What identity takes from a run."""
    company = settings.company
    chosen = company.identity
    return IdentitySettings(
        is_enabled=chosen.is_enabled,
        link_probability={
            "account": chosen.account.link_probability,
            "person": chosen.person.link_probability,
        },
        review_probability={
            "account": chosen.account.review_probability,
            "person": chosen.person.review_probability,
        },
        largest_cluster={
            "account": chosen.account.largest_cluster,
            "person": chosen.person.largest_cluster,
        },
        source_precedence=chosen.source_precedence
        or tuple(source.name for source in company.sources),
        free_mail_domains=tuple(domain.lower() for domain in company.thresholds.free_mail_domains),
        overrides=()
        if company.override_file is None
        else load_overrides(
            company.override_file,
            [source.name for source in company.sources],
            settings.as_of_date,
        ),
        as_of_date=settings.as_of_date,
        reporting_currency=company.reporting.currency,
    )
