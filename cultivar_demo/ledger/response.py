"""F02: how soon a person answers a new lead, in elapsed and in business minutes.

Belongs here: response times. Does not belong here: hand-offs.
"""

from __future__ import annotations

from cultivar_demo.ledger.book import Book
from cultivar_demo.ledger.leads import SEGMENTS
from cultivar_demo.settings import REPORTING_TIME_ZONE

SLA_MINUTES = 60
"""Time in which a lead is to be answered (our choice; tier 1 and 2 of the example)."""

EXISTING_DAYS = 90
"""A human touch so many days before the arrival makes it part of an existing conversation."""

OPENING_HOUR, CLOSING_HOUR = 9, 17
"""Business hours of a working day, on the clock of the lead's first owner."""


def compute(book: Book) -> None:
    """F02 of inbound leads; a human touch before the arrival is an existing conversation."""
    _cases(book)
    pair = (("_median", "median(measure)"), ("_p90", "quantile_cont(measure, 0.9)"))
    for variant, measure in (
        ("elapsed_minutes", "coalesce(elapsed, 'inf'::double)"),
        ("business_minutes", "coalesce(business, 'inf'::double)"),
        ("rep_clock_minutes", "coalesce(from_assignment, 'inf'::double)"),
        ("touched_elapsed_minutes", "elapsed"),
    ):
        book.distributions(
            "F02",
            f"select '{variant}' as variant, created_on as day, "
            f"case when not is_existing then {measure} end as measure, r.* from response as r",
            aggregates=pair,
            segments=SEGMENTS,
        )
    for variant, minutes in (("within_sla", "elapsed"), ("within_sla_business", "business")):
        waited = "waited_elapsed" if minutes == "elapsed" else "waited_business"
        counts = f"(not is_existing and ({minutes} is not null or {waited} > {SLA_MINUTES}))"
        book.totals(
            "F02",
            f"""
            select '{variant}' as variant, created_on as day,
                cast({counts} and coalesce({minutes} <= {SLA_MINUTES}, false) as int) as numerator,
                cast({counts} as int) as denominator, cast({counts} as int) as n,
                cast(not {counts} as int) as n_excluded, r.*
            from response as r
            """,
            ratio=True,
            segments=SEGMENTS,
        )
    book.totals(
        "F02",
        """
        select 'untouched_share' as variant, created_on as day,
            cast(not is_existing and elapsed is null as int) as numerator,
            cast(not is_existing as int) as denominator, cast(not is_existing as int) as n,
            cast(is_existing as int) as n_excluded, r.*
        from response as r
        """,
        ratio=True,
        segments=SEGMENTS,
    )
    book.note(
        "F02",
        "inbound leads; human touch in the 90 days before: excluded; untouched rank last (may "
        "leave NULL); business hours 9 to 17 of the first owner (nobody: of headquarters), without "
        "local holidays; a person "
        "is an address in records; SLA 60 minutes",
    )


def _cases(book: Book) -> None:
    """``response``: an inbound lead, minutes to the first own outbound touch."""
    book.run(
        f"""
        create or replace temp table _arrival as
        with human as (
            select party_id, occurred_at from sales_act
            where not is_automated and party_id is not null
        ),
        answered as (
            select l.lead_id,
                min(h.occurred_at) filter (where h.occurred_at >= l.created_at) as answered_at,
                bool_or(
                    h.occurred_at < l.created_at
                    and h.occurred_at >= l.created_at - interval {EXISTING_DAYS} day
                ) as is_existing
            from lead_case as l
            inner join job_party as p using (employment_id)
            inner join human as h using (party_id)
            where l.motion = 'inbound'
            group by l.lead_id
        ),
        first_owner as (
            select lead_id, arg_min(owner_user_id, version_at) as user_id from lead_version
            group by lead_id
        )
        select l.*, a.answered_at, coalesce(a.is_existing, false) as is_existing,
            coalesce(a.answered_at, {book.end}) as until_at,
            coalesce(u.time_zone, '{REPORTING_TIME_ZONE}') as time_zone,
            coalesce(u.country, '(none)') as user_country
        from lead_case as l
        left join answered as a using (lead_id)
        left join first_owner as f using (lead_id)
        left join sales_user as u on u.user_id = f.user_id
        where l.motion = 'inbound'
        """
    )
    # The owner's span in force at the answer: where the rep's own clock begins.
    book.run(
        """
        create or replace temp table _assigned as
        with span as (
            select lead_id, version_at
            from (
                select lead_id, version_at, owner_user_id, lag(owner_user_id) over (
                    partition by lead_id order by version_at
                ) as previous_owner
                from lead_version
            )
            where previous_owner is distinct from owner_user_id
        )
        select a.lead_id, max(s.version_at) as assigned_at
        from _arrival as a
        inner join span as s on s.lead_id = a.lead_id and s.version_at <= a.until_at
        group by a.lead_id
        """
    )
    opening = OPENING_HOUR * 60
    full = (CLOSING_HOUR - OPENING_HOUR) * 60

    def business(stamp: str, day: str) -> str:
        minute = f"date_diff('second', date_trunc('day', {stamp}), {stamp}) / 60.0 - {opening}"
        return (
            f"({day}.working_days - cast({day}.is_working as int)) * {full} "
            f"+ cast({day}.is_working as int) * least(greatest({minute}, 0), {full})"
        )

    book.run(
        f"""
        create temp table response as
        with local as (
            select a.*, timezone(time_zone, timezone('UTC', created_at)) as from_local,
                timezone(time_zone, timezone('UTC', until_at)) as until_local
            from _arrival as a
        ),
        measured as (
            select l.*, date_diff('second', l.created_at, l.until_at) / 60.0 as waited_elapsed,
                ({business("l.until_local", "u")}) - ({business("l.from_local", "f")})
                    as waited_business,
                date_diff('second', coalesce(s.assigned_at, l.created_at), l.until_at) / 60.0
                    as waited_assigned
            from local as l
            left join _assigned as s using (lead_id)
            left join working_day as f
                on f.country = l.user_country and f.day = cast(l.from_local as date)
            left join working_day as u
                on u.country = l.user_country and u.day = cast(l.until_local as date)
        )
        select *,
            case when answered_at is not null then waited_elapsed end as elapsed,
            case when answered_at is not null then waited_business end as business,
            case when answered_at is not null then waited_assigned end as from_assignment
        from measured
        """
    )
