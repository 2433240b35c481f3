"""The storage of events: what it keeps, Dagster reads, and runs are not mixed up."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log import SqliteEventLogStorage

from dagster_project import run_log
from dagster_project.contract import PROJECT_ROOT
from dagster_project.run_log import RunLogStorage


@dg.asset
def leaf() -> int:
    return 1


def materialize(home: Path) -> tuple[str, str]:
    """A run below ``home`` with the product's settings; its id, and the storage's class."""
    (home / "dagster.yaml").write_text((PROJECT_ROOT / "dagster.yaml").read_text())
    with dg.DagsterInstance.from_config(str(home)) as instance:
        kept = type(instance.event_log_storage).__name__
        return dg.materialize([leaf], instance=instance).run_id, kept


def test_dagster_reads_what_was_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    run_id, kept = materialize(tmp_path)
    assert kept == "RunLogStorage"
    plain = SqliteEventLogStorage(str(tmp_path / "history" / "runs"))
    events = {record.dagster_event_type for record in plain.get_logs_for_run(run_id)}
    assert {dg.DagsterEventType.ASSET_MATERIALIZATION, dg.DagsterEventType.RUN_SUCCESS} <= events
    assert plain.has_asset_key(leaf.key)


def test_runs_beyond_those_kept_open_are_read_and_a_deleted_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.setattr(run_log, "KEPT_OPEN", 2)
    runs = [materialize(tmp_path)[0] for _ in range(4)]
    storage = RunLogStorage(str(tmp_path))
    assert all(storage.get_logs_for_run(run) for run in (*runs, *runs))
    storage.delete_events(runs[0])
    assert not storage.get_logs_for_run(runs[0])
    Path(storage.path_for_shard(runs[3])).unlink()
    assert not storage.get_logs_for_run(runs[3])
    storage.dispose()
