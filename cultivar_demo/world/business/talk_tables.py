"""The tables behind talks about deals: what to talk about, with whom, and their place in touch.

Belongs here: queries. Does not belong here: how often and how people talk (``conversations``).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from cultivar_demo.world.business.staff import region_numbers
from cultivar_demo.world.business.stage_paths import LOST_STAGE, WON_STAGE
from cultivar_demo.world.world import World

UNKNOWN_OF_25, COMMON_OF_25 = 3, 2
"""Of 25 mails: nobody knows whether it was personalised; it was not."""


def open_stages(world: World, limit: np.datetime64) -> dict[str, np.ndarray]:
    """Open stages of deals: from when until when, whose, how they end."""
    rows = world.sql(
        f"""
        select
            version.opportunity_id, deal.account_id, version.version_at as at,
            coalesce(
                lead(version.version_at) over (
                    partition by version.opportunity_id order by version.version_at
                ), ?
            ) as until,
            lead(version.stage_order) over (
                partition by version.opportunity_id order by version.version_at
            ) as next_stage,
            version.stage_order, version.owner_user_id, account.region,
            coalesce(deal.closed_at, timestamp '2200-01-01') as closed_at,
            deal.closed_at is null as is_forgotten
        from draft.version as version
        join draft.deal as deal using (opportunity_id)
        join account on account.account_id = deal.account_id
        where version.is_stage or version.is_deleted
        qualify version.stage_order < {WON_STAGE} and not version.is_deleted
        order by version.opportunity_id, version.version_at
        """,
        [limit.astype("datetime64[us]").item()],
    )
    next_stage = rows["next_stage"].fill_null(0).to_numpy()
    stage = rows["stage_order"].to_numpy().astype(np.int64)
    is_last = next_stage == 0
    return {
        "opportunity": rows["opportunity_id"].to_numpy(),
        "account": rows["account_id"].to_numpy(),
        "at": rows["at"].to_numpy().astype("datetime64[s]"),
        "until": rows["until"].to_numpy().astype("datetime64[s]"),
        "stage": stage,
        "user": rows["owner_user_id"].to_numpy(),
        "region": region_numbers(rows["region"]),
        "closed_at": rows["closed_at"].to_numpy().astype("datetime64[s]"),
        "is_lost_next": next_stage == LOST_STAGE,
        "is_running": is_last,
        "is_forgotten": is_last & rows["is_forgotten"].to_numpy().astype(bool),
    }


def append_talks(world: World, talks: pa.Table) -> None:
    """Choose whom each talk was with, append them to touch, and number all touches by time.

    Args:
        world: touch is changed.
        talks: columns as logged by ``conversations``: keys dense from 0, -1 for none.
    """
    world.connection.register("_talks", talks)
    world.connection.execute("create table draft.talk as " + _WHO)
    world.connection.unregister("_talks")
    _number_anew(world)


_WHO = """
with person as (
    select
        participant.*,
        row_number() over (
            partition by opportunity_id order by since, contact_id
        ) as position
    from draft.participant as participant
),

reach as (
    select talk.key, count(*) as people
    from _talks as talk
    join person on person.opportunity_id = talk.opportunity and person.since <= talk.asked
    group by talk.key
),

chosen as (
    select
        talk.*,
        coalesce(person.contact_id, nullif(talk.contact, -1)) as contact_id,
        coalesce(person.person_id, nullif(talk.person, -1)) as person_id,
        coalesce(person.gone_on, date '2200-01-01') as gone_on
    from _talks as talk
    left join reach on reach.key = talk.key
    left join person
        on person.opportunity_id = talk.opportunity
        -- The main contact gets more than the others.
        and person.position = 1 + least(
            floor(talk.draw * talk.draw * reach.people), reach.people - 1
        )
)

select
    chosen.* exclude (user),
    -- A reply goes to, and a change of owner leaves mails with, whoever has the deal then.
    coalesce(version.owner_user_id, chosen.user) as user_id
from chosen
asof left join draft.version as version
    on version.opportunity_id = chosen.opportunity and chosen.created >= version.version_at
where chosen.contact_id is not null
    and greatest(chosen.occurred, chosen.created) < chosen.gone_on::timestamp
"""


def _number_anew(world: World) -> None:
    """Put the talks behind the touches of demand and number all of them by time."""
    connection = world.connection
    base = world.sql("select coalesce(max(touch_id), 0) as n from touch")["n"][0].as_py()
    connection.execute(
        f"""
        create table draft.all_touch as
        from touch
        union all by name
        select
            ? + 1 + talk.key as touch_id,
            talk.kind,
            case when talk.inbound then 'inbound' else 'outbound' end as direction,
            coalesce(talk.reply = 'auto', false) as is_automated,
            case
                when talk.inbound or talk.key % 25 < {UNKNOWN_OF_25} then null
                else talk.kind <> 'email' or talk.key % 25 >= {UNKNOWN_OF_25 + COMMON_OF_25}
            end as is_personalised,
            talk.subject,
            talk.user_id,
            nullif(talk.engineer, -1) as technical_user_id,
            talk.person_id,
            talk.account as account_id,
            talk.contact_id,
            nullif(talk.opportunity, -1) as opportunity_id,
            talk.created as created_at,
            talk.occurred as occurred_at,
            talk.ended as ended_at,
            nullif(talk.seconds, -1) as call_duration_seconds,
            talk.disposition as call_disposition,
            talk.outcome as meeting_outcome,
            talk.outcome_at,
            case when previous.key is not null then ? + 1 + talk.previous end as previous_touch_id,
            case when answered.key is not null then ? + 1 + talk.answers end
                as in_reply_to_touch_id,
            talk.reply as reply_kind
        from draft.talk as talk
        left join draft.talk as previous on previous.key = nullif(talk.previous, -1)
        left join draft.talk as answered on answered.key = nullif(talk.answers, -1)
        where (talk.previous < 0 or previous.key is not null)
            and (talk.answers < 0 or answered.key is not null)
        """,
        [base, base, base],
    )
    connection.execute(
        "create table draft.touch_number as select touch_id as old_id, "
        "row_number() over (order by created_at, touch_id) as new_id from draft.all_touch"
    )
    connection.execute("delete from touch")
    columns = [row[0] for row in connection.execute("describe touch").fetchall()]
    names = ", ".join(
        {
            "touch_id": "own.new_id",
            "previous_touch_id": "previous.new_id",
            "in_reply_to_touch_id": "answered.new_id",
        }.get(name, f"touch.{name}")
        for name in columns
    )
    connection.execute(
        f"""
        insert into touch
        select {names}
        from draft.all_touch as touch
        join draft.touch_number as own on own.old_id = touch.touch_id
        left join draft.touch_number as previous on previous.old_id = touch.previous_touch_id
        left join draft.touch_number as answered on answered.old_id = touch.in_reply_to_touch_id
        order by own.new_id
        """
    )
    for name in ("all_touch", "touch_number", "talk"):
        connection.execute(f"drop table draft.{name}")
