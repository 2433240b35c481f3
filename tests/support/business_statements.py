"""What must never and what must always be found in the business of a made company.

Belongs here: SQL over finished tables, as data. Does not belong here: how it is run
(``test_business``). ``BROKEN`` must find nothing, ``BEHAVIOURS`` something; both read ``VIEWS``.
"""

from __future__ import annotations

from cultivar_demo.constants import QUALIFIED_STAGE_ORDER

VIEWS = """
create temp table stage as select * from (values {stages}) as t(stage, stage_order, state, usual);

create temp view visit as
select version.*, stage.stage_order, stage.state, deal.opportunity_type, deal.account_id,
    lag(version.stage) over own as stage_before,
    lag(stage.stage_order) over own as order_before,
    lag(stage.state) over own as state_before,
    lag(version.amount) over own as amount_before,
    lag(version.close_date) over own as close_date_before,
    lag(version.owner_user_id) over own as owner_before,
    lag(version.qualification_fields_filled) over own as filled_before,
    row_number() over (partition by opportunity_id order by version_at desc) = 1 as is_latest,
    row_number() over own = 1 as is_first
from opportunity_version as version
join stage using (stage)
join opportunity as deal using (opportunity_id)
window own as (partition by opportunity_id order by version_at);

-- The first day without service by each charge, as it came out in the end.
create temp view charge as
select *, coalesce(amended_effective_to, effective_to) as until from subscription_charge;

create temp view subscription as
from subscription_version
qualify row_number() over (partition by subscription_id order by version_at desc) = 1;
"""

BROKEN = {
    # ------------------------------------------------------------------------------- revenue
    "mrr is quantity times unit price": """
        from subscription_charge where mrr <> quantity * unit_price or mrr <= 0 or quantity < 1""",
    "charges of one subscription and product overlap": """
        from charge as one join charge as other
        on one.subscription_id = other.subscription_id and one.product_id = other.product_id
        and one.charge_id < other.charge_id
        and one.effective_from < other.until and other.effective_from < one.until""",
    "a customer pays for one product in two subscriptions at once": """
        from charge as one join charge as other
        on one.account_id = other.account_id and one.product_id = other.product_id
        and one.subscription_id < other.subscription_id
        and one.effective_from < other.until and other.effective_from < one.until""",
    "a charge ends before it begins": """
        from charge where until <= effective_from
        or amended_effective_to >= effective_to
        or (amended_at is null) <> (amended_effective_to is null)""",
    "segments are not numbered in order of time": """
        from (
            select segment, row_number() over (
                partition by subscription_id, product_id order by effective_from
            ) as place from subscription_charge
        ) where segment <> place""",
    "a first segment of the first subscription is not new": """
        from subscription_charge where segment = 1
        and movement not in ('new', 'cross_sell', 'reactivation')""",
    "an upsell does not raise the seats": """
        from (
            select *, lag(quantity) over own as quantity_before, lag(unit_price) over own
            as price_before
            from subscription_charge
            window own as (partition by subscription_id, product_id order by effective_from)
        ) where (movement = 'upsell' and quantity <= quantity_before)
        or (movement = 'contraction' and quantity >= quantity_before)
        or (movement = 'price' and unit_price <= price_before)
        or (movement = 'renewal' and (quantity <> quantity_before
        or unit_price <> price_before))""",
    "the end of service is not the end of the paid term": """
        from subscription where ended_on is not null and ended_on <> term_ends_on""",
    "something is charged beyond the end of service": """
        from charge join subscription using (subscription_id)
        where subscription.ended_on is not null and charge.until > subscription.ended_on""",
    "an ended subscription is not charged to its end": """
        from (
            select subscription_id, max(until) as until from charge group by subscription_id
        ) join subscription using (subscription_id)
        where subscription.ended_on is not null and until <> ended_on""",
    "a notice came after the end": """
        from subscription_version where cancel_notice_on >= ended_on""",
    "a status without its facts": """
        from subscription_version
        where (status <> 'Active' and ended_on is null)
        or (status = 'Cancelled' and cancel_notice_on is null)
        or (status = 'Active' and ended_on is not null and cancel_notice_on is null)""",
    "a reactivation within the days of grace": """
        from subscription_charge as back
        where movement = 'reactivation' and not exists (
            from charge as earlier where earlier.account_id = back.account_id
            and earlier.until < back.effective_from - 30
        ) or movement = 'reactivation' and exists (
            from charge as earlier where earlier.account_id = back.account_id
            and earlier.until between back.effective_from - 30 and back.effective_from
        )""",
    "a term is charged that was not agreed": """
        from subscription_version where term_ends_on not between
        term_started_on + interval (term_months) month - interval 3 day
        and term_started_on + interval (term_months) month + interval 3 day""",
    # --------------------------------------------------------------------------------- deals
    "the amount of a deal with lines differs from them": """
        from visit join (
            select opportunity_id, min(created_at) as created_at, sum(total_price) as total
            from line_item group by opportunity_id
        ) as lines using (opportunity_id)
        where visit.version_at >= lines.created_at and visit.amount is distinct from lines.total""",
    "a line is not quantity times unit price": """
        from line_item where total_price <> quantity * unit_price or unit_price > list_price
        or abs(unit_price / list_price - (1 - discount_ratio)) > 0.001""",
    "lines before the offer": f"""
        from line_item join visit using (opportunity_id)
        where line_item.created_at = visit.version_at
        and visit.stage_order < {QUALIFIED_STAGE_ORDER + 1}""",
    "a signed deal sells something else than it says": """
        from opportunity as deal
        join (select opportunity_id, sum(mrr) as mrr from subscription_charge as first_charge
            join subscription_version using (subscription_id)
            where first_charge.segment = 1
            and first_charge.booked_at = subscription_version.version_at
            and opportunity_id is not null group by opportunity_id) as sold using (opportunity_id)
        join (select opportunity_id, sum(total_price) as total from line_item
            join product using (product_id) where is_recurring group by opportunity_id) as offered
            using (opportunity_id)
        where total <> 12 * mrr""",
    "a renewal is worth something else than what is charged from then on": """
        from (
            select visit.opportunity_id, any_value(visit.amount) as amount, sum(charge.mrr) as mrr
            from visit join opportunity as deal using (opportunity_id)
            join subscription_charge as charge
                on charge.subscription_id = deal.renewed_subscription_id
                and charge.booked_at between visit.version_at and visit.version_at + interval 2 day
            where visit.is_latest and visit.is_won and deal.opportunity_type = 'Renewal'
            group by visit.opportunity_id
        ) where amount <> 12 * mrr""",
    "an expansion is worth something else than what is charged more": """
        from (
            select visit.opportunity_id, any_value(visit.amount) as amount,
                sum(charge.mrr - coalesce(earlier.mrr, 0)) as mrr
            from visit join opportunity as deal using (opportunity_id)
            join subscription_charge as charge
                on charge.subscription_id = deal.renewed_subscription_id
                and charge.booked_at between visit.version_at and visit.version_at + interval 2 day
                and charge.movement in ('upsell', 'cross_sell')
            left join subscription_charge as earlier
                on earlier.subscription_id = charge.subscription_id
                and earlier.product_id = charge.product_id
                and earlier.segment = charge.segment - 1
                and earlier.amended_effective_to = charge.effective_from
            where visit.is_latest and visit.is_won and deal.opportunity_type = 'Expansion'
            group by visit.opportunity_id
        ) where amount <> 12 * mrr""",
    "a closed deal is not as its stage says": """
        from visit where is_closed <> (state <> 'open') or is_won <> (state = 'won')
        or (state = 'won' and (probability <> 1 or forecast_category <> 'closed'))
        or (state = 'lost' and (probability <> 0 or forecast_category <> 'omitted'))
        or (state = 'open' and not probability between 0.01 and 0.99)""",
    "a won deal without an amount": "from visit where state = 'won' and coalesce(amount, 0) <= 0",
    "a reason of loss that does not fit": f"""
        from visit where (loss_reason is not null) <> (state = 'lost')
        or (loss_reason = 'Disqualified') <> (
            state = 'lost' and not exists (
                from visit as earlier where earlier.opportunity_id = visit.opportunity_id
                and earlier.stage_order between {QUALIFIED_STAGE_ORDER} and 89
                and earlier.version_at < visit.version_at
            )
        ) or (loss_detail is not null and loss_reason <> 'Other')""",
    "a deal was closed on a day that had not come": """
        from visit where state <> 'open' and close_date > version_at::date + 1""",
    "a deal was closed before it was made": """
        from visit join opportunity using (opportunity_id)
        where state <> 'open' and close_date < opportunity.created_at::date""",
    "the first version is not the creation": """
        from opportunity left join (
            select opportunity_id, min(version_at) as first_at from opportunity_version group by all
        ) using (opportunity_id) where created_at is distinct from first_at""",
    "fields of qualification vanish": """
        from visit where filled_before > qualification_fields_filled""",
    "a hand-off's deal is not there, or another": """
        from hand_off left join opportunity as deal using (opportunity_id)
        where hand_off.opportunity_id is not null
        and (deal.opportunity_id is null or deal.account_id <> hand_off.account_id)""",
    "a deal of a hand-off was not made with its first acceptance": """
        from opportunity as deal join (
            from hand_off where opportunity_id is not null qualify row_number() over (
                partition by opportunity_id order by decided_at, hand_off_id) = 1
        ) as first using (opportunity_id)
        where deal.created_at <> first.decided_at or deal.hand_off_id <> first.hand_off_id
        or deal.created_by_user_id <> first.to_user_id""",
    "deals that are not numbered one after another": """
        from (select count(*) as n, max(opportunity_id)
        as last, count(distinct opportunity_id) as ids
        from opportunity) where n <> last or n <> ids""",
    "a renewal deal and its subscription disagree": """
        from visit join opportunity as deal using (opportunity_id)
        join subscription as own on own.subscription_id = deal.renewed_subscription_id
        where visit.is_latest and deal.opportunity_type = 'Renewal'
        and visit.is_closed and visit.version_at < timestamp '2026-09-01' and not visit.is_won
        and not exists (
            from subscription_version as ended where ended.subscription_id = own.subscription_id
            and ended.ended_on is not null and ended.ended_on > deal.created_at::date
        )""",
    "a won renewal that goes nowhere": """
        from visit join opportunity as deal using (opportunity_id)
        where visit.is_latest and deal.opportunity_type = 'Renewal' and visit.is_won
        and visit.version_at < timestamp '2026-09-28' and not exists (
            from subscription_charge as charge
            where charge.subscription_id = deal.renewed_subscription_id
            and charge.booked_at between visit.version_at and visit.version_at + interval 2 day
            and charge.effective_from >= deal.created_at::date
        )""",
    "a new-business win without a contract": """
        from visit where is_latest and opportunity_type = 'New Business' and is_won
        and version_at < timestamp '2026-09-28' and not exists (
            from subscription_version as sold where sold.opportunity_id = visit.opportunity_id
        )""",
    "a contract without a won deal": """
        from subscription left join visit on visit.opportunity_id = subscription.opportunity_id
        and visit.is_latest
        where subscription.opportunity_id is not null and visit.is_won is distinct from true""",
    "a second first contract of a customer": """
        from subscription_charge where movement = 'new'
        group by account_id having count(distinct subscription_id) > 1""",
    # -------------------------------------------------------------------------------- people
    "an owner who is not employed": """
        from opportunity_version as version join sales_user as own
        on own.user_id = version.owner_user_id
        where version.version_at::date < own.hired_on or version.version_at::date > own.left_on""",
    "a touch by somebody who is not employed": """
        from touch join sales_user as own on own.user_id = touch.user_id
        where opportunity_id is not null
        and (created_at::date < hired_on or created_at::date > left_on)""",
    "a touch with a contact that did not exist or had left": """
        from touch join contact using (contact_id) join employment using (employment_id)
        where opportunity_id is not null
        and (touch.created_at < contact.created_at or touch.occurred_at > ended_on)""",
    "a role of another account's contact": """
        from opportunity_role as role join opportunity using (opportunity_id)
        join contact using (contact_id)
        where contact.account_id <> opportunity.account_id or role.created_at < contact.created_at
        or role.created_at < opportunity.created_at""",
    "two main contacts": """
        from opportunity_role where is_primary group by opportunity_id having count(*) > 1""",
    "two contacts for one job": """
        from contact group by employment_id having count(*) > 1""",
    "an answer before the question": """
        from touch as reply join touch as mail on mail.touch_id = reply.in_reply_to_touch_id
        where reply.occurred_at <= mail.occurred_at or reply.direction <> 'inbound'
        or mail.direction <> 'outbound'""",
    "a meeting that replaces one of somebody else": """
        from touch as later join touch as first on first.touch_id = later.previous_touch_id
        where later.opportunity_id is not null
        and (first.meeting_outcome is distinct from 'rescheduled'
            or first.opportunity_id <> later.opportunity_id
            or later.created_at < first.outcome_at or later.occurred_at <= later.created_at)""",
    "a talk about a deal after its end": """
        from touch join visit using (opportunity_id)
        where visit.is_latest and visit.is_closed and touch.direction = 'outbound'
        and touch.occurred_at > visit.version_at""",
    "an outcome of a meeting that has not been": """
        from touch where meeting_outcome in ('held', 'no_show')
        and outcome_at < occurred_at""",
    "touches that are not numbered by time": """
        from (select created_at, lag(created_at) over (order by touch_id) as before from touch)
        where before > created_at""",
    "awareness that does not follow": """
        from (
            select *, lag(stage) over (partition by person_id order by changed_at) as before
            from awareness_change
        ) where previous_stage is distinct from before""",
    # ------------------------------------------------------------------------------ accounts
    "ownership with a gap or overlap": """
        from (
            select *, lead(valid_from_at) over own as next_at from account_ownership
            window own as (partition by account_id, role order by valid_from_at)
        ) where valid_to_at is distinct from next_at""",
    "a customer without a csm": """
        from account_type_change as change left join account_ownership as own
        on own.account_id = change.account_id and own.role = 'csm'
        and own.valid_from_at <= change.changed_at + interval 1 day
        where change.account_type = 'Customer' and own.user_id is null""",
    "an account's first version is not its entry": """
        from account left join (
            select account_id, min(version_at) as first_at from account_version group by all
        ) using (account_id) where entered_crm_at is distinct from first_at""",
    "an account is shown with another owner": """
        from account_version as version asof join (
            from account_ownership where role = 'owner'
        ) as own on own.account_id = version.account_id and version.version_at >= own.valid_from_at
        where version.owner_user_id is distinct from own.user_id""",
    "a deal with a company that the CRM does not know": """
        from opportunity join account using (account_id)
        where opportunity.created_at < entered_crm_at
        or entered_crm_at is null""",
    "a customer that pays nothing, or pays and is none": """
        from account_type_change as kind where account_type = 'Customer'
        and not exists (from subscription_version as own where own.account_id = kind.account_id)""",
    "a former customer that is still served": """
        from (from account_type_change qualify row_number() over (
            partition by account_id order by changed_at desc) = 1) as kind
        join subscription using (account_id)
        where (kind.account_type = 'Former Customer' and subscription.status = 'Active')""",
    "two steps in a row that say the same": """
        from (select *, lag(account_type) over (partition by account_id order by changed_at)
        as before
        from account_type_change) where before = account_type""",
    # ------------------------------------------------------------------------------- product
    "a user outside of the workspace's life": """
        from workspace_user as own join workspace using (workspace_id)
        where joined_at < created_at or left_at <= joined_at or left_at > closed_at
        or (closed_at is not null and left_at is null)""",
    "a sign-up lead without a workspace": """
        from lead where lead_source = 'Product Sign-up' and not exists (
            from workspace where workspace.account_id = lead.account_id
            and workspace.created_at <= lead.created_at
        )""",
    "more users than seats": """
        from (select workspace_id, count(*) as users from workspace_user
            where left_at is null group by workspace_id)
        join workspace using (workspace_id)
        join (select subscription_id, max(quantity) as seats from charge
            where until > date '2026-09-30' group by subscription_id)
            as paid using (subscription_id)
        where users > 1.1 * seats and closed_at is null""",
    "a workspace closed before it was paid": """
        from workspace where closed_at <= paid_at or paid_at < created_at""",
    "a case of somebody who is no customer": """
        from support_case as asked join contact using (contact_id)
        where asked.account_id <> contact.account_id or closed_at <= opened_at
        or asked.opened_at < contact.created_at""",
    "an answer without a score": """
        from survey_response where (answered_at is null) <> (score is null)
        or not score between 0 and 10 or answered_at <= sent_at""",
}

BEHAVIOURS = {
    "skip": """
        from visit
        where state = 'open' and state_before = 'open' and stage_order > order_before + 1""",
    "skip with a reason": """
        from visit where stage_order between order_before + 2 and 7
        and change_reason is not null""",
    "regression with a reason": """
        from visit where stage_order < order_before and state_before = 'open'
        and change_reason is not null""",
    "regression without a reason": """
        from visit where stage_order < order_before and state_before = 'open'
        and change_reason is null""",
    "dropped before qualified": "from visit where loss_reason = 'Disqualified'",
    "lost to a competitor": "from visit where loss_reason = 'Competitor'",
    "other reason with text": "from visit where loss_reason = 'Other' and loss_detail is not null",
    "other reason without text": "from visit where loss_reason = 'Other' and loss_detail is null",
    "no amount at first": "from visit where is_first and amount is null",
    "amount changed": "from visit where amount <> amount_before",
    "amount in another currency": "from opportunity where currency <> 'USD'",
    "close date pushed": "from visit where close_date > close_date_before and state = 'open'",
    "close date pushed three times": """
        from visit where close_date > close_date_before and state = 'open'
        group by opportunity_id having count(*) >= 3""",
    "pushed by more than a quarter": """
        from visit where close_date > close_date_before + 92 and state = 'open'""",
    "open past its close date": """
        from visit where is_latest and state = 'open' and close_date < date '2026-09-30'""",
    "lost, reopened, won": """
        from visit as back where state = 'open' and state_before = 'lost' and exists (
            from visit as later where later.opportunity_id = back.opportunity_id
            and later.version_at > back.version_at and later.state = 'won'
        ) and exists (
            from visit as earlier where earlier.opportunity_id = back.opportunity_id
            and earlier.state = 'lost' and earlier.version_at > back.version_at - interval 90 day
        )""",
    "lost, reopened, lost": """
        from visit as back where state = 'open' and state_before = 'lost' and exists (
            from visit as later where later.opportunity_id = back.opportunity_id
            and later.version_at > back.version_at and later.state = 'lost'
        )""",
    "won, reopened, lost": """
        from visit as back where state = 'open' and state_before = 'won' and exists (
            from visit as later where later.opportunity_id = back.opportunity_id
            and later.version_at > back.version_at and later.state = 'lost'
        )""",
    "backdated close": """
        from visit where state <> 'open' and state_before = 'open' and not is_deleted
        and version_at::date - close_date > 3""",
    "backdated across a fiscal quarter's end": """
        from visit where state <> 'open' and state_before = 'open' and not is_deleted
        and version_at::date - close_date > 0
        and date_trunc('quarter', close_date - interval 1 month)
            <> date_trunc('quarter', version_at::date - 1 - interval 1 month)""",
    "owner changed": "from visit where owner_user_id <> owner_before and state = 'open'",
    "probability edited": "from visit join stage using (stage) where probability <> usual",
    "forecast overruled": """
        from visit where state = 'open' and forecast_category = 'omitted'""",
    "no next step": "from visit where state = 'open' and next_step is null",
    "next step with a date": "from visit where next_step_on > version_at::date",
    "stale next step": """
        from visit where is_latest and state = 'open' and next_step_on < date '2026-09-30'""",
    "stale deal": """
        from visit where is_latest and state = 'open' and not is_deleted and not exists (
            from touch where touch.opportunity_id = visit.opportunity_id
            and touch.created_at > timestamp '2026-07-01')""",
    "qualification rises": "from visit where qualification_fields_filled > filled_before",
    "deleted": "from visit where is_deleted",
    "single-threaded deal": """
        from opportunity_role join visit using (opportunity_id) where visit.is_latest
        and state = 'won'
        group by opportunity_id having count(distinct contact_id) = 1""",
    "multi-threaded deal": """
        from opportunity_role group by opportunity_id having count(distinct contact_id) >= 3""",
    "champion": "from opportunity_role where role = 'Champion'",
    "economic buyer": "from opportunity_role where role = 'Economic Buyer'",
    "deal without roles": """
        from opportunity as deal where not exists (
            from opportunity_role as role where role.opportunity_id = deal.opportunity_id)""",
    "deal without lines": """
        from visit where state = 'won' and opportunity_id not in (
            select opportunity_id from line_item)""",
    "discount": "from line_item where discount_ratio > 0",
    "service line": "from line_item join product using (product_id) where not is_recurring",
    "add-on line": "from line_item join product using (product_id) where product_family = 'Add-on'",
    "sourced by an sdr": "from opportunity where sourced_by_role = 'sdr'",
    "sourced by an ae": "from opportunity where sourced_by_role = 'ae'",
    "sourced by marketing": "from opportunity where sourced_by_role = 'marketing'",
    "sourced by an am": "from opportunity where sourced_by_role = 'am'",
    "meeting held": "from touch where meeting_outcome = 'held' and opportunity_id is not null",
    "no-show": "from touch where meeting_outcome = 'no_show' and opportunity_id is not null",
    "meeting cancelled": """
        from touch where meeting_outcome = 'cancelled' and opportunity_id is not null""",
    "meeting moved": """
        from touch where previous_touch_id is not null and opportunity_id is not null""",
    "outcome never entered": """
        from touch where kind = 'meeting' and meeting_outcome is null
        and occurred_at < timestamp '2026-09-20'""",
    "meeting to come": """
        from touch where kind = 'meeting' and occurred_at > timestamp '2026-10-01 04:00'""",
    "engineer in a meeting": """
        from touch join sales_user as own on own.user_id = technical_user_id
        where own.role = 'se'""",
    "answer to a mail": """
        from touch where in_reply_to_touch_id is not null and opportunity_id is not null""",
    "customer talk without a deal": """
        from touch join sales_user as own using (user_id)
        where own.role = 'csm' and opportunity_id is null""",
    "ghosted deal": """
        from visit join touch using (opportunity_id)
        where is_latest and state = 'lost' and touch.direction = 'outbound'
        group by opportunity_id, version_at
        having max(touch.occurred_at) > version_at - interval 20 day and not exists (
            from touch as reply where reply.opportunity_id = visit.opportunity_id
            and reply.direction = 'inbound'
            and reply.occurred_at > visit.version_at - interval 20 day
        )""",
    "signed, not started": """
        from subscription_version where signed_on < started_on""",
    "late in billing": "from subscription_charge where booked_at::date > effective_from",
    "term of two years": "from subscription_version where term_months = 24",
    "term of three years": "from subscription_version where term_months = 36",
    "monthly": "from subscription_version where term_months = 1",
    "smooth renewal": """
        from subscription_charge where movement = 'renewal' and billing_period_months = 12""",
    "upsell": "from subscription_charge where movement = 'upsell' and billing_period_months = 12",
    "upsell within the term": "from subscription_charge where amended_at is not null",
    "cross-sell": "from subscription_charge where movement = 'cross_sell'",
    "price raised at renewal": """
        from subscription_charge where movement = 'price' and billing_period_months = 12""",
    "contraction at renewal": """
        from subscription_charge where movement = 'contraction' and billing_period_months = 12""",
    "churn with notice": """
        from subscription where status = 'Cancelled' and term_months >= 12""",
    "churn without notice": """
        from subscription where status = 'Expired' and term_months >= 12""",
    "late renewal": """
        from charge as one join charge as next using (subscription_id, product_id)
        where next.segment = one.segment + 1 and next.effective_from > one.until
        and next.effective_from <= one.until + 30""",
    "reactivation": "from subscription_charge where movement = 'reactivation'",
    "renewal without a deal": """
        from subscription_charge as charge where segment > 1 and billing_period_months = 12
        and movement in ('renewal', 'price') and not exists (
            from opportunity as deal where deal.renewed_subscription_id = charge.subscription_id
            and deal.opportunity_type = 'Renewal' and deal.created_at < charge.booked_at
            and deal.created_at > charge.booked_at - interval 200 day)""",
    "expansion that fails": """
        from visit where is_latest and opportunity_type = 'Expansion' and state = 'lost'""",
    "customer": "from account_type_change where account_type = 'Customer'",
    "former customer": "from account_type_change where account_type = 'Former Customer'",
    "customer again": """
        from account_type_change where account_type = 'Customer'
        group by account_id having count(*) > 1""",
    "partner": "from account_type_change where account_type = 'Partner'",
    "owner passes to an am": """
        from account_ownership as own join sales_user using (user_id)
        where own.role = 'owner' and sales_user.role = 'am'""",
    "tier changed": """
        from account_version group by account_id
        having count(distinct coalesce(target_tier, 0)) > 1""",
    "parent enters the CRM later": """
        from account_version as version join account_version as earlier using (account_id)
        where version.parent_account_id is not null and earlier.parent_account_id is null""",
    "data refreshed": """
        from account_version group by account_id having count(distinct enriched_on) > 1""",
    "stranger's workspace": "from workspace where account_id is null",
    "free mail of a known company": """
        from workspace join account using (account_id)
        where creator_email not like '%' || account.domain""",
    "trial": "from workspace where plan = 'trial'",
    "paid within 30 days": """
        from workspace where paid_at < created_at + interval 30 day""",
    "paid within 90 days": """
        from workspace where paid_at between created_at + interval 30 day
        and created_at + interval 90 day""",
    "paid by contract": """
        from workspace join subscription using (subscription_id)
        where opportunity_id is not null""",
    "paid by card": """
        from workspace join subscription using (subscription_id) where opportunity_id is null""",
    "reversal": "from workspace where closed_at < paid_at + interval 30 day",
    "users who left": "from workspace_user where left_at is not null",
    "case": "from support_case where closed_at is not null",
    "promoter": "from survey_response where score >= 9",
    "detractor": "from survey_response where score <= 6",
    "no answer": "from survey_response where answered_at is null",
    "transactional survey": "from survey_response where kind = 'transactional'",
}
