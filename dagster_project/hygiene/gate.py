"""The hygiene gate: from canonical records to admitted and quarantined ones, with findings.

Belongs here: the order of the steps and the statements that write ``hygiene`` and ``gate``. Does
not belong here: rules (``expectations/rules``), their SQL (``sql.py``), Great Expectations
(``expectation_run.py``), Dagster (``assets.py``).

Great Expectations and the gate's own statements count each rule independently of each other;
when they differ, the gate fails. Everything it writes to ``hygiene`` and ``gate`` is one
transaction: after a stop, or a failure, both are as the previous run left them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.hygiene import sql
from dagster_project.hygiene.admission import write_admitted, write_quarantine
from dagster_project.hygiene.check_results import write_rule_results
from dagster_project.hygiene.delivery import judge_deliveries, write_delivery_results
from dagster_project.hygiene.docs import make_plain
from dagster_project.hygiene.evidence import (
    EvidenceDefinition,
    default_evidence,
    load_evidence,
    refresh_evidence,
    used_evidence,
)
from dagster_project.hygiene.expectation_run import RESULTS, ExpectationCounts, run_expectations
from dagster_project.hygiene.findings import (
    CREATE_FOUND,
    FOUND,
    find_violations,
    write_episodes,
    write_violations,
)
from dagster_project.hygiene.given import refresh_given
from dagster_project.hygiene.paths import EXPECTATIONS_DIR
from dagster_project.hygiene.placeholders import bind
from dagster_project.hygiene.ratchets import (
    check_ratchets,
    judge_ratchets,
    write_ratchet_results,
)
from dagster_project.hygiene.result import (
    EntityCounts,
    GateResult,
    RuleResult,
    SampleFinding,
)
from dagster_project.hygiene.rules import (
    ENTITIES,
    STREAMED_ENTITIES,
    Rule,
    check_settings,
    default_rules,
    load_rules,
    thresholds_json,
    weight,
)
from dagster_project.hygiene.scores import write_scores
from dagster_project.hygiene.session import session_settings
from dagster_project.hygiene.settings import GateSettings
from dagster_project.hygiene.stakes import find_stakes
from dagster_project.hygiene.streams import write_stream_rules
from dagster_project.hygiene.terms import MASK
from dagster_project.hygiene.validators import Progress, refresh_validators, silent
from dagster_project.hygiene.waivers import write_waivers

if TYPE_CHECKING:
    import duckdb

#: Failing records that a result shows; the listing statement gives all.
SAMPLE_ROWS = 10

_CREATE_RULE = """
create or replace table hygiene.rule (
    rule_id varchar,
    entity varchar,
    title varchar,
    fields varchar,
    dimension varchar,
    severity varchar,
    weight integer,
    fixer varchar,
    rule_version integer,
    is_personal boolean,
    is_enabled boolean,
    thresholds varchar,
    why varchar,
    how_to_fix varchar
)"""


class GateError(RuntimeError):
    """The gate could not do its work; the previous night's tables are untouched."""


def run_gate(
    warehouse_path: Path | str,
    settings: GateSettings,
    run_dir: Path | str,
    progress: Progress | None = None,
    *,
    context_dir: Path = EXPECTATIONS_DIR,
) -> GateResult:
    """Check every canonical record, write findings and quarantine, and admit the rest.

    The caller must not hold a connection to the warehouse in this process.

    Args:
        warehouse_path: the working warehouse, with schemas ``canonical`` and ``config``.
        settings: date, conventions and thresholds of the run.
        run_dir: receives Great Expectations' results, Data Docs and ``gate_result.json``.
        progress: called with (what, done, total) as the gate goes on.
        context_dir: the Great Expectations context; its ``rules`` folder holds the rules.

    Returns:
        The result. If it ``is_stopped``, no table of ``hygiene`` or ``gate`` was changed.

    Raises:
        GateError: a rule cannot be run, or Great Expectations counted differently.
        RuleFileError: a rule file or a threshold of the settings is wrong.
    """
    warehouse, folder = Path(warehouse_path), Path(run_dir)
    evidence: Mapping[str, EvidenceDefinition] = default_evidence()
    rules: Sequence[Rule] = default_rules()
    if context_dir != EXPECTATIONS_DIR:
        evidence = load_evidence(context_dir / "evidence")
        rules = load_rules(context_dir / "rules", evidence)
    check_settings(rules, settings)
    check_ratchets(rules, settings)
    tell = progress or silent
    with _connected(warehouse) as con:
        _require_tables(con)
        validated = refresh_validators(con, settings.default_country, progress)
        _gather_evidence(con, rules, settings, evidence)
        _require_runnable(con, rules, settings)
    tell("running expectations", 0, len(rules))
    counts, docs_path = run_expectations(warehouse, rules, settings, folder, context_dir)
    tell("running expectations", len(rules), len(rules))
    with _connected(warehouse) as con:
        con.execute("begin")
        try:
            result = _write(con, rules, settings, counts, docs_path, folder, validated, tell)
            pages = make_plain(
                docs_path.parent, folder / RESULTS, ENTITIES, result.rules, settings.as_of_date
            )
            result = dataclasses.replace(result, docs_pages=pages)
        except BaseException:
            con.execute("rollback")
            raise
        con.execute("rollback" if result.is_stopped else "commit")
    result.write()
    return result


def _connected(warehouse: Path) -> duckdb.DuckDBPyConnection:
    import duckdb

    if not warehouse.is_file():
        raise GateError(f"{warehouse.name}: the warehouse does not exist; load the sources first")
    con = duckdb.connect(str(warehouse))
    for statement in session_settings():
        con.execute(statement)
    return con


def _require_tables(con: duckdb.DuckDBPyConnection) -> None:
    present = {
        (schema, table)
        for schema, table in con.execute(
            "select table_schema, table_name from information_schema.tables "
            "where table_schema in ('canonical', 'config', 'memory')"
        ).fetchall()
    }
    wanted: list[tuple[str, str]] = [
        ("canonical", entity) for entity in (*ENTITIES, *STREAMED_ENTITIES)
    ]
    wanted += [
        ("config", table)
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
    wanted += [("memory", table) for table in ("finding", "run")]
    missing = [f"{schema}.{table}" for schema, table in wanted if (schema, table) not in present]
    if missing:
        raise GateError(
            f"missing: {', '.join(missing)}; build config, memory and staging before the gate"
        )


def _gather_evidence(
    con: duckdb.DuckDBPyConnection,
    rules: Sequence[Rule],
    settings: GateSettings,
    evidence: Mapping[str, EvidenceDefinition],
) -> None:
    """Compute the evidence of all rules: the statements of those switched off name it as well."""
    names = {
        join.table_name
        for rule in rules
        for join in rule.used_joins.values()
        if join.schema_name == "evidence"
    }
    refresh_evidence(con, used_evidence(names, evidence), sql.run_literals(settings), ENTITIES)
    refresh_given(con, rules)


def _require_runnable(
    con: duckdb.DuckDBPyConnection, rules: Sequence[Rule], settings: GateSettings
) -> None:
    """Plan every rule's statement, so that a bad one is named before anything runs."""
    import duckdb

    values = sql.literals(rules, settings)
    for rule in rules:
        try:
            con.execute(f"explain {bind(sql.findings_sql([rule], rules), values)}")
        except duckdb.Error as error:
            raise GateError(
                f"{rule.source_file}: rule {rule.id} ({rule.entity}): its SQL cannot run: "
                f"{str(error).splitlines()[0]}"
            ) from error


def _write(
    con: duckdb.DuckDBPyConnection,
    rules: Sequence[Rule],
    settings: GateSettings,
    counts: Mapping[str, ExpectationCounts],
    docs_path: Path,
    run_dir: Path,
    validated: dict[str, int],
    tell: Progress,
) -> GateResult:
    con.execute("create schema if not exists hygiene")
    con.execute("create schema if not exists gate")
    _write_catalogue(con, rules, settings)
    con.execute(CREATE_FOUND)
    for position, entity in enumerate(ENTITIES):
        find_violations(con, entity, rules, settings)
        write_quarantine(con, entity)
        tell("writing findings", position + 1, len(ENTITIES))
    _require_equal_counts(con, rules, settings, counts)
    find_stakes(con, ENTITIES, settings, FOUND)
    write_waivers(con, settings.waivers, settings.as_of_date, FOUND)
    write_violations(con, settings.as_of_date)
    write_episodes(con, ENTITIES, settings.as_of_date)
    write_scores(con, rules, settings)
    ratchets = judge_ratchets(con, rules, settings)
    samples = _samples(con, rules, counts, settings)
    results = tuple(
        _rule_result(rule, rules, settings, counts[rule.check_name], samples)
        for rule in rules
        if rule.id not in settings.disabled_rules
    )
    write_admitted(con)
    write_rule_results(con, results, settings.as_of_date, settings.run_id)
    write_ratchet_results(con, ratchets, settings)
    deliveries = judge_deliveries(con, settings)
    write_delivery_results(con, deliveries, settings)
    write_stream_rules(con)
    return GateResult(
        rules=results,
        entities={entity: _entity_counts(con, entity) for entity in ENTITIES},
        stops=(
            *(_stop_message(result) for result in results if result.is_blocking),
            *(delivery.stop_message for delivery in deliveries if not delivery.is_passed),
        ),
        ratchets={ratchet.rule.check_name: ratchet for ratchet in ratchets},
        not_applicable=tuple(r.check_name for r in results if r.total_rows == 0),
        validated_values=validated,
        docs_path=docs_path,
        docs_pages={},
        result_path=run_dir / "gate_result.json",
    )


def _write_catalogue(
    con: duckdb.DuckDBPyConnection, rules: Sequence[Rule], settings: GateSettings
) -> None:
    con.execute(_CREATE_RULE)
    con.executemany(
        "insert into hygiene.rule values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            [
                rule.id,
                rule.entity,
                rule.title,
                ", ".join(rule.fields),
                rule.dimension,
                rule.severity,
                weight(rule, settings),
                rule.fixer,
                rule.version,
                rule.is_personal,
                rule.id not in settings.disabled_rules,
                thresholds_json(rule, settings),
                rule.why,
                rule.how_to_fix,
            ]
            for rule in rules
        ],
    )


def _require_equal_counts(
    con: duckdb.DuckDBPyConnection,
    rules: Sequence[Rule],
    settings: GateSettings,
    counts: Mapping[str, ExpectationCounts],
) -> None:
    own = {
        f"{entity}.{rule_id}": (findings, failed_rows)
        for entity, rule_id, findings, failed_rows in con.execute(
            "select entity, rule_id, count(*), count(distinct coalesce(record_id, '')) "
            f"from {FOUND} group by entity, rule_id"
        ).fetchall()
    }
    for rule in rules:
        if rule.kind == "quarantined_share" and rule.id not in settings.disabled_rules:
            (rows,) = _one(con, f"select count(*) from hygiene.quarantined_{rule.entity}")
            own[rule.check_name] = (rows, rows)
    different = [
        f"{rule.check_name}: Great Expectations {counts[rule.check_name].findings}, "
        f"findings {own.get(rule.check_name, (0, 0))[0]}"
        for rule in rules
        if own.get(rule.check_name, (0, 0))
        != (counts[rule.check_name].findings, counts[rule.check_name].failed_rows)
    ]
    # A key that is not unique lets the quarantine count its rows twice; T05 then says so.
    if different and not any(
        not counts[rule.check_name].is_passed for rule in rules if rule.kind == "primary_key"
    ):
        raise GateError(
            "Great Expectations and the findings differ, so neither can be trusted: "
            + "; ".join(different)
        )


def _samples(
    con: duckdb.DuckDBPyConnection,
    rules: Sequence[Rule],
    counts: Mapping[str, ExpectationCounts],
    settings: GateSettings,
) -> dict[str, tuple[SampleFinding, ...]]:
    """The first failing records of each rule, by check name."""
    sample = (
        f"min({{'record_id': record_id, 'field': field, 'source_name': source_name, "
        f"'key': source_record_id, 'value': value}}, {SAMPLE_ROWS})"
    )
    found = con.execute(
        f"select concat(entity, '.', rule_id), {sample} from hygiene.violation group by all"
    ).fetchall()
    for rule in rules:
        if rule.severity == "stop" and counts[rule.check_name].findings:
            # Violations of a stop are not kept.
            found += con.execute(
                f"select ?, {sample} from ({_stop_listing(rule, rules, settings)}) as failing",
                [rule.check_name],
            ).fetchall()
    return {
        name: tuple(
            SampleFinding(
                row["record_id"],
                row["source_name"],
                _shown_key(row["key"]),
                row["field"],
                row["value"],
            )
            for row in rows
        )
        for name, rows in found
    }


def _stop_listing(rule: Rule, rules: Sequence[Rule], settings: GateSettings) -> str:
    """Every record that breaks a stop rule, by the rule's own statement."""
    statement = bind(sql.findings_sql([rule], rules), sql.literals(rules, settings))
    return f"select * from (\n{statement}\n) as violation order by record_id, field"


def _rule_result(
    rule: Rule,
    rules: Sequence[Rule],
    settings: GateSettings,
    count: ExpectationCounts,
    samples: Mapping[str, tuple[SampleFinding, ...]],
) -> RuleResult:
    columns = ", ".join(sql.FINDING_COLUMNS)
    return RuleResult(
        rule_id=rule.id,
        entity=rule.entity,
        severity=rule.severity,
        title=rule.title,
        dimension=rule.dimension,
        why=rule.why,
        how_to_fix=rule.how_to_fix,
        findings=count.findings,
        failed_rows=count.failed_rows,
        total_rows=count.applicable_rows,
        share=count.failed_rows / count.applicable_rows if count.applicable_rows else None,
        is_passed=count.is_passed,
        is_blocking=rule.severity == "stop" and not count.is_passed,
        sample=samples.get(rule.check_name, ()),
        listing_sql=_stop_listing(rule, rules, settings)
        if rule.severity == "stop"
        else (
            f"select {columns} from hygiene.violation "
            f"where rule_id = '{rule.id}' and entity = '{rule.entity}' order by record_id, field"
        ),
    )


def _shown_key(source_record_id: str | None) -> str | None:
    """A record's natural key, unless a source uses an e-mail address as its key."""
    return MASK if source_record_id and "@" in source_record_id else source_record_id


def _entity_counts(con: duckdb.DuckDBPyConnection, entity: str) -> EntityCounts:
    canonical, excluded = _one(
        con,
        "select count(*), count(*) filter (where is_excluded) "
        f"from {sql.canonical_relation(entity)}",
    )
    (admitted,) = _one(con, f'select count(*) from gate."{entity}"')
    (quarantined,) = _one(con, f"select count(*) from hygiene.quarantined_{entity}")
    return EntityCounts(canonical, admitted, excluded, quarantined)


def _stop_message(result: RuleResult) -> str:
    share = f" ({result.share:.1%})" if result.share is not None else ""
    return (
        f"{result.rule_id} {result.title}: broken by {result.failed_rows:,} of "
        f"{result.total_rows:,} {result.entity} records{share}. {result.how_to_fix}"
    )


def _one(con: duckdb.DuckDBPyConnection, statement: str) -> tuple[int, ...]:
    row = con.execute(statement).fetchone()
    if row is None:
        raise GateError("a count returned no row")
    return tuple(int(value) for value in row)
