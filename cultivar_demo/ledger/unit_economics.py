"""KPIs that need costs or lifetimes: V11 to V16; and V18, what customers say.

Belongs here: what is computed of the cost ledger, churn and answers. Does not belong here: revenue.
"""

from __future__ import annotations

from cultivar_demo.ledger.book import Book

LIFE_CAP_MONTHS = 60
"""Longest life that LTV counts with."""

DAYS_A_MONTH = 30.4375

COST_GRAINS = ("quarter", "year", "fiscal_quarter", "fiscal_year")

REPEATED_ANSWER_DAYS = 90
"""Of answers of one person within so many days the latest counts."""


def _trailing(book: Book) -> None:
    """``trailing_year``: a month end and account segment, with sums over twelve months."""
    book.run(
        """
        create temp table trailing_year as
        with segment as (
            select distinct segment from account union all select 'all'
        ),
        held as (
            select day, month, one.segment, count(*) as customers, sum(mrr_with_grace) as mrr
            from mrr_monthly inner join account as a using (account_id),
            unnest([{'segment': 'all'}, {'segment': a.segment}]) as _(one)
            where is_month_end
            group by all
        ),
        moved as (
            select cast(date_trunc('month', day) as date) as month, one.segment,
                count(distinct account_id) filter (where movement = 'churn') as churned,
                coalesce(-sum(amount) filter (where movement in ('churn', 'contraction')), 0) / 12
                    as lost
            from arr_movement inner join account as a using (account_id),
            unnest([{'segment': 'all'}, {'segment': a.segment}]) as _(one)
            group by all
        ),
        cost as (
            select month, sum(amount_usd) as cost from cost_ledger
            where cost_bucket = 'cost_of_revenue' group by month
        ),
        month as (
            select s.day, s.month, g.segment, coalesce(a.customers, 0) as customers,
                coalesce(a.mrr, 0) as mrr, lag(coalesce(a.customers, 0)) over m as opening,
                lag(coalesce(a.mrr, 0)) over m as opening_mrr, coalesce(v.churned, 0) as churned,
                coalesce(v.lost, 0) as lost, c.cost, w.mrr as whole_mrr
            from snapshot_day as s
            cross join segment as g
            left join held as a on a.month = s.month and a.segment = g.segment
            left join held as w on w.month = s.month and w.segment = 'all'
            left join moved as v on v.month = s.month and v.segment = g.segment
            left join cost as c on c.month = s.month
            where s.is_month_end
            window m as (partition by g.segment order by s.month)
        )
        select day, month, segment, customers, mrr,
            sum(opening) over year as exposure, sum(churned) over year as churned,
            sum(opening_mrr) over year as exposed_mrr, sum(lost) over year as lost,
            1 - cast(sum(cost) over year as double) / nullif(
                cast(sum(whole_mrr) over year as double), 0
            ) as margin,
            count(opening) over year as months
        from month
        window year as (
            partition by segment order by month rows between 11 preceding and current row
        )
        """
    )


def customer_life(book: Book) -> None:
    """V11: months, 1 ÷ pooled monthly churn; and the median of Kaplan and Meier."""
    split = (
        "case when segment = 'all' then 'all' else 'account_segment' end as segment_type, segment"
    )
    book.state_rows(
        "V11",
        f"""
        select 'headline' as variant, day, {split}, exposure as numerator, churned as denominator,
            exposure / nullif(churned, 0) as value, exposure as n, 0 as n_excluded
        from trailing_year where months = 12
        """,
    )
    book.run(
        f"""
        create or replace temp table _survival as
        with span as (
            select account_id, day as begun_on,
                coalesce(min(ended_on), {book.today} + 1) as until_on, min(ended_on) is not null
                    as has_ended
            from (
                select m.account_id, m.day, e.day as ended_on
                from (select distinct account_id, day from arr_movement
                    where movement in ('new', 'reactivation')) as m
                left join (select distinct account_id, day from arr_movement
                    where movement = 'churn') as e
                    on e.account_id = m.account_id and e.day > m.day
            )
            group by account_id, begun_on
        ),
        life as (select (until_on - begun_on) as days, has_ended from span),
        held as (
            select days, count(*) filter (where has_ended) as ended, count(*) as left_now
            from life group by days
        ),
        risk as (
            select days, ended, sum(left_now) over (
                order by days desc rows between unbounded preceding and current row
            ) as at_risk
            from held
        )
        select days, exp(sum(ln(greatest(1 - ended / at_risk, 1e-300))) over (order by days))
            as surviving, (select count(*) from life) as n
        from risk
        """
    )
    book.state_rows(
        "V11",
        f"""
        select 'kaplan_meier_median' as variant, {book.today} as day, 'all' as segment_type,
            'all' as segment, null as numerator, any_value(n) as denominator,
            min(days) filter (where surviving <= 0.5) / {DAYS_A_MONTH} as value, any_value(n) as n,
            0 as n_excluded
        from _survival
        """,
    )
    book.note("V11", "months; trailing twelve months; churn 0: NULL", "headline")
    book.note("V11", "months; NULL while more than half live", "kaplan_meier_median")
    book.state_rows(
        "V12",
        f"""
        select 'headline' as variant, day, {split}, null as numerator, null as denominator,
            cast(mrr as double) / nullif(customers, 0) * margin * least(
                {LIFE_CAP_MONTHS}, coalesce(
                    cast(exposed_mrr as double) / nullif(cast(lost as double), 0),
                    {LIFE_CAP_MONTHS}
                )
            ) as value, customers as n, 0 as n_excluded
        from trailing_year where months = 12
        """,
    )
    book.note(
        "V12",
        "ARPA × margin ÷ monthly revenue churn (churn and contraction), trailing twelve months, "
        "life at most 60 months; margin of the whole company",
    )


def acquisition(book: Book) -> None:
    """V13, V15, V16: cost of acquisition, lagged by the median cycle, against what it brought."""
    grains = ", ".join(f"'{grain}'" for grain in COST_GRAINS)
    book.run(
        f"""
        create temp table acquisition as
        with period as (
            select distinct period_grain, period_start, period_end from day_period
            where period_grain in ({grains})
                and period_start >= date '{book.settings.first_day}'
                and period_end <= {book.today} + 1
        ),
        lagged as (
            select p.*, cast(round(median(d.days) / {DAYS_A_MONTH}) as int) as lag_months
            from period as p
            inner join deal_cycle as d
                on d.state = 'won' and d.is_new_business and d.days >= 0
                and d.close_date < p.period_end
                and d.close_date >= cast(p.period_end - interval 1 year as date)
            group by all
        ),
        cost as (
            select l.*, sum(c.amount_usd) as cost, count(distinct c.month) as months
            from lagged as l
            left join cost_ledger as c
                on c.cost_bucket = 'acquisition'
                and c.month >= l.period_start - to_months(l.lag_months)
                and c.month < l.period_end - to_months(l.lag_months)
            group by all
        ),
        gained as (
            select p.period_grain, p.period_start, count(distinct m.account_id) as customers,
                sum(m.amount) as arr
            from arr_movement as m inner join day_period as p using (day)
            where m.movement = 'new'
            group by all
        )
        select c.*, coalesce(g.customers, 0) as customers, coalesce(g.arr, 0) as arr,
            c.months = date_diff('month', c.period_start, c.period_end) as is_complete,
            t.margin, k.value as lifetime_value
        from cost as c
        left join gained as g using (period_grain, period_start)
        left join trailing_year as t
            on t.day = c.period_end - 1 and t.segment = 'all' and t.months = 12
        left join kpi as k
            on k.kpi_id = 'V12' and k.segment_type = 'all' and k.period_grain = 'day'
            and k.period_start = c.period_end - 1
        """
    )
    shared = "period_grain, period_start, period_end, 'all' as segment_type, 'all' as segment"
    payback = "cast(arr as double) / 12 * margin"
    for kpi_id, variant, numerator, denominator in (
        ("V13", "per_customer", "cost", "nullif(customers, 0)"),
        ("V13", "cac_ratio", "cost", "nullif(arr, 0)"),
        ("V15", "headline", "lifetime_value", "(cast(cost as double) / nullif(customers, 0))"),
        ("V16", "months", "cost", f"nullif({payback}, 0)"),
    ):
        book.period_rows(
            kpi_id,
            f"""
            select '{variant}' as variant, {shared}, {numerator} as numerator,
                {denominator} as denominator,
                cast({numerator} as double) / cast({denominator} as double) as value,
                customers as n, 0 as n_excluded
            from acquisition where is_complete
            """,
        )
    book.note(
        "V13",
        "acquisition cost of the months earlier by the median new-business cycle of the year, in "
        "whole months; new: first ever movement",
    )
    book.note("V15", "V12 at the period's end ÷ V13 of the period")
    book.note("V16", "V13 ÷ (new MRR a new customer × margin), months")


def retention_cost(book: Book) -> None:
    """V14: cost of keeping customers ÷ average customers, and ÷ opening ARR."""
    grains = ", ".join(f"'{grain}'" for grain in ("month", *COST_GRAINS))
    book.run(
        f"""
        create or replace temp table _kept as
        with cost as (
            select month, sum(amount_usd) as cost from cost_ledger
            where cost_bucket = 'retention' group by month
        ),
        month as (
            select t.day, t.month, c.cost, t.customers,
                lag(t.mrr) over (order by t.month) as opening_mrr
            from trailing_year as t left join cost as c using (month)
            where t.segment = 'all'
        )
        select p.period_grain, p.period_start, p.period_end, sum(m.cost) as cost,
            avg(m.customers) as customers,
            -- The first period of all began with something that is not known.
            12 * max(m.opening_mrr) filter (where m.month = p.period_start) as opening_arr
        from month as m
        inner join day_period as p using (day)
        where p.period_grain in ({grains}) and p.period_start >= date '{book.settings.first_day}'
            and p.period_end <= {book.today} + 1
        group by all
        """
    )
    for variant, denominator in (
        ("per_customer", "customers"),
        ("of_opening_arr", "opening_arr"),
    ):
        book.period_rows(
            "V14",
            f"""
            select '{variant}' as variant, period_grain, period_start, period_end,
                'all' as segment_type, 'all' as segment, cost as numerator,
                {denominator} as denominator,
                cast(cost as double) / nullif(cast({denominator} as double), 0) as value,
                cast(customers as bigint) as n, 0 as n_excluded
            from _kept
            """,
        )
    book.note("V14", "bucket retention; mean of the month ends' customers", "per_customer")
    book.note("V14", "bucket retention", "of_opening_arr")


def promoter_score(book: Book) -> None:
    """V18: promoters less detractors of the answers; and the response rate."""
    book.run(
        f"""
        create or replace temp table _answer as
        select s.*, local_day(s.answered_at) as answered_on, a.segment as account_segment
        from survey_response as s
        left join account as a using (account_id)
        where s.answered_at is not null
            and not exists (
                select 1 from survey_response as o
                where o.person_id = s.person_id and o.kind = s.kind
                    and o.answered_at is not null and o.answered_at > s.answered_at
                    and local_day(o.answered_at) - local_day(s.answered_at)
                        < {REPEATED_ANSWER_DAYS}
            )
        """
    )
    book.totals(
        "V18",
        "select kind as variant, answered_on as day, 100 * (cast(score >= 9 as int) - "
        "cast(score <= 6 as int)) as numerator, 1 as denominator, account_segment from _answer",
        ratio=True,
        segments=("account_segment",),
    )
    book.totals(
        "V18",
        """
        select 'response_rate_' || kind as variant, local_day(sent_at) as day,
            cast(answered_at is not null as int) as numerator, 1 as denominator
        from survey_response
        """,
        ratio=True,
    )
    book.note("V18", "points; by answer day; of a person's answers within 90 days the latest")
    for kind in ("relational", "transactional"):
        book.note(
            "V18", "answered so far of the requests sent in the period", f"response_rate_{kind}"
        )


def compute(book: Book) -> None:
    """All KPIs of this module."""
    _trailing(book)
    customer_life(book)
    acquisition(book)
    retention_cost(book)
    promoter_score(book)
