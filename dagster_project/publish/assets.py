"""The last assets: publication, and its copy in PostgreSQL.

Belongs here: the asset definitions. Does not belong here: how files are written and swapped.
"""

import json
import os
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
POSTGRES_KEY = dg.AssetKey(["published", "postgres"])


def column_policy(manifest: Mapping[str, Any]) -> ColumnPolicy:
    """Comments, personal and filled columns of all published tables, from dbt's manifest."""
    tables: dict[str, str] = {}
    columns: dict[tuple[str, str], str] = {}
    personal: set[tuple[str, str]] = set()
    filled: set[tuple[str, str]] = set()
    tested = _tested_as_filled(manifest)
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
            constraints = {constraint["type"] for constraint in column.get("constraints", ())}
            if "not_null" in constraints or (node["unique_id"], column["name"]) in tested:
                filled.add((table, column["name"]))
    return ColumnPolicy(tables, columns, frozenset(personal), frozenset(filled))


def _tested_as_filled(manifest: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Id of a table, and its column that a test of every row holds to be never NULL."""
    return {
        (node["depends_on"]["nodes"][0], node["test_metadata"]["kwargs"]["column_name"])
        for node in manifest["nodes"].values()
        if (node.get("test_metadata") or {}).get("name") == "not_null"
        and len(node["depends_on"]["nodes"]) == 1
        and node["config"].get("where") is None
        and node["config"].get("severity", "ERROR").lower() == "error"
    }


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


def postgres_asset(manifest_path: Path) -> dg.AssetsDefinition:
    """The copy in PostgreSQL, after the publication that it copies."""

    @dg.asset(
        key=POSTGRES_KEY,
        deps=[PUBLISHED_KEY],
        group_name="published",
        description=(
            "Everything that was published, the views for BI tools as tables, in a schema of a "
            "PostgreSQL database: replaced in one transaction, so that readers see one night as a "
            "whole. There is this asset where the company file names a database."
        ),
        kinds={"postgres"},
        owners=OWNERS["analytics"],
    )
    def postgres(context: dg.AssetExecutionContext, run: CompanyRun) -> dg.MaterializeResult[Any]:
        # Only who copies needs the library that does.
        from dagster_project.publish.postgres import copy_to_postgres

        policy = column_policy(json.loads(manifest_path.read_text(encoding="utf-8")))
        copied = copy_to_postgres(run.settings, policy, os.environ, reporter(context, "postgres"))
        return dg.MaterializeResult(
            metadata={
                "version": copied.version,
                "tables": copied.tables,
                "dagster/row_count": copied.rows,
            }
        )

    return postgres
