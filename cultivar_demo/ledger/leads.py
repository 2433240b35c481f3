"""Leads and hand-offs as they were: first entries of each status, decisions, working days.

Belongs here: temporary tables that several KPIs read. Does not belong here: KPIs. A lead that the
CRM deleted by the day of the book is nowhere in them.

Tables: ``lead_case`` (a lead with everything to cut by), ``lead_entry`` (a lead and stage, with the
first moment), ``hand_off_case`` (an attempt to pass a lead, with its acceptance deadline).
"""

from __future__ import annotations

from cultivar_demo.constants import LEAD_STATUSES
from cultivar_demo.ledger.book import Book

SEGMENTS = ("owner", "industry", "country", "lead_source", "campaign", "account_segment", "motion")
"""What leads are cut by. ``owner`` is the present one."""

LADDER = (
    "new",
    "marketing_qualified",
    "sales_accepted",
    "sales_qualified",
    "converted",
)
"""Stages that imply those before. The others imply none, and are implied by none: marketing may
qualify a lead that nobody has worked yet."""

ACCEPTANCE_WORKING_DAYS = 10
"""Time in which sales takes or refuses a lead; working days of the receiver's country."""


def build_leads(book: Book) -> None:
    """All tables of this module."""
    status = ", ".join(
        f"('{name}', '{stage}', {LADDER.index(stage) if stage in LADDER else 'null'})"
        for name, stage in LEAD_STATUSES
    )
    book.run(
        f"""
        create temp table lead_status_map as
        select * from (values {status}) as _(lead_status, stage, rank)
        """
    )
    book.run(
        """
        create temp table lead_case as
        with now as (
            select lead_id, arg_max(owner_user_id, version_at) as owner_user_id,
                arg_max(lead_status, version_at) as lead_status,
                arg_max(is_deleted, version_at) as is_deleted,
                bool_or(is_converted) as is_converted, min(converted_at) as converted_at,
                arg_max(converted_opportunity_id, version_at) as converted_opportunity_id
            from lead_version
            group by lead_id
        )
        select l.*, n.* exclude (lead_id, is_deleted), local_day(l.created_at) as created_on,
            local_day(n.converted_at) as converted_on,
            u.user_name as owner, c.campaign_name as campaign, a.industry, a.country,
            s.segment as account_segment
        from lead as l
        inner join now as n using (lead_id)
        left join sales_user as u on u.user_id = n.owner_user_id
        left join campaign as c on c.campaign_id = l.campaign_id
        left join account as a on a.account_id = l.account_id
        -- A record is of the company that its address names.
        left join employment as j on j.employment_id = l.employment_id
        left join account_described as s on s.account_id = coalesce(j.account_id, l.account_id)
        where not n.is_deleted
        """
    )
    _entries(book)
    _hand_offs(book)


def _entries(book: Book) -> None:
    """First entry of each stage; one of the ladder that was skipped is entered with the next."""
    book.run(
        """
        create temp table lead_entry as
        with recorded as (
            select v.lead_id, coalesce(m.stage, 'unmapped') as stage, any_value(m.rank) as rank,
                min(v.version_at) as entered_at
            from (
                select *, lag(lead_status) over (
                    partition by lead_id order by version_at
                ) as previous_status
                from lead_version
            ) as v
            inner join lead_case using (lead_id)
            left join lead_status_map as m on m.lead_status = v.lead_status
            where v.previous_status is distinct from v.lead_status
            group by all
        ),
        passed as (
            select r.lead_id, m.stage, min(r.entered_at) as entered_at
            from recorded as r
            inner join lead_status_map as m on m.rank < r.rank
            group by all
        )
        -- Who reached a later stage has passed the earlier ones; coming back is no first entry.
        select lead_id, stage, min(entered_at) as entered_at,
            local_day(min(entered_at)) as entered_on,
            not bool_or(is_recorded and entered_at = first_at) as is_imputed
        from (
            select *, min(entered_at) over (partition by lead_id, stage) as first_at
            from (
                select lead_id, stage, entered_at, true as is_recorded from recorded
                union all
                select lead_id, stage, entered_at, false from passed
            )
        )
        group by all
        """
    )


def _hand_offs(book: Book) -> None:
    book.run(
        f"""
        create temp table hand_off_case as
        select h.*, local_day(h.handed_off_at) as handed_off_on,
            local_day(h.decided_at) as decided_on,
            s.user_name as owner, r.user_name as receiver, r.country as receiver_country,
            a.segment as account_segment, l.motion, l.lead_source, l.campaign,
            due.day as due_on,
            h.decision is null and due.day >= {book.today} as is_pending_young
        from hand_off as h
        inner join lead_case as l using (lead_id)
        left join sales_user as s on s.user_id = h.from_user_id
        left join sales_user as r on r.user_id = h.to_user_id
        left join account_described as a on a.account_id = h.account_id
        left join working_day as today
            on today.country = r.country and today.day = local_day(h.handed_off_at)
        left join working_day as due
            on due.country = r.country and due.is_working
            and due.working_days = today.working_days + {ACCEPTANCE_WORKING_DAYS}
        """
    )
