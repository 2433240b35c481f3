"""KPIs of making and closing pipeline: P01, P02, P04, P05, P09, P10, P11, V19.

Belongs here: what needs the history of deals, quotas or meetings. Does not belong here: counts and
amounts by close date.
"""

from __future__ import annotations

from cultivar_demo.constants import QUALIFIED_STAGE_ORDER
from cultivar_demo.ledger.book import Book
from cultivar_demo.ledger.deals import SEGMENTS

QUOTA_METRIC = "bookings_usd"

STALE_CYCLES = 2
"""An open deal older than this many median cycles does not count for velocity."""

LOCKS = (
    ("day_1", "period_start"),
    *((f"{n}_days_before", f"period_end - {n}") for n in (30, 60, 90)),
)
"""Days of a fiscal quarter on which a forecast is locked."""

FORECASTS = (("commit", ("commit",)), ("best_case", ("commit", "best_case")))
"""What a forecast counts beside what is won already."""

EARLY_DAY = 5
"""Day of a fiscal quarter on which its coverage is looked at."""

RUSH_DAYS = 14
WEEKS = 13


def pipeline_generated(book: Book) -> None:
    """P01, its shares P04, and V19: deals first at or past the qualified stage."""
    book.run(
        f"""
        create temp table generated_deal as
        select r.reached_on as qualified_on, v.amount_usd as qualified_amount,
            u.user_name as owner, d.* exclude (owner)
        from deal as d
        inner join deal_reached as r
            on r.opportunity_id = d.opportunity_id and r.stage_order = {QUALIFIED_STAGE_ORDER}
        inner join deal_version as v
            on v.opportunity_id = d.opportunity_id and v.from_on <= r.reached_on
            and v.to_on > r.reached_on
        left join sales_user as u on u.user_id = v.owner_user_id
        """
    )
    amount = (
        "qualified_on as day, coalesce(qualified_amount, 0) as numerator, 1 as n, "
        "cast(qualified_amount is null as int) as n_excluded"
    )
    count = "qualified_on as day, 1 as numerator"
    for kpi_id, variant, columns, condition in (
        ("P01", "amount", amount, "not is_renewal"),
        ("P01", "count", count, "not is_renewal"),
        ("P01", "renewal_amount", amount, "is_renewal"),
        ("V19", "amount", amount, "not is_renewal and lead_source = 'Referral'"),
        ("V19", "count", count, "not is_renewal and lead_source = 'Referral'"),
    ):
        book.totals(
            kpi_id,
            f"select '{variant}' as variant, {columns}, generated_deal.* from generated_deal "
            f"where {condition}",
            segments=SEGMENTS,
        )
    # Shares: each motion or role of the whole, by P01's amount and count.
    for segment in ("motion", "sourced_by_role"):
        for measure in ("amount", "count"):
            book.period_rows(
                "P04",
                f"""
                select '{measure}' as variant, p.period_grain, p.period_start, p.period_end,
                    p.segment_type, p.segment, p.numerator, w.numerator as denominator,
                    cast(p.numerator as double) / nullif(cast(w.numerator as double), 0) as value,
                    w.n, w.n_excluded
                from kpi as p
                inner join kpi as w using (kpi_id, variant, period_grain, period_start)
                where p.kpi_id = 'P01' and p.variant = '{measure}'
                    and p.segment_type = '{segment}' and w.segment_type = 'all'
                """,
            )
    book.note(
        "P01",
        "amount and owner at the end of the day on which the qualified stage was first reached or "
        "passed",
    )
    book.note("P04", "share of P01")
    book.note("V19", "P01 of lead source Referral")


def meetings(book: Book) -> None:
    """P02: first meetings with a prospect, a chain of rescheduled ones being one."""
    book.run(
        """
        create temp table meeting_chain as
        with recursive link as (
            select touch_id as root_id, touch_id from touch
            where kind = 'meeting' and previous_touch_id is null
            union all
            select l.root_id, t.touch_id
            from link as l inner join touch as t on t.previous_touch_id = l.touch_id
        )
        select l.root_id, any_value(r.account_id) as account_id,
            any_value(r.user_id) as user_id, any_value(r.opportunity_id) as opportunity_id,
            any_value(r.created_at) as booked_at,
            arg_max(t.occurred_at, t.touch_id) as due_at,
            bool_or(coalesce(t.meeting_outcome = 'held', false)) as is_held,
            -- The last one may have no outcome yet; arg_max would pass over it.
            arg_max(coalesce(t.meeting_outcome, 'none'), t.touch_id) = 'rescheduled'
                as is_left_open
        from link as l
        inner join touch as r on r.touch_id = l.root_id
        inner join touch as t on t.touch_id = l.touch_id
        group by l.root_id
        """
    )
    book.run(
        f"""
        create temp table first_meeting as
        select m.*, local_day(m.booked_at) as booked_on, u.user_name as owner,
            a.segment as account_segment, m.due_at < {book.end} and not m.is_left_open as is_due
        from (
            select c.*, row_number() over (
                partition by c.account_id, s.spell_id order by c.booked_at, c.root_id
            ) as number
            from meeting_chain as c
            asof join (
                select account_id, spell_id, started_at, is_expansion from prospecting_spell
            ) as s on s.account_id = c.account_id and c.booked_at >= s.started_at
            where not s.is_expansion
        ) as m
        left join sales_user as u using (user_id)
        left join account_described as a using (account_id)
        where m.number = 1
        """
    )
    book.totals(
        "P02",
        "select 'booked' as variant, booked_on as day, 1 as numerator, m.* from first_meeting as m",
        segments=("owner", "account_segment"),
    )
    book.totals(
        "P02",
        """
        select 'held_rate' as variant, booked_on as day,
            cast(is_held and is_due as int) as numerator,
            cast(is_due as int) as denominator, cast(is_due as int) as n,
            cast(not is_due as int) as n_excluded, m.*
        from first_meeting as m
        """,
        ratio=True,
        segments=("owner", "account_segment"),
    )
    book.note(
        "P02", "first chain of an account in a prospecting spell, no expansion; by booking day"
    )


def coverage(book: Book) -> None:
    """P05: open qualified pipeline closing in a fiscal quarter ÷ quota, and ÷ what is missing."""
    book.run(
        f"""
        create or replace temp table _look as
        with day_of_five as (
            select distinct period_start + {EARLY_DAY - 1} as day from day_period
            where period_grain = 'fiscal_quarter'
                and period_start + {EARLY_DAY - 1}
                    between date '{book.settings.first_day}' and {book.today}
        ),
        looked as (select day from snapshot_day union select day from day_of_five)
        select l.day, v.variant, q.period_start, q.period_end
        from looked as l
        inner join day_period as c on c.day = l.day and c.period_grain = 'fiscal_quarter'
        cross join (values ('current', 0), ('next', 3)) as v(variant, months)
        inner join day_period as q
            on q.period_grain = 'fiscal_quarter'
            and q.day = cast(c.period_start + to_months(v.months) as date)
        """
    )
    book.run(
        f"""
        create or replace temp table _coverage as
        with quota_of as (
            select l.day, l.variant, u.user_name as owner, sum(q.quota) as quota
            from _look as l
            inner join quota as q
                on q.metric = '{QUOTA_METRIC}' and q.period_start >= l.period_start
                and q.period_start < l.period_end
            inner join sales_user as u using (user_id)
            group by all
        ),
        deal_of as (
            select l.day, l.variant, u.user_name as owner,
                coalesce(sum(v.amount_usd) filter (
                    where v.state = 'open' and v.stage_order >= {QUALIFIED_STAGE_ORDER}
                        and v.close_date >= l.day
                ), 0) as pipeline,
                count(*) filter (
                    where v.state = 'open' and v.stage_order >= {QUALIFIED_STAGE_ORDER}
                        and v.close_date >= l.day
                ) as n,
                coalesce(sum(v.amount_usd) filter (where v.state = 'won'), 0) as booked,
                count(*) filter (where v.state = 'open' and v.close_date < l.day) as overdue
            from _look as l
            inner join deal_version as v
                on v.from_on <= l.day and v.to_on > l.day
                and v.close_date >= l.period_start and v.close_date < l.period_end
            left join sales_user as u on u.user_id = v.owner_user_id
            group by all
        ),
        by_owner as (
            select coalesce(q.day, d.day) as day, coalesce(q.variant, d.variant) as variant,
                coalesce(q.owner, d.owner, '(none)') as owner, coalesce(q.quota, 0) as quota,
                coalesce(d.pipeline, 0) as pipeline, coalesce(d.n, 0) as n,
                coalesce(d.booked, 0) as booked, coalesce(d.overdue, 0) as overdue
            from quota_of as q
            full join deal_of as d using (day, variant, owner)
        )
        select day, variant, one.segment_type, one.segment, sum(pipeline) as pipeline,
            sum(quota) as quota, sum(booked) as booked, sum(n) as n, sum(overdue) as overdue
        from by_owner, unnest([{{'segment_type': 'all', 'segment': 'all'}},
            {{'segment_type': 'owner', 'segment': owner}}]) as _(one)
        group by all
        """
    )
    for suffix, denominator in (
        ("quota", "nullif(quota, 0)"),
        ("remaining", "case when quota > booked then quota - booked end"),
    ):
        book.state_rows(
            "P05",
            f"""
            select variant || '_quarter_{suffix}' as variant, day, segment_type, segment,
                pipeline as numerator, {denominator} as denominator,
                cast(pipeline as double) / cast({denominator} as double) as value, n,
                overdue as n_excluded
            from _coverage inner join snapshot_day using (day)
            """,
        )
        book.period_rows(
            "P05",
            f"""
            select c.variant || '_quarter_{suffix}_early' as variant, p.period_grain,
                p.period_start, p.period_end, c.segment_type, c.segment,
                c.pipeline as numerator, {denominator} as denominator,
                cast(c.pipeline as double) / cast({denominator} as double) as value, c.n,
                c.overdue as n_excluded
            from _coverage as c
            inner join day_period as p
                on p.day = c.day and p.period_grain = 'fiscal_quarter'
                and p.period_start + {EARLY_DAY - 1} = c.day
            """,
        )
    book.note(
        "P05",
        "fiscal quarter of the day or the next; month ends, and day 5; past-due deals excluded; "
        "remaining quota 0 or less: NULL, quota met",
    )


def velocity(book: Book) -> None:
    """P09: open qualified deals, win rate, mean won size, median cycle, by account segment."""
    book.run(
        f"""
        create or replace temp table _velocity as
        with closed as (
            -- As known on the day: what was reopened or corrected later had been so closed by then.
            select v.day, d.account_segment,
                count(*) filter (where v.state = 'won') / nullif(count(*), 0) as win_rate,
                avg(v.amount_usd) filter (where v.state = 'won') as won_size,
                median(v.close_date - d.created_on) filter (
                    where v.state = 'won' and v.close_date >= d.created_on
                ) as cycle
            from deal_at as v
            inner join deal_cycle as d using (opportunity_id)
            where v.state in ('won', 'lost') and v.close_date <= v.day
                and v.close_date > cast(v.day - interval 1 year as date)
            group by all
        ),
        open_now as (
            select o.day, o.account_segment,
                count(*) filter (where o.day - o.created_on <= {STALE_CYCLES} * c.cycle) as n,
                count(*) filter (where o.day - o.created_on > {STALE_CYCLES} * c.cycle) as stale
            from open_deal_at as o
            inner join closed as c using (day, account_segment)
            where o.stage_order >= {QUALIFIED_STAGE_ORDER} and not o.is_renewal
            group by all
        )
        select o.day, o.account_segment, o.n, o.stale,
            o.n * c.win_rate * c.won_size / nullif(c.cycle, 0) as value
        from open_now as o inner join closed as c using (day, account_segment)
        """
    )
    book.state_rows(
        "P09",
        """
        select 'amount_per_day' as variant, day, 'account_segment' as segment_type,
            account_segment as segment, value as numerator, null as denominator, value, n,
            stale as n_excluded
        from _velocity
        union all
        select 'amount_per_day', day, 'all', 'all', sum(value), null, sum(value), sum(n), sum(stale)
        from _velocity group by day
        """,
    )
    book.note(
        "P09",
        "without renewals; trailing year; deals older than two median cycles excluded; all = sum "
        "of segments",
    )


def forecast(book: Book) -> None:
    """P10: locked forecast of each owner against what was won in the fiscal quarter."""
    locks = ", ".join(f"('{name}', {day})" for name, day in LOCKS)
    kinds = " union all ".join(
        f"select '{name}' as kind, unnest([{', '.join(repr(c) for c in categories)}]) as category"
        for name, categories in FORECASTS
    )
    book.run(
        f"""
        create or replace temp table _forecast as
        with quarter as (
            select distinct period_start, period_end from day_period
            where period_grain = 'fiscal_quarter' and period_start >= date
                '{book.settings.first_day}' and period_end <= {book.today} + 1
        ),
        locked as (
            select q.period_start, q.period_end, l.lock_name, l.locked_on
            from quarter as q, lateral (values {locks}) as l(lock_name, locked_on)
            where l.locked_on >= date '{book.settings.first_day}'
        ),
        category as ({kinds}),
        forecast as (
            select l.period_start, l.period_end, l.lock_name, k.kind, v.owner_user_id,
                sum(v.amount_usd) as amount
            from locked as l
            cross join (select distinct kind from category) as k
            inner join deal_version as v
                on v.from_on <= l.locked_on and v.to_on > l.locked_on
                and v.close_date >= l.period_start and v.close_date < l.period_end
            where v.state = 'won' or (v.state = 'open' and v.forecast_category in (
                select category from category as c where c.kind = k.kind
            ))
            group by all
        ),
        actual as (
            select l.period_start, l.period_end, l.lock_name, k.kind,
                d.closer_user_id as owner_user_id, sum(d.amount_usd) as amount
            from locked as l
            cross join (select distinct kind from category) as k
            inner join deal as d
                on d.close_date >= l.period_start and d.close_date < l.period_end
                and d.state = 'won'
            group by all
        )
        select coalesce(f.period_start, a.period_start) as period_start,
            coalesce(f.period_end, a.period_end) as period_end,
            coalesce(f.lock_name, a.lock_name) as lock_name, coalesce(f.kind, a.kind) as kind,
            sum(abs(coalesce(f.amount, 0) - coalesce(a.amount, 0))) as missed,
            sum(coalesce(f.amount, 0) - coalesce(a.amount, 0)) as bias,
            coalesce(sum(a.amount), 0) as actual, count(*) as n
        from forecast as f
        full join actual as a
            on a.period_start = f.period_start and a.lock_name = f.lock_name and a.kind = f.kind
            and a.owner_user_id = f.owner_user_id
        group by all
        """
    )
    for name, numerator, value in (
        ("accuracy", "missed", "1 - cast(missed as double) / nullif(cast(actual as double), 0)"),
        ("bias", "bias", "cast(bias as double) / nullif(cast(actual as double), 0)"),
    ):
        book.period_rows(
            "P10",
            f"""
            select '{name}_' || kind || '_' || lock_name as variant,
                'fiscal_quarter' as period_grain, period_start, period_end, 'all' as segment_type,
                'all' as segment, {numerator} as numerator, actual as denominator, {value} as value,
                n, 0 as n_excluded
            from _forecast
            """,
        )
    book.note(
        "P10",
        "forecast: won by the lock and closing in the quarter, plus open deals of the category; by "
        "owner; accuracy = 1 - numerator / denominator, may be negative",
    )


def linearity(book: Book) -> None:
    """P11: how bookings lie within a fiscal quarter, by close date and by system close time."""
    book.run(
        """
        create or replace temp table _booking as
        with closed as (
            select opportunity_id, max(entered_on) as entered_on from deal_entry
            where state = 'won' group by opportunity_id
        )
        select one.basis, p.period_start, p.period_end, one.day,
            coalesce(d.amount_usd, 0) as amount
        from deal as d
        inner join closed as c using (opportunity_id),
        unnest([{'basis': 'close_date', 'day': d.close_date},
            {'basis': 'system_time', 'day': c.entered_on}]) as _(one)
        inner join day_period as p on p.day = one.day and p.period_grain = 'fiscal_quarter'
        where d.state = 'won'
        """
    )
    shared = (
        "'fiscal_quarter' as period_grain, period_start, period_end, 'all' as segment_type, "
        "'all' as segment"
    )
    for name, condition in (
        ("last_14_days", f"day >= period_end - {RUSH_DAYS}"),
        ("month_3_share", "day >= cast(period_start + interval 2 month as date)"),
    ):
        book.period_rows(
            "P11",
            f"""
            select '{name}_by_' || basis as variant, {shared},
                coalesce(sum(amount) filter (where {condition}), 0) as numerator,
                sum(amount) as denominator,
                cast(coalesce(sum(amount) filter (where {condition}), 0) as double)
                    / nullif(cast(sum(amount) as double), 0) as value,
                count(*) as n, 0 as n_excluded
            from _booking group by all
            """,
        )
    book.period_rows(
        "P11",
        f"""
        with week as (
            select basis, period_start, period_end, w.number,
                coalesce(sum(amount) filter (
                    where least((day - period_start) // 7, {WEEKS - 1}) = w.number
                ), 0) as amount,
                count(*) as n
            from _booking cross join range({WEEKS}) as w(number)
            group by all
        ),
        ranked as (
            select *, row_number() over (
                partition by basis, period_start order by amount, number
            ) as place
            from week
        )
        select 'gini_by_' || basis as variant, {shared}, null as numerator, {WEEKS} as denominator,
            2.0 * sum(place * cast(amount as double))
                / nullif({WEEKS} * sum(cast(amount as double)), 0)
                - {WEEKS + 1}.0 / {WEEKS} as value,
            any_value(n) as n, 0 as n_excluded
        from ranked group by all
        """,
    )
    book.note("P11", "fiscal quarters; all types; days after week 13 belong to it")


def compute(book: Book) -> None:
    """All KPIs of this module."""
    pipeline_generated(book)
    meetings(book)
    coverage(book)
    velocity(book)
    forecast(book)
    linearity(book)
