"""Activities, campaigns, usage, subscriptions and users that break rules C01 to C15.

Belongs here: one query a condition. Does not belong here: planting, the events of the product
(``traffic``), robots (``strays``).
"""

from __future__ import annotations

from cultivar_demo.constants import MEMBER_STATUSES
from cultivar_demo.dirt.chances.accounts import COMPANY_DOMAIN
from cultivar_demo.dirt.chances.chance import Chance, texts
from cultivar_demo.settings import INTERNAL_DOMAIN

OUTCOME_DAYS = 3
TEST_WORDS = ("test", "tester", "testing", "testuser", "qa", "dummy", "sandbox")
"""With what an address begins that was made for a test."""
TOLERATED_SHARE = 0.01


def _ends(charge: str) -> str:
    """SQL: first day without the charge."""
    return (
        f"least({charge}.effective_to, "
        f"coalesce({charge}.amended_effective_to, {charge}.effective_to))"
    )


CHANCES = (
    Chance(
        "C01", "activity", "account_id",
        """
        select touch_id from judged_activity
        where lead_id is null and contact_id is null and account_id is null
            and opportunity_id is null
        """,
    ),
    Chance(
        "C02", "activity", "meeting_outcome",
        f"""
        select touch_id from judged_activity
        where kind = 'meeting' and meeting_outcome is null
            and occurred_at < judged_until() - interval {OUTCOME_DAYS} day
        """,
    ),
    Chance(
        "C03", "campaign", "campaign_type",
        """
        select campaign_id from record.campaign
        semi join record.campaign_member_version using (campaign_id)
        where campaign_type is null
        """,
        "no type",
    ),
    Chance(
        "C03", "campaign", "start_date",
        """
        select campaign_id from record.campaign
        semi join record.campaign_member_version using (campaign_id)
        where campaign_type is not null and started_on is null
        """,
        "no dates",
    ),
    Chance(
        "C03", "campaign", "actual_cost_original",
        """
        select campaign_id from record.campaign
        semi join record.campaign_member_version using (campaign_id)
        where campaign_type is not null and started_on is not null
            and actual_cost_usd is null and budget_usd is null
        """,
        "no cost",
    ),
    Chance(
        "C04", "campaign", "campaign_name",
        r"""
        select campaign_id from record.campaign
        where is_leaf and not regexp_full_match(
            campaign_name, '(Default-[A-Z]+|[0-9]{4}_[0-9]{2}-[A-Z]+-.+)'
        )
        """,
    ),
    Chance(
        "C05", "campaign_member", "member_status",
        f"""
        select member_id from record.campaign_member_version
        group by member_id
        having arg_max(member_status, version_at) not in
            {texts(tuple(name for name, _, _ in MEMBER_STATUSES))}
        """,
    ),
    Chance(
        "C06", "activity", "activity_date",
        """
        select touch_id from judged_activity as touch
        join record.lead as lead using (lead_id)
        where judged_day(touch.occurred_at) < judged_day(lead.created_at)
        union
        select touch_id from judged_activity as touch
        join record.contact as contact using (contact_id)
        where judged_day(touch.occurred_at) < judged_day(contact.created_at)
            and touch.lead_id is null
        """,
        "before its person was known",
    ),
    Chance(
        "C09", "workspace", "account_id",
        f"""
        select workspace_id from record.workspace as workspace
        where workspace_id not in (
            select record_id from record.not_counted where entity = 'workspace'
        )
        -- The product learns whose it is with the payment, if the CRM has the account by then.
        and not exists (
            select 1 from judged_account as payer
            where payer.account_id = workspace.account_id
                and payer.entered_crm_at <= workspace.paid_at
        )
        and lower(split_part(creator_email, '@', 2)) not in (
            select website_domain from judged_account
            where {COMPANY_DOMAIN} is not null
            group by website_domain having count(*) = 1
        )
        """,
    ),
    Chance(
        "C10", "subscription", "account_id",
        "select subscription_id from judged_subscription "
        "where account_id is null or term_months is null",
        "without account or term",
    ),
    Chance(
        "C10", "subscription", "ended_on",
        "select subscription_id from judged_subscription "
        "where account_id is not null and ended_on < started_on",
        "an end before the start",
    ),
    Chance(
        "C10", "subscription_charge", "effective_from",
        f"""
        select distinct later.charge_id from record.subscription_charge as later
        join record.subscription_charge as earlier
            on earlier.subscription_id = later.subscription_id
            and earlier.product_id = later.product_id
            and earlier.charge_id < later.charge_id
            and greatest(earlier.effective_from, later.effective_from)
                < least({_ends("earlier")}, {_ends("later")})
        """,
        "an overlap of the same product",
    ),
    Chance(
        "C11", "subscription_charge", "monthly_recurring_original",
        "select charge_id from record.subscription_charge where mrr < 0",
    ),
    Chance(
        "C11", "subscription_charge", "currency_code",
        """
        select charge_id from record.subscription_charge
        where mrr >= 0 and currency <> 'USD'
            and currency not in (select currency from record.currency_rate)
        """,
        "a currency without a rate",
    ),
    # Judged are those who are not excluded.
    *(
        Chance(
            "C12", entity, "email",
            f"""
            select {entity}_id from judged_{entity}
            where email_domain = '{INTERNAL_DOMAIN}' or regexp_full_match(
                lower(split_part(email, '@', 1)), '({"|".join(TEST_WORDS)})([^a-z].*)?'
            )
            """,
        )
        for entity in ("contact", "lead")
    ),
    Chance(
        "C12", "workspace", "customer_domain",
        f"""
        select workspace_id from record.workspace
        where split_part(creator_email, '@', 2) = '{INTERNAL_DOMAIN}' and workspace_id not in (
            select record_id from record.not_counted
            where entity = 'workspace' and starts_with(reason, 'excluded')
        )
        """,
        "own people",
    ),
    # C14 and C15 came after the catalogue.
    Chance(
        "C14", "subscription", "account_id",
        "select subscription_id from judged_subscription where account_id is null "
        "or account_id not in (select account_id from record.account_version)",
    ),
    Chance(
        "C15", "subscription_charge", "monthly_recurring_original",
        "select charge_id from record.subscription_charge "
        f"where abs(quantity * unit_price - mrr) > {TOLERATED_SHARE} * abs(mrr)",
    ),
    Chance(
        "C13", "user", "owner_id",
        """
        select user_id from record.sales_user
        where left_on <= judged_today() and user_id in (
            select owner_user_id from judged_opportunity where is_open
            union all
            select owner_user_id from judged_lead where is_open
            union all
            select owner_user_id from judged_account
            union all
            select owner_user_id from judged_contact
        )
        """,
    ),
)  # fmt: skip
