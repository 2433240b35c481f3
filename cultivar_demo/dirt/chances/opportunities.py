"""Deals that break rules O01 to O30, and subscriptions that break O23.

Belongs here: one query a condition. Does not belong here: planting. Stages outside of the ladder
are neither open nor won nor lost.
"""

from __future__ import annotations

from cultivar_demo.constants import QUALIFIED_STAGE_ORDER
from cultivar_demo.dirt.chances.chance import Chance

LARGEST_AMOUNT = 5_000_000
"""No deal of this company is larger, whatever its currency."""

SMALLEST_AMOUNT = 500
"""Below it, a qualified deal is not worth it."""

QUIET_DAYS = 30
QUIET_DAYS_COMMITTED = 14
PUSHES = 3
PUSHED_DAYS_AT_ONCE = 92
QUALIFICATION_FIELDS = 9
BUYER_STAGE_ORDER = 4
"""Stage from which an economic buyer or champion, and a second contact, are required."""
BOOKING_DAYS = 7
DUE_DAYS = 90
LATE_DAYS = 30
"""A renewal that closed so early in a term was for the one before."""
BACKDATED_DAYS = 3
CATEGORIES_APART = 1
COMMITTED_DAYS = 92
EARLY_STAGE_ORDER = 2
EARLY_CLOSING_DAYS = 14
FAR_MONTHS = 18
TOLERATED_SHARE = 0.01


def _deal(rule: str, field: str, condition: str, detail: str = "") -> Chance:
    query = f"select opportunity_id from judged_opportunity as deal where {condition}"
    return Chance(rule, "opportunity", field, query, detail)


def _no_activity(days: int) -> str:
    return (
        "opportunity_id not in (select opportunity_id from judged_quiet "
        f"where opportunity_id is not null and last_on >= judged_today() - {days}) "
        f"and judged_day(created_at) < judged_today() - {days}"
    )


_STEPS = """
    select opportunity_id, close_date - lag(close_date) over deal as pushed_days
    from record.opportunity_version join judged_stage using (stage)
    window deal as (partition by opportunity_id order by version_at)
"""

_LAST_STEP = """
    select opportunity_id, version_at as entered_at, stage_order, previous_order from (
        select opportunity_id, version_at, stage, stage_order,
            lag(stage) over deal as previous_stage, lag(stage_order) over deal as previous_order
        from record.opportunity_version join judged_stage using (stage)
        window deal as (partition by opportunity_id order by version_at)
    )
    where stage is distinct from previous_stage
    qualify row_number() over (partition by opportunity_id order by version_at desc) = 1
"""
"""How a deal came into its present stage."""

_REASONS = """
    select opportunity_id, max(version_at) as given_at from (
        select opportunity_id, version_at, change_reason, lag(change_reason) over (
            partition by opportunity_id order by version_at
        ) as reason_before
        from record.opportunity_version
    )
    where change_reason is not null and change_reason is distinct from reason_before
    group by opportunity_id
"""
"""When the reason of a step was last written; a history shows a value that changes."""

_CATEGORY_RANK = "list_position(['pipeline', 'best_case', 'most_likely', 'commit'], {0})"

_ENDS = """
    select deal.opportunity_id, max(coalesce(contract.ended_on, contract.term_ends_on)) as ends_on
    from judged_opportunity as deal join judged_subscription as contract
        on contract.account_id = deal.account_id
        and contract.started_on <= judged_day(deal.created_at)
    group by deal.opportunity_id
"""
"""Until when the account's contracts run: which of them a renewal is for, nobody can see."""

_LINES = "select opportunity_id, sum(total_price) as total from record.line_item group by all"

_WITH_ROLE = """
    select part.opportunity_id from record.opportunity_role as part
    join judged_contact using (contact_id) where {condition}
"""

CHANCES = (
    _deal(
        "O01", "account_id",
        "account_id is null or account_id not in (select account_id from record.account_version)",
    ),
    _deal("O02", "stage", "state is null"),
    _deal(
        "O03", "amount_original",
        f"amount is null and (state = 'won' or is_open and stage_order >= {QUALIFIED_STAGE_ORDER})",
        "no amount",
    ),
    _deal(
        "O03", "amount_original", f"amount not between 0 and {LARGEST_AMOUNT}", "an absurd amount"
    ),
    _deal(
        "O04", "close_date",
        "close_date is null or (is_open and close_date < judged_today())",
    ),
    _deal("O05", "close_date", "state in ('won', 'lost') and close_date > judged_today()"),
    _deal("O06", "close_date", "close_date < judged_day(created_at)"),
    _deal(
        "O07", "probability",
        """
        probability < 0 or probability > 1
        or (state = 'won' and probability < 0.995)
        or (state = 'lost' and probability > 0.005)
        or (is_open and (probability > 0.995 or probability <= 0.005))
        """,
    ),
    _deal("O08", "next_step", "is_open and coalesce(trim(next_step), '') = ''", "no next step"),
    _deal(
        "O08", "next_step",
        "is_open and coalesce(trim(next_step), '') <> '' and next_step_on < judged_today()",
        "the next step's date is past",
    ),
    _deal("O09", "last_activity_date", f"is_open and {_no_activity(QUIET_DAYS)}"),
    Chance(
        "O10", "opportunity", "stage",
        """
        select opportunity_id from judged_opportunity as deal
        join (
            select opportunity_id, max(version_at) as entered_at from (
                select opportunity_id, version_at, stage is distinct from lag(stage) over (
                    partition by opportunity_id order by version_at
                ) as is_entry
                from record.opportunity_version
            ) where is_entry group by opportunity_id
        ) as stay using (opportunity_id)
        where is_open
            and judged_weekdays(judged_day(entered_at), judged_today()) > expected_days
        """,
    ),
    _deal(
        "O11", "close_date",
        f"""
        is_open and opportunity_id in (
            select opportunity_id from ({_STEPS}) group by opportunity_id
            having count(*) filter (where pushed_days > 0) >= {PUSHES}
                or max(pushed_days) > {PUSHED_DAYS_AT_ONCE}
        )
        """,
    ),
    _deal(
        "O12", "loss_reason",
        """
        state = 'lost' and (
            coalesce(trim(loss_reason), '') = ''
            or (lower(loss_reason) = 'other' and coalesce(trim(loss_detail), '') = '')
        )
        """,
    ),
    _deal(
        "O13", "opportunity_id",
        f"state = 'won' and opportunity_id not in (select opportunity_id from ({_LINES}))",
        "without products",
    ),
    _deal(
        "O13", "opportunity_id",
        f"""
        state = 'won' and opportunity_type = 'New Business'
        and close_date < judged_today() - {BOOKING_DAYS}
        and opportunity_id in (select opportunity_id from ({_LINES}))
        and opportunity_id not in (
            select opportunity_id from judged_subscription where opportunity_id is not null
        )
        """,
        "without a contract",
    ),
    _deal(
        "O14", "opportunity_id",
        f"is_open and opportunity_id not in ({_WITH_ROLE.format(condition='true')})",
        "no contact role",
    ),
    _deal(
        "O14", "opportunity_id",
        f"""
        is_open and stage_order >= {BUYER_STAGE_ORDER}
        and opportunity_id in ({_WITH_ROLE.format(condition="true")})
        and opportunity_id not in (
            {_WITH_ROLE.format(condition="part.role in ('Economic Buyer', 'Champion')")}
        )
        """,
        "neither economic buyer nor champion",
    ),
    _deal(
        "O15", "qualification_field_count",
        f"is_open and stage_order >= {QUALIFIED_STAGE_ORDER} "
        f"and coalesce(qualification_fields_filled, 0) < {QUALIFICATION_FIELDS}",
    ),
    _deal(
        "O16", "owner_id",
        "is_open and owner_user_id in "
        "(select user_id from record.sales_user where left_on <= judged_today())",
    ),
    _deal("O17", "lead_source", "lead_source is null", "no source"),
    _deal("O17", "campaign_id", "lead_source is not null and campaign_id is null", "no campaign"),
    Chance(
        "O18", "opportunity", "stage",
        f"""
        select opportunity_id from judged_opportunity join ({_LAST_STEP}) using (opportunity_id)
        left join ({_REASONS}) as reason using (opportunity_id)
        where is_open and coalesce(given_at < entered_at, true)
            and (judged_opportunity.stage_order < previous_order
                or judged_opportunity.stage_order > previous_order + 1)
        """,
    ),
    Chance(
        "O19", "opportunity", "amount_original",
        f"""
        select opportunity_id from judged_opportunity join ({_LINES}) using (opportunity_id)
        where total is distinct from amount
        """,
    ),
    Chance(
        "O20", "opportunity", "opportunity_name",
        """
        select opportunity_id, min(opportunity_id) over same as cluster_id
        from judged_opportunity
        where is_open and account_id is not null and close_date is not null
        window same as (
            partition by account_id, opportunity_type,
                split_part(opportunity_name, ' - ', 2), date_trunc('month', close_date), amount
        )
        qualify count(*) over same > 1
        """,
        "same account, product and month", is_clustered=True,
    ),
    _deal(
        "O21", "forecast_category",
        f"""
        (state <> 'open' and forecast_category <> stage_category)
        or (is_open and (
            forecast_category in ('closed', 'omitted')
            or abs({_CATEGORY_RANK.format("forecast_category")}
                - {_CATEGORY_RANK.format("stage_category")}) > {CATEGORIES_APART}
            or (forecast_category = 'commit' and close_date > judged_today() + {COMMITTED_DAYS})
        ))
        """,
    ),
    _deal(
        "O22", "currency_code",
        "currency is null or (currency <> 'USD' and currency not in "
        "(select currency from record.currency_rate where valid_from <= close_date))",
    ),
    Chance(
        "O23", "subscription", "term_ends_on",
        f"""
        select subscription_id from judged_subscription as contract
        where status = 'Active' and term_months > 1
            and term_ends_on between judged_today() and judged_today() + {DUE_DAYS}
            and cancel_notice_on is null
            and account_id is not null and account_id not in (
                select account_id from judged_opportunity
                where opportunity_type = 'Renewal' and account_id is not null
                    and close_date > contract.term_started_on + {LATE_DAYS}
            )
        """,
    ),
    Chance(
        "O24", "opportunity", "close_date",
        f"""
        select opportunity_id from judged_opportunity as deal
        join (
            select opportunity_id, max(version_at) as closed_at from (
                select opportunity_id, version_at, is_closed and not coalesce(lag(is_closed) over (
                    partition by opportunity_id order by version_at
                ), false) as is_closing
                from record.opportunity_version
            ) where is_closing group by opportunity_id
        ) as closing using (opportunity_id)
        where state in ('won', 'lost') and judged_day(closed_at) - close_date > {BACKDATED_DAYS}
        """,
    ),
    _deal(
        "O25", "close_date",
        f"is_open and stage_order <= {EARLY_STAGE_ORDER} "
        f"and close_date between judged_today() and judged_today() + {EARLY_CLOSING_DAYS}",
        "an early stage closing soon",
    ),
    _deal(
        "O25", "close_date",
        f"is_open and close_date > judged_today() + interval {FAR_MONTHS} month",
        "closing in the far future",
    ),
    _deal(
        "O26", "amount_original",
        f"is_open and stage_order >= {QUALIFIED_STAGE_ORDER} "
        f"and amount >= 0 and amount < {SMALLEST_AMOUNT}",
    ),
    Chance(
        "O27", "opportunity", "amount_original",
        f"""
        select opportunity_id from judged_opportunity
        join (
            select opportunity_id, sum(total_price) as recurring
            from record.line_item join record.product using (product_id)
            where is_recurring group by all
        ) as sold using (opportunity_id)
        join (
            select contract.opportunity_id, 12 * sum(charge.mrr) as billed
            from record.subscription_charge as charge
            join judged_subscription as contract using (subscription_id)
            where charge.segment = 1 and charge.movement = 'new'
            group by all
        ) as agreed using (opportunity_id)
        where state = 'won' and opportunity_type = 'New Business'
            and abs(recurring - billed) > {TOLERATED_SHARE} * recurring
        """,
    ),
    # Once it is won, billing tells the next term.
    Chance(
        "O28", "opportunity", "close_date",
        f"""
        select opportunity_id from judged_opportunity join ({_ENDS}) using (opportunity_id)
        where opportunity_type = 'Renewal' and state in ('open', 'lost') and close_date > ends_on
        """,
    ),
    _deal(
        "O29", "forecast_category",
        f"is_open and forecast_category = 'commit' and {_no_activity(QUIET_DAYS_COMMITTED)}",
    ),
    Chance(
        "O30", "opportunity", "opportunity_id",
        f"""
        select deal.opportunity_id from judged_opportunity as deal
        left join (
            select opportunity_id, count(distinct contact_id) as contacts
            from judged_activity where is_done and contact_id is not null group by all
        ) as spoken using (opportunity_id)
        where deal.is_open and deal.stage_order >= {BUYER_STAGE_ORDER}
            and coalesce(spoken.contacts, 0) < 2
        """,
    ),
)  # fmt: skip
