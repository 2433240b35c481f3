"""The shape of a company file.

Belongs here: every key that a company may set, with its meaning, its default and what is allowed.
Does not belong here: reading files, knowledge of any one company.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from dagster_project.contract import canonical_contract

NAME_PATTERN = r"^[a-z][a-z0-9_]{0,62}$"


def _time_zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(f"'{value}' is not an IANA time zone, such as 'Europe/Berlin' or 'UTC'")
    return value


def _currency(value: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", value):
        raise ValueError(f"'{value}' is not an ISO 4217 code of three capitals, such as 'EUR'")
    return value


def _exact(value: Any) -> Any:
    # A float from YAML would carry its binary digits into the decimal.
    return str(value) if isinstance(value, float) else value


def _clock_time(value: Any) -> Any:
    # YAML 1.1 reads an unquoted 09:30 as the number 570, base sixty.
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value // 60:02d}:{value % 60:02d}"
    return value


TimeZoneName = Annotated[str, AfterValidator(_time_zone)]
CurrencyCode = Annotated[str, AfterValidator(_currency)]
Name = Annotated[str, Field(pattern=NAME_PATTERN)]
Share = Annotated[float, Field(ge=0, le=1)]
ClockTime = Annotated[dt.time, BeforeValidator(_clock_time)]
Text = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BusinessHours(_Strict):
    """When representatives are expected to answer, each on the clock where they work."""

    start: ClockTime = dt.time(9)
    end: ClockTime = dt.time(17)
    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = (
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
    )

    @property
    def iso_days(self) -> list[int]:
        """The days as numbers, 1 (Monday) to 7 (Sunday), in order."""
        week = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        return [number for number, day in enumerate(week, start=1) if day in self.days]

    @property
    def opening_minute(self) -> int:
        """When work begins: minutes since midnight."""
        return 60 * self.start.hour + self.start.minute

    @property
    def closing_minute(self) -> int:
        """When work ends: minutes since midnight."""
        return 60 * self.end.hour + self.end.minute

    @model_validator(mode="after")
    def _ends_after_start(self) -> BusinessHours:
        if self.end <= self.start:
            raise ValueError("business hours must end after they start")
        return self


class Reporting(_Strict):
    """How numbers are cut and in what they are counted."""

    time_zone: TimeZoneName = "UTC"
    currency: CurrencyCode = "USD"
    fiscal_year_start_month: Annotated[int, Field(ge=1, le=12)] = 1
    default_country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "US"
    """Country (ISO 3166 alpha-2) by which a telephone number without a country is read."""


class Stage(_Strict):
    """One opportunity stage: its place in the ladder and what it means."""

    name: Text
    order: Annotated[int, Field(ge=0, le=99)]
    state: Literal["open", "won", "lost"]
    probability: Share
    """Default chance of winning, 0 to 1, used where the CRM gives none."""
    forecast_category: Literal[
        "omitted", "pipeline", "best_case", "most_likely", "commit", "closed"
    ]
    expected_days: Annotated[int, Field(ge=1, le=365)] | None = None
    """Weekdays that an opportunity is expected to stay; by default those that nine in ten took."""

    @model_validator(mode="after")
    def _closed_is_certain(self) -> Stage:
        expected = {"won": 1.0, "lost": 0.0}.get(self.state)
        if expected is not None and self.probability != expected:
            raise ValueError(
                f"stage '{self.name}' is {self.state}, so its probability must be {expected:g}"
            )
        return self


class LeadStatus(_Strict):
    """One lead status of the CRM and the standard lead stage that it stands for."""

    name: Text
    stage: Literal[
        "new",
        "working",
        "marketing_qualified",
        "sales_accepted",
        "sales_qualified",
        "converted",
        "recycled",
        "disqualified",
    ]


class CampaignMemberStatus(_Strict):
    """One campaign member status, its rank in the ladder, and whether it is a response."""

    name: Text
    rank: Annotated[int, Field(ge=0, le=99)]
    is_responded: bool


class ExcludedDomain(_Strict):
    """An e-mail or web domain whose records are kept but counted in no KPI."""

    domain: Annotated[str, Field(pattern=r"^[a-z0-9.-]+\.[a-z]{2,}$")]
    reason: Literal["internal", "test", "competitor", "partner"] = "internal"


class CurrencyRate(_Strict):
    """What one unit of a currency is worth in the reporting currency, from a date on."""

    currency: CurrencyCode
    valid_from: dt.date
    rate: Annotated[Decimal, BeforeValidator(_exact), Field(gt=0, max_digits=18, decimal_places=8)]


class Lookup(_Strict):
    """A second file that turns a key into a value, such as industries by number."""

    file: Text
    key: Text
    value: Text


class ColumnMapping(_Strict):
    """Where a canonical column comes from: a column, an SQL expression or a constant."""

    column: Text | None = None
    expression: Text | None = None
    constant: str | None = None
    values: dict[str, str | None] | None = None
    """Source value → canonical value. A value outside the list stays as it is."""
    date_format: Text | None = None
    """strptime format, such as '%d.%m.%Y'."""
    lookup: Lookup | None = None

    @field_validator("values", mode="before")
    @classmethod
    def _text_values(cls, value: Any) -> Any:
        # YAML reads 1, true and no as other types than the text in a file.
        if isinstance(value, dict):
            as_text = {True: "true", False: "false"}
            return {
                as_text.get(k, str(k)) if isinstance(k, bool) else str(k): None
                if v is None
                else (as_text[v] if isinstance(v, bool) else str(v))
                for k, v in value.items()
            }
        return value

    @model_validator(mode="after")
    def _one_origin(self) -> ColumnMapping:
        given = [n for n in ("column", "expression", "constant") if getattr(self, n) is not None]
        if len(given) != 1:
            raise ValueError(
                "a mapping has exactly one of 'column', 'expression', 'constant', "
                f"found {', '.join(given) or 'none'}"
            )
        return self


def _as_mapping(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


Mapping = Annotated[ColumnMapping, BeforeValidator(_as_mapping)]


class FileTable(_Strict):
    """One canonical entity, fed from one or several files of a folder."""

    entity: Name
    files: tuple[Text, ...] = Field(min_length=1)
    """File names or patterns (``leads-*.csv``) inside the source's folder."""
    columns: dict[Name, Mapping] = Field(min_length=1)
    """Canonical column → where it comes from. Must hold the entity's own id."""
    where: Text | None = None
    """SQL condition over the file's columns; rows that fail it feed other entities."""
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    dropped_columns: tuple[str, ...] = ()
    """Columns that the file used to have and is allowed to lack from now on."""


ANY_ENTITY = "any"
"""Key of the address that holds for every entity without one of its own."""


def _as_link_of_any(value: Any) -> Any:
    return {ANY_ENTITY: value} if isinstance(value, str) else value


def _link(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s{}]+\{id\}[^\s{}]*", value):
        raise ValueError(
            f"'{value}' is not an address with {{id}} where the record's id belongs, such as "
            "'https://acme.lightning.force.com/{id}'"
        )
    return value


RecordLink = Annotated[str, AfterValidator(_link)]


class _Source(_Strict):
    name: Name
    path: Text
    """Folder of the export, relative to the company file; ``${VARIABLE}`` is filled in."""
    time_zone: TimeZoneName | None = None
    """Time zone of stamps that carry no offset; by default the reporting time zone."""
    is_full_export: bool = True
    """Whether every export holds all records, so that a missing one was deleted."""
    max_row_drop_share: Share = 0.15
    """Largest share of records by which an export may shrink before it counts as truncated."""
    max_row_drop_minimum: Annotated[int, Field(ge=0)] = 20
    """Exports that held fewer records than this are not judged by their share."""
    freshness_limit_days: Annotated[int, Field(ge=1, le=366)] | None = None
    """For a source that is delivered every day: how old the newest change in it may be."""
    row_count_file: Text | None = None
    """CSV (columns ``file`` and ``rows``) with the rows that the source counted, in its folder."""
    record_links: Annotated[dict[str, RecordLink], BeforeValidator(_as_link_of_any)] = {}
    """Canonical entity, or ``any`` for all others → address of a record's page in the source."""

    @field_validator("record_links")
    @classmethod
    def _links_of_entities(cls, value: dict[str, str]) -> dict[str, str]:
        allowed = (ANY_ENTITY, *canonical_contract())
        for entity in value:
            if entity not in allowed:
                raise ValueError(f"'{entity}' is no entity; allowed: {', '.join(allowed)}")
        return value


class _ObjectExport(_Source):
    columns: dict[str, dict[str, Mapping]] = {}
    """Object → standard field → where it comes from, for custom fields in its place."""
    dropped_columns: dict[str, tuple[str, ...]] = {}
    """Object → columns that the export used to have and is allowed to lack from now on."""


class _WithCrm(_ObjectExport):
    crm_source: Name | None = None
    """Source of the CRM whose record ids this one holds, such as an account's."""


class SalesforceExport(_ObjectExport):
    """Salesforce's own data export: one CSV an object, with API names."""

    type: Literal["salesforce_export"]
    date_order: Literal["mdy", "dmy"] = "mdy"
    """How slashed dates are read, if the export was made with a locale's format."""


class HubspotExport(_ObjectExport):
    """Responses of HubSpot's interface: one ``*.jsonl`` or ``*.jsonl.gz`` an object."""

    type: Literal["hubspot_export"]


class MarketoExport(_WithCrm):
    """Responses of Marketo's interface: one ``*.jsonl`` or ``*.jsonl.gz`` an object."""

    type: Literal["marketo_export"]


class SegmentExport(_WithCrm):
    """Product events as Segment writes them to files: by day of receipt, in a folder ``tracks``."""

    type: Literal["segment_export"]
    is_full_export: Literal[False] = False
    """Events and calls add to each other: one that is not delivered again did not vanish."""


class ZuoraExport(_WithCrm):
    """Zuora's data source export: one CSV an object, with API names."""

    type: Literal["zuora_export"]


class Files(_Source):
    """A folder of CSV, JSONL or Parquet files with a mapping."""

    type: Literal["files"]
    tables: tuple[FileTable, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_table_an_entity(self) -> Files:
        entities = [table.entity for table in self.tables]
        for entity in entities:
            if entities.count(entity) > 1:
                raise ValueError(
                    f"entity '{entity}' has {entities.count(entity)} tables; "
                    "list all its files in one"
                )
        return self


Source = Annotated[
    SalesforceExport | HubspotExport | MarketoExport | SegmentExport | ZuoraExport | Files,
    Field(discriminator="type"),
]


SHARED_DOMAINS = (
    "apps.apple.com",
    "facebook.com",
    "github.com",
    "instagram.com",
    "linkedin.com",
    "linktr.ee",
    "play.google.com",
    "sites.google.com",
    "tiktok.com",
    "twitter.com",
    "x.com",
    "xing.com",
    "youtube.com",
)


class Hygiene(_Strict):
    """How strict the gate is."""

    shared_domains: tuple[str, ...] = SHARED_DOMAINS
    """Networks, shops of apps and builders of pages: there, no company has a domain of its own."""

    disabled_rules: tuple[str, ...] = ()
    thresholds: dict[str, int | float | str | list[str]] = {}
    """``RULE.parameter`` → value, for example ``T07.tolerated_share: 0.1``."""
    weights: dict[str, Annotated[int, Field(ge=0, le=10)]] = {}
    """Rule → its weight in scores in place of the product's, for example ``O08: 4``."""
    ratchets: dict[str, Annotated[int, Field(ge=0)]] = {}
    """``entity.RULE`` → records that may break the rule; above it the rule fails, for example
    ``lead.P02: 40``."""
    waivers: Text | None = None
    """CSV file of accepted violations, relative to the company file."""


class AccountIdentity(_Strict):
    """What makes two account records one."""

    link_probability: Annotated[float, Field(gt=0.5, le=1)] = 0.95
    """From this probability on two records count as one."""
    review_probability: Annotated[float, Field(ge=0.05, le=1)] = 0.5
    """From this probability on people are asked (``hygiene.review_queue``)."""
    largest_cluster: Annotated[int, Field(ge=2)] = 12
    """So many records become one without anybody being asked."""


class PersonIdentity(AccountIdentity):
    """What makes two contact or lead records one person."""

    link_probability: Annotated[float, Field(gt=0.5, le=1)] = 0.99
    """From this probability on two records count as one."""
    largest_cluster: Annotated[int, Field(ge=2)] = 8
    """So many records become one without anybody being asked."""


class Identity(_Strict):
    """Which records are one company or person."""

    is_enabled: bool = True
    """Whether alike records count as one; what the vendor or people say always does."""
    account: AccountIdentity = AccountIdentity()
    person: PersonIdentity = PersonIdentity()
    source_precedence: tuple[Text, ...] = ()
    """Sources by whose values go first; without it, the order in which the file lists them."""
    overrides: Text | None = None
    """CSV file of what people decided, relative to the company file."""


def _variable(value: Any) -> Any:
    # Whoever writes the address itself here must not find it in an error message.
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z][A-Z0-9_]{0,126}", value):
        raise ValueError(
            "this is the name of an environment variable in capitals, such as "
            "CULTIVAR_POSTGRES_URL, which holds the address; what was found is not shown, since "
            "it may be a secret"
        )
    return value


def _schema_of_its_own(value: str) -> str:
    if value in ("public", "information_schema") or value.startswith("pg_"):
        raise ValueError(f"'{value}' is PostgreSQL's own; give a schema for this company alone")
    return value


class PostgresCopy(_Strict):
    """A PostgreSQL database that gets a copy of what is published."""

    url_env: Annotated[str, BeforeValidator(_variable)]
    """Environment variable that holds its address, user and password."""
    schema_name: Annotated[Name, AfterValidator(_schema_of_its_own)] = "cultivar"
    """Schema for the tables and views; it is made if it is not there."""


class Publication(_Strict):
    """What BI tools get to see."""

    keep_nights: Annotated[int, Field(ge=1, le=366)] = 7
    personal_data: Literal["masked", "clear"] = "masked"
    """Whether columns tagged as personal are masked in the published files."""
    has_restricted_file: bool = False
    """Whether a second file with nothing masked is published for those who may see it."""
    postgres: PostgresCopy | None = None
    """Where the published file is copied to as the last step of a night; nowhere by default."""


FREE_MAIL_DOMAINS = (
    "aol.com",
    "fastmail.com",
    "free.fr",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.co.uk",
    "hotmail.com",
    "hotmail.de",
    "hotmail.fr",
    "icloud.com",
    "laposte.net",
    "libero.it",
    "live.com",
    "mac.com",
    "mail.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "orange.fr",
    "outlook.com",
    "outlook.de",
    "outlook.fr",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "t-online.de",
    "web.de",
    "yahoo.co.uk",
    "yahoo.com",
    "yahoo.de",
    "yahoo.fr",
    "yandex.ru",
    "163.com",
)
"""Compared with the whole domain, never with a part of it."""


class Thresholds(_Strict):
    """Numbers that the models take; each has a meaning, a unit and a valid range."""

    month_freeze_business_day: Annotated[int, Field(ge=1, le=20)] | None = 5
    """Business day of the next month at whose end a month's figures are frozen (rule G17); null:
    never."""
    low_n: Annotated[int, Field(ge=1)] = 20
    """A ratio over fewer cases than this is flagged (rule G2)."""
    unpaid_plans: tuple[str, ...] = ("free", "trial", "closed")
    """Plans of a product's workspace for which nothing is paid, compared without case."""
    key_product_events: tuple[str, ...] = ()
    """Product events that show real use, compared without case; counted apart."""
    pipeline_stage_order: Annotated[int, Field(ge=0, le=99)] = 2
    """Open opportunities from this stage order on count as pipeline."""
    churn_grace_days: Annotated[int, Field(ge=0, le=365)] = 30
    """A gap of up to so many days before a renewal is no churn (rule G14)."""
    customer_life_cap_months: Annotated[int, Field(ge=1)] = 60
    """Longest life of a customer that lifetime value counts with."""
    conversation_seconds: Annotated[int, Field(ge=0, le=3600)] = 120
    """A call is a meaningful conversation from so many seconds of talk on (A01)."""
    conversation_dispositions: tuple[str, ...] = ("conversation", "connected")
    """Outcomes of a call in which somebody talked, compared without case (A01)."""
    prospecting_quiet_days: Annotated[int, Field(ge=1, le=730)] = 90
    """After more quiet days than this an account's next activity begins a new spell (A01)."""
    connect_days: Annotated[int, Field(ge=1, le=365)] = 30
    """Days from the begin of a spell in which a conversation makes it connected (A01)."""
    pass_days: Annotated[int, Field(ge=1, le=365)] = 90
    """Days from the begin of a spell in which a hand-off makes it passed (A02)."""
    acceptance_working_days: Annotated[int, Field(ge=1, le=260)] = 10
    """Working days in which sales takes or refuses a lead (A03, F04)."""
    active_prospecting_days: Annotated[int, Field(ge=1, le=365)] = 30
    """Days after its last outbound touch in which an account counts as worked on (A06)."""
    context_fields: Annotated[int, Field(ge=1, le=50)] = 5
    """How many context fields a hand-off has (F06)."""
    qualification_fields: Annotated[int, Field(ge=1, le=50)] = 9
    """How many fields the qualification framework has (P03)."""
    outbound_sources: tuple[str, ...] = ("outbound", "cold call", "prospecting", "purchased list")
    """Lead sources that stand for our own search, compared without case (P04)."""
    outbound_lookback_days: Annotated[int, Field(ge=0, le=365)] = 14
    """A lead that we had contacted within so many days before is outbound, whatever form (P04)."""
    free_mail_domains: tuple[str, ...] = FREE_MAIL_DOMAINS
    """Domains of mail that anybody can have; an address there tells no company (G18)."""
    referral_sources: tuple[str, ...] = ("referral", "customer referral", "employee referral")
    """Lead sources that are referrals, compared without case (V19)."""
    response_sla_minutes: Annotated[int, Field(ge=0)] = 60
    """Time in which an inbound lead is to be answered (F02)."""
    existing_conversation_days: Annotated[int, Field(ge=0, le=365)] = 90
    """Whom we touched so many days before the lead came was in a conversation already (F02)."""
    engaged_days: Annotated[int, Field(ge=1, le=365)] = 90
    """An act makes a person engaged for so many days (A04, A07)."""
    engaged_individuals: Annotated[int, Field(ge=1)] = 2
    """So many engaged people make an account on a target list engaged (A04)."""
    multi_threaded_individuals: Annotated[int, Field(ge=1)] = 3
    """So many engaged people make an opportunity multi-threaded (A07)."""
    orchestration_days: Annotated[int, Field(ge=0, le=365)] = 14
    """Touches of marketing and sales at most so many days apart belong together (A08)."""
    use_case_stage: Annotated[int, Field(ge=1, le=6)] = 4
    """Stage of awareness from which a person has named a use case (F08)."""
    qualified_fit: Share = 0.5
    """A marketing qualified account fits at least so well (A09)."""
    qualified_acts: Annotated[int, Field(ge=1)] = 4
    """Acts that qualify an account."""
    qualified_individuals: Annotated[int, Field(ge=1)] = 2
    """People who have to be behind them."""
    qualified_days: Annotated[int, Field(ge=1, le=365)] = 30
    """Days in which they have to fall."""
    requalified_after_days: Annotated[int, Field(ge=0, le=730)] = 90
    """An account qualifies again after more than so many days on which it would not have."""
    qualified_conversion_days: Annotated[int, Field(ge=1, le=730)] = 90
    """Days in which an opportunity counts as what came of it."""
    new_business_types: tuple[str, ...] = (
        "new business",
        "new customer",
        "existing business - new",
    )
    """Opportunity types that count as new business, compared without case."""
    renewal_types: tuple[str, ...] = ("renewal", "existing customer - renewal")
    """Opportunity types that are renewals, compared without case."""


class Company(_Strict):
    """A company: its sources and everything that differs between companies."""

    name: Name
    title: str = ""
    data_end_on: dt.date | None = None
    """Last day that the data describe, for data that stand still; a run is for no later day."""
    reporting: Reporting = Reporting()
    business_hours: BusinessHours = BusinessHours()
    sources: tuple[Source, ...] = Field(min_length=1)
    stages: tuple[Stage, ...] = ()
    lead_statuses: tuple[LeadStatus, ...] = ()
    campaign_member_statuses: tuple[CampaignMemberStatus, ...] = (
        CampaignMemberStatus(name="Sent", rank=1, is_responded=False),
        CampaignMemberStatus(name="Responded", rank=2, is_responded=True),
    )
    excluded_domains: tuple[ExcludedDomain, ...] = ()
    currency_rates: tuple[CurrencyRate, ...] = ()
    thresholds: Thresholds = Thresholds()
    hygiene: Hygiene = Hygiene()
    identity: Identity = Identity()
    publication: Publication = Publication()

    path: Path = Field(default=Path(), exclude=True)
    """The company file itself; set on loading."""

    @model_validator(mode="after")
    def _names_are_unique(self) -> Company:
        for label, names in (
            ("source", [source.name for source in self.sources]),
            ("stage", [stage.name.strip().lower() for stage in self.stages]),
            ("lead status", [status.name.strip().lower() for status in self.lead_statuses]),
        ):
            for name in names:
                if names.count(name) > 1:
                    raise ValueError(f"{label} '{name}' is listed {names.count(name)} times")
        return self

    @model_validator(mode="after")
    def _precedence_names_sources(self) -> Company:
        names = [source.name for source in self.sources]
        unknown = [name for name in self.identity.source_precedence if name not in names]
        if unknown:
            raise ValueError(
                f"identity.source_precedence names '{unknown[0]}'; allowed: {', '.join(names)}"
            )
        return self

    @model_validator(mode="after")
    def _crm_sources_exist(self) -> Company:
        names = [source.name for source in self.sources]
        for source in self.sources:
            crm = self.crm_source_of(source)
            if crm is None and getattr(source, "crm_source", None) is not None:
                raise ValueError(
                    f"source '{source.name}' has crm_source '{source.crm_source}'; allowed: "  # type: ignore[union-attr]
                    + ", ".join(name for name in names if name != source.name)
                )
        return self

    def crm_source_of(self, source: Source) -> Source | None:
        """The source of the CRM whose record ids ``source`` holds, if it says so."""
        named = getattr(source, "crm_source", None)
        others = (other for other in self.sources if other is not source)
        return next((other for other in others if other.name == named), None)

    @property
    def time_zone(self) -> ZoneInfo:
        """The reporting time zone."""
        return ZoneInfo(self.reporting.time_zone)

    @property
    def waiver_file(self) -> Path | None:
        """File of accepted violations, absolute; None without one."""
        waivers = self.hygiene.waivers
        return None if waivers is None else (self.path.parent / waivers).resolve()

    @property
    def override_file(self) -> Path | None:
        """File of what people decided about identity, absolute; None without one."""
        overrides = self.identity.overrides
        return None if overrides is None else (self.path.parent / overrides).resolve()

    def source_folder(self, source: Source) -> Path:
        """Folder of ``source``, absolute."""
        return (self.path.parent / source.path).resolve()
