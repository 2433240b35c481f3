"""Salesforce's leads and contacts.

Belongs here: people outside, their histories and their relation to accounts. Does not belong
here: what was done with them (``activities``).
"""

from __future__ import annotations

from cultivar_demo.constants import AWARENESS_STAGES
from cultivar_demo.settings import REPORTING_CURRENCY
from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.files import day_text, milliseconds
from cultivar_demo.vendors.identifiers import salesforce_id
from cultivar_demo.vendors.salesforce.drift import later_fields
from cultivar_demo.vendors.salesforce.extract import (
    Extract,
    audited,
    business_day,
    choice,
    identified,
    merges,
)
from cultivar_demo.vendors.salesforce.history import OWNER, Tracked, field_history

_BOUNCE_REASON = "case when version.is_email_bounced then '550 5.1.1 User unknown' end"

_CADENCE = {
    "ActionCadenceId": "case when version.is_in_sequence then "
    f"{salesforce_id('ActionCadence', '1 + version.owner_user_id % 3')} end",
    "ActionCadenceState": "case when version.is_in_sequence then 'Running' end",
}
"""Sales Engagement: the cadence that somebody is in."""


def lead(delivery: Delivery) -> Extract:
    """Leads; a converted one stays as it was and points to what came of it."""
    return Extract(
        {
            **identified("Lead", "version.lead_id", "version.is_deleted"),
            "MasterRecordId": salesforce_id("Lead", "merged.survivor_record_id"),
            **_name(),
            "Title": "job.title",
            "Company": "company.account_name",
            "Country": "person.country",
            "Phone": "job.phone",
            "MobilePhone": "job.mobile_phone",
            "Email": "job.email",
            "Website": "'https://www.' || company.domain",
            "LeadSource": "lead.lead_source",
            "Status": "version.lead_status",
            "Industry": "company.industry",
            "AnnualRevenue": "company.annual_revenue_usd",
            "NumberOfEmployees": "company.employee_count",
            "CurrencyIsoCode": f"'{REPORTING_CURRENCY}'",
            "OwnerId": salesforce_id("User", "version.owner_user_id"),
            "HasOptedOutOfEmail": "version.has_opted_out_of_email",
            "DoNotCall": "version.is_do_not_call",
            **_CADENCE,
            "IsConverted": "version.is_converted",
            "ConvertedDate": day_text(business_day("version.converted_at")),
            "ConvertedAccountId": salesforce_id("Account", "version.converted_account_id"),
            "ConvertedContactId": salesforce_id("Contact", "version.converted_contact_id"),
            "ConvertedOpportunityId": salesforce_id(
                "Opportunity", "version.converted_opportunity_id"
            ),
            **audited("lead.created_at", "version.owner_user_id", "version.modified_at"),
            "LastActivityDate": day_text("version.last_activity_on"),
            "EmailBouncedReason": _BOUNCE_REASON,
            "EmailBouncedDate": milliseconds("version.email_bounced_at"),
            "Original_Campaign__c": salesforce_id("Campaign", "lead.campaign_id"),
            "Consent_Status__c": "person.consent_status",
            "Motion__c": "lead.motion",
            "Lead_Score__c": "version.score",
            "Department__c": "job.department",
            "Function__c": "job.function",
            "Seniority__c": "job.seniority",
            "Disqualified_Reason__c": "version.disqualified_reason",
            "Review_Date__c": day_text("version.review_on"),
            "Converted_At__c": milliseconds("version.converted_at"),
            "Synchronised_With_Marketing__c": "true",
            **later_fields(delivery, "Lead"),
        },
        f"""{delivery.current("lead_version")} as version
        join record.lead as lead on lead.lead_id = version.lead_id
        left join record.person as person on person.person_id = lead.person_id
        left join record.employment as job on job.employment_id = lead.employment_id
        left join record.account as company on company.account_id = lead.account_id
        left join {merges(delivery, "lead")} as merged on merged.record_id = version.lead_id""",
        "version.lead_id",
    )


def lead_history(delivery: Delivery) -> Extract:
    """Changes of status and owner."""
    tracked = (Tracked("Status", "DynamicEnum", "lead_status"), *OWNER)
    return field_history(delivery, "LeadHistory", "lead_version", "lead_id", tracked)


def contact(delivery: Delivery) -> Extract:
    """Contacts."""
    stages = {str(number): name for number, name in enumerate(AWARENESS_STAGES, start=1)}
    return Extract(
        {
            **identified("Contact", "version.contact_id", "version.is_deleted"),
            "MasterRecordId": salesforce_id("Contact", "merged.survivor_record_id"),
            "AccountId": salesforce_id("Account", "contact.account_id"),
            **_name(),
            "MailingCountry": "person.country",
            "Phone": "job.phone",
            "MobilePhone": "job.mobile_phone",
            "Email": "job.email",
            "Title": "version.title",
            "Department": "job.department",
            "LeadSource": "contact.lead_source",
            "CurrencyIsoCode": f"'{REPORTING_CURRENCY}'",
            "OwnerId": salesforce_id("User", "version.owner_user_id"),
            "HasOptedOutOfEmail": "version.has_opted_out_of_email",
            "DoNotCall": "version.is_do_not_call",
            **_CADENCE,
            **audited("contact.created_at", "version.owner_user_id", "version.modified_at"),
            "LastActivityDate": day_text("version.last_activity_on"),
            "EmailBouncedReason": _BOUNCE_REASON,
            "EmailBouncedDate": milliseconds("version.email_bounced_at"),
            "IsEmailBounced": "version.is_email_bounced",
            "Consent_Status__c": "person.consent_status",
            "Awareness_Stage__c": choice("cast(version.awareness_stage as varchar)", stages),
            "Synchronised_With_Marketing__c": "true",
            "Function__c": "job.function",
            "Seniority__c": "job.seniority",
        },
        f"""{delivery.current("contact_version")} as version
        join record.contact as contact on contact.contact_id = version.contact_id
        left join record.person as person on person.person_id = contact.person_id
        left join record.employment as job on job.employment_id = contact.employment_id
        left join {merges(delivery, "contact")} as merged
            on merged.record_id = version.contact_id""",
        "version.contact_id",
    )


def contact_history(delivery: Delivery) -> Extract:
    """Changes of owner and awareness stage."""
    stages = {str(number): name for number, name in enumerate(AWARENESS_STAGES, start=1)}
    tracked = (
        *OWNER,
        Tracked(
            "Awareness_Stage__c",
            "DynamicEnum",
            "awareness_stage",
            choice("cast({value} as varchar)", stages),
        ),
    )
    return field_history(delivery, "ContactHistory", "contact_version", "contact_id", tracked)


def account_contact_relation(delivery: Delivery) -> Extract:
    """The direct relation of every contact to its account, which Salesforce keeps by itself."""
    return Extract(
        {
            **identified("AccountContactRelation", "version.contact_id", "version.is_deleted"),
            "AccountId": salesforce_id("Account", "contact.account_id"),
            "ContactId": salesforce_id("Contact", "version.contact_id"),
            "IsDirect": "true",
            "IsActive": "not version.is_deleted",
            **audited("contact.created_at", "version.owner_user_id", "version.modified_at"),
        },
        f"""{delivery.current("contact_version")} as version
        join record.contact as contact on contact.contact_id = version.contact_id
        where contact.account_id is not null""",
        "version.contact_id",
    )


def _name() -> dict[str, str]:
    return {
        "LastName": "person.last_name",
        "FirstName": "person.first_name",
        "Name": "nullif(concat_ws(' ', person.first_name, person.last_name), '')",
    }
