"""What readers of the published file rely on: its tables, columns, order and types.

``releases/<version>.yml`` holds what a release published. Belongs here: reading it from a
published file, and telling what of a release a later file breaks. Does not belong here: demanding
an entry in the change log for it (a test does).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
from pydantic import BaseModel, ConfigDict

from dagster_project.contract import DBT_PROJECT, PROJECT_ROOT, read_yaml
from dagster_project.publish.publication import SCHEMA_VERSION, ColumnPolicy

RELEASES = PROJECT_ROOT / "releases"
_MASKED = " masked"


class PublishedContract(BaseModel):
    """Tables → their columns in order → their types, with a mark where values are masked."""

    model_config = ConfigDict(frozen=True)

    schema_version: int
    tables: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Break:
    """One thing that a reader of the release may trip over."""

    name: str
    """``schema.table`` or ``schema.table.column``."""
    what: str


def read_contract(database: Path, policy: ColumnPolicy) -> PublishedContract:
    """The contract of a published file.

    Args:
        database: the published file; opened read-only.
        policy: which columns are personal; the file itself does not say it.
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            """
            select schema_name, table_name, column_name, data_type
            from duckdb_columns() where not internal
            order by schema_name, table_name, column_index
            """
        ).fetchall()
    tables: dict[str, dict[str, str]] = {}
    for schema, table, column, data_type in rows:
        mask = _MASKED if (table, column) in policy.personal else ""
        tables.setdefault(f"{schema}.{table}", {})[column] = f"{data_type}{mask}"
    return PublishedContract(schema_version=SCHEMA_VERSION, tables=tables)


def released_contract(version: str) -> PublishedContract:
    """What release ``version`` published."""
    return PublishedContract.model_validate(read_yaml(RELEASES / f"{version}.yml"))


def breaks(before: PublishedContract, after: PublishedContract) -> list[Break]:
    """What readers of ``before`` miss or find changed in ``after``; additions break nobody.

    New columns stand behind the old ones: who reads by position goes on reading what they did.
    """
    found = []
    for table, columns in before.tables.items():
        if table not in after.tables:
            found.append(Break(table, "is no longer published"))
            continue
        now = after.tables[table]
        order = list(now)
        for position, (column, data_type) in enumerate(columns.items()):
            name = f"{table}.{column}"
            if column not in now:
                found.append(Break(name, "is no longer published"))
            elif now[column] != data_type:
                found.append(Break(name, f"was {data_type}, is {now[column]}"))
            elif order[position] != column:
                found.append(
                    Break(name, f"was column {position + 1}, is {order.index(column) + 1}")
                )
    return found


def main() -> None:
    """Write what a published file holds as the contract of a release."""
    from dagster_project.publish.assets import column_policy

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("version", help="of the release, such as 0.2.0")
    parser.add_argument("database", type=Path, help="what it publishes: a cultivar.duckdb")
    arguments = parser.parse_args()
    manifest = json.loads((DBT_PROJECT / "target/manifest.json").read_text(encoding="utf-8"))
    contract = read_contract(arguments.database, column_policy(manifest))
    lines = [f"schema_version: {contract.schema_version}", "tables:"]
    for table, columns in contract.tables.items():
        lines += [f"  {table}:", *(f'    {name}: "{kind}"' for name, kind in columns.items())]
    RELEASES.mkdir(exist_ok=True)
    (RELEASES / f"{arguments.version}.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
