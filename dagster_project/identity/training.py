"""Estimating a model's parameters from records, without knowing which of them are one.

Belongs here: Splink's estimation, shown beside what the product uses. Does not belong here: what is
compared (``model``), scoring with the parameters (``scoring``).

``u`` is counted on random pairs, ``m`` by expectation maximisation (Dempster et al. 1977) within
blocks. What the product uses for accounts and people (``models/*.json``) is not one company's
estimate: made copies, and whatever a company has merged already, differ less than real duplicates
do. Its ``m`` and ``u`` are expectations of real ones, on the careful side; this command shows how
far a company is from them.

``python -m dagster_project.identity.training WAREHOUSE`` prints what a warehouse's own records give
for both kinds, beside what the product uses: to judge by, nothing is written.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dagster_project.identity.model import KINDS, MODELS, Model, parameters, splink_settings
from dagster_project.sql_text import literal

if TYPE_CHECKING:
    import duckdb

#: No share is estimated as less; what was never seen may still happen.
LEAST = 1e-7

RANDOM_PAIRS = 2e6


def estimate(
    con: duckdb.DuckDBPyConnection, table: str, model: Model, *, share: Sequence[str], recall: float
) -> dict[str, Any]:
    """Parameters of ``model`` (see ``model.parameters``) from the rows of ``table``.

    Args:
        con: has the table; Splink's own ones are left in its present schema.
        table: one row a record, ``record_key`` and the columns that the model compares.
        model: what is compared; expectation maximisation runs once in each of its blocks.
        share: SQL conditions that hold of pairs which are one for certain.
        recall: the share of all true pairs of which one of them holds.
    """
    from splink import DuckDBAPI, Linker

    settings = splink_settings(model, _nothing_known(model))
    linker = Linker(DuckDBAPI(connection=con).register(table), settings, log_level=logging.ERROR)
    training = linker.training
    training.estimate_probability_two_random_records_match(list(share), recall=recall)
    training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=1)
    for rule in model.blocking_rules:
        training.estimate_parameters_using_expectation_maximisation(rule)
    return _read(model, linker.misc.save_model_to_json())


def _nothing_known(model: Model) -> dict[str, Any]:
    return {
        "match_share": 1e-4,
        "comparisons": {
            comparison.name: {level.name: {} for level in comparison.levels}
            for comparison in model.comparisons
        },
    }


def _read(model: Model, saved: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, dict[str, dict[str, float]]] = {}
    for comparison, estimated in zip(model.comparisons, saved["comparisons"], strict=True):
        levels = [
            level for level in estimated["comparison_levels"] if not level.get("is_null_level")
        ]
        found[comparison.name] = {
            level.name: {
                side: max(float(of_level.get(f"{side}_probability") or 0.0), LEAST) for side in "mu"
            }
            for level, of_level in zip(comparison.levels, levels, strict=True)
        }
    return {
        "version": "estimated",
        "match_share": saved["probability_two_random_records_match"],
        "comparisons": found,
    }


_CERTAIN = {
    "account": ("l.name_key = r.name_key and l.domain = r.domain",),
    "person": ("l.email = r.email and l.last_name_key = r.last_name_key",),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print both kinds' estimates beside the product's; returns the exit status."""
    import duckdb

    parser = argparse.ArgumentParser(prog="python -m dagster_project.identity.training")
    parser.add_argument("warehouse", help="DuckDB file of a company, after a night")
    options = parser.parse_args(arguments)
    with duckdb.connect() as con:
        con.execute(f"attach {literal(options.warehouse)} as home (read_only)")
        for kind in KINDS:
            con.execute(f"create table {kind}_feature as from home.identity.{kind}_feature")
            own = estimate(con, f"{kind}_feature", MODELS[kind], share=_CERTAIN[kind], recall=0.7)
            used = parameters(kind)
            sys.stdout.write(
                f"{kind}: one pair in {1 / own['match_share']:,.0f} is one "
                f"(used: {1 / used['match_share']:,.0f})\n"
            )
            for comparison, levels in own["comparisons"].items():
                for level, values in levels.items():
                    known = used["comparisons"][comparison][level]
                    sys.stdout.write(
                        f"  {comparison:10} {level:36} m {values['m']:.4f} ({known['m']:.4f})  "
                        f"u {values['u']:.2e} ({known['u']:.2e})\n"
                    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
