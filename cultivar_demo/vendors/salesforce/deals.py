"""Salesforce's opportunities.

Belongs here: opportunities, their histories, contact roles and product lines. Does not belong
here: contracts (billing has them).
"""

from __future__ import annotations

from cultivar_demo.settings import FISCAL_YEAR_START_MONTH
from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.files import day_text, milliseconds
from cultivar_demo.vendors.identifiers import salesforce_id
from cultivar_demo.vendors.salesforce.drift import later_fields
from cultivar_demo.vendors.salesforce.extract import Extract, audited, choice, identified, someone
from cultivar_demo.vendors.salesforce.history import OWNER, Tracked, field_history

FORECAST_CATEGORIES = {
    "omitted": ("Omitted", "Omitted"),
    "pipeline": ("Pipeline", "Pipeline"),
    "best_case": ("BestCase", "Best Case"),
    "commit": ("Forecast", "Commit"),
    "closed": ("Closed", "Closed"),
}
"""Forecast category → the value of ForecastCategory and the label of ForecastCategoryName."""

_CATEGORY = {name: value for name, (value, _) in FORECAST_CATEGORIES.items()}
_CATEGORY_NAME = {name: label for name, (_, label) in FORECAST_CATEGORIES.items()}
_PER_CENT = "cast(round(100 * {probability}) as integer)"
_EXPECTED = "cast(version.amount * version.probability as decimal(18, 2))"


def opportunity(delivery: Delivery) -> Extract:
    """Opportunities."""
    # The fiscal year is named for the calendar year in which it ends.
    fiscal_day = f"(version.close_date + interval {13 - FISCAL_YEAR_START_MONTH} month)"
    # A first product line changes its opportunity.
    modified = "greatest(version.modified_at, line.modified_at)"
    stage_changed = delivery.prepare(
        "stage_change",
        """
        select opportunity_id, version_at as changed_at from (
            select opportunity_id, version_at, stage, lag(stage) over (
                partition by opportunity_id order by version_at
            ) as previous_stage
            from record.opportunity_version
        ) where previous_stage is distinct from stage
        """,
    )
    return Extract(
        {
            **identified("Opportunity", "version.opportunity_id", "version.is_deleted"),
            "AccountId": salesforce_id("Account", "deal.account_id"),
            "Name": "deal.opportunity_name",
            "StageName": "version.stage",
            "Amount": "version.amount",
            "Probability": _PER_CENT.format(probability="version.probability"),
            "ExpectedRevenue": _EXPECTED,
            "CloseDate": day_text("version.close_date"),
            "Type": "deal.opportunity_type",
            "NextStep": "version.next_step",
            "LeadSource": "deal.lead_source",
            "IsClosed": "version.is_closed",
            "IsWon": "version.is_won",
            "ForecastCategory": choice("version.forecast_category", _CATEGORY),
            "ForecastCategoryName": choice("version.forecast_category", _CATEGORY_NAME),
            "CurrencyIsoCode": "deal.currency",
            "CampaignId": salesforce_id("Campaign", "deal.campaign_id"),
            "HasOpportunityLineItem": "line.opportunity_id is not null",
            "OwnerId": salesforce_id("User", "version.owner_user_id"),
            **audited("deal.created_at", "deal.created_by_user_id", modified),
            "LastActivityDate": day_text("version.last_activity_on"),
            "LastStageChangeDate": milliseconds("stage_change.changed_at"),
            "FiscalQuarter": f"quarter({fiscal_day})",
            "FiscalYear": f"year({fiscal_day})",
            "ContactId": salesforce_id("Contact", "deal.primary_contact_id"),
            "Loss_Reason__c": "version.loss_reason",
            "Loss_Detail__c": "version.loss_detail",
            "Next_Step_Date__c": day_text("version.next_step_on"),
            "Qualification_Fields__c": "version.qualification_fields_filled",
            "Stage_Change_Reason__c": "version.change_reason",
            "Motion__c": "deal.motion",
            "Sourced_By_Role__c": "deal.sourced_by_role",
            "Hand_Off__c": salesforce_id("Hand_Off__c", "deal.hand_off_id"),
            "Competitor__c": "deal.competitor",
            "Is_Target_Account__c": "deal.is_target_account",
            "Renewed_Subscription__c": "renewed.subscription_name",
            **later_fields(delivery, "Opportunity"),
        },
        f"""{delivery.current("opportunity_version", whole=True)} as version
        join record.opportunity as deal on deal.opportunity_id = version.opportunity_id
        left join (
            select opportunity_id, max(changed_at) as changed_at from {stage_changed}
            where changed_at <= {delivery.until} group by opportunity_id
        ) as stage_change on stage_change.opportunity_id = version.opportunity_id
        left join (
            select opportunity_id, min(modified_at) as modified_at
            from {delivery.happened("line_item", whole=True)} group by opportunity_id
        ) as line on line.opportunity_id = version.opportunity_id
        left join (
            select subscription_id, max(subscription_name) as subscription_name
            from record.subscription_version group by subscription_id
        ) as renewed on renewed.subscription_id = deal.renewed_subscription_id
        where {delivery.is_due("version", modified)}""",
        "version.opportunity_id",
    )


def opportunity_history(delivery: Delivery) -> Extract:
    """A row whenever stage, amount, close date, probability or forecast category changed."""
    changes = delivery.prepare(
        "opportunity_history",
        """
        select row_number() over (order by version_at, opportunity_id) as history_id, *
        from (
            select opportunity_id, version_at, stage, amount, close_date, probability,
                forecast_category, owner_user_id,
                lag(stage) over record is distinct from stage
                or lag(amount) over record is distinct from amount
                or lag(close_date) over record is distinct from close_date
                or lag(probability) over record is distinct from probability
                or lag(forecast_category) over record is distinct from forecast_category
                    as is_change
            from record.opportunity_version
            window record as (partition by opportunity_id order by version_at)
        ) where is_change order by history_id
        """,
    )
    late_join, is_here, came_late = delivery.late("opportunity", "version", "opportunity_id")
    return Extract(
        {
            **identified("OpportunityHistory", "version.history_id"),
            "OpportunityId": salesforce_id("Opportunity", "version.opportunity_id"),
            "CreatedById": salesforce_id("User", someone("version.owner_user_id")),
            "CreatedDate": milliseconds("version.version_at"),
            "StageName": "version.stage",
            "Amount": "version.amount",
            "ExpectedRevenue": _EXPECTED,
            "CloseDate": day_text("version.close_date"),
            "Probability": _PER_CENT.format(probability="version.probability"),
            "ForecastCategory": choice("version.forecast_category", _CATEGORY),
            "CurrencyIsoCode": "deal.currency",
            "SystemModstamp": milliseconds("version.version_at"),
        },
        f"""{changes} as version
        join record.opportunity as deal on deal.opportunity_id = version.opportunity_id
        {late_join}
        where version.version_at <= {delivery.until} and {is_here}
            and (version.version_at > {delivery.start} or {came_late})""",
        "version.history_id",
    )


def opportunity_field_history(delivery: Delivery) -> Extract:
    """Changes of the tracked fields, owner and next step among them."""
    tracked = (
        Tracked("StageName", "DynamicEnum", "stage"),
        Tracked("Amount", "Currency", "amount"),
        Tracked("CloseDate", "DateOnly", "close_date"),
        *OWNER,
        Tracked("NextStep", "Text", "next_step"),
        Tracked("Next_Step_Date__c", "DateOnly", "next_step_on"),
        Tracked("Qualification_Fields__c", "Double", "qualification_fields_filled"),
        Tracked("Stage_Change_Reason__c", "Text", "change_reason"),
        Tracked(
            "ForecastCategoryName",
            "DynamicEnum",
            "forecast_category",
            choice("{value}", _CATEGORY_NAME),
        ),
        Tracked(
            "Probability",
            "Percent",
            "probability",
            f"cast({_PER_CENT.format(probability='{value}')} as varchar)",
        ),
    )
    return field_history(
        delivery, "OpportunityFieldHistory", "opportunity_version", "opportunity_id", tracked
    )


def opportunity_contact_role(delivery: Delivery) -> Extract:
    """Who is who on a deal."""
    return Extract(
        {
            **identified("OpportunityContactRole", "part.opportunity_role_id"),
            "OpportunityId": salesforce_id("Opportunity", "part.opportunity_id"),
            "ContactId": salesforce_id("Contact", "part.contact_id"),
            "Role": "part.role",
            "IsPrimary": "part.is_primary",
            **audited("part.created_at", "deal.created_by_user_id", "part.modified_at"),
        },
        f"""{delivery.happened("opportunity_role")} as part
        left join record.opportunity as deal on deal.opportunity_id = part.opportunity_id""",
        "part.opportunity_role_id",
    )


def opportunity_line_item(delivery: Delivery) -> Extract:
    """Product lines: sales price before, total after the discount, as Salesforce computes it."""
    return Extract(
        {
            **identified("OpportunityLineItem", "line.line_item_id"),
            "OpportunityId": salesforce_id("Opportunity", "line.opportunity_id"),
            "Product2Id": salesforce_id("Product2", "line.product_id"),
            "ProductCode": "goods.product_code",
            "Name": "deal.opportunity_name || ' ' || goods.product_name",
            "Quantity": "line.quantity",
            "Discount": "cast(100 * line.discount_ratio as decimal(18, 2))",
            "TotalPrice": "line.total_price",
            "UnitPrice": "line.list_price",
            "ListPrice": "line.list_price",
            "CurrencyIsoCode": "deal.currency",
            **audited("line.created_at", "deal.created_by_user_id", "line.modified_at"),
        },
        f"""{delivery.happened("line_item")} as line
        left join record.opportunity as deal on deal.opportunity_id = line.opportunity_id
        left join record.product as goods on goods.product_id = line.product_id""",
        "line.line_item_id",
    )
