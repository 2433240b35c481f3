"""What Dagster's pages tell of a mart after a night."""

from __future__ import annotations

import dagster as dg
import pytest

from tests.support.nightly import NightlyRun

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("nightly")]


@pytest.fixture
def metadata(
    first: NightlyRun, monkeypatch: pytest.MonkeyPatch
) -> dict[str, dict[str, dg.MetadataValue[object]]]:
    monkeypatch.setenv("DAGSTER_HOME", str(first.home.dagster))
    told = {}
    with dg.DagsterInstance.get() as instance:
        for table in ("fct_opportunity", "fct_kpi"):
            event = instance.get_latest_materialization_event(dg.AssetKey(["marts", table]))
            assert event is not None
            assert event.asset_materialization is not None
            told[table] = dict(event.asset_materialization.metadata)
    return told


def test_a_mart_shows_its_kpis_and_where_its_columns_come_from(
    metadata: dict[str, dict[str, dg.MetadataValue[object]]], first: NightlyRun
) -> None:
    told = metadata["fct_opportunity"]
    assert "Win rate, by count (P08)" in str(told["kpis"].value)
    lineage = told["dagster/column_lineage"].value
    assert isinstance(lineage, dg.TableColumnLineage)
    columns = {row[0] for row in first.published("describe marts.fct_opportunity")}
    assert columns == set(lineage.deps_by_column)
    (origin,) = lineage.deps_by_column["opportunity_id"]
    assert origin.asset_key.path[0] in ("intermediate", "canonical")
    assert f"| opportunity_id | {'.'.join(origin.asset_key.path)}" in str(
        told["columns_come_from"].value
    )


def test_fct_kpi_shows_all_of_them_and_plots_of_those_with_a_target(
    metadata: dict[str, dict[str, dg.MetadataValue[object]]],
) -> None:
    told = metadata["fct_kpi"]
    assert str(told["kpis"].value).count("\n") > 10
    assert "data:image/png;base64," in str(told["against_targets"].value)
