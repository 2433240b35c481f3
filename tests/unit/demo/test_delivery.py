"""What is known at the end of a day, and what changed since the night before.

Belongs here: cutoffs, late rows, ids and the bytes of files. Does not belong here: any vendor's
files.
"""

from __future__ import annotations

import datetime as dt
import gzip
import uuid as standard_uuid
from pathlib import Path
from typing import Any

import duckdb
import pytest

from cultivar_demo.settings import LAST_DAY, Settings
from cultivar_demo.vendors import files, identifiers
from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.world.world import World
from tests.support.made_company import hand_made_world

SETTINGS = Settings(accounts=50, months=3)
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (dt.date(2026, 9, day) for day in (8, 9, 10, 11))


def at(day: int, hour: int, minute: int = 0, month: int = 9) -> dt.datetime:
    """An instant of 2026 in UTC; a day ends at four o'clock of the next, New York's midnight."""
    return dt.datetime(2026, month, day, hour, minute)


def rows(delivery: Delivery, relation: str, columns: str) -> list[tuple[Any, ...]]:
    """These columns of a relation, in order of the first."""
    query = f"select {columns} from {relation} as told order by all"
    return delivery.connection.execute(query).fetchall()


@pytest.fixture
def world() -> World:
    return hand_made_world(
        SETTINGS,
        {
            "opportunity_version": [
                {"opportunity_id": 1, "version_at": at(8, 15), "stage": "Discovery"},
                {"opportunity_id": 1, "version_at": at(9, 15), "stage": "Scope"},
                # The last second of Wednesday in New York, and the first of Thursday.
                {"opportunity_id": 2, "version_at": at(10, 4), "stage": "Discovery"},
                {"opportunity_id": 3, "version_at": at(10, 4, 1), "stage": "Discovery"},
                {"opportunity_id": 1, "version_at": at(10, 15), "stage": "Closed Won"},
            ],
            "touch": [
                {
                    "touch_id": 1, "kind": "meeting", "created_at": at(8, 15),
                    "occurred_at": at(10, 15), "ended_at": at(10, 16),
                    "meeting_outcome": "held", "outcome_at": at(10, 17),
                },
                {
                    "touch_id": 2, "kind": "call", "created_at": at(9, 15),
                    "occurred_at": at(9, 15), "ended_at": at(9, 15, 5),
                    "call_duration_seconds": 300, "call_disposition": "conversation",
                },
            ],
            "campaign": [
                {
                    "campaign_id": 1, "campaign_name": "Fair", "created_at": at(1, 12),
                    "started_on": WEDNESDAY, "ended_on": THURSDAY, "actual_cost_usd": 30,
                }
            ],
            "campaign_cost_day": [
                {"campaign_id": 1, "day": WEDNESDAY, "cost_usd": 10},
                {"campaign_id": 1, "day": THURSDAY, "cost_usd": 20},
            ],
            "sales_user": [
                {"user_id": 1, "hired_on": dt.date(2020, 1, 1), "left_on": THURSDAY},
                {"user_id": 2, "hired_on": FRIDAY},
            ],
            "quota": [
                # The fiscal quarter August to October, and the next.
                {"user_id": 1, "period_start": dt.date(2026, 10, 1), "metric": "bookings_usd"},
                {"user_id": 1, "period_start": dt.date(2026, 11, 1), "metric": "bookings_usd"},
            ],
        },
    )  # fmt: skip


def test_a_record_is_shown_as_it_was_at_the_end_of_the_day(world: World) -> None:
    wednesday = Delivery(world, WEDNESDAY)
    found = rows(
        wednesday,
        wednesday.current("opportunity_version"),
        "opportunity_id, stage, created_at, modified_at",
    )
    assert found == [
        (1, "Scope", at(8, 15), at(9, 15)),
        (2, "Discovery", at(10, 4), at(10, 4)),
    ]


def test_a_night_brings_what_changed_since_the_night_before(world: World) -> None:
    for day, expected in (
        (TUESDAY, [(1, "Discovery")]),
        (WEDNESDAY, [(1, "Scope"), (2, "Discovery")]),
        (THURSDAY, [(1, "Closed Won"), (3, "Discovery")]),
        (FRIDAY, []),
    ):
        night = Delivery(world, day, day - dt.timedelta(days=1))
        found = rows(night, night.current("opportunity_version"), "opportunity_id, stage")
        assert found == expected, day


def test_whole_ignores_the_night_before(world: World) -> None:
    friday = Delivery(world, FRIDAY, THURSDAY)
    relation = friday.current("opportunity_version", whole=True)
    assert [key for (key,) in rows(friday, relation, "opportunity_id")] == [1, 2, 3]


def test_changes_are_numbered_for_good(world: World) -> None:
    full = Delivery(world, LAST_DAY)
    numbered = dict(
        rows(full, full.changes("opportunity_version"), "version_number, opportunity_id")
    )
    assert numbered == {1: 1, 2: 1, 3: 2, 4: 3, 5: 1}
    night = Delivery(world, THURSDAY, WEDNESDAY)
    found = rows(night, night.changes("opportunity_version"), "version_number, stage")
    assert found == [(4, "Discovery"), (5, "Closed Won")]


def test_an_outcome_is_unknown_until_it_is_entered(world: World) -> None:
    columns = "touch_id, occurred_at, ended_at, meeting_outcome, outcome_at, modified_at"
    wednesday = Delivery(world, WEDNESDAY)
    assert rows(wednesday, wednesday.happened("touch"), columns)[0] == (
        1, at(10, 15), at(10, 16), None, None, at(8, 15),
    )  # fmt: skip
    thursday = Delivery(world, THURSDAY, WEDNESDAY)
    assert rows(thursday, thursday.happened("touch"), columns) == [
        (1, at(10, 15), at(10, 16), "held", at(10, 17), at(10, 17))
    ]


def test_a_call_is_known_when_it_is_over(world: World) -> None:
    columns = "touch_id, call_duration_seconds, call_disposition, modified_at"
    day = Delivery(world, WEDNESDAY, TUESDAY)
    assert rows(day, day.happened("touch"), columns) == [(2, 300, "conversation", at(9, 15, 5))]
    day.until = "timestamp '2026-09-09 15:04:00'"
    assert rows(day, day.happened("touch"), columns) == [(2, None, None, at(9, 15))]


def test_a_campaign_costs_what_was_spent_so_far(world: World) -> None:
    # A day's cost is posted at half past eleven in New York.
    for day, cost, modified in (
        (TUESDAY, 0, at(1, 12)),
        (WEDNESDAY, 10, at(10, 3, 30)),
        (THURSDAY, 30, at(11, 3, 30)),
        (FRIDAY, 30, at(11, 4, 30)),
    ):
        delivery = Delivery(world, day)
        found = rows(delivery, delivery.happened("campaign"), "actual_cost_usd, modified_at")
        assert [(int(value), stamp) for value, stamp in found] == [(cost, modified)], day


def test_people_leave_and_join_on_their_day(world: World) -> None:
    def staff(day: dt.date) -> list[tuple[Any, ...]]:
        delivery = Delivery(world, day)
        return rows(delivery, delivery.happened("sales_user"), "user_id, left_on")

    assert staff(WEDNESDAY) == [(1, None)]
    # A login is made the day before.
    assert staff(THURSDAY) == [(1, THURSDAY), (2, None)]


def test_quotas_are_set_for_a_fiscal_quarter(world: World) -> None:
    delivery = Delivery(world, LAST_DAY)
    found = rows(delivery, delivery.happened("quota"), "period_start")
    assert found == [(dt.date(2026, 10, 1),)]


def test_a_late_row_comes_with_its_own_night(world: World) -> None:
    world.connection.execute(
        "create table record.late_arrival (table_name varchar, record_id bigint, delivered_on date)"
    )
    world.connection.execute(
        "insert into record.late_arrival values ('touch', 2, ?), ('opportunity', 2, ?)",
        [FRIDAY, THURSDAY],
    )
    touches, deals = [], []
    for day in (TUESDAY, WEDNESDAY, THURSDAY, FRIDAY):
        night = Delivery(world, day, day - dt.timedelta(days=1))
        touches.append([key for (key,) in rows(night, night.happened("touch"), "touch_id")])
        relation = night.current("opportunity_version")
        deals.append([key for (key,) in rows(night, relation, "opportunity_id")])
    assert touches == [[1], [], [1], [2]]
    assert deals == [[1], [1], [1, 2, 3], []]
    full = Delivery(world, THURSDAY)
    assert [key for (key,) in rows(full, full.happened("touch"), "touch_id")] == [1]


def test_since_lies_before_the_day(world: World) -> None:
    with pytest.raises(ValueError, match="must be an earlier day"):
        Delivery(world, TUESDAY, TUESDAY)


# --------------------------------------------------------------------------------------- ids


@pytest.fixture(scope="module", params=[True, False], ids=["for many rows", "for few"])
def connection(request: pytest.FixtureRequest) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for for_many_rows in (not request.param, request.param):
        identifiers.register_identifiers(connection, for_many_rows=for_many_rows)
    connection.execute("create table many as select i from range(1, 30001) as numbers(i)")
    connection.execute("insert into many select 100000000 + 97 * i from many")
    return connection


def checksum(fifteen: str) -> str:
    """Salesforce's own rule, from its documentation: reverse each five, capitals are ones."""
    table = {format(n, "05b"): c for n, c in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345")}
    return "".join(
        table["".join("1" if c.isupper() else "0" for c in reversed(fifteen[start : start + 5]))]
        for start in (0, 5, 10)
    )


def test_the_independent_checksum_knows_real_ids() -> None:
    assert checksum("001bm00001ZL8U9") == "AAL"
    assert checksum("00QEc00000BBaeX") == "MAT"


@pytest.mark.parametrize("name", identifiers.SALESFORCE_PREFIXES)
def test_salesforce_ids_are_valid_and_unlike(
    connection: duckdb.DuckDBPyConnection, name: str
) -> None:
    expression = identifiers.salesforce_id(name, "i")
    found = [row[0] for row in connection.execute(f"select {expression} from many").fetchall()]
    assert len(set(found)) == len({text[:15] for text in found}) == 60_000
    for text in found[::101]:
        assert text.startswith(identifiers.SALESFORCE_PREFIXES[name])
        assert text.isalnum()
        assert text[15:] == checksum(text[:15])


def test_both_ways_lead_to_the_same_ids() -> None:
    found = []
    for for_many_rows in (True, False):
        connection = duckdb.connect()
        identifiers.register_identifiers(connection, for_many_rows=for_many_rows)
        ids = [identifiers.salesforce_id(name, "i") for name in identifiers.SALESFORCE_PREFIXES]
        numbers = "range(1, 3000000000, 900007) as numbers(i)"
        found.append(connection.execute(f"select {', '.join(ids)} from {numbers}").fetchall())
    assert found[0] == found[1]


def test_ids_of_nothing_are_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    for expression in (
        identifiers.salesforce_id("Lead", "nothing"),
        identifiers.hubspot_id("contact", "nothing"),
        identifiers.marketo_id("lead", "nothing"),
        identifiers.zuora_id("account", "nothing"),
        identifiers.uuid("message", "nothing"),
    ):
        query = f"select {expression} from (select cast(null as bigint) as nothing)"
        assert connection.execute(query).fetchone() == (None,)


def test_ids_survive_a_choice_between_them(connection: duckdb.DuckDBPyConnection) -> None:
    lead, contact = (identifiers.salesforce_id(name, "i") for name in ("Lead", "Contact"))
    either = identifiers.salesforce_id("Lead", "nullif(i % 2, 0) * i")
    wrong = connection.execute(f"""
        select count(*) from (
            select i, {lead} as lead, {contact} as contact, coalesce({either}, {contact}) as got
            from many
        ) where got <> case when i % 2 = 1 then lead else contact end
    """).fetchone()
    assert wrong == (0,)


def test_other_ids_are_unlike_and_look_right(connection: duckdb.DuckDBPyConnection) -> None:
    def made(expression: str) -> list[Any]:
        found = [row[0] for row in connection.execute(f"select {expression} from many").fetchall()]
        assert len(set(found)) == 60_000
        return found

    assert {len(text) for text in made(identifiers.hubspot_id("contact", "i"))} <= {10, 11}
    assert all(0 < number < 2**31 for number in made(identifiers.marketo_id("lead", "i")))
    zuora = made(identifiers.zuora_id("account", "i"))
    assert all(len(text) == 32 and int(text, 16) for text in zuora)
    for text in made(identifiers.uuid("message", "i"))[:2_000]:
        parsed = standard_uuid.UUID(text)
        assert str(parsed) == text
        assert parsed.version == 4
        assert parsed.variant == standard_uuid.RFC_4122


# ------------------------------------------------------------------------------------- files


def test_files_have_the_same_bytes_each_time(tmp_path: Path) -> None:
    query = "select i, 'text ' || i as t from range(120000) as numbers(i) order by i"
    lines = f"select to_json(row(i, t))::varchar as line from ({query}) order by i"
    for name in ("one", "two"):
        connection = duckdb.connect()
        folder = tmp_path / name
        assert files.write_csv(connection, query, folder / "a.csv") == 120_000
        assert files.write_json_lines(connection, lines, folder / "b.jsonl.gz") == 120_000
        assert files.write_parquet(connection, query, folder / "c.parquet") == 120_000
    for name in ("a.csv", "b.jsonl.gz", "c.parquet"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    packed = (tmp_path / "one" / "b.jsonl.gz").read_bytes()
    # RFC 1952: no flags (so no name), and a time of zero.
    assert packed[3] == 0
    assert packed[4:8] == b"\0\0\0\0"
    assert gzip.decompress(packed).count(b"\n") == 120_000


def test_stamps_are_written_as_each_vendor_does() -> None:
    stamp = "timestamp '2026-09-30 04:05:06'"
    for function, expected in (
        (files.milliseconds, "2026-09-30T04:05:06.000Z"),
        (files.seconds, "2026-09-30T04:05:06Z"),
        (files.with_offset, "2026-09-30T04:05:06.000+00:00"),
        (files.day_text, "2026-09-30"),
    ):
        assert duckdb.connect().execute(f"select {function(stamp)}").fetchone() == (expected,)
