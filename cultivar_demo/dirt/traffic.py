"""What own people do in the product, and who used it lately.

Belongs here: the workspaces in which the company shows and tries its own product, and their events,
made day by day like all others. Does not belong here: customers' use (``world.business``).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa

from cultivar_demo.dirt.records import Records
from cultivar_demo.schema import TABLES
from cultivar_demo.settings import cutoff
from cultivar_demo.world import World
from cultivar_demo.world.business.product_events import EVENTS, product_events

OWN_WORKSPACES = ("Northwind Demo", "Northwind Sandbox")
PRESENTING_ROLES = ("se", "csm", "ae", "am")
"""Who shows the product."""

ACTIVE_SHARE = 0.1
"""Of them: in the product on a working day."""
MOST_EVENTS = 4
"""Of one on a day, from 1."""
FIRST_HOUR, LAST_HOUR = 13, 22
"""UTC."""
ARRIVES_AFTER_SECONDS = 2

RECENT_DAYS = 30


def add_own_workspaces(records: Records) -> None:
    """Add the company's own workspaces and their users, which are excluded."""
    for table in ("workspace", "workspace_user"):
        records.own(table)
    first_day = records.world.settings.first_day
    names = ", ".join(
        f"({number}, '{name}')" for number, name in enumerate(OWN_WORKSPACES, start=1)
    )
    presenters = f"""(
        select *, row_number() over (order by user_id) as number,
            greatest(hired_on, date '{first_day}') + interval 15 hour as joins_at
        from main.sales_user where role in {PRESENTING_ROLES}
            and coalesce(left_on > date '{first_day}', true)
            and greatest(hired_on, date '{first_day}') + interval 20 hour
                < timestamp '{records.cutoff}'
    )"""
    highest = "(select coalesce(max({0}_id), 0) from main.{0})"
    records.connection.execute(
        f"""
        insert into record.workspace by name
        select
            {highest.format("workspace")} + own.number as workspace_id,
            own.name as workspace_name,
            creator.email as creator_email,
            creator.joins_at as created_at,
            'trial' as plan
        from (values {names}) as own(number, name)
        cross join (from {presenters} order by joins_at, user_id limit 1) as creator
        order by own.number
        """
    )
    records.connection.execute(
        f"""
        insert into record.workspace_user by name
        select
            {highest.format("workspace_user")} + row_number() over (order by number, own.place)
                as workspace_user_id,
            {highest.format("workspace")} + own.place as workspace_id,
            email, joins_at as joined_at,
            cast(left_on as timestamp) as left_at, 1.0 as activity
        from {presenters} as presenter
        cross join range(1, {len(OWN_WORKSPACES) + 1}) as own(place)
        order by number, own.place
        """
    )
    ids = records.connection.execute(
        "select workspace_id from record.workspace anti join main.workspace using (workspace_id) "
        "order by workspace_id"
    ).fetchnumpy()["workspace_id"]
    own = np.asarray(ids, dtype=np.int64)
    records.leave_out("workspace", own, "excluded: internal")


_presenters: WeakKeyDictionary[World, dict[str, np.ndarray]] = WeakKeyDictionary()


def own_events(world: World, day: dt.date) -> pa.Table:
    """Events of own people that arrived on ``day``, as ``product_events`` has those of others.

    None where the records are as they should be. The same day gives the same events.
    """
    schema = TABLES["product_event"].schema
    if world.settings.events_per_day == 0 or day.isoweekday() > 5:
        return schema.empty_table()
    people = _presenters.get(world)
    if people is None:
        people = _presenters[world] = world.columns(
            """
            select own.workspace_user_id, own.workspace_id, own.email, own.joined_at,
                coalesce(own.left_at, timestamp '2200-01-01') as left_at
            from record.workspace_user as own
            anti join main.workspace_user as known using (workspace_user_id)
            order by own.workspace_user_id
            """
        )
    random = world.settings.random("dirt/own events", day.isoformat())
    user = np.repeat(
        np.arange(len(people["workspace_user_id"])),
        np.where(
            random.random(len(people["workspace_user_id"])) < ACTIVE_SHARE,
            random.integers(1, MOST_EVENTS + 1, len(people["workspace_user_id"])),
            0,
        ),
    )
    second = random.integers(FIRST_HOUR * 3_600, LAST_HOUR * 3_600, len(user))
    occurred = np.datetime64(day, "s") + second
    code = random.integers(0, len(EVENTS), len(user))
    arrived = occurred + ARRIVES_AFTER_SECONDS
    here = (occurred >= people["joined_at"][user].astype("datetime64[s]")) & (
        occurred < people["left_at"][user].astype("datetime64[s]")
    )
    assert bool(np.all(arrived < np.datetime64(cutoff(day), "s")))
    numbers = np.flatnonzero(here)
    return pa.table(
        {
            "message_id": [
                hashlib.blake2b(f"own/{day}/{number}".encode(), digest_size=8).hexdigest()
                for number in numbers.tolist()
            ],
            "event_name": np.array(EVENTS)[code[here]],
            "workspace_user_id": people["workspace_user_id"][user[here]],
            "workspace_id": people["workspace_id"][user[here]],
            "email": people["email"][user[here]].astype(str),
            "occurred_at": occurred[here].astype("datetime64[us]"),
            "received_at": arrived[here].astype("datetime64[us]"),
        },
        schema=schema,
    )


def recent_use(world: World) -> pa.Table:
    """Who used the product in the last ``RECENT_DAYS`` days: workspace_id, workspace_user_id.

    By events that had arrived by the end of the last day, own people left out.
    """
    last_day = world.settings.last_day
    users = [
        np.unique(product_events(world, last_day - dt.timedelta(days=ago))["workspace_user_id"])
        for ago in range(RECENT_DAYS)
        if last_day - dt.timedelta(days=ago) >= world.settings.first_day
    ]
    used = np.unique(np.concatenate(users)).astype(np.int64)
    world.connection.register("_used", pa.table({"workspace_user_id": used}))
    result = world.sql(
        "select workspace_id, workspace_user_id from main.workspace_user "
        "semi join _used using (workspace_user_id) order by workspace_user_id"
    )
    world.connection.unregister("_used")
    return result
