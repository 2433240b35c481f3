"""Rules about events: judged where events are added up, not one by one by the gate.

Belongs here: reading ``expectations/streams``, and the rules' rows in ``hygiene.rule``. Does not
belong here: the counting (dbt's ``fct_event_defect``), rules about records (``rules``).

A finding for each of millions of events helps nobody, and reading them for the gate would be a
second reading. What adds them up sees every defect anyway, leaves it out, and counts it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from dagster_project.hygiene.paths import STREAMS_FILE
from dagster_project.hygiene.rules import Dimension, Fixer
from dagster_project.hygiene.yaml_files import read_model

if TYPE_CHECKING:
    import duckdb

_Text = Annotated[str, Field(min_length=1)]


class StreamRule(BaseModel):
    """A rule of ``expectations/streams``; what breaks it is left out where events are added up."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[A-Z][0-9]{2}$")]
    title: _Text
    entity: Literal["product_event", "email_event"]
    #: The model that leaves out what breaks it.
    judged_in: _Text
    dimension: Dimension
    severity: Literal["block"]
    weight: Annotated[int, Field(ge=0, le=10)]
    fixer: Fixer
    version: Annotated[int, Field(ge=1)]
    why: _Text
    how_to_fix: _Text


class _StreamFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: tuple[StreamRule, ...]


def load_stream_rules(path: Path = STREAMS_FILE) -> tuple[StreamRule, ...]:
    """The rules of the file.

    Raises:
        RuleFileError: naming the file, the rule, the key and what is allowed.
    """
    return read_model(path, _StreamFile, {"rules": StreamRule}).rules


@cache
def default_stream_rules() -> tuple[StreamRule, ...]:
    """The product's own rules, read once a process."""
    return load_stream_rules()


def write_stream_rules(con: duckdb.DuckDBPyConnection) -> None:
    """Add the rules to the catalogue of the run, after the gate's own."""
    con.executemany(
        "insert into hygiene.rule select ?, ?, ?, null, ?, ?, ?, ?, ?, false, true, '{}', ?, ?",
        [
            [
                rule.id,
                rule.entity,
                rule.title,
                rule.dimension,
                rule.severity,
                rule.weight,
                rule.fixer,
                rule.version,
                rule.why,
                rule.how_to_fix,
            ]
            for rule in default_stream_rules()
        ],
    )
