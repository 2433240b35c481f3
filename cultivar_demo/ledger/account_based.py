"""Account-based KPIs: A01, A02, A04 to A09 (A03 is with the hand-offs).

Belongs here: what is counted an account. Does not belong here: what an act is.
"""

from __future__ import annotations

from cultivar_demo.ledger.book import Book
from cultivar_demo.ledger.engagement import CONNECT_DAYS, PASS_DAYS

SPELL_SEGMENTS = ("owner", "account_segment", "industry", "country")

ENGAGED_DAYS = 90
"""Days back in which an act makes a person engaged."""

ENGAGED_PEOPLE = 2
"""Engaged people that make an account engaged."""

MULTI_THREADED_PEOPLE = 3
"""Engaged people that make a deal multi-threaded."""

ACTIVE_DAYS = 30
"""Days since the last touch in which an account counts as being prospected."""

ORCHESTRATION_DAYS = 14
"""Days between a touch of marketing and one of sales that belong together."""

FIT_EMPLOYEES = ((20, 100, 0.4), (100, 2_000, 0.6), (2_000, None, 0.3))
FIT_INDUSTRIES = (
    ("Software", 0.4),
    ("Financial Services", 0.3),
    ("Healthcare", 0.2),
    ("Manufacturing", 0.2),
    ("Telecommunications", 0.3),
    ("Media", 0.2),
    ("Professional Services", 0.2),
)
"""What fits (our choice): points by employees (from, below) and by industry, together 0 to 1."""

QUALIFIED_FIT = 0.5
QUALIFIED_ACTS = 4
QUALIFIED_DAYS = 30
REQUALIFIED_AFTER_DAYS = 90
CONVERTED_WITHIN_DAYS = 90
"""A09 (our choice): fit, acts of at least two people within days; quiet days; days to a deal."""


def connect_and_pass_rate(book: Book) -> None:
    """A01 and A02: spells with a conversation, and with a passed lead, of spells begun."""
    for kpi_id, flag, known in (
        ("A01", "is_connected", "is_connect_known"),
        ("A02", "is_passed", "is_pass_known"),
    ):
        book.totals(
            kpi_id,
            f"""
            select cohort as variant, started_on as day,
                cast({flag} and {known} as int) as numerator, cast({known} as int) as denominator,
                cast({known} as int) as n, cast(not {known} as int) as n_excluded,
                cast(not {known} as int) as n_immature, s.*
            from spell_case as s
            """,
            ratio=True,
            segments=SPELL_SEGMENTS,
        )
    book.totals(
        "A02",
        "select 'leads_passed' as variant, started_on as day, "
        "case when is_pass_known then leads_passed else 0 end as numerator, "
        "cast(is_pass_known as int) as n, cast(not is_pass_known as int) as n_immature, s.* "
        "from spell_case as s where cohort = 'outbound'",
        segments=SPELL_SEGMENTS,
    )
    book.note("A01", f"spells; first {CONNECT_DAYS} days by day; younger spells excluded")
    book.note("A02", f"spells; first {PASS_DAYS} days by day; younger spells excluded")
    book.note("A02", "leads passed in outbound spells", "leads_passed")


def target_list_coverage(book: Book) -> None:
    """A04: target accounts with engaged people, the ladder, and the list fixed at month start."""
    book.run(
        f"""
        create temp table account_engaged_at as
        select s.day, e.company_id as account_id, count(distinct e.party_id) as people
        from snapshot_day as s
        inner join engagement as e
            on e.occurred_on <= s.day and e.occurred_on > s.day - {ENGAGED_DAYS}
        group by all
        """
    )
    book.run(
        """
        create or replace temp table _stand as
        select day, account_id, bool_or(state in ('open', 'won')) as has_deal,
            bool_or(state = 'won') as has_won
        from deal_at group by all
        """
    )
    cases = """
        select s.day, 'tier ' || m.tier as tier, coalesce(e.people, 0) as people,
            coalesce(d.has_deal, false) as has_deal, coalesce(d.has_won, false) as has_won
        from snapshot_day as s
        inner join target_list_membership as m
            on m.valid_from <= {listed} and coalesce(m.valid_to, date '9999-12-31') > {listed}
        left join account_engaged_at as e on e.day = s.day and e.account_id = m.account_id
        left join _stand as d on d.day = s.day and d.account_id = m.account_id
    """
    for variant, listed, condition in (
        ("engaged_people_2", "s.day", f"people >= {ENGAGED_PEOPLE}"),
        ("fixed_at_month_start", "s.month", f"people >= {ENGAGED_PEOPLE}"),
        ("ladder_engaged", "s.day", "people >= 1"),
        ("ladder_opportunity", "s.day", "has_deal"),
        ("ladder_won", "s.day", "has_won"),
    ):
        book.snapshots(
            "A04",
            f"select '{variant}' as variant, day, cast({condition} as int) as numerator, "
            f"1 as denominator, tier from ({cases.format(listed=listed)})",
            ratio=True,
            segments=("tier",),
        )
    book.note(
        "A04",
        "engaged: reply, conversation, held meeting, mail click, form, response within 90 days",
    )


def uplift(book: Book) -> None:
    """A05: win rate, selling price and cycle of target accounts over those of the others."""
    book.run(
        """
        create or replace temp table _uplift as
        with listed as (
            select distinct d.opportunity_id
            from deal as d
            inner join target_list_membership as m
                on m.account_id = d.account_id and m.valid_from <= d.created_on
                and coalesce(m.valid_to, date '9999-12-31') > d.created_on
        )
        select period_grain, period_start, period_end,
            opportunity_id in (from listed) as is_target,
            count(*) filter (where state = 'won') / nullif(count(*), 0) as win_rate,
            avg(amount_usd) filter (where state = 'won' and is_new_business) as selling_price,
            median(days) filter (where state = 'won' and days >= 0) as cycle,
            count(*) as n
        from deal_cycle inner join day_period on day = close_date
        where state in ('won', 'lost') and period_grain != 'week'
        group by all
        """
    )
    for measure in ("win_rate", "selling_price", "cycle"):
        book.period_rows(
            "A05",
            f"""
            select '{measure}' as variant, period_grain, period_start, period_end,
                'all' as segment_type, 'all' as segment, t.{measure} as numerator,
                o.{measure} as denominator, t.{measure} / nullif(o.{measure}, 0) as value,
                t.n + o.n as n, 0 as n_excluded
            from _uplift as t
            inner join _uplift as o using (period_grain, period_start, period_end)
            where t.is_target and not o.is_target
            """,
        )
    book.note("A05", "on the target list at creation, over the others; a correlation")


def account_load(book: Book) -> None:
    """A06: accounts touched in a spell within 30 days ÷ development representatives employed."""
    book.run(
        f"""
        create or replace temp table _load as
        select distinct s.day, t.account_id
        from snapshot_day as s
        inner join prospecting_touch as t
            on t.occurred_at < {book.end} and local_day(t.occurred_at) <= s.day
            and local_day(t.occurred_at) > s.day - {ACTIVE_DAYS}
        asof join prospecting_spell as p
            on p.account_id = t.account_id and t.created_at >= p.started_at
        where t.direction = 'outbound' and not p.is_expansion
        """
    )
    book.run(
        """
        create or replace temp table _representatives as
        select s.day, u.user_id, u.user_name
        from snapshot_day as s
        inner join sales_user as u
            on u.role = 'sdr' and u.hired_on <= s.day
            and coalesce(u.left_on, date '9999-12-31') > s.day
        """
    )
    book.snapshots(
        "A06",
        """
        select 'headline' as variant, day, 1 as numerator, 0 as denominator, 1 as n from _load
        union all
        select 'headline', day, 0, 1, 0 from _representatives
        """,
        ratio=True,
    )
    book.state_rows(
        "A06",
        """
        select 'headline' as variant, r.day, 'owner' as segment_type, r.user_name as segment,
            count(l.account_id) as numerator, 1 as denominator,
            cast(count(l.account_id) as double) as value, count(l.account_id) as n, 0 as n_excluded
        from _representatives as r
        left join account_ownership as o
            on o.user_id = r.user_id and o.role = 'sdr' and local_day(o.valid_from_at) <= r.day
            and coalesce(local_day(o.valid_to_at), date '9999-12-31') > r.day
        left join _load as l on l.account_id = o.account_id and l.day = r.day
        group by all
        """,
    )
    book.note("A06", "outbound touch of a spell, no expansion, in the last 30 days")


def committee_coverage(book: Book) -> None:
    """A07: engaged people, multi-threaded deals, and our functions, of open deals."""
    book.run(
        f"""
        create or replace temp table _committee as
        with involved as (
            select opportunity_id, party_id,
                coalesce(min(involved_on), date '1900-01-01') as involved_on
            from (
                select r.opportunity_id, p.party_id, cast(null as date) as involved_on
                from opportunity_role as r
                inner join contact as c using (contact_id)
                inner join job_party as p using (employment_id)
                union all
                select p.opportunity_id, p.party_id, local_day(t.occurred_at)
                from touch_party as p
                inner join touch as t using (touch_id)
                where p.opportunity_id is not null and p.party_id is not null
            )
            group by all
        ),
        act as (
            select i.opportunity_id, e.party_id, e.company_id, e.occurred_on, i.involved_on
            from involved as i
            inner join deal as d using (opportunity_id)
            inner join engagement as e
                on e.party_id = i.party_id and e.company_id = d.account_id
        )
        select o.day, o.opportunity_id, count(distinct a.party_id) as people
        from open_deal_at as o
        inner join act as a
            on a.opportunity_id = o.opportunity_id and a.occurred_on <= o.day
            and a.involved_on <= o.day and a.occurred_on > o.day - {ENGAGED_DAYS}
        where exists (
            select 1 from job_span as e
            where e.party_id = a.party_id and e.company_id = a.company_id
                and e.started_on <= o.day and e.ended_on > o.day
        )
        group by all
        """
    )
    book.run(
        """
        create or replace temp table _ours as
        select o.day, o.opportunity_id, count(distinct u.role) as functions
        from open_deal_at as o
        inner join sales_act as a
            on a.opportunity_id = o.opportunity_id and a.occurred_on <= o.day
        inner join sales_user as u using (user_id)
        group by all
        """
    )
    for variant, measure in (
        ("engaged_contacts", "coalesce(c.people, 0)"),
        ("multi_threaded", f"cast(coalesce(c.people, 0) >= {MULTI_THREADED_PEOPLE} as int)"),
        ("our_functions", "coalesce(f.functions, 0)"),
    ):
        book.snapshots(
            "A07",
            f"""
            select '{variant}' as variant, {measure} as numerator, 1 as denominator, o.*
            from open_deal_at as o
            left join _committee as c using (day, opportunity_id)
            left join _ours as f using (day, opportunity_id)
            """,
            ratio=True,
            segments=("owner", "opportunity_type", "account_segment"),
        )
    book.note(
        "A07",
        "people of the deal's roles or touches, still employed there, with an act in 90 days; "
        "mean a deal",
    )
    book.note("A07", "open deals with 3 engaged people or more", "multi_threaded")
    book.note("A07", "roles of ours that touched the deal so far; mean a deal", "our_functions")


def orchestration(book: Book) -> None:
    """A08: accounts touched by marketing and sales within 14 days ÷ touched by either."""
    book.run(
        f"""
        create or replace temp table _both as
        with marketing as (
            select distinct company_id as account_id, occurred_on from marketing_act
        ),
        sales as (
            select distinct company_id as account_id, occurred_on from sales_act
            where not is_automated and company_id is not null
        ),
        pair as (
            select s.account_id, s.occurred_on as first_on, m.occurred_on as second_on
            from sales as s
            asof join marketing as m
                on m.account_id = s.account_id and s.occurred_on >= m.occurred_on
            union
            select s.account_id, s.occurred_on, m.occurred_on
            from sales as s
            asof join marketing as m
                on m.account_id = s.account_id and s.occurred_on <= m.occurred_on
        )
        select account_id, least(first_on, second_on) as first_on,
            greatest(first_on, second_on) as second_on
        from pair where abs(first_on - second_on) <= {ORCHESTRATION_DAYS}
        """
    )
    book.run(
        """
        create or replace temp table _touched as
        select p.period_grain, p.period_start, p.period_end, t.account_id
        from (
            select company_id as account_id, occurred_on from marketing_act
            union
            select company_id, occurred_on from sales_act
            where not is_automated and company_id is not null
        ) as t
        inner join day_period as p on p.day = t.occurred_on and p.period_grain != 'week'
        group by all
        """
    )
    book.period_rows(
        "A08",
        """
        with both_in as (
            select distinct p.period_grain, p.period_start, b.account_id
            from _both as b
            inner join day_period as p on p.day = b.first_on and p.period_end > b.second_on
        )
        select 'headline' as variant, t.period_grain, t.period_start, t.period_end,
            one.segment_type, one.segment, count(b.account_id) as numerator,
            count(*) as denominator, count(b.account_id) / count(*) as value, count(*) as n,
            0 as n_excluded
        from _touched as t
        inner join account_described as a on a.account_id = t.account_id
        left join both_in as b
            on b.account_id = t.account_id and b.period_grain = t.period_grain
            and b.period_start = t.period_start,
        unnest([{'segment_type': 'all', 'segment': 'all'},
            {'segment_type': 'account_segment', 'segment': a.segment}]) as _(one)
        group by all
        """,
    )
    book.note(
        "A08",
        "marketing: delivered mail, form, campaign response, automated sequence mail; sales: own "
        "outbound touch; both touches in the period",
    )


def qualified_accounts(book: Book) -> None:
    """A09: accounts qualified by fit and the acts of several people; and deals within 90 days."""
    book.run(
        f"""
        create or replace temp table _crossing as
        with day_act as (
            select e.company_id as account_id, e.occurred_on as day, e.party_id, count(*) as acts
            from engagement as e
            inner join account as a on a.account_id = e.company_id
            where ({_fit("a")}) >= {QUALIFIED_FIT}
            group by all
        ),
        crossing as (
            select d.account_id, d.day
            from (select distinct account_id, day from day_act) as d
            inner join day_act as w
                on w.account_id = d.account_id and w.day <= d.day
                and w.day > d.day - {QUALIFIED_DAYS}
            group by all
            having sum(w.acts) >= {QUALIFIED_ACTS} and count(distinct w.party_id) >= 2
        )
        select account_id, day
        from (
            select *, lag(day) over (partition by account_id order by day) as previous_day
            from crossing
        )
        where previous_day is null or day - previous_day > {REQUALIFIED_AFTER_DAYS}
        """
    )
    book.totals(
        "A09",
        "select 'count' as variant, day, 1 as numerator, a.segment as account_segment "
        "from _crossing inner join account_described as a using (account_id)",
        segments=("account_segment",),
    )
    is_mature = f"q.day + {CONVERTED_WITHIN_DAYS} <= {book.today}"
    book.totals(
        "A09",
        f"""
        select 'to_opportunity' as variant, q.day,
            cast({is_mature} and exists (
                select 1 from deal as d
                where d.account_id = q.account_id and not d.is_renewal
                    and d.created_on between q.day and q.day + {CONVERTED_WITHIN_DAYS}
            ) as int) as numerator,
            cast({is_mature} as int) as denominator, cast({is_mature} as int) as n,
            cast(not ({is_mature}) as int) as n_immature,
            cast(not ({is_mature}) as int) as n_excluded
        from _crossing as q
        """,
        ratio=True,
    )
    book.note(
        "A09",
        "thresholds our choice: fit 0.5 by employees and industry, 4 acts of 2 people in 30 days; "
        "again after 90 days below",
    )


def _fit(alias: str) -> str:
    """SQL: how well the company of ``alias`` fits, by what anybody can know of it."""
    size = " ".join(
        f"when {alias}.employee_count >= {low}"
        + (f" and {alias}.employee_count < {below}" if below else "")
        + f" then {points}"
        for low, below, points in FIT_EMPLOYEES
    )
    industry = " ".join(f"when '{name}' then {points}" for name, points in FIT_INDUSTRIES)
    return f"case {size} else 0.0 end + case {alias}.industry {industry} else 0.0 end"


def compute(book: Book) -> None:
    """All KPIs of this module."""
    connect_and_pass_rate(book)
    target_list_coverage(book)
    uplift(book)
    account_load(book)
    committee_coverage(book)
    orchestration(book)
    qualified_accounts(book)
