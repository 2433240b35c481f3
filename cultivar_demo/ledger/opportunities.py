"""KPIs of deals by close date and of open deals: counts, amounts, P06, P07, P08, V10.

Belongs here: what the pipeline publishes of deals, under the same ids and variants, and the further
variants of these rows. Does not belong here: pipeline made, coverage, forecast.
"""

from __future__ import annotations

from cultivar_demo.constants import QUALIFIED_STAGE_ORDER
from cultivar_demo.ledger.book import Book
from cultivar_demo.ledger.deals import SEGMENTS, WON


def closed_opportunities(book: Book) -> None:
    """opportunities_won_*, opportunities_lost_*: all types, by close date."""
    for state in ("won", "lost"):
        source = f"from deal where state = '{state}'"
        book.totals(
            f"opportunities_{state}_count",
            f"select 'headline' as variant, close_date as day, 1 as numerator, deal.* {source}",
            segments=SEGMENTS,
        )
        book.totals(
            f"opportunities_{state}_amount",
            f"""
            select 'headline' as variant, close_date as day, coalesce(amount_usd, 0) as numerator,
                cast(amount_usd is not null as int) as n,
                cast(amount_usd is null as int) as n_excluded, deal.* {source}
            """,
            segments=SEGMENTS,
        )


def open_opportunities(book: Book) -> None:
    """opportunities_open_*, pipeline_open_*: at the end of each month and of the day of the book.

    Amounts of a past day are those of that day's version. ``closing_in_period`` is of the day of
    the book only.
    """
    book.run(
        """
        create temp table open_deal_at as
        select s.day, s.stage_order, s.stage, s.state, s.amount_usd, s.probability,
            s.stage_probability, s.close_date, s.owner_user_id, s.forecast_category,
            d.* exclude (stage_order, stage, state, amount_usd, probability, stage_probability,
                close_date, owner_user_id, forecast_category, owner),
            u.user_name as owner
        from deal_at as s
        inner join deal as d using (opportunity_id)
        left join sales_user as u on u.user_id = s.owner_user_id
        where s.state = 'open'
        """
    )
    for name, condition in (
        ("opportunities_open", "true"),
        ("pipeline_open", f"stage_order >= {QUALIFIED_STAGE_ORDER}"),
    ):
        count = "1 as numerator"
        amount = (
            "coalesce(amount_usd, 0) as numerator, cast(amount_usd is not null as int) as n, "
            "cast(amount_usd is null as int) as n_excluded"
        )
        for measure, columns in (("count", count), ("amount", amount)):
            book.snapshots(
                f"{name}_{measure}",
                f"select 'headline' as variant, {columns}, o.* from open_deal_at as o "
                f"where {condition}",
                segments=SEGMENTS,
            )
            book.totals(
                f"{name}_{measure}",
                f"select 'closing_in_period' as variant, close_date as day, {columns}, "
                f"o.* exclude (day) from open_deal_at as o "
                f"where day = {book.today} and {condition}",
                segments=SEGMENTS,
            )


def weighted_pipeline(book: Book) -> None:
    """P06: amount times probability of all open deals, by three probabilities.

    ``empirical_probability`` is the share won of the deals closed by that day which had reached the
    stage, by stage and type.
    """
    book.run(
        """
        create temp table empirical_probability as
        select s.day, r.stage_order, v.opportunity_type,
            count(*) filter (where v.state = 'won') as won, count(*) as closed
        from snapshot_day as s
        inner join deal_at as v on v.day = s.day and v.state in ('won', 'lost')
        inner join deal_reached as r
            on r.opportunity_id = v.opportunity_id and r.reached_on <= s.day
        group by all
        """
    )
    cents = "cast(cast({} as decimal(38, 10)) as decimal(18, 2))"
    for variant, probability in (
        ("crm_probability", "cast(coalesce(probability, stage_probability) as decimal(9, 6))"),
        ("stage_probability", "stage_probability"),
        ("empirical_probability", "cast(e.won / e.closed as decimal(9, 6))"),
    ):
        weighted = cents.format(f"amount_usd * {probability}")
        book.snapshots(
            "P06",
            f"""
            select '{variant}' as variant, coalesce({weighted}, 0) as numerator,
                cast({weighted} is not null as int) as n,
                cast({weighted} is null as int) as n_excluded, o.*
            from open_deal_at as o
            left join empirical_probability as e using (day, stage_order, opportunity_type)
            """,
            segments=SEGMENTS,
        )
    book.note("P06", "renewals included, as a segment of opportunity_type")
    book.note(
        "P06",
        "probability: won of closed by that day among deals that reached the stage, by type",
        "empirical_probability",
    )


def sales_cycle(book: Book) -> None:
    """P07: days from creation to close date, without renewals; also from earlier moments."""
    book.run(
        """
        create temp table deal_cycle as
        with gap as (
            -- Days a deal was closed before it was reopened.
            select opportunity_id, sum(local_day(left_at) - entered_on) as closed_days
            from deal_entry
            where state in ('won', 'lost') and left_at is not null
            group by opportunity_id
        ),
        accepted as (
            select opportunity_id, local_day(min(decided_at)) as accepted_on
            from hand_off where decision = 'accepted' group by opportunity_id
        ),
        prospected as (
            select d.opportunity_id, local_day(max(s.started_at)) as prospected_on
            from deal as d
            inner join prospecting_spell as s
                on s.account_id = d.account_id and s.started_at <= d.created_at
                and s.ended_at + interval 90 day >= d.created_at
            group by d.opportunity_id
        )
        select d.*, d.close_date - d.created_on as days,
            d.close_date - a.accepted_on as days_from_acceptance,
            d.close_date - p.prospected_on as days_from_first_touch,
            d.close_date - d.created_on - coalesce(g.closed_days, 0) as days_without_gaps
        from deal as d
        left join gap as g using (opportunity_id)
        left join accepted as a using (opportunity_id)
        left join prospected as p using (opportunity_id)
        where not d.is_renewal
        """
    )
    cases = (
        "select state as variant, close_date as day, case when {days} >= 0 then {days} end as "
        "measure, d.* from deal_cycle as d "
        "where state in ('won', 'lost')"
    )
    book.distributions(
        "P07",
        cases.format(days="days"),
        aggregates=(("_median", "median(measure)"), ("_mean", "avg(measure)")),
        segments=SEGMENTS,
    )
    for days, suffix in (
        ("days_from_first_touch", "_median_from_first_touch"),
        ("days_from_acceptance", "_median_from_acceptance"),
        ("days_without_gaps", "_median_without_closed_gaps"),
    ):
        book.distributions(
            "P07",
            cases.format(days=days) + " and state = 'won'",
            aggregates=((suffix, "median(measure)"),),
        )
    book.run(
        """
        create or replace temp table _age as
        select day, one.segment_type, one.segment, median(day - created_on) as value, count(*) as n
        from open_deal_at, unnest([{'segment_type': 'all', 'segment': 'all'},
            {'segment_type': 'opportunity_type', 'segment': opportunity_type},
            {'segment_type': 'owner', 'segment': coalesce(owner, '(none)')}]) as _(one)
        where not is_renewal
        group by all
        """
    )
    book.state_rows(
        "P07",
        "select 'open_age_median' as variant, day, segment_type, segment, null as numerator, "
        "n as denominator, value, n, 0 as n_excluded from _age",
    )
    book.note(
        "P07", "from the start of the account's prospecting spell", "won_median_from_first_touch"
    )
    book.note(
        "P07", "less the days it was closed before a reopening", "won_median_without_closed_gaps"
    )


def win_rate(book: Book) -> None:
    """P08: won of won and lost, without renewals."""
    book.run(
        f"""
        create temp table closed_deal as
        select d.*, cast(d.is_won as int) as won,
            r.reached_on is not null as was_qualified
        from (select * exclude (is_won), state = 'won' as is_won from deal) as d
        left join deal_reached as r
            on r.opportunity_id = d.opportunity_id and r.stage_order = {QUALIFIED_STAGE_ORDER}
        where d.state in ('won', 'lost')
        """
    )
    source = "from closed_deal where true"
    count = "close_date as day, won as numerator, 1 as denominator"
    for variant, condition in (
        ("count", "not is_renewal"),
        ("from_qualified", "not is_renewal and was_qualified"),
        ("renewal", "is_renewal"),
    ):
        book.totals(
            "P08",
            f"select '{variant}' as variant, {count}, closed_deal.* {source} and {condition}",
            ratio=True,
            segments=SEGMENTS,
        )
    book.totals(
        "P08",
        f"""
        select 'value' as variant, close_date as day,
            won * greatest(coalesce(amount_usd, 0), 0) as numerator,
            greatest(coalesce(amount_usd, 0), 0) as denominator,
            cast(coalesce(amount_usd >= 0, false) as int) as n,
            cast(not coalesce(amount_usd >= 0, false) as int) as n_excluded, closed_deal.*
        {source} and not is_renewal
        """,
        ratio=True,
        segments=SEGMENTS,
    )
    book.totals(
        "P08",
        "select 'created_cohort' as variant, created_on as day, won as numerator, "
        "1 as denominator, closed_deal.* from closed_deal where not is_renewal",
        ratio=True,
        segments=SEGMENTS,
    )
    book.totals(
        "P08",
        f"""
        select 'from_stage' as variant, close_date as day, won as numerator, 1 as denominator,
            r.stage
        from closed_deal
        inner join deal_reached as r using (opportunity_id)
        where not is_renewal and r.stage_order < {WON}
        """,
        ratio=True,
        segments=("stage",),
    )
    # A deal is in every stage that it reached: all stages together would count it as often.
    book.run(
        "delete from kpi where kpi_id = 'P08' and variant = 'from_stage' and segment_type = 'all'"
    )
    book.note("P08", "closed deals that reached the qualified stage", "from_qualified")
    book.note("P08", "closed deals that reached or passed the stage", "from_stage")


def average_selling_price(book: Book) -> None:
    """V10: amount a won new-business deal; ``per_unit``: net price a unit of its lines."""
    book.totals(
        "V10",
        """
        select 'headline' as variant, close_date as day, coalesce(amount_usd, 0) as numerator,
            cast(amount_usd is not null as int) as denominator,
            cast(amount_usd is not null as int) as n, cast(amount_usd is null as int) as n_excluded,
            deal.*
        from deal where state = 'won' and is_new_business
        """,
        ratio=True,
        segments=SEGMENTS,
    )
    book.totals(
        "V10",
        """
        select 'per_unit' as variant, d.close_date as day,
            case
                when d.currency = 'USD' then l.total_price
                else cast(cast(l.total_price * r.rate_to_usd as decimal(38, 10)) as decimal(18, 2))
            end as numerator,
            l.quantity as denominator, p.product_name as product
        from deal as d
        inner join line_item as l using (opportunity_id)
        inner join product as p using (product_id)
        asof left join currency_rate as r
            on r.currency = d.currency and d.close_date >= r.valid_from
        where d.state = 'won' and d.is_new_business and d.close_date is not null
        """,
        ratio=True,
        segments=("product",),
    )
    book.note("V10", "net price a unit of the lines of won new business", "per_unit")


def compute(book: Book) -> None:
    """All KPIs of this module."""
    closed_opportunities(book)
    open_opportunities(book)
    weighted_pipeline(book)
    sales_cycle(book)
    win_rate(book)
    average_selling_price(book)
