"""Deals as they were and are: versions in dollars, first entries of stages, visits.

Belongs here: temporary tables that several KPIs read. Does not belong here: KPIs. A deal that the
CRM deleted by the day of the book is nowhere in them.

Tables: ``account_described`` (an account as the CRM describes it, or as it is where the CRM lacks
it), ``stage``, ``deal_version`` (a deal and change, valid on the days ``[from_on, to_on)``),
``deal`` (its last version with everything to cut by), ``deal_entry`` (a deal and recorded entry of
a stage), ``deal_reached`` (a deal and stage it reached or passed, with the first moment),
``stage_visit``, ``deal_at`` (a deal and day of ``snapshot_day``).
"""

from __future__ import annotations

from cultivar_demo.constants import QUALIFIED_STAGE_ORDER, STAGES
from cultivar_demo.ledger.book import Book

WON, LOST = 90, 91
"""Stage orders of the two ends."""

SEGMENTS = (
    "owner",
    "owner_at_close",
    "industry",
    "country",
    "territory",
    "opportunity_type",
    "lead_source",
    "campaign",
    "account_segment",
    "motion",
    "sourced_by_role",
)
"""What deals are cut by. ``owner`` is the present one, ``owner_at_close`` the one who closed it."""


def build_deals(book: Book) -> None:
    """All tables of this module."""
    rows = ", ".join(
        f"('{s.name}', {s.order}, '{s.state}', cast({s.probability} as decimal(9, 6)))"
        for s in STAGES
    )
    book.run(
        f"""
        create temp table stage as
        select * from (values {rows}) as _(stage, stage_order, state, stage_probability)
        """
    )
    book.run(
        """
        create temp table account_described as
        with kept as (
            select account_id, arg_max(row(industry, country, segment, territory_name), version_at)
                as told
            from account_version group by account_id
        )
        select a.account_id,
            case when k.told is null then a.industry else k.told[1] end as industry,
            case when k.told is null then a.country else k.told[2] end as country,
            case when k.told is null then a.segment else k.told[3] end as segment,
            case when k.told is null then t.territory_name else k.told[4] end as territory
        from account as a
        left join kept as k using (account_id)
        left join territory as t using (territory_id)
        """
    )
    _versions(book)
    _deals(book)
    _reached(book)
    _visits(book)
    book.run(
        """
        create temp table deal_at as
        select s.day, v.*
        from snapshot_day as s
        inner join deal_version as v on v.from_on <= s.day and v.to_on > s.day
        """
    )


def _versions(book: Book) -> None:
    """Amounts in US dollars at the rate in force on the close date of each version."""
    book.run(
        """
        create temp table deal_version as
        with version as (
            select v.*, o.currency, o.account_id, o.opportunity_type, o.created_at,
                local_day(o.created_at) as created_on,
                row_number() over deal as version_number,
                count(*) over (partition by v.opportunity_id) as versions,
                local_day(v.version_at) as from_on,
                coalesce(
                    local_day(lead(v.version_at) over deal), date '9999-12-31'
                ) as to_on
            from opportunity_version as v
            inner join opportunity as o using (opportunity_id)
            where v.opportunity_id not in (
                select opportunity_id from opportunity_version
                group by opportunity_id having arg_max(is_deleted, version_at)
            )
            window deal as (partition by v.opportunity_id order by v.version_at)
        )
        select v.* exclude (versions),
            v.version_number = v.versions as is_last,
            s.stage_order, s.stage_probability,
            -- A stage that nobody knows is what the record's own flags say.
            coalesce(
                s.state, case when v.is_won then 'won' when v.is_closed then 'lost' else 'open' end
            ) as state,
            case
                when v.currency = 'USD' then v.amount
                else cast(
                    cast(v.amount * r.rate_to_usd as decimal(38, 10)) as decimal(18, 2)
                )
            end as amount_usd
        from version as v
        left join stage as s on s.stage = v.stage
        asof left join currency_rate as r
            on r.currency = v.currency and v.close_date >= r.valid_from
        """
    )


def _deals(book: Book) -> None:
    book.run(
        f"""
        create temp table deal as
        with closing as (
            -- The owner on record when the deal was last closed: who gets the credit.
            select opportunity_id, arg_max(owner_user_id, version_at) as closer_user_id
            from (
                select *, lag(state) over (
                    partition by opportunity_id order by version_number
                ) as previous_state
                from deal_version
            )
            where state in ('won', 'lost') and previous_state is distinct from state
            group by opportunity_id
        )
        select v.*, o.motion, o.sourced_by_role, o.lead_source, o.campaign_id, o.hand_off_id,
            o.is_target_account, o.primary_contact_id, o.renewed_subscription_id,
            v.state = 'open' as is_open, v.state = 'lost' as is_lost,
            v.state = 'open' and v.stage_order >= {QUALIFIED_STAGE_ORDER} as is_in_pipeline,
            v.opportunity_type = 'Renewal' as is_renewal,
            v.opportunity_type = 'New Business' as is_new_business,
            u.user_name as owner, x.user_name as owner_at_close, k.closer_user_id,
            c.campaign_name as campaign,
            a.industry, a.country, a.territory, a.segment as account_segment
        from deal_version as v
        inner join opportunity as o using (opportunity_id)
        left join closing as k using (opportunity_id)
        left join sales_user as u on u.user_id = v.owner_user_id
        left join sales_user as x on x.user_id = k.closer_user_id
        left join campaign as c on c.campaign_id = o.campaign_id
        left join account_described as a on a.account_id = v.account_id
        where v.is_last
        """
    )


def _reached(book: Book) -> None:
    """First moment at or past each open stage, and of winning. Losing implies no stage.

    A skipped stage is reached with the next one; a way back erases nothing.
    """
    book.run(
        """
        create temp table deal_entry as
        select opportunity_id, stage, stage_order, state, version_at as entered_at,
            from_on as entered_on, version_number,
            lag(stage_order) over deal as previous_order,
            lag(state) over deal as previous_state,
            lead(version_at) over deal as left_at
        from (
            select *, lag(stage) over (
                partition by opportunity_id order by version_number
            ) as previous_stage
            from deal_version
        )
        where previous_stage is distinct from stage
        window deal as (partition by opportunity_id order by version_number)
        """
    )
    book.run(
        f"""
        create temp table deal_reached as
        select e.opportunity_id, s.stage, s.stage_order, min(e.entered_at) as reached_at,
            min(e.entered_on) as reached_on,
            arg_min(e.stage_order, e.version_number) != any_value(s.stage_order) as is_imputed
        from deal_entry as e
        inner join stage as s
            on s.stage_order <= e.stage_order and s.stage_order <= {WON}
        where e.stage_order <= {WON}
        group by all
        """
    )


def _visits(book: Book) -> None:
    book.run(
        """
        create temp table stage_visit as
        with visit as (
            select opportunity_id, stage, stage_order, state, entered_at, left_at,
                false as is_imputed,
                state = 'open' and previous_state = 'open' and stage_order < previous_order
                    as is_regression,
                state = 'open' and coalesce(previous_state in ('won', 'lost'), false)
                    as is_reopening
            from deal_entry
            union all
            select opportunity_id, stage, stage_order, 'open', reached_at, reached_at, true, false,
                false
            from deal_reached
            where is_imputed
        )
        select opportunity_id,
            row_number() over deal as visit_number,
            stage, stage_order, state, entered_at, local_day(entered_at) as entered_on,
            left_at, local_day(left_at) as left_on, is_imputed,
            row_number() over (
                partition by opportunity_id, stage
                order by entered_at, is_imputed desc
            ) = 1 as is_first_visit,
            coalesce(is_regression, false) as is_regression, is_reopening,
            case when state = 'open' and not is_imputed
                then local_day(left_at) - local_day(entered_at)
            end as days_in_stage
        from visit
        window deal as (
            partition by opportunity_id order by entered_at, is_imputed desc, stage_order
        )
        """
    )
