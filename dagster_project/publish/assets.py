"""The last asset: publication.

Belongs here: the asset definition. Does not belong here: how files are written and swapped.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from dagster_project.contract import column_meta
from dagster_project.owners import OWNERS
from dagster_project.progress import reporter
from dagster_project.publish.publication import (
    PUBLISHED_SCHEMAS,
    VIEW_SCHEMA,
    ColumnPolicy,
    publish,
)
from dagster_project.publish.worklists import write_worklists
from dagster_project.resources import CompanyRun

PUBLISHED_KEY = dg.AssetKey(["published", "cultivar"])


def column_policy(manifest: Mapping[str, Any]) -> ColumnPolicy:
    """Comments and personal columns of all published tables, from dbt's manifest."""
    tables: dict[str, str] = {}
    columns: dict[tuple[str, str], str] = {}
    personal: set[tuple[str, str]] = set()
    for node in [*manifest["nodes"].values(), *manifest["sources"].values()]:
        if node.get("schema") not in (*PUBLISHED_SCHEMAS, VIEW_SCHEMA):
            continue
        table = node.get("alias") or node.get("identifier") or node["name"]
        tables[table] = node.get("description", "").strip()
        for column in node.get("columns", {}).values():
            columns[table, column["name"]] = column.get("description", "").strip()
            meta = column_meta(column)
            # Owners' names stay readable: reports are cut by owner.
            if meta.get("pii") and meta.get("published") != "clear":
                personal.add((table, column["name"]))
    return ColumnPolicy(tables, columns, frozenset(personal))


def publication_asset(upstream: Sequence[dg.AssetKey], manifest_path: Path) -> dg.AssetsDefinition:
    """The publication, after every mart and finding."""

    @dg.asset(
        key=PUBLISHED_KEY,
        deps=list(upstream),
        group_name="published",
        description=(
            "Marts, KPI facts and findings as one read-only DuckDB file and as Parquet, swapped in "
            "atomically as the last step, and only if every blocking check passed; and each "
            "owner's worklist as CSV."
        ),
        kinds={"duckdb", "parquet"},
        owners=OWNERS["analytics"],
    )
    def published(context: dg.AssetExecutionContext, run: CompanyRun) -> dg.MaterializeResult[Any]:
        policy = column_policy(json.loads(manifest_path.read_text(encoding="utf-8")))
        version = publish(run.settings, context.run_id, policy, reporter(context, "publish"))
        home = run.settings.home
        worklists = write_worklists(home)
        return dg.MaterializeResult(
            metadata={
                "as_of_date": version.as_of_date.isoformat(),
                "version": version.version,
                "tables": len(version.tables),
                "dagster/row_count": sum(table.rows for table in version.tables),
                "database": dg.MetadataValue.path(str(home.published_database)),
                "worklists": len(worklists),
                "parquet": dg.MetadataValue.path(str(home.published / "parquet" / version.version)),
            }
        )

    return published
