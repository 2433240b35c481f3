"""What a match weight begins with: ``identity.model``, one row a kind and version of its model.

Belongs here: telling readers of published links what their weights add up from. Does not belong
here: the parameters themselves (``model``), scores (``scoring``).
"""

from __future__ import annotations

from math import log2
from typing import TYPE_CHECKING

from dagster_project.identity.model import KINDS, Kind, parameters, version

if TYPE_CHECKING:
    import duckdb


def prior_weight(kind: Kind) -> float:
    """Bits of evidence for two random records being one: what each match weight starts from."""
    share = float(parameters(kind)["match_share"])
    return log2(share / (1 - share))


def write_models(con: duckdb.DuckDBPyConnection) -> None:
    """Write ``identity.model`` (kind, model_version, prior_weight)."""
    con.execute(
        "create or replace table identity.model "
        "(kind varchar, model_version varchar, prior_weight double)"
    )
    con.executemany(
        "insert into identity.model values (?, ?, ?)",
        [(kind, version(kind), prior_weight(kind)) for kind in KINDS],
    )
