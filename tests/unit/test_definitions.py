"""The code location, loaded as the Dagster server loads it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from dagster_project.build import build_defs
from dagster_project.company import load_company
from dagster_project.contract import raw_tables
from dagster_project.hygiene.assets import asset_check_name
from dagster_project.hygiene.rules import ENTITIES, STREAMED_ENTITIES, default_rules
from dagster_project.resources import default_company_path
from dagster_project.sources.registry import SCHEMAS

# Left to right: what an asset may depend on lies in an earlier group, or in its own.
LAYERS = [
    ["landing"],
    ["raw"],
    ["config", "memory", "reference"],
    ["staging"],
    ["canonical"],
    ["gate"],
    ["identity"],
    ["intermediate"],
    ["marts"],
    ["kpi"],
    ["bi"],
    ["published"],
]
COMPANY = load_company(default_company_path())
POSITION = {group: position for position, groups in enumerate(LAYERS) for group in groups}

MARTS = {
    "dim_account",
    "dim_campaign",
    "dim_date",
    "dim_employee",
    "dim_market_account",
    "dim_person",
    "dim_product",
    "dim_territory",
    "dim_user",
    "dim_workspace",
    "fct_account_engagement_daily",
    "fct_account_ownership",
    "fct_account_qualification",
    "fct_account_retention_12m",
    "fct_activity",
    "fct_arr_movement",
    "fct_as_of_basis",
    "fct_attribution_credit",
    "fct_awareness_change",
    "fct_campaign_touch",
    "fct_committee_coverage",
    "fct_cost_entry",
    "fct_email_send",
    "fct_event_defect",
    "fct_hand_off",
    "fct_hygiene_scorecard",
    "fct_identity_change",
    "fct_identity_finding",
    "fct_lead_account_match",
    "fct_lead_lifecycle_event",
    "fct_lead_response",
    "fct_meeting",
    "fct_mrr_monthly",
    "fct_opportunity",
    "fct_opportunity_daily_snapshot",
    "fct_opportunity_stage_visit",
    "fct_pipeline_calibration",
    "fct_pipeline_movement",
    "fct_product_usage_daily",
    "fct_prospecting_spell",
    "fct_quota",
    "fct_ramp_up",
    "fct_record_survivor",
    "fct_renewal",
    "fct_row_balance",
    "fct_sequence_enrollment",
    "fct_sequence_step",
    "fct_survey_response",
    "fct_target_list_membership",
    "fct_territory_assignment",
    "fct_touch",
    "fct_worklist_item",
    "xref_account",
    "xref_person",
}


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    from dagster_project.definitions import defs

    dg.Definitions.validate_loadable(defs)
    return defs


@pytest.fixture(scope="module")
def specs(definitions: dg.Definitions) -> dict[str, dg.AssetSpec]:
    return {spec.key.to_user_string(): spec for spec in definitions.resolve_all_asset_specs()}


def test_every_layer_has_its_assets(specs: dict[str, dg.AssetSpec]) -> None:
    raw = {f"{schema}/{t}" for schema in SCHEMAS for t in raw_tables(schema)}
    expected = (
        raw
        | {f"landing/{source.name}" for source in COMPANY.sources}
        | {"published/cultivar", "published/page"}
        | {f"canonical/{entity}" for entity in ENTITIES}
        | {f"gate/{entity}" for entity in (*ENTITIES, *STREAMED_ENTITIES)}
        | {f"hygiene/quarantined_{entity}" for entity in ENTITIES}
        | {f"resolved/{entity}" for entity in (*ENTITIES, *STREAMED_ENTITIES)}
        | {"identity/xref_account", "identity/xref_person", "hygiene/review_queue"}
        | {"hygiene/finding", "hygiene/rule", "hygiene/check_result"}
        | {f"marts/{mart}" for mart in MARTS}
        | {f"marts/{kpi}" for kpi in ("dim_kpi", "fct_kpi", "fct_kpi_frozen", "fct_restatement")}
        | {f"bi/bi_{subject}" for subject in ("account", "kpi", "lead", "opportunity")}
    )
    assert expected <= specs.keys(), sorted(expected - specs.keys())
    groups = Counter(spec.group_name for spec in specs.values())
    assert set(groups) == set(POSITION), "every asset lies in a layer, every layer has assets"
    assert groups["marts"] == len(MARTS)


def test_a_copy_in_postgres_is_there_where_the_company_asks_for_one(
    specs: dict[str, dg.AssetSpec], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "published/postgres" not in specs
    company = tmp_path / "acme.yml"
    company.write_text(
        "name: acme\n"
        "sources:\n  - {name: crm, type: salesforce_export, path: .}\n"
        "publication: {postgres: {url_env: PG_URL}}\n"
    )
    monkeypatch.setenv("CULTIVAR_COMPANY", str(company))
    of_acme = {spec.key.to_user_string(): spec for spec in build_defs().resolve_all_asset_specs()}
    added = of_acme["published/postgres"]
    assert [dep.asset_key.to_user_string() for dep in added.deps] == ["published/cultivar"]
    assert added.group_name == "published"


def test_data_goes_one_way(specs: dict[str, dg.AssetSpec]) -> None:
    backwards = [
        f"{key} ({spec.group_name}) reads {dep.asset_key.to_user_string()}"
        for key, spec in specs.items()
        for dep in spec.deps
        if POSITION[specs[dep.asset_key.to_user_string()].group_name or ""]
        > POSITION[spec.group_name or ""]
    ]
    assert not backwards


def test_behind_the_gate_nobody_reads_before_it(specs: dict[str, dg.AssetSpec]) -> None:
    early = {"landing", "raw", "staging", "canonical"}
    around = [
        key
        for key, spec in specs.items()
        if spec.group_name in ("intermediate", "marts", "kpi", "bi", "published")
        and any(specs[d.asset_key.to_user_string()].group_name in early for d in spec.deps)
    ]
    assert not around


def test_every_asset_says_what_it_is_and_who_answers_for_it(
    specs: dict[str, dg.AssetSpec],
) -> None:
    assert not [key for key, spec in specs.items() if not (spec.description or "").strip()]
    assert not [key for key, spec in specs.items() if not spec.owners]
    assert not [key for key, spec in specs.items() if not spec.kinds]


def test_what_people_read_has_a_freshness_policy(specs: dict[str, dg.AssetSpec]) -> None:
    for key, spec in specs.items():
        is_read = spec.group_name in ("marts", "kpi", "bi", "published")
        assert (spec.freshness_policy is not None) == is_read, key


def test_one_check_a_rule_and_stops_block(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    checks = {
        (key.asset_key.to_user_string(), key.name): graph.get_check_spec(key)
        for key in graph.asset_check_keys
    }
    for rule in default_rules():
        spec = checks["gate/" + rule.entity, asset_check_name(rule)]
        assert spec.blocking == (rule.severity == "stop"), rule.check_name
    assert ("gate/account", "A02_the_account_has_a_website") in checks
    assert ("marts/fct_opportunity", "unique_fct_opportunity_opportunity_id") in checks
    assert not [key for key in checks if key[0].startswith("raw_")], "they would disable the gate"


def test_the_nightly_job_is_everything_in_one_process(
    definitions: dg.Definitions, specs: dict[str, dg.AssetSpec]
) -> None:
    job = definitions.resolve_job_def("nightly")
    assert {key.to_user_string() for key in job.asset_layer.executable_asset_keys} == specs.keys()
    assert job.executor_def is dg.in_process_executor


def test_only_ingestion_is_retried(definitions: dg.Definitions) -> None:
    retried = {
        node.name
        for node in definitions.resolve_job_def("nightly").all_node_defs
        if getattr(node, "retry_policy", None) is not None
    }
    assert retried == {f"landing__{source.name}" for source in COMPANY.sources} | set(SCHEMAS)


def test_the_schedule_runs_by_default_at_two_reporting_time(definitions: dg.Definitions) -> None:
    (schedule,) = definitions.schedules or ()
    assert isinstance(schedule, dg.ScheduleDefinition)
    assert schedule.cron_schedule == "0 2 * * *"
    assert schedule.execution_timezone == "America/New_York"
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-03-08", "2026-03-07"),  # the clocks go forward at two
        ("2026-07-01", "2026-06-30"),
        ("2026-11-01", "2026-09-30"),  # they go back; the demo's data end in September
    ],
)
def test_a_tick_is_for_the_day_before_it(
    definitions: dg.Definitions, day: str, expected: str
) -> None:
    (schedule,) = definitions.schedules or ()
    assert isinstance(schedule, dg.ScheduleDefinition)
    date = dt.date.fromisoformat(day)
    tick = dt.datetime.combine(date, dt.time(2), ZoneInfo("America/New_York"))
    context = dg.build_schedule_context(scheduled_execution_time=tick)
    request = schedule.evaluate_tick(context).run_requests[0]
    assert request.run_key == day
    assert request.run_config["resources"]["run"]["config"]["as_of_date"] == expected
    # What the daemon does with it before it launches a run.
    dg.validate_run_config(definitions.resolve_job_def("nightly"), request.run_config)


def test_resources_can_be_replaced() -> None:
    other = dg.ResourceDefinition.hardcoded_resource("another")
    assert (build_defs(resource_overrides={"dbt": other}).resources or {})["dbt"] is other
