"""Running the Great Expectations checkpoint over the warehouse.

Belongs here: the one place that opens the context and runs it. Great Expectations is imported
when the function runs, since its import costs seconds.
"""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_project.hygiene import rules as rule_module
from dagster_project.hygiene import sql, suites
from dagster_project.hygiene.paths import EXPECTATIONS_DIR
from dagster_project.hygiene.rules import Rule
from dagster_project.hygiene.settings import GateSettings

# Folders of a run, as in great_expectations.yml.
RESULTS = "validations"
_DOCS = "data_docs"


class ExpectationRunError(RuntimeError):
    """Great Expectations could not evaluate a rule."""


@dataclass(frozen=True)
class ExpectationCounts:
    """What Great Expectations counted for a rule."""

    findings: int
    failed_rows: int
    applicable_rows: int
    is_passed: bool


def run_expectations(
    warehouse_path: Path,
    rules: Sequence[Rule],
    settings: GateSettings,
    run_dir: Path,
    context_dir: Path = EXPECTATIONS_DIR,
) -> tuple[dict[str, ExpectationCounts], Path]:
    """Run the committed checkpoint; returns the counts by check name, and the docs' first page.

    The pages are as Great Expectations writes them: they still need the network.

    The warehouse is opened read-only and released before returning; no other connection of this
    process may have it open for writing meanwhile.
    """
    # Registers the datasource type that great_expectations.yml names, and the expectation.
    from dagster_project.hygiene import gx_duckdb

    # isort: split
    import great_expectations as gx

    for name in (RESULTS, _DOCS):
        # A folder may be used again: pages of an earlier run must not pass for this one's.
        shutil.rmtree(run_dir / name, ignore_errors=True)
    run_dir.mkdir(parents=True, exist_ok=True)
    context = gx.get_context(
        mode="file",
        context_root_dir=context_dir,
        runtime_environment={
            "CULTIVAR_GATE_RUN_DIR": str(run_dir.resolve()),
            "CULTIVAR_GATE_WAREHOUSE": str(warehouse_path.resolve()),
        },
    )
    datasource = context.data_sources.get(suites.DATASOURCE)
    if not isinstance(datasource, gx_duckdb.DuckDBDatasource):
        raise ExpectationRunError(f"datasource '{suites.DATASOURCE}' is not of type duckdb")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            outcome = context.checkpoints.get(suites.CHECKPOINT).run(
                expectation_parameters=_suite_parameters(rules, settings),
                run_id=gx.RunIdentifier(run_name=settings.run_id),
            )
            context.build_data_docs()
    finally:
        datasource.close()
    return _counts(outcome, rules), run_dir / _DOCS / "index.html"


def _suite_parameters(rules: Sequence[Rule], settings: GateSettings) -> dict[str, Any]:
    values = sql.literals(rules, settings)
    parameters: dict[str, Any] = {}
    for rule in rules:
        kwargs = suites.expectation(rule, rules)["kwargs"]
        needed = sql.placeholders(json.dumps(kwargs))
        parameters[suites.parameter_key(rule)] = {name: values[name] for name in needed}
        share, rows = rule_module.tolerance(rule, settings)
        if "tolerated_share" in rule.parameters:
            parameters[suites.parameter_key(rule, "tolerated_share")] = share
        if "minimum_rows" in rule.parameters:
            parameters[suites.parameter_key(rule, "minimum_rows")] = rows
    return parameters


def _counts(outcome: Any, rules: Sequence[Rule]) -> dict[str, ExpectationCounts]:
    """Results do not come in the suite's order: each is told by its id."""
    names = {suites.object_id("expectation", rule.check_name): rule.check_name for rule in rules}
    counts: dict[str, ExpectationCounts] = {}
    for suite_result in outcome.run_results.values():
        for result in suite_result.results:
            name = names.get(result.expectation_config.id)
            if name is None:
                raise ExpectationRunError(
                    f"expectation {result.expectation_config.id} belongs to no rule; "
                    "run: python -m dagster_project.hygiene.suites"
                )
            if result.exception_info and "details" not in (result.result or {}):
                raise ExpectationRunError(f"{name}: {_exception_message(result.exception_info)}")
            details = result.result["details"]
            counts[name] = ExpectationCounts(
                details["findings"],
                details["failed_rows"],
                details["applicable_rows"],
                bool(result.success),
            )
    if missing := sorted(set(names.values()) - set(counts)):
        raise ExpectationRunError(
            f"no expectation for {', '.join(missing)}; "
            "run: python -m dagster_project.hygiene.suites"
        )
    return counts


def _exception_message(exception_info: Any) -> str:
    if "exception_message" in exception_info:
        return str(exception_info["exception_message"])
    return "; ".join(str(entry.get("exception_message")) for entry in exception_info.values())
