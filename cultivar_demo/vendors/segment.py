"""Segment: product events by day of receipt, and the calls that describe workspaces and users.

Belongs here: Segment's columns and calls, resent events, files. Does not belong here: what happens
in the product (``world.business.product_events``).

Clocks are right, so that nothing had to be corrected and ``original_timestamp`` is left out.
An event that was not acknowledged is sent again: its copies share the message id. Both ways in
which Segment writes events occur in the smallest companies; larger ones have Parquet only.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from cultivar_demo.dirt.traffic import own_events
from cultivar_demo.settings import INTERNAL_DOMAIN, Settings, cutoff
from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.files import milliseconds, write_json_lines
from cultivar_demo.vendors.identifiers import user_id, uuid
from cultivar_demo.vendors.zuora import CRM_IDS
from cultivar_demo.world.business.product_events import product_events
from cultivar_demo.world.world import World

RESENT_SHARE = 0.004
"""Of events: sent again within minutes, ..."""
RESENT_NEXT_DAY_SHARE = 0.002
"""... and on the next day, by a device that was offline."""
RESENT_AFTER_SECONDS = (5, 900)
CALLS_EVERY_DAYS = 7
"""Companies of up to ``CALLS_UP_TO`` events a day have every seventh day as calls."""
CALLS_UP_TO = 100
PAID_PLAN, UNPAID_PLAN = "paid", "free"

TRACK_SCHEMA = pa.schema(
    [
        ("message_id", pa.string()),
        ("event", pa.string()),
        ("event_text", pa.string()),
        ("user_id", pa.string()),
        ("anonymous_id", pa.string()),
        ("context_group_id", pa.string()),
        ("context_traits_email", pa.string()),
        ("timestamp", pa.timestamp("ms", "UTC")),
        ("received_at", pa.timestamp("ms", "UTC")),
        ("sent_at", pa.timestamp("ms", "UTC")),
        ("original_timestamp", pa.timestamp("ms", "UTC")),
        ("properties", pa.string()),
    ]
)
"""Columns of Segment's warehouse table ``tracks``."""

_ROW_GROUP_ROWS = 1 << 17
_MIXER = 2_654_435_761
"""Odd, so that multiplying by it modulo a power of two is one to one."""


def write_segment(
    delivery: Delivery, folder: Path, crm: str = "salesforce", *, calls: bool | None = None
) -> dict[str, int]:
    """Write ``tracks/<day>.parquet`` (or ``.jsonl.gz``), ``groups`` and ``identifies``.

    Args:
        delivery: what is known, and since when; its days of events are written.
        folder: where the files go.
        crm: whose account ids the product knows: ``salesforce`` or ``hubspot``.
        calls: whether every day is written as track calls; by default some of a tiny company's.

    Returns:
        File → rows; all days together are ``tracks``.
    """
    connection = delivery.connection
    return {
        "groups": write_json_lines(connection, _groups(delivery, crm), folder / "groups.jsonl.gz"),
        "identifies": write_json_lines(
            connection, _identifies(delivery), folder / "identifies.jsonl.gz"
        ),
        "tracks": _write_days(delivery, folder / "tracks", calls),
    }


# ----------------------------------------------------------------------------------------- ids
def segment_workspace_id(world_id: str) -> str:
    """SQL for ``w_`` and eight hexadecimal digits: short, since every event repeats it."""
    return f"'w_' || printf('%08x', ({world_id} * {_MIXER} + 7) % {1 << 32})"


# --------------------------------------------------------------------------------------- calls
def _groups(delivery: Delivery, crm: str) -> str:
    """A call when a workspace is made, one when it is paid for, one when that ends.

    It tells the creator's domain of companies and of own people. The product learns the account's
    id in the CRM with the payment, if the account is there.
    """
    id_of, account, _ = CRM_IDS[crm]
    known = (
        f"case when account.entered_crm_at <= made.at then {id_of(account, 'made.account_id')} end"
    )
    own = f"made.creator_email like '%@{INTERNAL_DOMAIN}'"
    call = f"""
        json_merge_patch('{{}}', json_object(
            'type', 'group',
            'messageId', {uuid("group call", "made.workspace_id * 4 + made.number")},
            'groupId', {segment_workspace_id("made.workspace_id")},
            'userId', {user_id("creator.workspace_user_id")},
            'anonymousId', case when creator.workspace_user_id is null
                then {uuid("visitor", "made.workspace_id")} end,
            'traits', json_object(
                'name', case when made.number = 0 then made.workspace_name end,
                'plan', made.plan,
                'domain', case
                    when made.number = 0 and (made.account_id is not null or {own})
                    then split_part(made.creator_email, '@', 2) end,
                'created_at', case when made.number = 0 then {milliseconds("made.created_at")} end,
                'crm_account_id', case when made.number = 1 then {known} end
            ),
            'timestamp', {milliseconds("made.at")},
            'receivedAt', {milliseconds("made.at")}
        ))
    """
    return f"""
        with made as (
            select *, 0 as number, created_at as at from record.workspace
            union all by name
            select * replace ('{PAID_PLAN}' as plan), 1 as number, paid_at as at
            from record.workspace where paid_at is not null
            union all by name
            select * replace ('{UNPAID_PLAN}' as plan), 2 as number, closed_at as at
            from record.workspace where closed_at is not null
        ),
        creator as (
            select workspace_id, email, min(workspace_user_id) as workspace_user_id
            from record.workspace_user group by workspace_id, email
        )
        select cast({call} as varchar) as line
        from made
        left join record.account as account on account.account_id = made.account_id
        left join creator
            on creator.workspace_id = made.workspace_id and creator.email = made.creator_email
        where {delivery.is_within("made.at")}
        order by made.at, made.workspace_id, made.number
    """


def _identifies(delivery: Delivery) -> str:
    """A call when a user is first seen."""
    call = f"""
        json_merge_patch('{{}}', json_object(
            'type', 'identify',
            'messageId', {uuid("identify call", "seen.workspace_user_id")},
            'userId', {user_id("seen.workspace_user_id")},
            'traits', json_object(
                'email', seen.email,
                'name', person.first_name || ' ' || person.last_name,
                'created_at', {milliseconds("seen.joined_at")}
            ),
            'context', json_object('groupId', {segment_workspace_id("seen.workspace_id")}),
            'timestamp', {milliseconds("seen.joined_at")},
            'receivedAt', {milliseconds("seen.joined_at")}
        ))
    """
    return f"""
        select cast({call} as varchar) as line
        from record.workspace_user as seen
        left join record.person as person on person.person_id = seen.person_id
        where {delivery.is_within("seen.joined_at")}
        order by seen.joined_at, seen.workspace_user_id
    """


# -------------------------------------------------------------------------------------- events
def _write_days(delivery: Delivery, folder: Path, calls: bool | None) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    world = _WorldView(delivery)
    settings = delivery.settings
    first = settings.first_day if delivery.since is None else delivery.since + dt.timedelta(days=1)
    days = (delivery.day - first).days + 1
    before = world.sent(first - dt.timedelta(days=1)) if days else None
    rows = 0
    for number in range(days):
        day = first + dt.timedelta(days=number)
        sent = world.sent(day)
        tracks = _with_copies(settings, day, sent, before)
        before = sent
        rows += tracks.num_rows
        as_calls = _is_day_of_calls(settings, day) if calls is None else calls
        if as_calls:
            world.write_calls(tracks, folder / f"{day}.jsonl.gz")
        else:
            _write_parquet(tracks, folder / f"{day}.parquet")
    return rows


def arrived_events(world: World, day: dt.date) -> pa.Table:
    """What happened in the product and arrived on ``day``, own people's doings too.

    Each event once, in order of arrival; columns of the world's ``product_event``.
    """
    parts = [product_events(world, day), own_events(world, day)]
    return pa.concat_tables(parts).sort_by(
        [("received_at", "ascending"), ("message_id", "ascending")]
    )


def resent(
    settings: Settings, day: dt.date, arrived: int, *, is_next_day: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Places of the events that arrive a second time on ``day``, and seconds from first to second.

    ``arrived`` events arrived on that day, or on the day before where they come the next day.
    """
    stream, share, wait = (
        ("next_day", RESENT_NEXT_DAY_SHARE, 86_400) if is_next_day else ("minutes", RESENT_SHARE, 0)
    )
    random = settings.random("vendors/segment/resent", stream, day.isoformat())
    chosen = np.flatnonzero(random.random(arrived) < share)
    return chosen, wait + random.integers(*RESENT_AFTER_SECONDS, len(chosen))


class _WorldView:
    """Events of a day in Segment's columns."""

    def __init__(self, delivery: Delivery) -> None:
        self.connection = delivery.connection
        self.settings = delivery.settings
        self.world = delivery.world

    def sent(self, day: dt.date) -> pa.Table:
        """Events that arrived on ``day``, each once, in order of arrival."""
        if day < self.settings.first_day:
            return TRACK_SCHEMA.empty_table()
        self.connection.register("_events", arrived_events(self.world, day))
        found = self.connection.execute(
            f"""
            select
                message_id,
                lower(replace(event_name, ' ', '_')) as event,
                event_name as event_text,
                {user_id("workspace_user_id")} as user_id,
                cast(null as varchar) as anonymous_id,
                {segment_workspace_id("workspace_id")} as context_group_id,
                cast(null as varchar) as context_traits_email,
                occurred_at as timestamp,
                received_at,
                received_at as sent_at,
                cast(null as timestamp) as original_timestamp,
                case when event_name in ('Signed In', 'Report Viewed') then null
                    when workspace_user_id % 5 = 0 then '{{"surface":"mobile"}}'
                    else '{{"surface":"web"}}' end as properties
            from _events
            order by received_at, message_id
            """
        ).to_arrow_table()
        self.connection.unregister("_events")
        return _in_schema(found)

    def write_calls(self, tracks: pa.Table, path: Path) -> None:
        """One track call a line."""
        self.connection.register("_tracks", tracks)
        stamp = "timezone('UTC', {})".format
        write_json_lines(
            self.connection,
            f"""
            select cast(json_merge_patch('{{}}', json_object(
                'type', 'track',
                'messageId', message_id,
                'userId', user_id,
                'event', event_text,
                'properties', coalesce(cast(properties as json), json('{{}}')),
                'context', json_object('groupId', context_group_id),
                'timestamp', {milliseconds(stamp("timestamp"))},
                'sentAt', {milliseconds(stamp("sent_at"))},
                'receivedAt', {milliseconds(stamp("received_at"))}
            )) as varchar) as line
            from _tracks order by received_at, message_id, sent_at
            """,
            path,
        )
        self.connection.unregister("_tracks")


def _is_day_of_calls(settings: Settings, day: dt.date) -> bool:
    return settings.events_per_day <= CALLS_UP_TO and day.toordinal() % CALLS_EVERY_DAYS == 0


def _with_copies(
    settings: Settings, day: dt.date, sent: pa.Table, before: pa.Table | None
) -> pa.Table:
    """A day's events with the copies that arrive on it: of its own events and of the day before."""
    end = np.datetime64(cutoff(day), "ms")
    parts = [sent]
    for events, is_next_day in ((sent, False), (before, True)):
        if events is None or not events.num_rows:
            continue
        chosen, after = resent(settings, day, events.num_rows, is_next_day=is_next_day)
        copies = events.take(pa.array(chosen))
        arrived = copies["received_at"].to_numpy().astype("datetime64[ms]")
        arrived = arrived + after.astype("timedelta64[s]")
        arrived = np.minimum(arrived, end - np.timedelta64(1, "s"))
        for column in ("received_at", "sent_at"):
            place = copies.column_names.index(column)
            copies = copies.set_column(
                place, column, pa.array(arrived, pa.timestamp("ms")).cast(pa.timestamp("ms", "UTC"))
            )
        parts.append(copies)
    return pa.concat_tables(parts).sort_by(
        [("received_at", "ascending"), ("message_id", "ascending")]
    )


def _in_schema(found: pa.Table) -> pa.Table:
    columns = []
    for field in TRACK_SCHEMA:
        column = found[field.name]
        if pa.types.is_timestamp(field.type):
            column = column.cast(pa.timestamp("ms")).cast(field.type)
        columns.append(column.cast(field.type))
    return pa.Table.from_arrays(columns, schema=TRACK_SCHEMA)


def _write_parquet(tracks: pa.Table, path: Path) -> None:
    stamps = [f.name for f in TRACK_SCHEMA if pa.types.is_timestamp(f.type)]
    texts = [f.name for f in TRACK_SCHEMA if f.name not in (*stamps, "message_id")]
    pyarrow.parquet.write_table(
        tracks,
        path,
        compression="zstd",
        compression_level=3,
        row_group_size=_ROW_GROUP_ROWS,
        # Stamps rise, so that differences are small; ids have nothing in common.
        use_dictionary=texts,
        column_encoding={
            "message_id": "DELTA_LENGTH_BYTE_ARRAY",
            **dict.fromkeys(stamps, "DELTA_BINARY_PACKED"),
        },
        write_statistics=["timestamp", "received_at"],
        store_schema=False,
    )
