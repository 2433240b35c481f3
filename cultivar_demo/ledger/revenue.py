"""KPIs of recurring revenue and retention: V01 to V09, V17.

Belongs here: what is computed of subscriptions. Does not belong here: costs.
"""

from __future__ import annotations

from cultivar_demo.ledger.book import Book
from cultivar_demo.ledger.subscriptions import GRACE_DAYS, USD

MOVEMENTS = ("new", "reactivation", "expansion", "contraction", "churn", "fx")

LONG_TERM_MONTHS = 12
"""V17 looks at terms at least this long; shorter ones are a variant."""


def recurring_revenue(book: Book) -> None:
    """V01, V02, V09: active on the last day of the month, at the rate of that day."""
    book.run(
        """
        create temp table mrr_segment as
        select m.*, a.segment as account_segment, a.country, a.industry, u.user_name as owner
        from mrr_monthly as m
        left join account as a using (account_id)
        left join account_ownership as o
            on o.account_id = m.account_id and o.role = 'owner'
            and local_day(o.valid_from_at) <= m.day
            and coalesce(local_day(o.valid_to_at), date '9999-12-31') > m.day
        left join sales_user as u on u.user_id = o.user_id
        """
    )
    segments = ("account_segment", "country", "industry", "owner")
    paying = "cast(mrr > 0 as int)"
    for kpi_id, variant, columns, ratio in (
        ("V01", "headline", f"mrr as numerator, {paying} as n", False),
        ("V01", "with_grace", "mrr_with_grace as numerator, 1 as n", False),
        ("V02", "headline", f"12 * mrr as numerator, {paying} as n", False),
        ("V09", "arpa", f"mrr as numerator, {paying} as denominator, {paying} as n", True),
        ("V09", "arpu", f"mrr as numerator, seats as denominator, {paying} as n", True),
    ):
        book.snapshots(
            kpi_id,
            f"select '{variant}' as variant, {columns}, m.* exclude (seats, currency) "
            f"from mrr_segment as m",
            ratio=ratio,
            segments=segments,
        )
    book.snapshots(
        "V01",
        "select 'headline_by_product' as variant, day, mrr_usd as numerator, "
        "product_name as product from charge_usd_at inner join product using (product_id) "
        "where charge_usd_at.is_active",
        segments=("product",),
    )
    book.run(
        """
        create or replace temp table _signed as
        with version as (
            select subscription_id, min(signed_on) as signed_on, min(started_on) as started_on,
                min(local_day(version_at)) as known_on
            from subscription_version group by all
        ),
        waiting as (
            select s.day, c.*
            from snapshot_day as s
            inner join version as v on v.signed_on <= s.day and v.started_on > s.day
            inner join charge as c
                on c.subscription_id = v.subscription_id and c.starts_on = v.started_on
        )
        select c.day, 12 * case when c.currency = 'USD' then c.mrr
            else cast(cast(c.mrr * r.rate_to_usd as decimal(38, 10)) as decimal(18, 2))
        end as arr
        from waiting as c
        asof left join currency_rate as r on r.currency = c.currency and c.day >= r.valid_from
        """
    )
    book.snapshots(
        "V02",
        "select 'contracted' as variant, day, arr as numerator from _signed union all "
        "select 'contracted', day, 12 * mrr from mrr_monthly where mrr > 0",
    )
    book.note("V01", "charges active on the day; none in the gap before a late renewal")
    book.note(
        "V01", f"gaps up to {GRACE_DAYS} days before a late renewal carried over", "with_grace"
    )
    book.note("V02", "V01 × 12")
    book.note("V02", "plus what is signed and has not begun", "contracted")
    book.note("V09", "an account with MRR above 0", "arpa")
    book.note("V09", "a seat; add-on seats count", "arpu")


def retention(book: Book) -> None:
    """V03, V04, V05: accounts with revenue twelve months before, then and now."""
    book.run(
        f"""
        create temp table retained as
        with pair as (
            select now.day, now.month, before.day as opening_day
            from snapshot_day as now
            inner join snapshot_day as before
                on before.month = cast(now.month - interval 1 year as date)
                and before.is_month_end
            where now.is_month_end
        ),
        joined as (
            select p.day, p.opening_day, o.account_id, 12 * o.mrr_with_grace as opening,
                12 * coalesce(c.mrr_with_grace, 0) as closing,
                exists (
                    select 1 from arr_movement as m
                    where m.account_id = o.account_id and m.movement = 'churn'
                        and m.day > p.opening_day and m.day <= p.day
                ) as has_churned
            from pair as p
            inner join mrr_monthly as o on o.day = p.opening_day and o.mrr_with_grace > 0
            left join mrr_monthly as c on c.day = p.day and c.account_id = o.account_id
        ),
        held as (
            select p.day, c.account_id, {USD.format(c="c", r="r")} as mrr
            from pair as p
            inner join charge_usd_at as c using (day)
            asof left join currency_rate as r
                on r.currency = c.currency and p.opening_day >= r.valid_from
        ),
        constant as (
            select day, account_id, 12 * sum(mrr) as closing_constant from held group by all
        )
        select j.*, coalesce(c.closing_constant, 0) as closing_constant,
            a.segment as account_segment
        from joined as j
        left join constant as c using (day, account_id)
        left join account as a using (account_id)
        """
    )
    for variant, closing in (
        ("point_to_point", "closing"),
        ("strict", "case when has_churned then 0 else closing end"),
        ("constant_currency", "closing_constant"),
    ):
        for kpi_id, numerator, denominator in (
            ("V03", f"least(opening, {closing})", "opening"),
            ("V04", closing, "opening"),
            ("V05", f"cast({closing} > 0 as int)", "1"),
        ):
            if kpi_id == "V05" and variant == "constant_currency":
                continue
            book.snapshots(
                kpi_id,
                f"select '{variant}' as variant, day, {numerator} as numerator, "
                f"{denominator} as denominator, account_segment from retained",
                ratio=True,
                segments=("account_segment",),
            )
    for kpi_id in ("V03", "V04", "V05"):
        book.note(
            kpi_id, "ARR at the rates of both days, late renewals carried over", "point_to_point"
        )
        book.note(kpi_id, "a churn in the twelve months stays churned", "strict")
        book.note(kpi_id, "closing at the opening day's rate", "constant_currency")


def waterfall(book: Book) -> None:
    """V06 to V08: movements of ARR, upsell and cross-sell, new against expansion."""
    book.totals(
        "V06",
        "select movement as variant, day, amount as numerator, a.segment as account_segment "
        "from arr_movement left join account as a using (account_id)",
        segments=("account_segment",),
    )
    for variant, day in (("opening", "period_start - 1"), ("closing", "period_end - 1")):
        book.period_rows(
            "V06",
            f"""
            with level as (
                select p.*, s.account_segment, coalesce(sum(m.amount), 0) as amount,
                    count(distinct m.account_id) as n
                from (
                    select distinct period_grain, period_start, period_end from day_period
                    where period_grain in (
                            'month', 'quarter', 'year', 'fiscal_quarter', 'fiscal_year'
                        )
                        and day between date '{book.settings.first_day}' and {book.today}
                ) as p
                cross join (select distinct segment as account_segment from account) as s
                left join (
                    select m.*, a.segment as account_segment
                    from arr_movement as m inner join account as a using (account_id)
                ) as m on m.day <= p.{day} and m.account_segment = s.account_segment
                group by all
            )
            select '{variant}' as variant, period_grain, period_start, period_end,
                one.segment_type, one.segment, sum(amount) as numerator, null as denominator,
                cast(sum(amount) as double) as value, sum(n) as n, 0 as n_excluded
            from level, unnest([{{'segment_type': 'all', 'segment': 'all'}},
                {{'segment_type': 'account_segment', 'segment': account_segment}}]) as _(one)
            group by all
            """,
        )
    book.note("V06", "ARR; net an account and day; late renewals carried over; fx at each new rate")
    cause = (
        "case when cause = 'product' then 'cross_sell' when cause = 'price' then 'price' "
        "else 'upsell' end"
    )
    book.totals(
        "V07",
        f"select {cause} as variant, day, amount as numerator, product_name as product "
        "from arr_movement left join product using (product_id) where movement = 'expansion'",
        segments=("product",),
    )
    book.note(
        "V07", "of V06 expansion; price on the seats there were, the rest seats or new product"
    )
    book.run(
        """
        create or replace temp table _family as
        with recursive up as (
            select account_id, account_id as root_id from account where parent_account_id is null
            union all
            select a.account_id, u.root_id from account as a
            inner join up as u on a.parent_account_id = u.account_id
        ),
        first_new as (
            select u.root_id, min(m.day) as first_on
            from arr_movement as m inner join up as u using (account_id)
            where m.movement = 'new' group by u.root_id
        )
        select m.day, m.amount, case
                when m.movement = 'expansion' then 'expansion'
                when m.day = f.first_on then 'first_order' else 'connected_new'
            end as kind
        from arr_movement as m
        inner join up as u using (account_id)
        left join first_new as f using (root_id)
        where m.movement in ('new', 'expansion')
        """
    )
    book.totals(
        "V08",
        """
        select one.variant, day, case when list_contains(one.kinds, kind) then amount else 0 end
                as numerator, amount as denominator
        from _family, unnest([
            {'variant': 'headline', 'kinds': ['first_order', 'connected_new']},
            {'variant': 'first_order', 'kinds': ['first_order']},
            {'variant': 'connected_new', 'kinds': ['connected_new']}]) as _(one)
        """,
        ratio=True,
    )
    book.note("V08", "new ARR over new and expansion; family: topmost parent; without reactivation")


def renewal_rate(book: Book) -> None:
    """V17: ARR renewed ÷ ARR of terms that ended in the period."""
    usd = (
        "case when j.currency = 'USD' then {0} "
        "else cast(cast({0} * rate_to_usd as decimal(38, 10)) as decimal(18, 2)) end"
    )
    book.run(
        f"""
        create temp table ended_term as
        with term as (
            select subscription_id, term_ends_on, any_value(account_id) as account_id,
                any_value(currency) as currency,
                arg_max(term_months, version_at) as term_months
            from subscription_version
            where term_ends_on <= {book.today}
            group by all
        ),
        next_term as (
            select subscription_id, term_started_on, min(local_day(version_at)) as booked_on
            from subscription_version group by all
        ),
        value as (
            select t.subscription_id, t.term_ends_on,
                coalesce(sum(c.mrr) filter (
                    where c.starts_on < t.term_ends_on and c.ends_on >= t.term_ends_on
                ), 0) as expiring
            from term as t inner join charge as c using (subscription_id)
            group by all
        ),
        follower as (
            select t.subscription_id, t.term_ends_on, min(n.term_started_on) as next_start,
                min(n.booked_on) as booked_on
            from term as t
            inner join next_term as n
                on n.subscription_id = t.subscription_id and n.term_started_on >= t.term_ends_on
                and n.term_started_on - t.term_ends_on <= {GRACE_DAYS}
                and n.term_started_on <= {book.today}
            group by all
        ),
        renewed as (
            select f.subscription_id, f.term_ends_on, f.booked_on, sum(c.mrr) as mrr
            from follower as f
            inner join charge as c
                on c.subscription_id = f.subscription_id and c.starts_on <= f.next_start
                and c.ends_on > f.next_start
            group by all
        ),
        joined as (
            select t.*, v.expiring, coalesce(r.mrr, 0) as renewed, r.booked_on
            from term as t
            inner join value as v using (subscription_id, term_ends_on)
            left join renewed as r using (subscription_id, term_ends_on)
            where v.expiring > 0
        )
        select j.*, 12 * {usd.format("expiring")} as expiring_usd,
            12 * {usd.format("least(expiring, renewed)")} as renewed_usd,
            a.segment as account_segment
        from joined as j
        asof left join currency_rate as r
            on r.currency = j.currency and j.term_ends_on >= r.valid_from
        left join account as a using (account_id)
        """
    )
    long_term = f"term_months >= {LONG_TERM_MONTHS}"
    for variant, numerator, condition in (
        ("headline", "renewed_usd", long_term),
        ("on_time", "case when booked_on <= term_ends_on then renewed_usd else 0 end", long_term),
        ("all_terms", "renewed_usd", "true"),
    ):
        book.totals(
            "V17",
            f"select '{variant}' as variant, term_ends_on as day, {numerator} as numerator, "
            f"expiring_usd as denominator, account_segment, term_months from ended_term "
            f"where {condition}",
            ratio=True,
            segments=("account_segment", "term_months"),
        )
    book.note(
        "V17",
        "terms of 12 months or more; the lesser of old and new ARR of the subscription; renewed if "
        "its next term begins within 30 days",
    )
    book.note("V17", "booked by the end of the term", "on_time")


def compute(book: Book) -> None:
    """All KPIs of this module."""
    recurring_revenue(book)
    retention(book)
    waterfall(book)
    renewal_rate(book)
