"""How dbt's nodes appear as Dagster assets.

Belongs here: keys, groups, owners and kinds of dbt nodes. Does not belong here: running dbt.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtProject

from dagster_project.owners import OWNERS

LAYER_OWNERS = {
    "staging": OWNERS["data"],
    "canonical": OWNERS["data"],
    "reference": OWNERS["operations"],
    "intermediate": OWNERS["analytics"],
    "marts": OWNERS["analytics"],
    "kpi": OWNERS["analytics"],
    "bi": OWNERS["analytics"],
}


def layer(properties: Mapping[str, Any]) -> str:
    """The layer of the house in which a dbt node stands; layers are asset groups."""
    folders = properties.get("fqn", [])[1:-1]
    if properties.get("resource_type") == "seed":
        return "reference"
    if folders[:1] == ["staging"]:
        return "canonical" if folders[1:2] == ["canonical"] else "staging"
    if folders[:2] == ["marts", "kpi"]:
        return "kpi"
    return str(folders[0]) if folders else "marts"


def asset_key(properties: Mapping[str, Any]) -> dg.AssetKey:
    """Schema and table, as they lie in the warehouse."""
    name = properties.get("alias") or properties.get("identifier") or properties["name"]
    if properties.get("resource_type") == "source":
        return dg.AssetKey([properties["source_name"], properties["name"]])
    return dg.AssetKey([properties["schema"], name])


class Translator(DagsterDbtTranslator):
    """dbt nodes as assets: keys are schema and table, groups are the layers."""

    def __init__(self) -> None:
        # Source tests as checks would disable blocking checks on raw assets.
        super().__init__(DagsterDbtTranslatorSettings(enable_source_tests_as_checks=False))

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetSpec:
        """The spec of a dbt node."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        properties = self.get_resource_props(manifest, unique_id)
        if properties["resource_type"] == "source":
            return spec.replace_attributes(key=asset_key(properties))
        group = layer(properties)
        return spec.replace_attributes(
            key=asset_key(properties),
            group_name=group,
            owners=LAYER_OWNERS.get(group, OWNERS["analytics"]),
            kinds={"dbt", "duckdb"},
            # Where the table lies in the warehouse; dbt's own name holds the database of parsing.
            metadata={**spec.metadata, "dagster/table_name": ".".join(asset_key(properties).path)},
        )
