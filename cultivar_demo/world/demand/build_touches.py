"""Touches, sequences' enrolments, and the spells that all activity of an account falls into.

Belongs here: touch, enrollment, spell, awareness_change. Does not belong here: records of people.

A spell is cut out of the activity of an account by 90 quiet days. Activity is every touch (by the
instant at which it takes place; a meeting also by its booking), and the arrival of people: an
inbound lead's creation, and a lead that becomes marketing qualified.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from cultivar_demo.world.demand.awareness import awareness_changes, reason_texts
from cultivar_demo.world.demand.build import Builder, key, stamp, texts
from cultivar_demo.world.demand.log import NEVER, NONE
from cultivar_demo.world.demand.rates import (
    DAY,
    DISPOSITION,
    EXIT,
    KIND,
    MARKETING_QUALIFIED,
    MEETING,
    NEW,
    OUTBOUND,
    OUTCOME,
    QUIET_DAYS,
    REPLY,
)
from cultivar_demo.world.demand.touches import SUBJECTS

RECORD_THEN = """
    case when l.instant <= {at} and not coalesce(v.instant <= {at}, false) then l.id end as lead_id,
    case when not coalesce(l.instant <= {at}, false) or v.instant <= {at} then c.id end
        as contact_id
"""
"""The lead until its conversion, before it and from then on the contact."""


def number_touches(builder: Builder) -> None:
    """Make touch_of and enrollment_of: with ``id`` in order of creation, and account."""
    state = builder.state
    places = builder.world.columns(f"""
        select "key" from demand_log.touch
        where created < {builder.end} order by created, "key"
    """)
    id_of = np.full(state.touch_keys, NONE)
    id_of[places["key"]] = np.arange(1, len(places["key"]) + 1)
    builder.stage("touch_place", {
        "key": np.arange(state.touch_keys), "id": id_of,
    })  # fmt: skip
    builder.make(
        "touch_of",
        f"""
        select place.id, t.* exclude ("key", previous, reply_to), e.account_id,
            if(t.kind = {MEETING}, t.created, t.occurred) as active,
            nullif(p.id, {NONE}) as previous_id, nullif(r.id, {NONE}) as reply_to_id
        from demand_log.touch as t
        join demand_log.touch_place as place on place."key" = t."key"
        join employment as e on e.employment_id = t.job + 1
        left join demand_log.touch_place as p on p."key" = t.previous
        left join demand_log.touch_place as r on r."key" = t.reply_to
        where t.created < {builder.end} order by place.id
    """,
    )
    builder.make(
        "enrollment_of",
        """
        select row_number() over (order by n.instant, n."key") as id, n.*, e.account_id
        from demand_log.enrollment as n
        join employment as e on e.employment_id = n.job + 1
        where n."key" in (select enrollment from demand_log.touch_of) order by id
    """,
    )


def add_spells(builder: Builder) -> None:
    """Add spell; make spell_of."""
    end = builder.end
    builder.make(
        "activity",
        f"""
        select account_id, instant, min(is_arrival) as sort from (
            select account_id, active as instant, 1 as is_arrival from demand_log.touch_of
            union all
            select account_id, occurred, 1 from demand_log.touch_of where occurred < {end}
            union all
            select a.account_id, e.instant, 0
            from demand_log.lead_event as e
            join demand_log.lead_of as l using (job)
            join employment as a on a.employment_id = e.job + 1
            where e.instant < {end} and (
                e.status = {MARKETING_QUALIFIED}
                or (e.status = {NEW} and l.source <> {OUTBOUND})
            )
        ) group by account_id, instant
    """,
    )
    builder.make(
        "spell_of",
        f"""
        with marked as (
            select *, (instant - lag(instant, 1, {-NEVER}) over by_account
                > {QUIET_DAYS * DAY})::int as is_new
            from demand_log.activity
            window by_account as (partition by account_id order by instant)
        ), numbered as (
            select *, sum(is_new) over (partition by account_id order by instant) as number
            from marked
        ), spell as (
            select account_id, min(instant) as begin, max(instant) as ended,
                arg_min(sort, instant) = 0 as is_inbound
            from numbered group by account_id, number
        )
        select row_number() over (order by begin, account_id) as id, * from spell order by id
    """,
    )
    builder.add("spell", f"""
        select s.id as spell_id, s.account_id,
            if(s.is_inbound, 'inbound', 'outbound') as motion,
            coalesce(s.begin > f.decided, false) as is_expansion,
            {stamp('s.begin')} as started_at, {stamp('s.ended')} as ended_at
        from demand_log.spell_of as s
        left join (
            select e.account_id, min(h.decided) as decided
            from demand_log.hand_off_of as h join employment as e on e.employment_id = h.job + 1
            where h.decision = 1 group by e.account_id
        ) as f using (account_id)
        where s.id between {{low}} and {{high}} order by s.id
    """, "spell_of")  # fmt: skip


def add_touches(builder: Builder) -> None:
    """Add touch and enrollment, each with its spell."""
    records = """
        left join demand_log.lead_of as l on l.job = t.job
        left join demand_log.contact_of as c on c.job = t.job
        left join demand_log.conversion as v on v.job = t.job
    """
    builder.add("touch", f"""
        select t.id as touch_id, {texts(KIND)}[t.kind + 1] as kind,
            if(t.direction = 0, 'outbound', 'inbound') as direction, t.is_automated,
            case when t.is_personalised >= 0 then t.is_personalised = 1 end as is_personalised,
            {texts(SUBJECTS)}[t.subject + 1] as subject, t."user" + 1 as user_id,
            {key('t.technical_user')} as technical_user_id, e.person_id, e.account_id,
            {RECORD_THEN.format(at='t.created')}, null as opportunity_id, s.id as spell_id,
            n.id as enrollment_id, nullif(t.step, {NONE}) as step_number,
            ['A', 'B'][t.variant + 1] as variant,
            {stamp('t.created')} as created_at, {stamp('t.occurred')} as occurred_at,
            {stamp('t.ended')} as ended_at,
            nullif(t.duration, {NONE}) as call_duration_seconds,
            {texts(DISPOSITION)}[t.disposition + 1] as call_disposition,
            {texts(OUTCOME)}[t.outcome + 1] as meeting_outcome,
            {stamp('t.outcome_at')} as outcome_at, t.previous_id as previous_touch_id,
            t.reply_to_id as in_reply_to_touch_id,
            {texts(REPLY)}[t.reply_kind + 1] as reply_kind
        from demand_log.touch_of as t
        join employment as e on e.employment_id = t.job + 1
        {records}
        left join demand_log.enrollment_of as n on n."key" = t.enrollment
        asof left join demand_log.spell_of as s
            on s.account_id = t.account_id and s.begin <= t.active
        where t.id between {{low}} and {{high}} order by t.id
    """, "touch_of")  # fmt: skip
    builder.add("enrollment", f"""
        select t.id as enrollment_id, t.plan + 1 as sequence_id, s.id as spell_id, e.person_id,
            {RECORD_THEN.format(at='t.instant')}, e.account_id, t."user" + 1 as user_id,
            {stamp('t.instant')} as enrolled_at, {stamp('t.ended')} as ended_at,
            {texts(EXIT)}[t.reason + 1] as exit_reason
        from demand_log.enrollment_of as t
        join employment as e on e.employment_id = t.job + 1
        {records}
        asof left join demand_log.spell_of as s
            on s.account_id = t.account_id and s.begin <= t.instant
        where t.id between {{low}} and {{high}} order by t.id
    """, "enrollment_of")  # fmt: skip


def add_awareness(builder: Builder) -> None:
    """Add awareness_change."""
    state = builder.state
    conversion = state.log.read("conversion")
    converted_at = np.full(state.people, NEVER)
    np.minimum.at(converted_at, state.job_person[conversion["job"]], conversion["at"])
    changes = awareness_changes(state, state.log.read("push"), converted_at)
    is_first = changes["previous"] == NONE
    builder.world.add("awareness_change", {
        "person_id": changes["person"] + 1,
        "changed_at": changes["at"].astype("datetime64[s]"),
        "stage": changes["stage"],
        "previous_stage": pa.array(changes["previous"], mask=is_first),
        "reason": reason_texts(changes["reason"]),
    })  # fmt: skip
