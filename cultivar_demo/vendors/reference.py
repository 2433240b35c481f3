"""Tables that no vendor holds: plans, costs, calendars, lists, as the spreadsheets of a company.

Belongs here: their files and columns. Rows carry business keys (a user's address, an account's
domain, a campaign's name) and spans of validity, half-open. Does not belong here: what a vendor
delivers as well. Small tables come whole every night, the others as what changed.
"""

from __future__ import annotations

from pathlib import Path

from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.files import seconds, write_csv


def write_reference(delivery: Delivery, folder: Path) -> dict[str, int]:
    """Write every table as ``folder/<table>.csv``; returns table → rows."""
    return {
        name: write_csv(delivery.connection, query, folder / f"{name}.csv")
        for name, query in _tables(delivery).items()
    }


def _tables(delivery: Delivery) -> dict[str, str]:
    def whole(table: str) -> str:
        return delivery.happened(table, whole=True)

    staff = whole("sales_user")
    return {
        "currency_rate": f"""
            select currency, valid_from, rate_to_usd from {whole("currency_rate")} as rate
            order by currency, valid_from
        """,
        "country_holiday": f"""
            select country, day, holiday_name from {whole("country_holiday")} as holiday
            order by country, day, holiday_name
        """,
        "employee": f"""
            select staff.email, staff.user_name as full_name, staff.title, staff.department,
                staff.role, staff.team, staff.region, staff.country, staff.time_zone,
                manager.email as manager_email, staff.hired_on, staff.left_on, staff.ramp_months
            from {staff} as staff
            left join record.sales_user as manager on manager.user_id = staff.manager_user_id
            order by staff.user_id
        """,
        "headcount": f"""
            select month, role, headcount from {whole("headcount")} as count
            order by month, role
        """,
        "quota": f"""
            select staff.email as user_email, quota.period_start, quota.metric, quota.quota
            from {whole("quota")} as quota
            join {staff} as staff on staff.user_id = quota.user_id
            order by quota.period_start, staff.email, quota.metric
        """,
        "cost_ledger": f"""
            select cost_line_id as line, month, department, cost_type, cost_bucket, amount_usd
            from {whole("cost_ledger")} as cost order by cost_line_id
        """,
        "product": f"""
            select product_code, product_name, product_family, list_price_monthly, is_recurring,
                is_active
            from {whole("product")} as product order by product_code
        """,
        "territory": f"""
            select territory_name, region, segment from {whole("territory")} as territory
            order by territory_id
        """,
        "territory_assignment": f"""
            select territory.territory_name, staff.email as user_email, span.role,
                span.valid_from, span.valid_to
            from {whole("territory_assignment")} as span
            join record.territory as territory on territory.territory_id = span.territory_id
            join {staff} as staff on staff.user_id = span.user_id
            order by territory.territory_id, span.role, span.valid_from, staff.user_id
        """,
        "target_list": f"""
            select account.domain as account_domain, span.tier, span.valid_from, span.valid_to
            from {whole("target_list_membership")} as span
            join record.account as account on account.account_id = span.account_id
            order by account.domain, span.valid_from, span.tier
        """,
        # Bought from a list provider; further accounts are copies that only the CRM has.
        "market_account": f"""
            select domain as account_domain, account_name, industry, employee_count,
                annual_revenue_usd, country, region, segment, is_in_sam
            from record.account where account_id <= {delivery.settings.accounts}
            order by account_id
        """,
        "sequence_step": f"""
            select outreach.sequence_name, step.step_number, step.channel, step.day_offset,
                step.is_automated
            from record.sequence_step as step
            join {whole("sequence")} as outreach on outreach.sequence_id = step.sequence_id
            order by outreach.sequence_id, step.step_number
        """,
        "campaign_cost": f"""
            select promotion.campaign_name, cost.day, cost.cost_usd, cost.impressions, cost.clicks
            from {delivery.happened("campaign_cost_day")} as cost
            join record.campaign as promotion on promotion.campaign_id = cost.campaign_id
            order by cost.day, promotion.campaign_name
        """,
        "survey_response": f"""
            select survey.survey_id as response, account.domain as account_domain,
                job.email as respondent_email, survey.kind,
                {seconds("survey.sent_at")} as sent_at,
                {seconds("survey.answered_at")} as answered_at, survey.score
            from {delivery.happened("survey_response")} as survey
            left join record.account as account on account.account_id = survey.account_id
            left join record.contact as contact on contact.contact_id = survey.contact_id
            left join record.employment as job on job.employment_id = contact.employment_id
            order by survey.survey_id
        """,
    }
