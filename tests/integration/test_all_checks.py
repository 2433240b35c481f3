"""Every check of a night in one table: rules, and dbt's tests from staging to the KPIs."""

from __future__ import annotations

import pytest

from dagster_project.build import build_defs
from dagster_project.publish.publication import read_manifest
from tests.support.nightly import NightlyRun

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("nightly")]


def asset_checks() -> set[tuple[str, str]]:
    """Type and name of every asset check of the code location."""
    return {
        ("expectation", f"{key.asset_key.path[1]}.{key.name.split('_')[0]}")
        if key.asset_key.path[0] == "gate"
        else ("dbt_test", key.name)
        for key in build_defs().resolve_asset_graph().asset_check_keys
    }


def test_every_asset_check_of_a_night_has_one_result(first: NightlyRun) -> None:
    results = first.published(
        "select check_type, check_name from hygiene.check_result "
        "where check_type in ('expectation', 'dbt_test')"
    )
    assert len(results) == len(set(results))
    assert set(results) == asset_checks()
    assert {check_type for check_type, _ in results} == {"expectation", "dbt_test"}


def test_all_results_are_of_this_run_and_none_that_stops_failed(first: NightlyRun) -> None:
    manifest = read_manifest(first.home.published)
    assert manifest is not None
    run_id = manifest.version(manifest.current).run_id
    assert first.published(
        "select distinct as_of_date::varchar, run_id from hygiene.check_result"
    ) == [("2026-05-31", run_id)]
    assert first.published(
        "select distinct check_type, severity from hygiene.check_result where not is_passed "
        "order by all"
    ) == [("expectation", "block"), ("expectation", "warn")]


def test_a_test_of_dbt_names_its_table(first: NightlyRun) -> None:
    assert first.published(
        "select entity, severity, is_passed, failed_rows from hygiene.check_result "
        "where check_name in ('unique_fct_opportunity_opportunity_id', "
        "'assert_every_defined_kpi_has_rows') order by check_name"
    ) == [("marts.fct_kpi", "stop", True, 0), ("marts.fct_opportunity", "stop", True, 0)]
