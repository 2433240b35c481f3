"""Dagster assets of identity: who is who, and the records that models read.

Belongs here: asset definitions, and what their pages show. Does not belong here: any matching.
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from dagster_project.hygiene.rules import ENTITIES, STREAMED_ENTITIES
from dagster_project.identity.model import MERGED_KIND_OF
from dagster_project.identity.run import run_identity
from dagster_project.identity.settings import identity_settings
from dagster_project.owners import OWNERS
from dagster_project.progress import reporter
from dagster_project.resources import CompanyRun

IDENTITY_TABLES = {
    "xref_account": "One row per account record: the account that it is, and how that is known.",
    "xref_person": "One row per contact or lead record: the person that it is, and how that is "
    "known.",
    "xref_opportunity": "One row per deal record: the deal that it is, and how that is known.",
    "account_feature": "One row per admitted account record, as accounts are compared.",
    "person_feature": "One row per admitted contact or lead record, as people are compared.",
    "link": "One row per two records that count as one: by whom or what, how sure, and why.",
    "lead_account_override": "One row per lead to which people gave an account, while that holds.",
    "override": "One row per decision of people about two records that is in force.",
    "model": "One row per kind of records: the version of its model, and the prior weight.",
}


def identity_assets() -> dg.AssetsDefinition:
    """Identity, between the gate and the intermediate models."""
    merged = [dg.AssetKey(["gate", entity]) for entity in MERGED_KIND_OF]
    tables = [dg.AssetKey(["identity", table]) for table in IDENTITY_TABLES]
    specs = [
        *(
            dg.AssetSpec(
                key=key,
                deps=merged,
                group_name="identity",
                description=IDENTITY_TABLES[key.path[-1]],
                kinds={"python", "duckdb"},
                owners=OWNERS["data"],
                metadata={"dagster/table_name": ".".join(key.path)},
            )
            for key in tables
        ),
        dg.AssetSpec(
            key=dg.AssetKey(["hygiene", "review_queue"]),
            deps=merged,
            group_name="identity",
            description="One row per two records that may be one: people should decide.",
            kinds={"python", "duckdb"},
            owners=OWNERS["operations"],
            metadata={"dagster/table_name": "hygiene.review_queue"},
        ),
        *(
            dg.AssetSpec(
                key=dg.AssetKey(["resolved", entity]),
                deps=[dg.AssetKey(["gate", entity]), *merged],
                group_name="identity",
                description=(
                    f"Admitted {entity.replace('_', ' ')} records without copies, every key a "
                    "survivor's."
                ),
                kinds={"duckdb"},
                owners=OWNERS["data"],
                metadata={"dagster/table_name": f"resolved.{entity}"},
            )
            for entity in (*ENTITIES, *STREAMED_ENTITIES)
        ),
    ]

    @dg.multi_asset(name="identity", specs=specs)
    def identity(
        context: dg.AssetExecutionContext, run: CompanyRun
    ) -> Iterator[dg.MaterializeResult[Any]]:
        report = reporter(context, "identity")
        settings = run.settings
        result = run_identity(settings.home.warehouse, identity_settings(settings), report)
        report(
            f"{sum(result.links.values()):,} links among {sum(result.records.values()):,} records, "
            f"{result.to_review:,} pairs for people to decide"
        )
        told = {
            "records": sum(result.records.values()),
            "records_compared": sum(result.scored.values()),
            **{f"links_by_{method}": count for method, count in result.links.items()},
            "clusters": result.clusters,
            "largest_cluster": result.largest_cluster,
            "pairs_to_review": result.to_review,
            "overrides_overruled": result.overruled,
        }
        for spec in specs:
            is_table = spec.key.path[0] != "resolved"
            yield dg.MaterializeResult(asset_key=spec.key, metadata=told if is_table else {})

    return identity
