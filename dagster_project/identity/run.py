"""One run of identity over a warehouse behind its gate.

Belongs here: the order of the steps, and the connection. Does not belong here: any of the steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.hygiene.session import session_settings
from dagster_project.identity.clusters import write_clusters
from dagster_project.identity.features import write_features
from dagster_project.identity.links import write_links
from dagster_project.identity.merges import mark_overruled, refuse_contradictions
from dagster_project.identity.model import KINDS
from dagster_project.identity.priors import write_models
from dagster_project.identity.resolved import write_resolved
from dagster_project.identity.review import write_review_queue
from dagster_project.identity.scoring import score_pairs
from dagster_project.identity.settings import IdentitySettings
from dagster_project.identity.survivors import write_survivors

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class IdentityResult:
    """What a run found.

    Args:
        records: kind → admitted records.
        scored: kind → records that were new or had changed.
        links: method → links.
        clusters: clusters of two records or more.
        largest_cluster: records of the largest one.
        to_review: pairs that people should decide.
        overruled: decisions to keep apart what the vendor has merged since.
    """

    records: dict[str, int]
    scored: dict[str, int]
    links: dict[str, int]
    clusters: int
    largest_cluster: int
    to_review: int
    overruled: int


def run_identity(
    warehouse: Path,
    settings: IdentitySettings,
    progress: Callable[[str], None] = lambda _: None,
) -> IdentityResult:
    """Find out which records are one, and write schemas ``identity`` and ``resolved``.

    Args:
        warehouse: the DuckDB file, behind its gate.
        settings: what identity may decide by itself.
        progress: is told what is going on.
    """
    import duckdb

    with duckdb.connect(str(warehouse)) as con:
        for statement in session_settings():
            con.execute(statement)
        result = resolve(con, settings, progress)
        write_resolved(con)
    return result


def resolve(
    con: duckdb.DuckDBPyConnection,
    settings: IdentitySettings,
    progress: Callable[[str], None] = lambda _: None,
) -> IdentityResult:
    """Write schema ``identity`` and the review queue; ``con`` must be in no transaction.

    Raises:
        OverrideFileError: decisions contradict each other; nothing was written.
    """
    refuse_contradictions(con, settings)
    progress("preparing names, addresses and numbers")
    records = write_features(con, settings.free_mail_domains)
    scored: dict[str, int] = {}
    for kind in KINDS:
        progress(f"comparing records of kind {kind}")
        scored[kind] = score_pairs(con, kind, is_enabled=settings.is_enabled)["records"]
    links = write_links(con, settings)
    clusters = write_clusters(con, settings)
    overruled = mark_overruled(con)
    write_survivors(con, settings)
    write_models(con)
    to_review = write_review_queue(con, settings)
    return IdentityResult(
        records=records,
        scored=scored,
        links=links,
        clusters=clusters["clusters"],
        largest_cluster=clusters["largest"],
        to_review=to_review,
        overruled=overruled,
    )
