"""Evidence is data: what rules ask of other records than their own, computed once a run.

Belongs here: reading and checking ``expectations/evidence/*.yml``, and filling schema ``evidence``
of the warehouse: one table a piece of evidence, however many rules join it. Does not belong here:
thresholds (a rule compares; evidence only states), and judging single values (``validators``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dagster_project.hygiene.paths import EVIDENCE_DIR
from dagster_project.hygiene.placeholders import PLACEHOLDER, RUN_PARAMETERS, bind
from dagster_project.hygiene.yaml_files import RuleFileError, read_model

if TYPE_CHECKING:
    import duckdb

#: Schemas that are complete before the gate; whatever comes after it must not decide about it.
READABLE_SCHEMAS = frozenset({"canonical", "config", "evidence", "reference"})

_Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
_Text = Annotated[str, Field(min_length=1)]

_READ_TABLE = re.compile(r'\b(?:from|join)\s+(\w+)\."?(\w+)', re.IGNORECASE)


class EvidenceDefinition(BaseModel):
    """A named table derived from canonical records: at most one row a key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    meaning: _Text
    key: Annotated[tuple[_Name, ...], Field(min_length=1)]
    #: Column → what it says. The key's columns are not repeated.
    columns: dict[_Name, _Text]
    #: Whether it is only asked by other evidence, once a row: then it is no table but a view.
    is_view: bool = False
    #: Gives the key and the columns, in any order; may use the run's parameters (``:as_of_date``).
    query: _Text

    @model_validator(mode="after")
    def _reads_what_is_there(self) -> EvidenceDefinition:
        if "::" in self.query or "--" in self.query or ";" in self.query:
            raise ValueError("SQL must not contain '::' (use cast), '--' or ';'")
        if unknown := set(PLACEHOLDER.findall(self.query)) - set(RUN_PARAMETERS):
            raise ValueError(
                f"':{min(unknown)}' is not a parameter; allowed: "
                + ", ".join(f":{name}" for name in RUN_PARAMETERS)
            )
        if foreign := {schema for schema, _ in _READ_TABLE.findall(self.query)} - READABLE_SCHEMAS:
            raise ValueError(
                f"must not read schema '{min(foreign)}'; allowed: "
                + ", ".join(sorted(READABLE_SCHEMAS))
            )
        return self

    @property
    def all_columns(self) -> frozenset[str]:
        """The key's columns and the others."""
        return frozenset({*self.key, *self.columns})

    @property
    def needs(self) -> frozenset[str]:
        """Other evidence that the query reads."""
        return frozenset(
            name for schema, name in _READ_TABLE.findall(self.query) if schema == "evidence"
        )


class _EvidenceFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    evidence: dict[_Name, EvidenceDefinition]


def load_evidence(evidence_dir: Path = EVIDENCE_DIR) -> dict[str, EvidenceDefinition]:
    """Every piece of evidence by name, each after those that it reads.

    Raises:
        RuleFileError: naming the file, the evidence, the key and what is allowed.
    """
    found: dict[str, EvidenceDefinition] = {}
    for path in sorted(evidence_dir.glob("*.yml")):
        for name, definition in read_model(path, _EvidenceFile, {}).evidence.items():
            if name in found:
                raise RuleFileError(f"{path.name}: evidence '{name}' is defined twice")
            found[name] = definition
    for name, definition in found.items():
        if unknown := definition.needs - set(found):
            raise RuleFileError(
                f"evidence '{name}' reads evidence.{min(unknown)}, which does not exist; "
                f"allowed: {', '.join(sorted(found))}"
            )
    try:
        order = TopologicalSorter({name: found[name].needs for name in found}).static_order()
        return {name: found[name] for name in order}
    except CycleError as error:
        raise RuleFileError(f"evidence reads itself: {' → '.join(error.args[1])}") from error


@cache
def default_evidence() -> Mapping[str, EvidenceDefinition]:
    """The product's own evidence, read once a process."""
    return load_evidence()


def used_evidence(
    names: Collection[str], known: Mapping[str, EvidenceDefinition]
) -> dict[str, EvidenceDefinition]:
    """The named evidence with all that it reads, in the order in which it is computed."""
    wanted = set(names)
    for name in reversed(list(known)):
        if name in wanted:
            wanted |= known[name].needs
    return {name: definition for name, definition in known.items() if name in wanted}


def refresh_evidence(
    con: duckdb.DuckDBPyConnection,
    evidence: Mapping[str, EvidenceDefinition],
    run_literals: Mapping[str, str],
    entities: Collection[str] = (),
) -> None:
    """Compute schema ``evidence`` anew; nothing else is left in it.

    Args:
        con: a read-write connection to the warehouse.
        evidence: what to compute, in its order.
        run_literals: the run's parameters as SQL literals.
        entities: those whose keys are judged, so that a repeated one is told by its rule.

    Raises:
        RuleFileError: a query cannot run, gives other columns than declared, or a key twice.
    """
    import duckdb

    con.execute("drop schema if exists evidence cascade")
    con.execute("create schema evidence")
    for name, definition in evidence.items():
        try:
            con.execute(
                f"create {'view' if definition.is_view else 'table'} evidence.{name} as "
                f"{bind(definition.query, run_literals)}"
            )
        except duckdb.Error as error:
            raise RuleFileError(
                f"evidence '{name}': its SQL cannot run: {str(error).splitlines()[0]}"
            ) from error
        given = {column for column, *_ in con.execute(f"describe evidence.{name}").fetchall()}
        if given != definition.all_columns:
            raise RuleFileError(
                f"evidence '{name}' gives {', '.join(sorted(given))}; "
                f"declared: {', '.join(sorted(definition.all_columns))}"
            )
        if definition.is_view:
            continue
        # A key that occurs twice would make two findings of one. Equal keys have equal hashes, and
        # numbers are told apart faster than texts.
        key = ", ".join(definition.key)
        twice = con.execute(
            f"select 1 from evidence.{name} where hash({key}) in ("
            f"select hash({key}) from evidence.{name} group by 1 having count(*) > 1"
            f") group by {key} having count(*) > 1 limit 1"
        ).fetchone()
        # Made of records that have their own keys twice it is no mistake: T05 tells, and stops.
        if twice is not None and not _has_repeated_key(con, entities):
            raise RuleFileError(f"evidence '{name}' has several rows for one {key}")


def _has_repeated_key(con: duckdb.DuckDBPyConnection, entities: Collection[str]) -> bool:
    return any(
        con.execute(
            f'select 1 from canonical."{entity}" group by {entity}_id having count(*) > 1 limit 1'
        ).fetchone()
        for entity in entities
    )
