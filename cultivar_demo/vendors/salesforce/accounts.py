"""Salesforce's users, accounts, cases, products.

Belongs here: objects that stand for organisations and what they have. Does not belong here:
people outside (``people``), deals (``deals``).
"""

from __future__ import annotations

from cultivar_demo.settings import INTERNAL_DOMAIN, REPORTING_CURRENCY
from cultivar_demo.vendors.account_versions import account_versions_with_developer
from cultivar_demo.vendors.clocks import ALWAYS, instant_of
from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.files import day_text, milliseconds
from cultivar_demo.vendors.identifiers import salesforce_id
from cultivar_demo.vendors.salesforce.extract import Extract, audited, identified, merges
from cultivar_demo.vendors.salesforce.history import OWNER, Tracked, field_history, tracked_user

_CASE_NUMBER_FIRST = 1_000
"""Case numbers of an org start here."""


def user(delivery: Delivery) -> Extract:
    """Logins; one cannot be deleted, only made inactive."""
    created = instant_of("(staff.hired_on - 1)", 6)
    return Extract(
        {
            "Id": salesforce_id("User", "staff.user_id"),
            "Username": "replace(staff.email, '@', '@crm.')",
            "LastName": "staff.last_name",
            "FirstName": "staff.first_name",
            "Name": "staff.user_name",
            "CompanyName": f"'{INTERNAL_DOMAIN}'",
            "Department": "staff.department",
            "Title": "staff.title",
            "Country": "staff.country",
            "Email": "staff.email",
            "EmployeeNumber": "lpad(cast(staff.user_id as varchar), 5, '0')",
            "IsActive": "staff.left_on is null",
            "TimeZoneSidKey": "staff.time_zone",
            "UserType": "'Standard'",
            "ManagerId": salesforce_id("User", "staff.manager_user_id"),
            "DefaultCurrencyIsoCode": f"'{REPORTING_CURRENCY}'",
            **audited(created, "null", "staff.modified_at"),
            "Role__c": "staff.role",
            "Team__c": "staff.team",
            "Region__c": "staff.region",
        },
        f"{delivery.happened('sales_user')} as staff",
        "staff.user_id",
    )


def account(delivery: Delivery) -> Extract:
    """Accounts, with who else looks after them beside the owner."""
    others = f"""(
        select account_id,
            arg_max(user_id, valid_from_at) filter (where role = 'sdr') as sdr_user_id,
            arg_max(user_id, valid_from_at) filter (where role = 'csm') as csm_user_id,
            max(valid_from_at) as modified_at
        from {delivery.happened("account_ownership", whole=True)} as span
        where role in ('sdr', 'csm')
        group by account_id
    )"""
    modified = "greatest(version.modified_at, others.modified_at)"
    return Extract(
        {
            **identified("Account", "version.account_id", "version.is_deleted"),
            "MasterRecordId": salesforce_id("Account", "merged.survivor_record_id"),
            "Name": "version.account_name",
            "Type": "version.account_type",
            "ParentId": salesforce_id("Account", "version.parent_account_id"),
            "BillingStreet": "version.street",
            "BillingCity": "version.city",
            "BillingState": "version.state",
            "BillingPostalCode": "version.postal_code",
            "BillingCountry": "version.country",
            "Phone": "version.phone",
            "Website": "version.website",
            "Industry": "version.industry",
            "AnnualRevenue": "version.annual_revenue_usd",
            "NumberOfEmployees": "version.employee_count",
            "CurrencyIsoCode": f"'{REPORTING_CURRENCY}'",
            "OwnerId": salesforce_id("User", "version.owner_user_id"),
            **audited("version.created_at", "version.owner_user_id", modified),
            "LastActivityDate": day_text("version.last_activity_on"),
            "AccountSource": "version.account_source",
            "Segment__c": "version.segment",
            "Territory__c": "version.territory_name",
            "Target_Tier__c": "version.target_tier",
            "Last_Enriched_On__c": day_text("version.enriched_on"),
            "Sales_Development_Rep__c": salesforce_id("User", "others.sdr_user_id"),
            "Customer_Success_Manager__c": salesforce_id("User", "others.csm_user_id"),
        },
        f"""{delivery.current("account_version", whole=True)} as version
        left join {others} as others on others.account_id = version.account_id
        left join {merges(delivery, "account")} as merged
            on merged.record_id = version.account_id
        where {delivery.is_due("version", modified)}""",
        "version.account_id",
    )


def account_history(delivery: Delivery) -> Extract:
    """Changes of owner, sales development representative, type and target tier."""
    tracked = (
        *OWNER,
        *tracked_user("Sales_Development_Rep__c", "sdr_user_id"),
        Tracked("Type", "DynamicEnum", "account_type"),
        Tracked("Target_Tier__c", "Double", "target_tier"),
    )
    return field_history(
        delivery,
        "AccountHistory",
        "account_version",
        "account_id",
        tracked,
        account_versions_with_developer(delivery),
    )


def case(delivery: Delivery) -> Extract:
    """Support cases; they are worked by a queue."""
    queue = salesforce_id("Queue", "1")
    return Extract(
        {
            **identified("Case", "asked.case_id"),
            "CaseNumber": f"lpad(cast({_CASE_NUMBER_FIRST} + asked.case_id as varchar), 8, '0')",
            "ContactId": salesforce_id("Contact", "asked.contact_id"),
            "AccountId": salesforce_id("Account", "asked.account_id"),
            "Type": "asked.category",
            "Status": "case when asked.closed_at is null then 'New' else 'Closed' end",
            "Origin": "'Web'",
            "Subject": "asked.subject",
            "Priority": "asked.priority",
            "IsClosed": "asked.closed_at is not null",
            "ClosedDate": milliseconds("asked.closed_at"),
            "OwnerId": queue,
            **audited("asked.opened_at", "null", "asked.modified_at"),
        },
        f"{delivery.happened('support_case')} as asked",
        "asked.case_id",
    )


def product(delivery: Delivery) -> Extract:
    """The catalogue."""
    return Extract(
        {
            **identified("Product2", "goods.product_id"),
            "Name": "goods.product_name",
            "ProductCode": "goods.product_code",
            "Family": "goods.product_family",
            "IsActive": "goods.is_active",
            **audited(ALWAYS, "null", "goods.modified_at"),
            "List_Price_Monthly__c": "goods.list_price_monthly",
            "Is_Recurring__c": "goods.is_recurring",
        },
        f"{delivery.happened('product')} as goods",
        "goods.product_id",
    )
