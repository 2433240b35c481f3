"""The last asset: the page.

Belongs here: the asset definition. Does not belong here: what the page consists of.
"""

from typing import Any

import dagster as dg

from dagster_project.owners import OWNERS
from dagster_project.page.site import write_site
from dagster_project.publish.assets import PUBLISHED_KEY
from dagster_project.resources import CompanyRun

PAGE_KEY = dg.AssetKey(["published", "page"])


def page_asset() -> dg.AssetsDefinition:
    """The page, after the publication whose numbers it shows."""

    @dg.asset(
        key=PAGE_KEY,
        deps=[PUBLISHED_KEY],
        group_name="published",
        description=(
            "KPIs, funnels, pipeline, revenue, people, hygiene and the run itself as a page that "
            "opens from its folder, without a server or a network. Its numbers are the published "
            "ones."
        ),
        kinds={"html"},
        owners=OWNERS["analytics"],
    )
    def page(run: CompanyRun) -> dg.MaterializeResult[Any]:
        site = write_site(run.settings)
        return dg.MaterializeResult(
            metadata={
                "page": dg.MetadataValue.path(str(site.index)),
                "files": site.files,
                "size_bytes": site.size_bytes,
            }
        )

    return page
