"""Dagster assets of the gate: admitted records and findings, with one check a rule.

Belongs here: asset and check definitions, and how results are shown. Does not belong here: how
rules are run (``gate``).
"""

import re
from collections.abc import Iterator
from typing import Any

import dagster as dg

from dagster_project.hygiene.gate import run_gate
from dagster_project.hygiene.result import GateResult, RuleResult
from dagster_project.hygiene.rules import ENTITIES, STREAMED_ENTITIES, Rule, default_rules
from dagster_project.hygiene.settings import gate_settings
from dagster_project.owners import OWNERS
from dagster_project.progress import reporter
from dagster_project.resources import CompanyRun

HYGIENE_TABLES = {
    "violation": "One row per rule, record and field that breaks the rule, as of this run.",
    "finding": "One row per violation and episode: when it was first seen, last seen and fixed.",
    "record_score": "One row per record of an entity with rules of its own: its hygiene score.",
    "waiver": "One row per waiver of the company: whether it holds, and the records it matched.",
    "rule": "One row per rule and entity: what is checked, why, and how to fix it.",
    "check_result": "One row per check of this run: passed or not, failing and judged records.",
    "excluded_record": "One row per record left out on purpose, with the reason.",
    "excluded_row_count": "Records left out on purpose (deleted, merged, internal), per source.",
}


JUDGED_VALUES = {
    "country": "One row per country as live records write it, with its ISO codes.",
    "domain": "One row per domain of a live record, with the domain that somebody registered.",
}
"""Look-ups of the field validators (``validators``) that models read, too."""


def admitted_key(entity: str) -> dg.AssetKey:
    """Key of the admitted records of an entity."""
    return dg.AssetKey(["gate", entity])


def asset_check_name(rule: Rule) -> str:
    """Name of a rule's asset check: its id, and in words what should be so."""
    return f"{rule.id}_{re.sub('[^a-z0-9]+', '_', rule.title.lower()).strip('_')}"


def gate_assets() -> dg.AssetsDefinition:
    """The gate, between the canonical contract and the marts."""
    canonical = [dg.AssetKey(["canonical", entity]) for entity in ENTITIES]
    memory = [dg.AssetKey(["memory", table]) for table in ("finding", "run")]
    configuration = [
        dg.AssetKey(["config", table])
        for table in (
            "source",
            "landed_table",
            "delivered_entity",
            "opportunity_stage",
            "lead_status",
            "campaign_member_status",
            "currency_rate",
            "excluded_domain",
        )
    ]
    admitted = [
        dg.AssetSpec(
            key=admitted_key(entity),
            deps=[dg.AssetKey(["canonical", entity]), *configuration],
            group_name="gate",
            description=(
                f"Admitted {entity.replace('_', ' ')} records: canonical without the excluded and "
                "the quarantined ones."
            ),
            kinds={"greatexpectations", "duckdb"},
            owners=OWNERS["operations"],
            metadata={"dagster/table_name": f"gate.{entity}"},
        )
        for entity in ENTITIES
    ]
    streamed = [
        dg.AssetSpec(
            key=admitted_key(entity),
            deps=[dg.AssetKey(["canonical", entity])],
            group_name="gate",
            description=(
                f"All {entity.replace('_', ' ')} records, too many to judge one by one; copies "
                "and excluded users are left out where they are added up."
            ),
            kinds={"duckdb"},
            owners=OWNERS["operations"],
            metadata={"dagster/table_name": f"gate.{entity}"},
        )
        for entity in STREAMED_ENTITIES
    ]
    quarantined = [
        dg.AssetSpec(
            key=dg.AssetKey(["hygiene", f"quarantined_{entity}"]),
            deps=[dg.AssetKey(["canonical", entity])],
            group_name="gate",
            description=(
                f"Quarantined {entity.replace('_', ' ')} records, whole, with the rules they "
                "break; released by the run after the fix."
            ),
            kinds={"greatexpectations", "duckdb"},
            owners=OWNERS["operations"],
            metadata={"dagster/table_name": f"hygiene.quarantined_{entity}"},
        )
        for entity in ENTITIES
    ]
    hygiene = [
        dg.AssetSpec(
            key=dg.AssetKey(["hygiene", table]),
            deps=[*canonical, *memory],
            group_name="gate",
            description=description,
            kinds={"greatexpectations", "duckdb"},
            owners=OWNERS["operations"],
            metadata={"dagster/table_name": f"hygiene.{table}"},
        )
        for table, description in HYGIENE_TABLES.items()
    ]

    judged = [
        dg.AssetSpec(
            key=dg.AssetKey(["reference", table]),
            deps=canonical,
            group_name="gate",
            description=description,
            kinds={"duckdb"},
            owners=OWNERS["operations"],
            metadata={"dagster/table_name": f"reference.{table}"},
        )
        for table, description in JUDGED_VALUES.items()
    ]

    @dg.multi_asset(
        name="gate",
        specs=[*admitted, *streamed, *quarantined, *hygiene, *judged],
        check_specs=[_check_spec(rule) for rule in default_rules()],
    )
    def gate(context: dg.AssetExecutionContext, run: CompanyRun) -> Iterator[Any]:
        report = reporter(context, "gate")
        settings = run.settings
        report("starting Great Expectations")
        result = run_gate(
            settings.home.warehouse,
            gate_settings(settings, context.run_id, default_rules()),
            settings.home.hygiene / "latest",
            lambda what, done, total: report(f"{what} ({done:,} of {total:,})"),
        )
        docs = dg.MetadataValue.path(str(result.docs_path))
        checks = _check_results(result)
        if result.is_stopped:
            for results in checks.values():
                yield from results
            raise dg.Failure(description="\n".join(result.stops), allow_retries=False)
        for entity, counts in result.entities.items():
            yield dg.MaterializeResult(
                asset_key=admitted_key(entity),
                metadata={
                    "dagster/row_count": counts.admitted_rows,
                    "canonical_rows": counts.canonical_rows,
                    "excluded_rows": counts.excluded_rows,
                    "quarantined_rows": counts.quarantined_rows,
                },
                check_results=checks[entity],
            )
            yield dg.MaterializeResult(
                asset_key=dg.AssetKey(["hygiene", f"quarantined_{entity}"]),
                metadata={"dagster/row_count": counts.quarantined_rows},
            )
        for entity in STREAMED_ENTITIES:
            yield dg.MaterializeResult(asset_key=admitted_key(entity))
        findings = sum(result.findings_by_severity().values())
        report(f"{findings:,} findings by {len(result.rules)} rules")
        for ratchet in result.ratchets.values():
            if not ratchet.is_passed:
                report(f"above its ratchet: {ratchet.message}")
        for table in HYGIENE_TABLES:
            yield dg.MaterializeResult(
                asset_key=dg.AssetKey(["hygiene", table]),
                metadata={"data_docs": docs, "findings": findings},
            )
        for table in JUDGED_VALUES:
            yield dg.MaterializeResult(asset_key=dg.AssetKey(["reference", table]))

    return gate


def _check_spec(rule: Rule) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        name=asset_check_name(rule),
        asset=admitted_key(rule.entity),
        description=f"{rule.title}. {rule.why} How to fix it: {rule.how_to_fix}",
        blocking=rule.severity == "stop",
        metadata={
            "dimension": rule.dimension,
            "severity": rule.severity,
            "weight": rule.weight,
            "fixed_by": rule.fixer,
        },
    )


def _check_results(result: GateResult) -> dict[str, list[dg.AssetCheckResult]]:
    """Entity → the results of its rules."""
    outcomes = {outcome.check_name: outcome for outcome in result.rules}
    by_entity: dict[str, list[dg.AssetCheckResult]] = {entity: [] for entity in ENTITIES}
    for rule in default_rules():
        by_entity[rule.entity].append(_check_result(rule, outcomes.get(rule.check_name), result))
    return by_entity


def _check_result(
    rule: Rule, outcome: RuleResult | None, result: GateResult
) -> dg.AssetCheckResult:
    if outcome is None:
        return dg.AssetCheckResult(
            passed=True,
            check_name=asset_check_name(rule),
            asset_key=admitted_key(rule.entity),
            severity=dg.AssetCheckSeverity.WARN,
            description="Not run: the company's file switches this rule off.",
        )
    ratchet = result.ratchets.get(rule.check_name)
    return dg.AssetCheckResult(
        passed=outcome.is_passed,
        check_name=asset_check_name(rule),
        asset_key=admitted_key(rule.entity),
        # A warning is for people's worklists and never turns a run red; above its ratchet it is
        # an error, and still not a stop.
        severity=dg.AssetCheckSeverity.ERROR
        if outcome.severity == "stop" or (ratchet is not None and not ratchet.is_passed)
        else dg.AssetCheckSeverity.WARN,
        description=f"{outcome.failed_rows:,} of {outcome.total_rows:,} records break it: "
        f"{outcome.title}" + (f". Ratchet: {ratchet.message}" if ratchet is not None else ""),
        metadata={
            "severity": outcome.severity,
            "dimension": outcome.dimension,
            "failed_rows": outcome.failed_rows,
            "total_rows": outcome.total_rows,
            "share": dg.MetadataValue.float(round(outcome.share or 0.0, 4)),
            "how_to_fix": outcome.how_to_fix,
            "all_failing_rows": dg.MetadataValue.md(f"```sql\n{outcome.listing_sql}\n```"),
            # A path has a button that copies it; a browser opens no file from a page of a server.
            "data_docs": dg.MetadataValue.path(result.docs_link(outcome)),
            "failing_rows": dg.MetadataValue.table(
                [
                    dg.TableRecord(
                        {
                            "source": sample.source_name or "",
                            "record": sample.source_record_id or "",
                            "field": sample.field,
                            "value": "(empty)" if sample.value is None else sample.value,
                        }
                    )
                    for sample in outcome.sample
                ],
                schema=dg.TableSchema(
                    columns=[dg.TableColumn(n) for n in ("source", "record", "field", "value")]
                ),
            ),
        },
    )
