"""KPIs of passing leads to sales: A03, F04, F05, F06, F08, P03.

Belongs here: what is counted an attempt. Does not belong here: spells of prospecting.
"""

from __future__ import annotations

from cultivar_demo.ledger.book import Book
from cultivar_demo.ledger.leads import ACCEPTANCE_WORKING_DAYS

SEGMENTS = ("owner", "receiver", "motion", "lead_source", "account_segment")
"""``owner`` passed the lead, ``receiver`` got it."""

CONTEXT_FIELDS = 5
"""Use case, role, source, next step, notes."""

QUALIFICATION_FIELDS = 9
"""Of the qualification framework."""

USE_CASE_STAGE = 4
"""Awareness stage "Has use case"."""


def pipeline_rate(book: Book) -> None:
    """A03: accepted with a deal ÷ decided, and pending ones past the deadline."""
    judged = "(decision is not null or not is_pending_young)"
    accepted = "(decision = 'accepted' and opportunity_id is not null)"
    book.totals(
        "A03",
        f"""
        select 'hand_offs' as variant, handed_off_on as day,
            cast(coalesce({accepted}, false) as int) as numerator,
            cast({judged} as int) as denominator, cast({judged} as int) as n,
            cast(not {judged} as int) as n_excluded, cast(not {judged} as int) as n_immature, h.*
        from hand_off_case as h
        """,
        ratio=True,
        segments=SEGMENTS,
    )
    book.run(
        f"""
        create or replace temp table _account as
        select period_grain, period_start, period_end, account_id,
            bool_or(coalesce({accepted}, false)) as accepted, bool_or({judged}) as judged
        from hand_off_case inner join day_period on day = handed_off_on
        where period_grain != 'week'
        group by all
        """
    )
    book.period_rows(
        "A03",
        """
        select 'accounts' as variant, period_grain, period_start, period_end,
            'all' as segment_type, 'all' as segment, numerator, denominator,
            numerator / nullif(denominator, 0) as value, denominator as n, n_excluded
        from (
            select period_grain, period_start, period_end,
                count(*) filter (where accepted) as numerator,
                count(*) filter (where judged) as denominator,
                count(*) filter (where not judged) as n_excluded
            from _account group by all
        )
        """,
    )
    book.note(
        "A03",
        f"pending younger than {ACCEPTANCE_WORKING_DAYS} working days of the receiver's country "
        "excluded",
    )


def alignment(book: Book) -> None:
    """F04: decided within the deadline ÷ delivered; accept rate; reasons of rejection."""
    in_time = (
        "coalesce(decided_on <= due_on and (decision = 'accepted' or rejection_reason is not null),"
        " false)"
    )
    book.totals(
        "F04",
        f"""
        select 'within_sla' as variant, handed_off_on as day,
            cast({in_time} as int) as numerator,
            cast(not is_pending_young as int) as denominator,
            cast(not is_pending_young as int) as n, cast(is_pending_young as int) as n_excluded,
            cast(is_pending_young as int) as n_immature, h.*
        from hand_off_case as h
        union all
        select 'accept_rate', handed_off_on, cast(coalesce(decision = 'accepted', false) as int),
            cast(decision is not null as int), cast(decision is not null as int),
            cast(decision is null as int), 0, h.*
        from hand_off_case as h
        """,
        ratio=True,
        segments=SEGMENTS,
    )
    book.totals(
        "F04",
        "select 'rejected' as variant, handed_off_on as day, 1 as numerator, rejection_reason "
        "from hand_off_case where decision = 'rejected'",
        segments=("rejection_reason",),
    )
    book.note("F04", "10 working days; silence counts as missed", "within_sla")


def latency(book: Book) -> None:
    """F05: hours from the hand-off to the receiver's first own outbound act."""
    book.run(
        """
        create or replace temp table _latency as
        select h.hand_off_id, min(t.occurred_at) as acted_at
        from hand_off_case as h
        inner join touch as t
            on t.account_id = h.account_id and t.user_id = h.to_user_id
            and t.occurred_at >= h.handed_off_at
        where t.direction = 'outbound' and not t.is_automated
        group by all
        """
    )
    book.distributions(
        "F05",
        f"""
        select 'hours' as variant, handed_off_on as day,
            case
                when acted_at < {book.end}
                    then date_diff('second', handed_off_at, acted_at) / 3600.0
                else 'inf'::double
            end as measure, h.*
        from hand_off_case as h left join _latency using (hand_off_id)
        """,
        aggregates=(("_median", "median(measure)"), ("_p90", "quantile_cont(measure, 0.9)")),
        segments=("receiver",),
    )
    book.note(
        "F05", "first own outbound act at the account; none yet ranks last and may leave NULL"
    )


def completeness(book: Book) -> None:
    """F06: context fields filled at hand-off; F08: hand-offs of people with a use case."""
    book.totals(
        "F06",
        f"select 'headline' as variant, handed_off_on as day, context_fields_filled as numerator, "
        f"{CONTEXT_FIELDS} as denominator, h.* from hand_off_case as h",
        ratio=True,
        segments=SEGMENTS,
    )
    book.totals(
        "F08",
        f"select 'headline' as variant, handed_off_on as day, "
        f"cast(awareness_stage >= {USE_CASE_STAGE} as int) as numerator, 1 as denominator, h.* "
        f"from hand_off_case as h",
        ratio=True,
        segments=SEGMENTS,
    )
    book.note("F08", "true stage at that time")


def accepted_opportunities(book: Book) -> None:
    """P03: deals first accepted by sales; accepted ÷ submitted; qualification at acceptance."""
    book.run(
        """
        create temp table accepted_deal as
        select h.opportunity_id, min(h.decided_at) as accepted_at,
            local_day(min(h.decided_at)) as accepted_on,
            arg_min(h.owner, h.decided_at) as owner, arg_min(h.motion, h.decided_at) as motion,
            arg_min(h.account_segment, h.decided_at) as account_segment
        from hand_off_case as h
        inner join deal using (opportunity_id)
        where h.decision = 'accepted'
        group by all
        """
    )
    book.totals(
        "P03",
        "select 'count' as variant, accepted_on as day, 1 as numerator, a.* "
        "from accepted_deal as a",
        segments=("owner", "motion", "account_segment"),
    )
    book.totals(
        "P03",
        "select 'accept_rate' as variant, handed_off_on as day, "
        "cast(coalesce(decision = 'accepted', false) as int) as numerator, 1 as denominator, h.* "
        "from hand_off_case as h",
        ratio=True,
        segments=SEGMENTS,
    )
    book.totals(
        "P03",
        f"""
        select 'qualification_completeness' as variant, accepted_on as day,
            v.qualification_fields_filled as numerator, {QUALIFICATION_FIELDS} as denominator
        from (
            select a.*, greatest(a.accepted_at, o.created_at) as known_at
            from accepted_deal as a
            inner join opportunity as o using (opportunity_id)
        ) as a
        asof join deal_version as v
            on v.opportunity_id = a.opportunity_id and a.known_at >= v.version_at
        """,
        ratio=True,
    )
    book.note("P03", "deals with an accepted hand-off, on the day of the first acceptance", "count")
    book.note("P03", "accepted so far of all hand-offs submitted in the period", "accept_rate")


def compute(book: Book) -> None:
    """All KPIs of this module."""
    pipeline_rate(book)
    alignment(book)
    latency(book)
    completeness(book)
    accepted_opportunities(book)
