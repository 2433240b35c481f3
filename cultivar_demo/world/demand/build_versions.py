"""Versions of leads and contacts: each change is a whole record as the CRM showed it from then on.

Belongs here: lead_version, contact_version. Does not belong here: what changed (the logs).
Changes of the same second follow each other by seconds, so that stamps rise.
"""

from __future__ import annotations

import numpy as np

from cultivar_demo.world.clock import start_of_day
from cultivar_demo.world.demand.build import Builder, stamp, texts
from cultivar_demo.world.demand.log import NEVER
from cultivar_demo.world.demand.rates import (
    CONVERTED,
    DISQUALIFIED,
    NEW,
    REASON,
    RECYCLED,
    STATUS,
    WORKING,
)

OPT_OUT_SECONDS = (120, 420)
"""Until the CRM knows of an opt-out: least, and up to so many more."""
BOUNCE_SECONDS = (60, 240)
"""Same for a dead address."""
AWARENESS_SECONDS = (60, 30_000)
"""Same for a person's awareness, which people enter."""
EARLIER_DAYS = 400
"""Days before the simulation on which there may be touches."""
OWNER_SECONDS = (60, 600)
"""Until contacts follow the owner of their account: least, and up to so many more."""
NO_CALLS_EVERY = 61
"""Of so many people one wants no calls."""
MARGIN = 600
"""What happens in the last seconds of the simulation or of a lead is not noticed any more."""


def make_flags(builder: Builder) -> None:
    """Make flag_of: when each job opted out, when its address died (NULL: did not)."""
    state = builder.state
    jobs = np.flatnonzero(state.bounced_at < NEVER)
    builder.stage("bounce", {"job": jobs, "at": state.bounced_at[jobs]})
    builder.make(
        "flag_of",
        """
        select job, o.opt_at, b.instant as bounce_at
        from (select job, min(instant) as opt_at from demand_log.opt_out group by job) as o
        full join demand_log.bounce as b using (job)
    """,
    )


def make_activity_days(builder: Builder) -> None:
    """Make touch_day: each touch by job, with its day in the reporting time zone."""
    settings = builder.world.settings
    first = np.datetime64(settings.first_day, "D") - EARLIER_DAYS
    days = np.arange(first, np.datetime64(settings.last_day, "D") + 1)
    builder.stage("day_of", {"day": days, "at": start_of_day(days)})
    builder.make(
        "touch_day",
        """
        select coalesce(l.employment_id, c.employment_id) - 1 as job,
            epoch(t.created_at)::bigint as created, d.day
        from touch as t
        left join lead as l using (lead_id) left join contact as c using (contact_id)
        asof join demand_log.day_of as d on t.created_at >= d.instant
    """,
    )


def _noticed(records: str) -> str:
    """Rows (id, instant, sort) of the opt-outs and dead addresses of records, as noticed."""
    parts = []
    for sort, (column, (least, more), prime) in enumerate(
        (("opt_at", OPT_OUT_SECONDS, 53), ("bounce_at", BOUNCE_SECONDS, 31)), 2
    ):
        parts.append(f"""
            select r.id, f.{column} + {least} + (r.id * {prime}) % {more} as instant, {sort} as sort
            from {records} as r join demand_log.flag_of as f using (job)
            where f.{column} >= r.instant and f.{column} + {MARGIN} < r.until
                and r.id between {{low}} and {{high}}
        """)
    return " union all ".join(parts)


def _flags(born: str) -> str:
    """Columns of opt-out and dead address; an address may be dead before its record is ``born``."""
    dead_at = f"greatest(f.bounce_at, {born})"
    return f"""
    coalesce(f.opt_at + 60 < r.version_at, false) as has_opted_out_of_email,
    coalesce(f.bounce_at + 30 < r.version_at, false) as is_email_bounced,
    case when f.bounce_at + 30 < r.version_at then {stamp(dead_at)} end as email_bounced_at,
    r.id % {NO_CALLS_EVERY} = 0 as is_do_not_call,
    coalesce(
        least(f.opt_at + 60, f.bounce_at + 30) >= r.version_at, true
    ) as is_marketable
    """


def add_lead_versions(builder: Builder) -> None:
    """Add lead_version; nothing changes after the conversion."""
    end = builder.end
    builder.make(
        "lead_until",
        f"""
        select l.id, l.job, l.instant, least({end}, coalesce(v.instant, {NEVER})) as until
        from demand_log.lead_of as l left join demand_log.conversion as v using (job)
    """,
    )
    builder.make(
        "lead_change",
        f"""
        select l.id, e.instant, if(e.status = {NEW} and e.instant = l.instant, 0, 1) as sort,
            e.rowid as number, nullif(e.status, -1) as status, nullif(e.owner, -1) as owner,
            if(e.status >= 0, e.reason, null) as reason,
            if(e.status >= 0, e.review_day, null) as review_day, e.score
        from demand_log.lead_event as e join demand_log.lead_until as l using (job)
        where e.instant >= l.instant and e.instant < {end} and e.instant <= l.until
        order by l.id
    """,
    )
    now = f"case when r.now_status = {CONVERTED} then {{}} end"
    builder.add("lead_version", f"""
        with event as (
            select * from demand_log.lead_change where id between {{low}} and {{high}}
            union all by name
            ({_noticed('demand_log.lead_until')})
        ), numbered as (
            select *, row_number() over (partition by id order by instant, sort, number) as place
            from event
        ), r as (
            select id, max(instant - place) over history + place as version_at,
                last_value(status ignore nulls) over history as now_status,
                last_value(owner ignore nulls) over history as now_owner,
                last_value(score ignore nulls) over history as now_score,
                last_value(reason ignore nulls) over history as now_reason,
                last_value(review_day ignore nulls) over history as now_review
            from numbered
            window history as (partition by id order by place rows unbounded preceding)
        )
        select r.id as lead_id, {stamp('r.version_at')} as version_at,
            {texts(STATUS)}[r.now_status + 1] as lead_status, r.now_owner + 1 as owner_user_id,
            r.now_score as score, {_flags("l.instant")},
            coalesce(r.now_status = {WORKING}, false) and not is_do_not_call and is_marketable
                as is_in_sequence,
            case when r.now_status = {DISQUALIFIED} then {texts(REASON)}[r.now_reason + 1] end
                as disqualified_reason,
            case when r.now_status = {RECYCLED} and r.now_review >= 0
                then date '1970-01-01' + r.now_review::int end as review_on,
            r.now_status = {CONVERTED} as is_converted,
            {now.format(stamp('v.instant'))} as converted_at,
            {now.format('c.id')} as converted_contact_id,
            {now.format('e.account_id')} as converted_account_id,
            {now.format('if(h.made, h.deal, null)')} as converted_opportunity_id,
            t.day as last_activity_on, false as is_deleted
        from r
        join demand_log.lead_of as l using (id)
        join employment as e on e.employment_id = l.job + 1
        left join demand_log.flag_of as f on f.job = l.job
        left join demand_log.conversion as v on v.job = l.job
        left join demand_log.contact_of as c on c.job = l.job
        left join demand_log.hand_off_of as h on h.job = l.job and h.decision = 1
        asof left join demand_log.touch_day as t on t.job = l.job and t.created <= r.version_at
        where r.version_at < {end}
        order by lead_id, version_at
    """, "lead_of")  # fmt: skip


def add_contact_versions(builder: Builder) -> None:
    """Add contact_version: awareness as people entered it, the account's owner.

    Makes contact_until. Reads awareness_change, touch and account_ownership as they are by now.
    """
    end = builder.end
    (least, more), (owner_least, owner_more) = AWARENESS_SECONDS, OWNER_SECONDS
    builder.make(
        "contact_until",
        f"""
        select c.id, c.job, c.instant, {end} as until, e.account_id, e.person_id, e.title
        from demand_log.contact_of as c join employment as e on e.employment_id = c.job + 1
    """,
    )
    builder.make(
        "owner_of",
        f"""
        select account_id, user_id, epoch(valid_from_at)::bigint as instant
        from account_ownership where role = 'owner' and epoch(valid_from_at) < {end - MARGIN}
    """,
    )
    builder.add("contact_version", f"""
        with event as (
            select id, instant, 0 as sort from demand_log.contact_of
            where id between {{low}} and {{high}}
            union all
            ({_noticed('demand_log.contact_until')})
            union all
            select c.id, epoch(a.changed_at)::bigint + {least} + (c.id * 7919) % {more}, 4
            from awareness_change as a
            join demand_log.contact_until as c using (person_id)
            where a.changed_at >= make_timestamp(c.instant * 1000000)
                and epoch(a.changed_at)::bigint + {least + more} < {end}
                and c.id between {{low}} and {{high}}
            union all
            select c.id, o.instant + {owner_least} + (c.id * 17) % {owner_more}, 5
            from demand_log.owner_of as o join demand_log.contact_until as c using (account_id)
            where o.instant > c.instant and c.id between {{low}} and {{high}}
        ), numbered as (
            select *, row_number() over (partition by id order by instant, sort) as place
            from event
        ), r as (
            select id, max(instant - place) over (
                partition by id order by place rows unbounded preceding
            ) + place as version_at
            from numbered
        )
        select r.id as contact_id, {stamp('r.version_at')} as version_at,
            o.user_id as owner_user_id, c.title, coalesce(a.stage, 1) as awareness_stage,
            {_flags("c.instant")}, false as is_in_sequence,
            t.day as last_activity_on, false as is_deleted
        from r
        join demand_log.contact_until as c using (id)
        left join demand_log.flag_of as f on f.job = c.job
        asof left join awareness_change as a on a.person_id = c.person_id
            and a.changed_at <= make_timestamp((r.version_at - 30) * 1000000)
        asof left join demand_log.owner_of as o
            on o.account_id = c.account_id and o.instant <= r.version_at
        asof left join demand_log.touch_day as t on t.job = c.job and t.created <= r.version_at
        order by contact_id, version_at
    """, "contact_of")  # fmt: skip
