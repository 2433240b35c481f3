"""Subscriptions and charges as billing keeps them, with the times at which they were booked.

Belongs here: system times, ids, versions. Does not belong here: what happened (``contracts``,
``self_serve``).
"""

from __future__ import annotations

from cultivar_demo.settings import cutoff
from cultivar_demo.world.business.card_payments import SELF_SERVE_KEY
from cultivar_demo.world.world import World

BOOKED_AT = "closed_at + to_seconds(1200 + opportunity_id * 7919 % 100000)"
"""Finance books a signed contract within minutes to 28 hours."""

BEGINNINGS = "('new', 'reactivation', 'cross_sell')"
"""Movements with which a subscription may begin."""


def book_contracts(world: World) -> None:
    """Put system times on ``draft.charge`` and ``draft.term``; what was never booked goes."""
    limit = cutoff(world.settings.last_day)
    connection = world.connection
    connection.execute(
        f"""
        create table draft.booked_deal as
        select opportunity_id, {BOOKED_AT} as booked_at
        from draft.deal where is_won and closed_at is not null and {BOOKED_AT} <= ?
        """,
        [limit],
    )
    # A renewal without a deal is booked by hand in the afternoon of the day.
    for table in ("charge", "term"):
        connection.execute(
            f"""
            create or replace table draft.{table} as
            select
                draft.* exclude (booked_on),
                case
                    when draft.opportunity_id is not null then deal.booked_at
                    else draft.booked_on
                        + to_seconds(15 * 3600 + draft.subscription * 37 % 14400)
                end as booked_at
            from draft.{table} as draft
            left join draft.booked_deal as deal using (opportunity_id)
            order by all
            """
        )
        connection.execute(
            f"delete from draft.{table} where booked_at is null or booked_at > ?", [limit]
        )
    connection.execute(
        """
        create or replace table draft.charge as
        select
            charge.* exclude (amended_to, amended_by),
            case when deal.booked_at is not null then charge.amended_to end as amended_to,
            case when charge.amended_to is not null then deal.booked_at end as amended_at
        from draft.charge as charge
        left join draft.booked_deal as deal on deal.opportunity_id = charge.amended_by
        order by all
        """
    )
    # Without its first booking a contract has no later ones either.
    connection.execute(
        f"""
        create table draft.begun as
        select distinct subscription from draft.charge where movement in {BEGINNINGS}
        """
    )
    for table in ("charge", "term", "ending"):
        connection.execute(
            f"delete from draft.{table} "
            "where subscription not in (select subscription from draft.begun)"
        )


def write_revenue(world: World) -> None:
    """Add subscription_version and subscription_charge."""
    connection = world.connection
    limit = cutoff(world.settings.last_day)
    for table in ("charge", "term"):
        connection.execute(f"delete from draft.{table} where booked_at > ?", [limit])
    connection.execute(
        """
        create table draft.subscription as
        select
            row_number() over (order by min(term.booked_at), term.subscription) as subscription_id,
            term.subscription,
            any_value(term.account_id) as account_id,
            min_by(term.opportunity_id, term.booked_at) as opportunity_id,
            min(term.term_started_on) as started_on,
            min(term.booked_at) as booked_at
        from draft.term as term
        group by term.subscription
        """
    )
    world.add(
        "subscription_charge",
        world.sql(
            f"""
            select
                row_number() over (
                    order by charge.booked_at, subscription_id, charge.product_id,
                    charge.effective_from
                ) as charge_id,
                subscription_id, charge.account_id, charge.product_id,
                row_number() over (
                    partition by subscription_id, charge.product_id order by charge.effective_from
                ) as segment,
                charge.effective_from, charge.effective_to,
                charge.amended_to as amended_effective_to, charge.amended_at, charge.quantity,
                cast(charge.unit_cents / 100.0 as decimal(18, 2)) as unit_price,
                cast(charge.quantity * charge.unit_cents / 100.0 as decimal(18, 2)) as mrr,
                account.currency,
                case when charge.subscription >= {SELF_SERVE_KEY} then 1 else 12 end
                    as billing_period_months,
                charge.movement, charge.booked_at
            from draft.charge as charge
            join draft.subscription as own using (subscription)
            join account on account.account_id = charge.account_id
            order by charge_id
            """
        ),
    )
    connection.execute(_VERSIONS, [limit])
    world.add(
        "subscription_version",
        world.sql("select * exclude (term_number) from draft.contract_version"),
    )


_VERSIONS = """
create table draft.contract_version as
with term as (
    select
        own.subscription_id, own.subscription, own.account_id, own.started_on,
        own.opportunity_id as sold_by,
        term.booked_at, term.term_months, term.term_started_on, term.term_ends_on,
        row_number() over (
            partition by term.subscription order by term.term_started_on
        ) as term_number,
        lead(term.booked_at) over (
            partition by term.subscription order by term.term_started_on
        ) as next_booked_at
    from draft.term as term
    join draft.subscription as own using (subscription)
),

ending as (
    select term.*, ending.ended_on, ending.notice_on, ending.is_final
    from draft.ending as ending
    join term on term.subscription = ending.subscription
        and term.term_ends_on = ending.ended_on
),

change as (
    select
        subscription_id, booked_at as version_at, 'Active' as status, term_number,
        cast(null as date) as cancel_notice_on, cast(null as date) as ended_on
    from term

    union all

    select
        subscription_id,
        -- Notices come in by day; the system takes them in after the booking of the term.
        greatest(
            notice_on + interval 14 hour + to_seconds(subscription_id * 61 % 18000),
            booked_at + interval 2 hour
        ),
        'Active', term_number, notice_on, ended_on
    from ending
    where notice_on is not null

    union all

    select
        subscription_id,
        greatest(
            ended_on + interval 8 hour + to_seconds(subscription_id * 17 % 900),
            booked_at + interval 3 hour
        ),
        case when notice_on is null then 'Expired' else 'Cancelled' end,
        term_number, notice_on, ended_on
    from ending
)

select
    term.subscription_id,
    change.version_at,
    term.account_id,
    term.sold_by as opportunity_id,
    'A-S' || lpad(term.subscription_id::varchar, 8, '0') as subscription_name,
    change.status,
    coalesce(deal_close.close_date, first_term.booked_at::date) as signed_on,
    term.started_on,
    term.term_months,
    term.term_started_on,
    term.term_ends_on,
    change.cancel_notice_on,
    change.ended_on,
    account.currency,
    change.term_number
from change
join term using (subscription_id, term_number)
join draft.subscription as first_term using (subscription_id)
join account on account.account_id = term.account_id
left join (
    select opportunity_id, max_by(close_date, version_at) as close_date
    from draft.version where is_won group by opportunity_id
) as deal_close on deal_close.opportunity_id = term.sold_by
where change.version_at <= ?
    -- A late renewal that was booked before the system could expire the term.
    and (change.status = 'Active' or change.ended_on is null
        or term.next_booked_at is null or change.version_at < term.next_booked_at)
qualify row_number() over (
    partition by term.subscription_id, change.version_at order by change.status desc
) = 1
order by term.subscription_id, change.version_at
"""
