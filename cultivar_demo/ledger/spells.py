"""Prospecting spells, cut out of the activity that the book's records show.

Belongs here: when a spell begins and ends, and which accounts are no prospects. Does not belong
here: what came of a spell (``engagement``).

The world has spells of its own, which are true; a book finds them again in the records that count
in it, so that a record that is missing or twice shows in the spells as well.

Tables: ``prospecting_touch`` (a touch about no deal, by somebody who prospects), and
``prospecting_spell``.
"""

from __future__ import annotations

from cultivar_demo.ledger.book import Book

QUIET_DAYS = 90
"""A longer silence ends a spell."""

CARE_ROLE = "csm"
"""Who looks after customers prospects nobody."""


def build_spells(book: Book) -> None:
    """The table of this module."""
    book.run(
        f"""
        create temp table prospecting_touch as
        select t.*
        from touch as t
        inner join sales_user as u using (user_id)
        where t.opportunity_id is null and t.account_id is not null and u.role != '{CARE_ROLE}'
        """
    )
    book.run(
        f"""
        create temp table prospecting_activity as
        select account_id, instant, bool_or(is_arrival) as is_arrival
        from (
            select t.account_id, one.instant, false as is_arrival
            from prospecting_touch as t,
            unnest([
                t.occurred_at, case when t.kind = 'meeting' then t.created_at end
            ]) as one(instant)
            union all
            select account_id, created_at, true from lead_case where motion = 'inbound'
            union all
            select l.account_id, v.version_at, true
            from (
                select lead_id, version_at, lead_status, lag(lead_status) over (
                    partition by lead_id order by version_at
                ) as previous_status
                from lead_version
            ) as v
            inner join lead_case as l using (lead_id)
            where v.lead_status = 'Marketing Qualified'
                and v.previous_status is distinct from v.lead_status
        )
        where account_id is not null and instant < {book.end}
        group by account_id, instant
        """
    )
    book.run(
        f"""
        create temp table prospecting_spell as
        with marked as (
            select *, instant - lag(instant) over of_account <= interval {QUIET_DAYS} day
                as goes_on
            from prospecting_activity
            window of_account as (partition by account_id order by instant)
        ),
        numbered as (
            select *, sum(cast(not coalesce(goes_on, false) as int)) over (
                partition by account_id order by instant
            ) as number
            from marked
        ),
        cut as (
            select account_id, min(instant) as started_at, max(instant) as ended_at,
                case when arg_min(is_arrival, instant) then 'inbound' else 'outbound' end as motion
            from numbered group by account_id, number
        ),
        state_span as (
            select account_id, state, version_at as from_at, lead(version_at) over (
                partition by opportunity_id order by version_number
            ) as to_at
            from deal_version
        )
        select row_number() over (order by started_at, account_id) as spell_id, c.*,
            exists (
                select 1 from state_span as d
                where d.account_id = c.account_id and d.state = 'open'
                    and d.from_at < c.started_at and coalesce(d.to_at > c.started_at, true)
            )
            or exists (
                select 1 from charge as s
                where s.account_id = c.account_id and s.starts_on <= local_day(c.started_at)
                    and s.carried_to > local_day(c.started_at)
            )
            -- Won, and service has not begun yet.
            or (
                exists (
                    select 1 from state_span as d
                    where d.account_id = c.account_id and d.state = 'won'
                        and d.from_at < c.started_at and coalesce(d.to_at > c.started_at, true)
                )
                and not exists (
                    select 1 from charge as s
                    where s.account_id = c.account_id and s.starts_on <= local_day(c.started_at)
                )
            ) as is_expansion
        from cut as c
        """
    )
