"""Rules about what a source delivered as a whole: tables and sources, not records.

Belongs here: reading ``expectations/delivery``, and how each rule went, as rows for
``hygiene.check_result`` and ``hygiene.rule``. Does not belong here: rules about records
(``rules``); refusing files, which landing does before anything is loaded.

T04 and T06 are judged of sources that set ``freshness_limit_days`` in the company file, since only
of those it is known that they are delivered every day; and not of a source that was first loaded
after the run's day, whose records are of a later load.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from dagster_project.contract import canonical_contract
from dagster_project.hygiene.paths import DELIVERY_FILE
from dagster_project.hygiene.placeholders import bind
from dagster_project.hygiene.rules import ENTITIES, Dimension
from dagster_project.hygiene.sql import canonical_relation, run_literals
from dagster_project.hygiene.yaml_files import read_model

if TYPE_CHECKING:
    import duckdb

    from dagster_project.hygiene.settings import GateSettings

_Text = Annotated[str, Field(min_length=1)]


class DeliveryRule(BaseModel):
    """A rule of ``expectations/delivery``; all of them are about whole tables, and stop."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^T[0-9]{2}$")]
    title: _Text
    judges: Literal["table", "source"]
    judged_by: Literal["landing", "gate"]
    dimension: Dimension
    version: Annotated[int, Field(ge=1)]
    why: _Text
    how_to_fix: _Text


class _DeliveryFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: tuple[DeliveryRule, ...]


@dataclass(frozen=True)
class DeliveryResult:
    """How a rule went for one table or source."""

    rule: DeliveryRule
    #: The source, with the table where the rule judges tables.
    subject: str
    failed_rows: int
    total_rows: int
    is_passed: bool

    @property
    def stop_message(self) -> str:
        """What is told when the run stops for it."""
        found = f"{self.failed_rows:,} of {self.total_rows:,} were"
        if self.rule.id == "T04":
            found = (
                f"it is {self.failed_rows:,} days old, and {self.total_rows:,} are allowed"
                if self.failed_rows
                else "no record of it says when it was changed"
            )
        return (
            f"{self.rule.id} {self.rule.title}: not so for source {self.subject}: {found}. "
            f"{self.rule.how_to_fix}"
        )


def load_delivery_rules(path: Path = DELIVERY_FILE) -> tuple[DeliveryRule, ...]:
    """The rules of the file.

    Raises:
        RuleFileError: naming the file, the rule, the key and what is allowed.
    """
    return read_model(path, _DeliveryFile, {"rules": DeliveryRule}).rules


@cache
def default_delivery_rules() -> tuple[DeliveryRule, ...]:
    """The product's own rules, read once a process."""
    return load_delivery_rules()


# What landing refuses never comes this far: these rows tell that it was checked, and on how much.
_LANDED = {
    "T01": "0, column_count, true",
    "T02": "0, previous_row_count, previous_row_count = 0 or row_count > 0",
    "T03": "greatest(previous_row_count - row_count, 0), previous_row_count, true",
    "T08": "0, counted_row_count, true",
}

_JUDGED_SOURCES = """
    select source.source_name, source.freshness_limit_days
    from config.source as source
    where source.freshness_limit_days is not null
        and exists (
            select 1 from config.delivered_entity as delivered
            where delivered.source_name = source.source_name
                and coalesce(delivered.first_loaded_on <= :as_of_date, true)
        )
"""

_MODIFIED = f"""
create or replace temp table modified as
select stamp.source_name,
    max(stamp.modified_at) as newest_at,
    count(*) as stamp_count,
    count(*) filter (
        where stamp.modified_at > :as_of_end_at + interval 1 day + interval 5 minute
    ) as late_count
from ({{stamps}}) as stamp
semi join ({_JUDGED_SOURCES}) as judged on judged.source_name = stamp.source_name
group by stamp.source_name
"""

# Days of the newest change over days allowed. Without any stamp, nobody can tell: that is no pass.
_T04 = f"""
select judged.source_name as subject,
    greatest(
        :as_of_date - cast(stamp.newest_at at time zone :reporting_time_zone as date), 0
    ) as failed_rows,
    judged.freshness_limit_days as total_rows,
    stamp.newest_at is not null and failed_rows <= total_rows as is_passed
from ({_JUDGED_SOURCES}) as judged
left join temp.modified as stamp on stamp.source_name = judged.source_name
"""

# A run takes place within a day of its day's end; five minutes are for clocks.
_T06 = f"""
select judged.source_name as subject,
    stamp.late_count as failed_rows,
    stamp.stamp_count as total_rows,
    failed_rows = 0 as is_passed
from ({_JUDGED_SOURCES}) as judged
inner join temp.modified as stamp on stamp.source_name = judged.source_name
"""


def judge_deliveries(
    con: duckdb.DuckDBPyConnection, settings: GateSettings
) -> tuple[DeliveryResult, ...]:
    """How every delivery rule went, for every table and source that it judges."""
    stamps = " union all ".join(
        f"select source_name, modified_at from {canonical_relation(entity)} "
        "where modified_at is not null"
        for entity in ENTITIES
        if any(column.name == "modified_at" for column in canonical_contract()[entity])
    )
    values = run_literals(settings)
    con.execute(bind(_MODIFIED.format(stamps=stamps), values))
    results = []
    for rule in default_delivery_rules():
        statement = {"T04": _T04, "T06": _T06}.get(rule.id) or (
            "select concat(source_name, '.', table_name) as subject, "
            f"{_LANDED[rule.id]} from config.landed_table where {_compared(rule)}"
        )
        results += [
            DeliveryResult(rule, *row)
            for row in con.execute(f"{bind(statement, values)} order by subject").fetchall()
        ]
    return tuple(results)


def _compared(rule: DeliveryRule) -> str:
    """Which tables there was something to compare with; what comes in parts may be any number."""
    if rule.id == "T08":
        return "counted_row_count is not null"
    if rule.id in ("T02", "T03"):
        return "previous_row_count is not null and is_full_export"
    return "previous_row_count is not null"


def write_delivery_results(
    con: duckdb.DuckDBPyConnection, results: tuple[DeliveryResult, ...], settings: GateSettings
) -> None:
    """Add the rules and how they went, after the gate's own."""
    con.executemany(
        "insert into hygiene.rule "
        "select ?, ?, ?, null, ?, 'stop', 10, 'operations', ?, false, true, '{}', ?, ?",
        [
            [
                rule.id,
                rule.judges,
                rule.title,
                rule.dimension,
                rule.version,
                rule.why,
                rule.how_to_fix,
            ]
            for rule in default_delivery_rules()
        ],
    )
    con.execute("delete from hygiene.check_result where check_type = 'delivery'")
    if results:
        con.executemany(
            "insert into hygiene.check_result values (?, 'delivery', ?, ?, 'stop', ?, ?, ?, ?, ?)",
            [
                [
                    f"{result.subject}.{result.rule.id}",
                    result.rule.id,
                    result.subject,
                    result.is_passed,
                    result.failed_rows,
                    result.total_rows,
                    settings.as_of_date,
                    settings.run_id,
                ]
                for result in results
            ],
        )
