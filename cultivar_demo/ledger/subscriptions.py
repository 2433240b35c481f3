"""Recurring revenue day by day: charges in dollars, movements, month ends, terms.

Belongs here: temporary tables that several KPIs read. Does not belong here: KPIs.

Tables: ``charge`` (a charge and the days on which it is active, with and without the days of
grace), ``charge_usd_at`` (a charge and day of ``snapshot_day``), ``mrr_monthly`` (an account and
such a day), ``arr_movement`` (an account, day, movement and product). Money is a month's
value, but for ``arr_movement``, which is a year's.

Each charge is turned into dollars and rounded to cents by itself, at the rate of the day.
"""

from __future__ import annotations

from cultivar_demo.ledger.book import Book

GRACE_DAYS = 30
"""A gap up to this long is a late renewal: no movement. A longer one is churn and reactivation."""

USD = (
    "case when {c}.currency = 'USD' then {c}.mrr "
    "else cast(cast({c}.mrr * {r}.rate_to_usd as decimal(38, 10)) as decimal(18, 2)) end"
)


def build_subscriptions(book: Book) -> None:
    """All tables of this module."""
    _charges(book)
    _month_ends(book)
    _movements(book)


def _charges(book: Book) -> None:
    book.run(
        """
        create temp table charge as
        select charge_id, subscription_id, account_id, product_id, quantity, unit_price, mrr,
            currency, movement, effective_from as starts_on,
            least(effective_to, coalesce(amended_effective_to, effective_to)) as ends_on,
            least(effective_to, coalesce(amended_effective_to, effective_to)) as carried_to
        from subscription_charge
        where effective_from
            < least(effective_to, coalesce(amended_effective_to, effective_to))
        """
    )
    # A late renewal carries the charges over the gap: of the subscription, then of the customer.
    for owner in ("subscription_id", "account_id"):
        book.run(
            f"""
            create or replace temp table _gap as
            select {owner}, covered_to, starts_on
            from (
                select {owner}, starts_on, max(carried_to) over (
                    partition by {owner} order by starts_on, charge_id
                    rows between unbounded preceding and 1 preceding
                ) as covered_to
                from charge
                where starts_on <= {book.today}
            )
            where starts_on > covered_to and starts_on - covered_to <= {GRACE_DAYS}
            """
        )
        book.run(
            f"""
            create or replace temp table charge as
            select c.* replace (coalesce(g.starts_on, c.carried_to) as carried_to)
            from charge as c
            left join _gap as g on g.{owner} = c.{owner} and g.covered_to = c.carried_to
            """
        )


def _month_ends(book: Book) -> None:
    usd = USD.format(c="c", r="r")
    book.run(
        f"""
        create temp table charge_usd_at as
        with held as (
            select s.day, s.month, s.is_month_end, c.*
            from snapshot_day as s
            inner join charge as c on c.starts_on <= s.day and c.carried_to > s.day
        )
        select c.*, c.ends_on > c.day as is_active, {usd} as mrr_usd
        from held as c
        asof left join currency_rate as r
            on r.currency = c.currency and c.day >= r.valid_from
        """
    )
    book.run(
        """
        create temp table mrr_monthly as
        select day, month, is_month_end, account_id,
            coalesce(sum(mrr_usd) filter (where is_active), 0) as mrr,
            sum(mrr_usd) as mrr_with_grace,
            coalesce(sum(quantity) filter (where is_active), 0) as seats,
            any_value(currency) as currency, sum(mrr) as mrr_original
        from charge_usd_at
        group by all
        """
    )


def _movements(book: Book) -> None:
    """Net change an account and day, named by what it was before and is afterwards.

    A step of the exchange rate is a movement of its own, valued on what was active the day before;
    everything else on a day is valued at the rate of that day.
    """
    steps = USD.format(c="c", r="r")
    book.run(
        f"""
        create temp table _step as
        with boundary as (
            select charge_id, starts_on as day, 1 as sign from charge
            union all
            select charge_id, carried_to, -1 from charge
        ),
        valued as (
            select c.*, b.day, b.sign
            from boundary as b inner join charge as c using (charge_id)
            where b.day <= {book.today}
        ),
        rated as (
            select account_id, product_id, day, 'change' as kind, sign * ({steps}) as amount,
                sign * mrr * if(c.currency = 'USD', 1, r.rate_to_usd) as unrounded,
                sign * quantity as quantity
            from valued as c
            asof left join currency_rate as r on r.currency = c.currency and c.day >= r.valid_from
        ),
        rate_step as (
            select currency, valid_from, rate_to_usd,
                lag(rate_to_usd) over (partition by currency order by valid_from) as rate_before
            from currency_rate
        )
        select * from rated
        union all
        select c.account_id, c.product_id, s.valid_from, 'fx',
            cast(cast(c.mrr * s.rate_to_usd as decimal(38, 10)) as decimal(18, 2))
                - cast(cast(c.mrr * s.rate_before as decimal(38, 10)) as decimal(18, 2)),
            c.mrr * (s.rate_to_usd - s.rate_before),
            0
        from charge as c
        inner join rate_step as s
            on s.currency = c.currency and s.valid_from > c.starts_on
            and s.valid_from <= c.carried_to and s.rate_before is not null
        where s.valid_from <= {book.today}
        """
    )
    book.run(
        """
        create temp table _product_day as
        select *, coalesce(sum(change + fx) over earlier, 0) as before,
            coalesce(sum(seats_change) over earlier, 0) as seats_before,
            coalesce(sum(unrounded) over earlier, 0) + unrounded as unrounded_after
        from (
            select account_id, product_id, day,
                coalesce(sum(amount) filter (where kind = 'change'), 0) as change,
                coalesce(sum(amount) filter (where kind = 'fx'), 0) as fx,
                sum(quantity) as seats_change, sum(unrounded) as unrounded
            from _step group by all
        )
        window earlier as (
            partition by account_id, product_id order by day
            rows between unbounded preceding and 1 preceding
        )
        """
    )
    book.run(
        """
        create temp table _account_day as
        select *, before + change + fx as after,
            max(day) filter (where before + change + fx = 0) over earlier as last_zero_on,
            min(day) over (partition by account_id) as first_on
        from (
            select *, coalesce(sum(change + fx) over earlier, 0) as before
            from (
                select account_id, day, sum(change) as change, sum(fx) as fx,
                    coalesce(sum(greatest(change, 0)), 0) as ups
                from _product_day group by all
            )
            window earlier as (
                partition by account_id order by day
                rows between unbounded preceding and 1 preceding
            )
        )
        window earlier as (
            partition by account_id order by day rows between unbounded preceding and 1 preceding
        )
        """
    )
    # Before and after are compared without the step of the rate, which is booked on its own.
    book.run(
        """
        create temp table arr_movement as
        with named as (
            select account_id, day, change,
                case
                    when before = 0 and first_on = day then 'new'
                    when before = 0 then 'reactivation'
                    when after = 0 then 'churn'
                    when change > 0 then 'expansion'
                    when change < 0 then 'contraction'
                end as movement
            from _account_day
            where change != 0
        ),
        -- Of a product's change: what the old seats cost more at the new price, then the seats.
        parts as (
            select p.account_id, p.product_id, p.day, n.movement, p.change,
                case
                    when p.before + p.fx = 0 or p.seats_before = 0 then 0
                    when p.seats_before + p.seats_change = 0 then 0
                    else cast(cast(
                        p.unrounded_after * p.seats_before
                            / cast(p.seats_before + p.seats_change as double)
                        as decimal(38, 10)) as decimal(18, 2)) - (p.before + p.fx)
                end as by_price,
                p.before + p.fx = 0 as is_new_product
            from _product_day as p inner join named as n using (account_id, day)
            where p.change != 0
        ),
        split as (
            select account_id, day, movement, product_id,
                one.cause, one.amount
            from parts, unnest([
                {'cause': 'price', 'amount': by_price},
                {'cause': case when is_new_product then 'product' else 'seats' end,
                    'amount': change - by_price}
            ]) as _(one)
            where one.amount != 0
        )
        select account_id, day, movement, product_id, cause, 12 * sum(amount) as amount
        from split group by all
        union all
        select account_id, day, 'fx', product_id, 'fx', 12 * fx from _product_day where fx != 0
        """
    )
