"""Zuora's data source export: accounts, subscriptions, charges and products, one CSV an object.

Belongs here: objects, their API fields, and which rows a night delivers. Does not belong here:
when a row becomes known (``clocks``), ids (``identifiers``).
"""

from __future__ import annotations

from pathlib import Path

from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.files import day_text, with_offset, write_csv
from cultivar_demo.vendors.identifiers import hubspot_id, salesforce_id, zuora_id

CRM_IDS = {
    "salesforce": (salesforce_id, "Account", "Opportunity"),
    "hubspot": (hubspot_id, "Company", "Deal"),
}
"""CRM → its ids, and its names of accounts and deals."""

_BILLING_PERIODS = "case billing_period_months when 1 then 'Month' else 'Annual' end"


def write_zuora(delivery: Delivery, folder: Path, crm: str = "salesforce") -> dict[str, int]:
    """Write every object as ``folder/<Object>.csv``, also where nothing changed.

    Args:
        delivery: what is known, and since when.
        folder: where the files go.
        crm: whose ids accounts and opportunities have: ``salesforce`` or ``hubspot``.

    Returns:
        Object → rows.
    """
    queries = {
        "Account": _accounts(delivery, crm),
        "Subscription": _subscriptions(delivery, crm),
        "RatePlanCharge": _charges(delivery),
        "Product": _products(delivery),
    }
    return {
        name: write_csv(delivery.connection, query, folder / f"{name}.csv")
        for name, query in queries.items()
    }


def _accounts(delivery: Delivery, crm: str) -> str:
    """Who has been billed: an account with its first subscription."""
    id_of, account, _ = CRM_IDS[crm]
    return f"""
        select
            {zuora_id("Account", "billed.account_id")} as "Id",
            'A' || lpad(cast(billed.account_id as varchar), 8, '0') as "AccountNumber",
            account.legal_name as "Name",
            {id_of(account, "billed.account_id")} as "CrmId",
            billed.currency as "Currency",
            'Active' as "Status",
            {with_offset("billed.created_at")} as "CreatedDate",
            {with_offset("billed.created_at")} as "UpdatedDate"
        from (
            select account_id, min(version_at) as created_at,
                arg_min(currency, (version_at, subscription_id)) as currency
            from record.subscription_version
            where version_at <= {delivery.until}
            group by account_id
        ) as billed
        join record.account as account on account.account_id = billed.account_id
        where {delivery.is_within("billed.created_at")}
        order by billed.account_id
    """


def _subscriptions(delivery: Delivery, crm: str) -> str:
    id_of, _, opportunity = CRM_IDS[crm]
    # The end of a cancelled subscription is the end of the paid term; until then it has service.
    return f"""
        select
            {zuora_id("Subscription", "version.subscription_id")} as "Id",
            version.subscription_name as "Name",
            {zuora_id("Account", "version.account_id")} as "AccountId",
            version.status as "Status",
            'TERMED' as "TermType",
            first.term_months as "InitialTerm",
            version.term_months as "CurrentTerm",
            version.term_months as "RenewalTerm",
            {day_text("version.term_started_on")} as "TermStartDate",
            {day_text("version.term_ends_on")} as "TermEndDate",
            {day_text("version.signed_on")} as "ContractEffectiveDate",
            {day_text("version.started_on")} as "ServiceActivationDate",
            {day_text("version.started_on")} as "SubscriptionStartDate",
            {day_text("coalesce(version.ended_on, version.term_ends_on)")}
                as "SubscriptionEndDate",
            {day_text("case when version.status = 'Cancelled' then version.ended_on end")}
                as "CancelledDate",
            {day_text("version.cancel_notice_on")} as "CancellationNoticeDate__c",
            case when version.cancel_notice_on is null and version.status = 'Active'
                then 'true' else 'false' end as "AutoRenew",
            {id_of(opportunity, "version.opportunity_id")} as "OpportunityId__QT",
            first.versions as "Version",
            {with_offset("version.created_at")} as "CreatedDate",
            {with_offset("version.modified_at")} as "UpdatedDate"
        from {delivery.current("subscription_version")} as version
        join (
            select subscription_id, count(*) as versions,
                arg_min(term_months, version_at) as term_months
            from record.subscription_version
            where version_at <= {delivery.until}
            group by subscription_id
        ) as first on first.subscription_id = version.subscription_id
        order by version.subscription_id
    """


def _charges(delivery: Delivery) -> str:
    """Segments; one changes when it is amended, and when the next one of its charge is booked."""
    return f"""
        select
            {zuora_id("RatePlanCharge", "charge_id")} as "Id",
            'C-' || lpad(cast(subscription_id as varchar), 8, '0') || '-'
                || lpad(cast(product_id as varchar), 2, '0') as "ChargeNumber",
            {zuora_id("Subscription", "subscription_id")} as "SubscriptionId",
            {zuora_id("Product", "product_id")} as "ProductId",
            product_name || ' (seats)' as "Name",
            'Recurring' as "ChargeType",
            'PerUnit' as "ChargeModel",
            segment as "Segment",
            1 as "Version",
            case when next_booked_at is null then 'true' else 'false' end as "IsLastSegment",
            {day_text("effective_from")} as "EffectiveStartDate",
            {day_text("least(effective_to, amended_effective_to)")} as "EffectiveEndDate",
            quantity as "Quantity",
            unit_price as "Price",
            mrr as "MRR",
            currency as "Currency",
            {_BILLING_PERIODS} as "BillingPeriod",
            movement as "Movement__c",
            {with_offset("booked_at")} as "CreatedDate",
            {with_offset("changed_at")} as "UpdatedDate"
        from (
            select charge.*, product.product_name,
                lead(charge.booked_at) over later as next_booked_at,
                greatest(charge.modified_at, lead(charge.booked_at) over later) as changed_at
            from {delivery.happened("subscription_charge", whole=True)} as charge
            join record.product as product on product.product_id = charge.product_id
            window later as (
                partition by charge.subscription_id, charge.product_id
                order by charge.segment, charge.charge_id
            )
        )
        where changed_at > {delivery.start}
        order by charge_id
    """


def _products(delivery: Delivery) -> str:
    """The catalogue of what is sold as a subscription; small, so it comes whole every night."""
    created = with_offset(f"timestamp '{delivery.settings.first_day}'")
    return f"""
        select
            {zuora_id("Product", "product_id")} as "Id",
            product_name as "Name",
            product_code as "SKU",
            product_family as "Category",
            {created} as "CreatedDate",
            {created} as "UpdatedDate"
        from {delivery.happened("product", whole=True)} as product
        where is_recurring
        order by product_id
    """
