"""What a run tells the gate: the date, the company's conventions, its own thresholds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dagster_project.company.model import FREE_MAIL_DOMAINS, SHARED_DOMAINS, Thresholds
from dagster_project.company.run import RunSettings
from dagster_project.hygiene.waivers import Waiver, load_waivers

if TYPE_CHECKING:
    from dagster_project.hygiene.rules import Rule

#: A threshold: what a company file may write for a parameter of a rule.
ThresholdValue = int | float | str | list[str]

_DEFAULTS = Thresholds()


@dataclass(frozen=True)
class GateSettings:
    """Everything the gate needs beside the warehouse. It has no clock of its own.

    Attributes:
        as_of_date: the date of the run; every comparison with "today" uses it.
        reporting_time_zone: IANA name; decides on which day an instant falls.
        reporting_currency: ISO 4217 code; amounts without a currency are in it.
        default_country: ISO 3166 alpha-2 code; the country of a phone number that has no
            international prefix and whose record names no country.
        free_mail_domains: domains of mail that anybody can have, in lower case.
        pipeline_stage_order: from this stage on, open opportunities are pipeline.
        qualification_fields: how many fields the qualification framework has.
        new_business_types: opportunity types of new business, in lower case.
        renewal_types: opportunity types of renewals, in lower case.
        shared_domains: where many companies have a page, and none a domain of its own.
        run_id: identifies the run in hygiene.check_result.
        thresholds: ``"<rule id>.<parameter>"`` → value; replaces a parameter's default.
        weights: rule id → its weight in scores; replaces the rule's own.
        disabled_rules: ids of rules that this company switches off.
        waivers: violations that this company accepts for now.
        ratchets: ``"<entity>.<rule id>"`` → records that may break the rule before it fails.
    """

    as_of_date: date
    reporting_time_zone: str
    reporting_currency: str
    run_id: str
    default_country: str = "US"
    free_mail_domains: tuple[str, ...] = FREE_MAIL_DOMAINS
    shared_domains: tuple[str, ...] = SHARED_DOMAINS
    pipeline_stage_order: int = _DEFAULTS.pipeline_stage_order
    qualification_fields: int = _DEFAULTS.qualification_fields
    new_business_types: tuple[str, ...] = _DEFAULTS.new_business_types
    renewal_types: tuple[str, ...] = _DEFAULTS.renewal_types
    thresholds: Mapping[str, ThresholdValue] = field(default_factory=dict)
    weights: Mapping[str, int] = field(default_factory=dict)
    disabled_rules: frozenset[str] = frozenset()
    waivers: tuple[Waiver, ...] = ()
    ratchets: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse values that would only fail, or mislead, deep inside a statement."""
        try:
            ZoneInfo(self.reporting_time_zone)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(
                f"reporting_time_zone: '{self.reporting_time_zone}' is not an IANA time zone"
            ) from error
        if not re.fullmatch(r"[A-Z]{3}", self.reporting_currency):
            raise ValueError(
                f"reporting_currency: '{self.reporting_currency}' is not an ISO 4217 code (EUR)"
            )
        if not re.fullmatch(r"[A-Z]{2}", self.default_country):
            raise ValueError(
                f"default_country: '{self.default_country}' is not an ISO 3166 alpha-2 code (US)"
            )


def gate_settings(settings: RunSettings, run_id: str, rules: Sequence[Rule]) -> GateSettings:
    """What the gate takes from a run; ``rules`` are those that waivers may name."""
    company = settings.company
    waivers = company.waiver_file
    return GateSettings(
        as_of_date=settings.as_of_date,
        reporting_time_zone=company.reporting.time_zone,
        reporting_currency=company.reporting.currency,
        run_id=run_id,
        default_country=company.reporting.default_country,
        free_mail_domains=tuple(domain.lower() for domain in company.thresholds.free_mail_domains),
        shared_domains=tuple(domain.lower() for domain in company.hygiene.shared_domains),
        pipeline_stage_order=company.thresholds.pipeline_stage_order,
        qualification_fields=company.thresholds.qualification_fields,
        new_business_types=tuple(kind.lower() for kind in company.thresholds.new_business_types),
        renewal_types=tuple(kind.lower() for kind in company.thresholds.renewal_types),
        thresholds=company.hygiene.thresholds,
        weights=company.hygiene.weights,
        disabled_rules=frozenset(company.hygiene.disabled_rules),
        waivers=load_waivers(waivers, rules) if waivers is not None else (),
        ratchets=company.hygiene.ratchets,
    )
