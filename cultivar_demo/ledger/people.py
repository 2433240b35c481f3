"""KPIs of representatives, territories and the market: R01 to R07; and F07, awareness.

Belongs here: what is counted a representative, territory, month or person. Does not belong here:
deals and leads as such.
"""

from __future__ import annotations

from cultivar_demo.ledger.book import Book

BOOKINGS = "bookings_usd"
QUALIFIED = "qualified_opportunities"

RAMPED_SHARE = 0.8
RAMPED_MONTHS = 2
"""Ramped: the first of two months running at 80 % of full quota (our choice)."""

DAYS_A_MONTH = 30.4375


def quota_attainment(book: Book) -> None:
    """R01 and R02: credited bookings ÷ quota in force."""
    book.run(
        f"""
        create temp table attainment as
        with booked as (
            select closer_user_id as user_id,
                cast(date_trunc('month', close_date) as date) as month,
                '{BOOKINGS}' as metric, sum(amount_usd) as booked
            from deal where state = 'won' and close_date is not null group by all
            union all
            select h.from_user_id, cast(date_trunc('month', a.accepted_on) as date), '{QUALIFIED}',
                count(distinct a.opportunity_id)
            from accepted_deal as a
            inner join hand_off_case as h
                on h.opportunity_id = a.opportunity_id and h.decided_at = a.accepted_at
            group by all
        )
        select coalesce(q.user_id, b.user_id) as user_id, coalesce(q.metric, b.metric) as metric,
            coalesce(q.period_start, b.month) as month, coalesce(q.quota, 0) as quota,
            coalesce(b.booked, 0) as booked
        from quota as q
        full join booked as b
            on b.user_id = q.user_id and b.month = q.period_start and b.metric = q.metric
        where coalesce(q.period_start, b.month) between date '{book.settings.first_day}'
            and {book.today}
        """
    )
    book.totals(
        "R01",
        """
        select a.metric as variant, a.month as day, a.booked as numerator, a.quota as denominator,
            u.user_name as owner, u.role, u.team
        from attainment as a inner join sales_user as u using (user_id)
        """,
        ratio=True,
        segments=("owner", "role", "team"),
    )
    book.run(
        """
        create or replace temp table _attained as
        select p.period_grain, p.period_start, p.period_end, a.metric, a.user_id,
            sum(booked) >= sum(quota) as is_attained
        from attainment as a
        inner join day_period as p on p.day = a.month and p.period_grain != 'week'
        group by all having sum(quota) > 0
        """
    )
    book.period_rows(
        "R01",
        """
        select 'share_attained_' || metric as variant, period_grain, period_start, period_end,
            'all' as segment_type, 'all' as segment,
            count(*) filter (where is_attained) as numerator, count(*) as denominator,
            count(*) filter (where is_attained) / count(*) as value, count(*) as n, 0 as n_excluded
        from _attained group by all
        """,
    )
    book.totals(
        "R02",
        """
        with carried as (
            select a.month, a.quota, t.territory_name, count(*) over (
                partition by a.user_id, a.month
            ) as territories
            from attainment as a
            inner join territory_assignment as s
                on s.user_id = a.user_id and s.valid_from <= a.month
                and coalesce(s.valid_to, date '9999-12-31') > a.month
            inner join territory as t using (territory_id)
            where a.metric = 'bookings_usd'
        )
        select 'headline' as variant, close_date as day, coalesce(amount_usd, 0) as numerator,
            0.00::decimal(18, 2) as denominator, t.territory_name as territory
        from deal as d
        inner join account as a using (account_id)
        left join territory as t on t.territory_id = a.territory_id
        where d.state = 'won' and d.close_date is not null
        union all
        select 'headline', month, 0, cast(quota / territories as decimal(18, 2)), territory_name
        from carried
        """,
        ratio=True,
        segments=("territory",),
    )
    book.note("R01", "ae, am: amount won, to the owner at close; monthly quota as set", BOOKINGS)
    book.note("R01", "sdr: deals first accepted, to who passed the lead", QUALIFIED)
    book.note("R02", "account's territory; quota of the territory's users, in equal parts")


def territory_balance(book: Book) -> None:
    """R03: coefficient of variation over territories, of serviceable accounts and employees."""
    book.run(
        """
        create or replace temp table _territory as
        select territory_id, count(*) as accounts, sum(employee_count) as employees
        from market_list where is_in_sam and territory_id is not null group by territory_id
        """
    )
    for measure in ("accounts", "employees"):
        book.state_rows(
            "R03",
            f"""
            select '{measure}' as variant, {book.today} as day, 'all' as segment_type,
                'all' as segment, stddev_samp({measure}) as numerator,
                avg({measure}) as denominator,
                stddev_samp({measure}) / nullif(avg({measure}), 0) as value, count(*) as n,
                0 as n_excluded
            from _territory
            """,
        )
    book.note("R03", "sample deviation over mean of territories; potential by employees")


def ramp_up(book: Book) -> None:
    """R04: months from hiring to the first of two months at 80 % of full quota."""
    book.run(
        f"""
        create or replace temp table _ramp as
        with full_quota as (
            select user_id, metric, max(quota) as quota from attainment group by all
        ),
        monthly as (
            select a.*, a.booked >= {RAMPED_SHARE} * f.quota as is_full,
                row_number() over carrier as number
            from attainment as a
            inner join full_quota as f using (user_id, metric)
            where f.quota > 0
            window carrier as (partition by a.user_id, a.metric order by a.month)
        ),
        run as (
            select *, is_full and coalesce(lead(is_full) over (
                partition by user_id, metric order by month
            ), false) as starts_run
            from monthly
        )
        select u.role, u.hired_on, u.user_id,
            date_diff('month', cast(date_trunc('month', any_value(u.hired_on)) as date),
                min(r.month) filter (where r.starts_run)) as months
        from run as r inner join sales_user as u using (user_id)
        where u.hired_on >= date '{book.settings.first_day}'
        group by all
        """
    )
    book.distributions(
        "R04",
        "select 'median_months' as variant, hired_on as day, "
        "coalesce(cast(months as double), 'inf'::double) as measure, role from _ramp",
        segments=("role",),
        grains=("fiscal_year", "all_time"),
    )
    book.note("R04", "hired while simulated; full quota: the highest; not ramped yet ranks last")


def market_coverage(book: Book) -> None:
    """R05: CRM ÷ TAM, SAM ÷ TAM, target list ÷ SAM, engaged and won ÷ target list."""
    book.run(
        """
        create or replace temp table _market as
        select s.day, count(*) as tam, count(*) filter (where a.is_in_sam) as sam,
            count(*) filter (where c.known_on <= s.day) as crm,
            count(m.account_id) as tal, count(m.account_id) filter (where e.people >= 1) as engaged,
            count(m.account_id) filter (where w.account_id is not null) as won
        from snapshot_day as s
        cross join market_list as a
        left join market_presence as c using (account_id)
        left join target_list_membership as m
            on m.account_id = a.account_id and m.valid_from <= s.day
            and coalesce(m.valid_to, date '9999-12-31') > s.day
        left join account_engaged_at as e on e.account_id = a.account_id and e.day = s.day
        left join (select distinct day, account_id from deal_at where state = 'won') as w
            on w.account_id = a.account_id and w.day = s.day
        group by all
        """
    )
    for variant, numerator, denominator in (
        ("crm_of_tam", "crm", "tam"),
        ("sam_of_tam", "sam", "tam"),
        ("tal_of_sam", "tal", "sam"),
        ("engaged_of_tal", "engaged", "tal"),
        ("won_of_tal", "won", "tal"),
    ):
        book.snapshots(
            "R05",
            f"select '{variant}' as variant, day, {numerator} as numerator, "
            f"{denominator} as denominator, {denominator} as n from _market",
            ratio=True,
        )
    book.note("R05", "TAM: the list of the market; won: a deal won so far")


def productivity(book: Book) -> None:
    """R07: pipeline generated, deals accepted and amount won, a day a representative works."""
    book.run(
        f"""
        create or replace temp table _rep_day as
        select u.role, u.user_name as owner, d.day
        from sales_user as u
        inner join working_day as d
            on d.country = u.country and d.is_working and d.day >= u.hired_on
            and d.day < coalesce(u.left_on, date '9999-12-31')
        where d.day between date '{book.settings.first_day}' and {book.today}
        """
    )
    for variant, roles, cases in (
        (
            "pipeline_generated",
            "'sdr', 'ae'",
            "select qualified_on as day, coalesce(qualified_amount, 0) as numerator "
            "from generated_deal where not is_renewal",
        ),
        ("accepted", "'sdr'", "select accepted_on, 1 from accepted_deal"),
        (
            "won_amount",
            "'ae', 'am'",
            "select close_date, coalesce(amount_usd, 0) from deal "
            "where state = 'won' and close_date is not null",
        ),
    ):
        book.totals(
            "R07",
            f"""
            select '{variant}' as variant, day, numerator, 0 as denominator, 0 as n
            from ({cases}) as _(day, numerator)
            union all
            select '{variant}', day, 0, count(*), count(*) from _rep_day
            where role in ({roles}) group by day
            """,
            ratio=True,
        )
    book.note("R07", "a working day of an sdr or ae", "pipeline_generated")
    book.note("R07", "a working day of an sdr", "accepted")
    book.note("R07", "a working day of an ae or am", "won_amount")


def awareness(book: Book) -> None:
    """F07: people whose highest stage rose ÷ people active; days a step; regressions."""
    book.run(
        """
        create or replace temp table _awareness as
        select party_id, changed_at, local_day(changed_at) as day, stage, previous_stage,
            max(stage) over (
                partition by party_id order by changed_at
                rows between unbounded preceding and 1 preceding
            ) as highest_before
        from awareness_act
        """
    )
    book.run(
        """
        create or replace temp table _active as
        select period_grain, period_start, period_end, party_id, bool_or(rose) as rose
        from (
            select party_id, day, coalesce(stage > highest_before, false) as rose from _awareness
            union all
            select party_id, occurred_on, false from engagement
        )
        inner join day_period using (day)
        where period_grain != 'week'
        group by all
        """
    )
    book.period_rows(
        "F07",
        """
        select 'progressed' as variant, period_grain, period_start, period_end,
            'all' as segment_type, 'all' as segment, count(*) filter (where rose) as numerator,
            count(*) as denominator, count(*) filter (where rose) / count(*) as value,
            count(*) as n, 0 as n_excluded
        from _active group by all
        """,
    )
    book.totals(
        "F07",
        "select 'regressions' as variant, day, 1 as numerator from _awareness "
        "where stage < previous_stage",
    )
    book.distributions(
        "F07",
        """
        with risen as (
            select party_id, day, stage, lag(day) over (
                partition by party_id order by changed_at
            ) as previous_day, lag(stage) over (
                partition by party_id order by changed_at
            ) as previous_stage
            from _awareness where highest_before is null or stage > highest_before
        )
        select 'days_per_step' as variant, day, day - previous_day as measure,
            previous_stage || ' to ' || stage as step
        from risen where previous_day is not null
        """,
        aggregates=(("_median", "median(measure)"),),
        segments=("step",),
    )
    book.note(
        "F07", "people; active: an act towards us or a change of stage; the first stage is no rise"
    )


def compute(book: Book) -> None:
    """All KPIs of this module."""
    quota_attainment(book)
    territory_balance(book)
    ramp_up(book)
    market_coverage(book)
    productivity(book)
    awareness(book)
