"""Segment's files: both ways of writing events give the same rows; strange ones are refused."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dagster_project.sources.errors import SourceError
from tests.support.sources import Night

DAY = dt.date(2026, 6, 30)
COMPANY = """
name: segmented
sources:
  - {name: product, type: segment_export, path: export, crm_source: crm}
  - {name: crm, type: salesforce_export, path: crm}
"""
EVENT: dict[str, Any] = {
    "type": "track",
    "messageId": "m1",
    "userId": "u1",
    "event": "Report Created",
    "properties": {"surface": "web"},
    "context": {"groupId": "g1", "traits": {"email": "Ann@acme.example"}},
    "timestamp": "2026-06-01T10:00:00.250Z",
    "originalTimestamp": "2026-06-01T09:59:59.000Z",
    "sentAt": "2026-06-01T10:00:01.000Z",
    "receivedAt": "2026-06-01T10:00:02.000Z",
}


class SegmentNight(Night):
    schemas = ("raw_segment",)

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        (folder / "company.yml").write_text(COMPANY)
        self.export = folder / "export"
        (self.export / "tracks").mkdir(parents=True)
        (folder / "crm").mkdir()
        (folder / "crm" / "Account.csv").write_text("Id,Name\n0012x00000KLmNoAAL,Acme\n")

    def calls(self, name: str, *calls: dict[str, Any]) -> None:
        text = "".join(json.dumps(call) + "\n" for call in calls).encode()
        path = self.export / name
        path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)

    def parquet(self, day: str, **columns: Any) -> None:
        pq.write_table(pa.table(columns), self.export / "tracks" / f"{day}.parquet")

    def tracks(self, columns: str = "*") -> list[tuple[Any, ...]]:
        return self.rows(f"select {columns} from raw_segment.tracks order by all")


@pytest.fixture
def night(tmp_path: Path) -> SegmentNight:
    return SegmentNight(tmp_path)


def test_a_track_call_and_a_warehouse_row_are_the_same_event(night: SegmentNight) -> None:
    night.calls("tracks/2026-06-01.jsonl.gz", EVENT)
    night.parquet(
        "2026-06-02",
        message_id=["m1"],
        event=["report_created"],
        event_text=["Report Created"],
        user_id=["u1"],
        anonymous_id=pa.nulls(1, pa.string()),
        context_group_id=["g1"],
        context_traits_email=["Ann@acme.example"],
        timestamp=[dt.datetime(2026, 6, 1, 10, 0, 0, 250_000)],
        received_at=[dt.datetime(2026, 6, 1, 10, 0, 2, tzinfo=dt.UTC)],
        sent_at=["2026-06-01 10:00:01"],
        original_timestamp=["2026-06-01T09:59:59Z"],
        properties=['{"surface":"web"}'],
    )
    night.run(DAY)
    first, second = night.tracks("columns(c -> c <> '_lake_file')")
    assert first == second
    assert night.tracks("_source_name, _lake_file, event, cast(received_at as varchar)") == [
        ("product", "2026-06-01", "report_created", "2026-06-01 10:00:02+00"),
        ("product", "2026-06-02", "report_created", "2026-06-01 10:00:02+00"),
    ]


def test_what_no_column_holds_is_carried_along(night: SegmentNight) -> None:
    night.calls(
        "tracks/2026-06-01.jsonl",
        EVENT | {"channel": "server", "context": {"groupId": "g1", "ip": "10.0.0.1"}},
    )
    night.parquet(
        "2026-06-02",
        message_id=["m2"],
        event_text=["Signed In"],
        timestamp=[dt.datetime(2026, 6, 2)],
        received_at=[dt.datetime(2026, 6, 2)],
        context_ip=["10.0.0.2"],
        plan=pa.nulls(1, pa.string()),
    )
    night.run(DAY)
    custom = [json.loads(text) for (text,) in night.tracks("_custom_fields")]
    assert {"channel": "server", "context": {"ip": "10.0.0.1"}} in custom
    assert {"context_ip": "10.0.0.2"} in custom


def test_copies_are_allowed_and_counted(night: SegmentNight) -> None:
    night.calls("tracks/2026-06-01.jsonl", EVENT, EVENT, EVENT | {"messageId": "m2"})
    landed, _ = night.run(DAY)
    assert next(table.rows for table in landed if table.table == "tracks") == 3
    assert len(night.tracks()) == 3


def test_a_company_without_events_has_an_empty_table(night: SegmentNight) -> None:
    night.calls(
        "groups.jsonl.gz",
        {"type": "group", "messageId": "g", "groupId": "g1", "traits": {"name": "Acme"}},
    )
    night.run(DAY)
    assert night.tracks() == []
    assert night.rows("select count(*) from raw_segment._lake_file_day") == [(0,)]


def test_calls_add_to_each_other_from_night_to_night(night: SegmentNight) -> None:
    call = {"type": "group", "messageId": "c1", "groupId": "g1", "traits": {"plan": "free"}}
    night.calls("groups.jsonl.gz", call)
    night.calls("tracks/2026-06-01.jsonl", EVENT)
    night.run(DAY)
    night.calls("groups.jsonl.gz", call | {"messageId": "c2", "traits": {"plan": "team"}})
    night.run(DAY)
    assert night.rows(
        "select messageId, traits, _is_absent from raw_segment.groups order by messageId"
    ) == [("c1", '{"plan":"free"}', False), ("c2", '{"plan":"team"}', False)]


def test_loading_twice_changes_nothing(night: SegmentNight) -> None:
    night.calls("tracks/2026-06-01.jsonl", EVENT)
    night.run(DAY)
    _, loaded = night.run(DAY)
    assert sum(table.rows_changed for table in loaded) == 0
    night.calls("tracks/2026-06-02.jsonl", EVENT | {"messageId": "m2"})
    _, loaded = night.run(DAY)
    assert next(t.rows_changed for t in loaded if t.table == "tracks") == 1
    assert night.rows("select lake_file, rows_in from raw_segment._lake_file_day order by 1") == [
        ("2026-06-01", 1),
        ("2026-06-02", 1),
    ]


@pytest.mark.parametrize(
    ("name", "calls", "found"),
    [
        ("tracks/2026-06-01.jsonl", [EVENT, EVENT | {"messageId": " "}], "'message_id', record 2"),
        ("tracks/2026-06-01.jsonl", [EVENT | {"timestamp": "soon"}], "'timestamp', record 1"),
        ("tracks/2026-06-01.jsonl", [EVENT, {"type": "page"}], "row 2"),
        ("tracks/2026-06-01.jsonl", [EVENT | {"event": None}], "'event_text', record 1"),
        ("tracks/june.jsonl", [EVENT], "tracks/june.jsonl"),
        ("groups.jsonl", [{"type": "group", "messageId": "c", "traits": {}}], "no groupId"),
        ("groups.jsonl", [{"type": "track", "messageId": "c", "groupId": "g"}], "type 'track'"),
        ("identifies.jsonl", [{"type": "identify", "messageId": "c"}], "no userId"),
    ],
)
def test_what_is_no_event_or_call_is_refused(
    night: SegmentNight, name: str, calls: list[dict[str, Any]], found: str
) -> None:
    night.calls(name, *calls)
    with pytest.raises(SourceError) as refused:
        night.run(DAY)
    assert found in str(refused.value)


def test_a_file_that_breaks_off_is_refused(night: SegmentNight) -> None:
    night.calls("tracks/2026-06-01.jsonl", EVENT)
    path = night.export / "tracks" / "2026-06-01.jsonl"
    path.write_text(path.read_text()[:-20])
    with pytest.raises(SourceError, match=r"2026-06-01\.jsonl"):
        night.run(DAY)
    path.unlink()
    night.parquet(
        "2026-06-01", message_id=["m"], event_text=["e"], timestamp=[DAY], received_at=[DAY]
    )
    path = night.export / "tracks" / "2026-06-01.parquet"
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(SourceError, match="no readable Parquet"):
        night.run(DAY)


def test_a_table_without_its_columns_is_refused(night: SegmentNight) -> None:
    night.parquet("2026-06-01", message_id=["m"], event=["e"], timestamp=[DAY])
    with pytest.raises(SourceError, match="column 'received_at'"):
        night.run(DAY)


def test_one_day_comes_in_one_file_or_in_parts(night: SegmentNight) -> None:
    night.calls("tracks/2026-06-01-1.jsonl", EVENT)
    night.calls("tracks/2026-06-01-2.jsonl", EVENT | {"messageId": "m2"})
    night.run(DAY)
    assert len(night.tracks()) == 2
    night.calls("tracks/2026-06-01-2.jsonl.gz", EVENT)
    with pytest.raises(SourceError, match="two files for 2026-06-01-2"):
        night.run(DAY)
