"""The business of a small made company: sums, spans, order of time, and that everything occurs.

The statements are SQL over the finished tables and know nothing of how they came about: each query
of BROKEN must find nothing, each of BEHAVIOURS something.
"""

from __future__ import annotations

import datetime as dt
import hashlib

import numpy as np
import pyarrow as pa
import pytest

from cultivar_demo.constants import QUALIFIED_STAGE_ORDER, STAGES
from cultivar_demo.settings import TINY, cutoff
from cultivar_demo.world.business.product_events import product_events
from cultivar_demo.world.world import World, build_world
from tests.support.business_statements import BEHAVIOURS, BROKEN, VIEWS

TABLES = (
    "opportunity",
    "opportunity_version",
    "opportunity_role",
    "line_item",
    "subscription_version",
    "subscription_charge",
    "account_type_change",
    "account_version",
    "account_ownership",
    "workspace",
    "workspace_user",
    "support_case",
    "survey_response",
    "touch",
    "contact",
    "contact_version",
    "awareness_change",
)

NOT_AFTER_THE_END = {
    "opportunity": ("created_at",),
    "opportunity_version": ("version_at",),
    "opportunity_role": ("created_at",),
    "line_item": ("created_at",),
    "subscription_version": ("version_at",),
    "subscription_charge": ("booked_at", "amended_at"),
    "account_type_change": ("changed_at",),
    "account_version": ("version_at",),
    "workspace": ("created_at", "paid_at", "closed_at"),
    "workspace_user": ("joined_at", "left_at"),
    "support_case": ("opened_at", "closed_at"),
    "survey_response": ("sent_at", "answered_at"),
    "touch": ("created_at", "outcome_at"),
    "contact": ("created_at",),
    "contact_version": ("version_at",),
    "awareness_change": ("changed_at",),
}

VERSIONS = {
    "opportunity_version": "opportunity_id",
    "subscription_version": "subscription_id",
    "account_version": "account_id",
    "contact_version": "contact_id",
    "account_type_change": "account_id",
    "awareness_change": "person_id",
}


@pytest.fixture(scope="module")
def world() -> World:
    built = build_world(TINY)
    stages = ", ".join(
        f"('{stage.name}', {stage.order}, '{stage.state}', {stage.probability})" for stage in STAGES
    )
    built.connection.execute(VIEWS.format(stages=stages))
    return built


@pytest.mark.parametrize("statement", BROKEN)
def test_nothing_is_broken(world: World, statement: str) -> None:
    assert world.sql(f"select 1 {BROKEN[statement].strip()} limit 1").num_rows == 0


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_every_behaviour_occurs(world: World, behaviour: str) -> None:
    assert world.sql(f"select 1 {BEHAVIOURS[behaviour].strip()} limit 1").num_rows == 1


@pytest.mark.parametrize(("table", "key"), VERSIONS.items())
def test_versions_strictly_rise(world: World, table: str, key: str) -> None:
    stamp = "changed_at" if "changed_at" in world.table(table).column_names else "version_at"
    twice = world.sql(f"select {key} from {table} group by {key}, {stamp} having count(*) > 1")
    assert twice.num_rows == 0, twice.to_pylist()[:5]


@pytest.mark.parametrize("table", NOT_AFTER_THE_END)
def test_nothing_happens_after_the_end(world: World, table: str) -> None:
    for column in NOT_AFTER_THE_END[table]:
        latest = world.sql(f"select max({column}) as latest from {table}")["latest"][0].as_py()
        assert latest is None or latest <= cutoff(TINY.last_day), column


def test_there_is_enough_of_everything(world: World) -> None:
    deals = world.sql("select count(*) as n from opportunity")["n"][0].as_py()
    renewals = world.sql("select count(*) as n from opportunity where opportunity_type = 'Renewal'")
    assert deals >= 120
    assert renewals["n"][0].as_py() >= 10


def test_a_share_of_qualified_deals_is_won(world: World) -> None:
    """Loosely: a small company scatters around the quarter to a third of the large one."""
    share = world.sql(
        f"""
        select avg(is_won::int) as share from visit
        where is_latest and is_closed and opportunity_type = 'New Business' and exists (
            from visit as earlier where earlier.opportunity_id = visit.opportunity_id
            and earlier.stage_order between {QUALIFIED_STAGE_ORDER} and 89
        )
        """
    )["share"][0].as_py()
    assert 0.15 < share < 0.5


# --------------------------------------------------------------------------------- product events
@pytest.fixture(scope="module")
def days() -> list[dt.date]:
    return [TINY.first_day + dt.timedelta(number) for number in range(TINY.days)]


@pytest.fixture(scope="module")
def events(world: World, days: list[dt.date]) -> dict[dt.date, pa.Table]:
    return {day: product_events(world, day) for day in days}


def test_events_do_not_depend_on_the_order_of_days(
    world: World, days: list[dt.date], events: dict[dt.date, pa.Table]
) -> None:
    other = World(TINY)
    for name in ("workspace_user", "workspace", "account"):
        other.add(name, world.table(name))
    for day in reversed(days[-40:]):
        assert product_events(other, day).equals(events[day])


def test_a_day_holds_what_arrived_on_it(events: dict[dt.date, pa.Table]) -> None:
    for day, table in events.items():
        start, end = cutoff(day - dt.timedelta(1)), cutoff(day)
        received = table["received_at"].to_pylist()
        assert received == sorted(received)
        assert all(start <= at < end for at in received)
        assert all(
            start - dt.timedelta(3) <= happened <= at
            for happened, at in zip(table["occurred_at"].to_pylist(), received, strict=True)
        )


def test_events_are_complete_and_unique(events: dict[dt.date, pa.Table]) -> None:
    everything = pa.concat_tables(events.values())
    assert len(set(everything["message_id"].to_pylist())) == everything.num_rows
    expected = TINY.events_per_day * TINY.days
    # Within five standard deviations of a Poisson number.
    assert abs(everything.num_rows - expected) < 5 * expected**0.5
    happened = everything["occurred_at"].to_numpy().astype("datetime64[D]")
    received = everything["received_at"].to_numpy().astype("datetime64[D]")
    late = (received - happened).astype(int) > 0
    assert 0.004 < late.mean() < 0.03
    # The last three days' late events have arrived by the end, too.
    last = np.datetime64(TINY.last_day)
    assert np.count_nonzero(happened >= last - 2) > TINY.events_per_day


def test_events_happen_while_the_user_is_there(
    world: World, events: dict[dt.date, pa.Table]
) -> None:
    world.connection.register("event", pa.concat_tables(events.values()))
    outside = world.sql(
        """
        from event join workspace_user as own using (workspace_user_id)
        where event.occurred_at < own.joined_at or event.occurred_at > own.left_at
        or event.email <> own.email or event.workspace_id <> own.workspace_id limit 5
        """
    )
    assert outside.num_rows == 0, outside.to_pylist()
    kinds = world.sql("select count(distinct event_name) as n from event")["n"][0].as_py()
    assert kinds >= 8
    weekend = world.sql(
        """
        select avg((dayofweek(occurred_at - interval 5 hour) in (0, 6))::int) as share from event
        """
    )
    assert weekend["share"][0].as_py() < 0.12
    world.connection.unregister("event")


def test_use_falls_before_a_workspace_closes(world: World, events: dict[dt.date, pa.Table]) -> None:
    """In the last 30 days less is done than in the 30 days that end 100 days before the end."""
    world.connection.register("event", pa.concat_tables(events.values()))
    counts = world.sql(
        """
        select
            count(*) filter (where occurred_at > closed_at - interval 30 day) as late,
            count(*) filter (
                where occurred_at between closed_at - interval 130 day
                and closed_at - interval 100 day
            ) as early
        from event join workspace using (workspace_id)
        where closed_at > paid_at + interval 200 day
        """
    ).to_pylist()[0]
    world.connection.unregister("event")
    assert counts["late"] < counts["early"]


def test_a_day_outside_is_refused(world: World) -> None:
    with pytest.raises(ValueError, match="not simulated"):
        product_events(world, TINY.last_day + dt.timedelta(1))


# ---------------------------------------------------------------------------------- determinism
def _digest(world: World, table: str) -> str:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, world.table(table).schema) as writer:
        writer.write_table(world.table(table).combine_chunks())
    return hashlib.sha256(sink.getvalue()).hexdigest()


def test_the_same_seed_gives_the_same_tables(world: World) -> None:
    again = build_world(TINY)
    assert {name: _digest(again, name) for name in TABLES} == {
        name: _digest(world, name) for name in TABLES
    }
