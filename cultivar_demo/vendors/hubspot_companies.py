"""HubSpot's companies, owners, users, tickets and products.

Belongs here: objects that stand for organisations, our own people, and what companies have. Does
not belong here: people outside (``hubspot_people``), deals (``hubspot_deals``).
"""

from __future__ import annotations

from cultivar_demo.vendors.account_versions import account_versions_with_developer
from cultivar_demo.vendors.clocks import ALWAYS, instant_of
from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.files import day_text, seconds
from cultivar_demo.vendors.hubspot_identity import choice, contact_of
from cultivar_demo.vendors.hubspot_object import HubspotObject, associated, merges, value_history
from cultivar_demo.vendors.identifiers import hubspot_id

_HIRED = instant_of("(staff.hired_on - 1)", 6)


def company(delivery: Delivery) -> HubspotObject:
    """Companies, with who else looks after them beside the owner."""
    others = f"""(
        select account_id,
            arg_max(user_id, valid_from_at) filter (where role = 'sdr') as sdr_user_id,
            arg_max(user_id, valid_from_at) filter (where role = 'csm') as csm_user_id,
            max(valid_from_at) as modified_at
        from {delivery.happened("account_ownership", whole=True)} as span
        where role in ('sdr', 'csm')
        group by account_id
    )"""
    losers = f"""(
        select survivor_id, max(merged_at) as merged_at,
            string_agg({hubspot_id("Company", "record_id")}, ';' order by merged_at, record_id)
                as record_ids
        from {merges(delivery, "account")} group by survivor_id
    )"""
    owners = value_history(
        account_versions_with_developer(delivery),
        "account_id",
        {
            "hubspot_owner_id": hubspot_id("Owner", "owner_user_id"),
            "sales_development_owner": hubspot_id("Owner", "sdr_user_id"),
        },
        delivery.until,
    )
    modified = "greatest(version.modified_at, others.modified_at)"
    return HubspotObject(
        path="/crm/v3/objects/companies",
        record_id=hubspot_id("Company", "version.account_id"),
        properties={
            "name": "version.account_name",
            "domain": "split_part(version.website, '://www.', 2)",
            "website": "version.website",
            "type": "version.account_type",
            "industry": "version.industry",
            "annualrevenue": "version.annual_revenue_usd",
            "numberofemployees": "version.employee_count",
            "phone": "version.phone",
            "address": "version.street",
            "city": "version.city",
            "state": "version.state",
            "zip": "version.postal_code",
            "country": "version.country",
            "hs_parent_company_id": hubspot_id("Company", "version.parent_account_id"),
            "hubspot_owner_id": hubspot_id("Owner", "version.owner_user_id"),
            "lifecyclestage": choice(
                "version.account_type",
                {"Customer": "customer", "Former Customer": "other", "Partner": "other"},
                "'lead'",
            ),
            "company_source": "version.account_source",
            "territory": "version.territory_name",
            "company_segment": "version.segment",
            "hs_is_target_account": "version.target_tier is not null",
            "hs_ideal_customer_profile": "'tier_' || version.target_tier",
            "last_enriched_on": day_text("version.enriched_on"),
            "sales_development_owner": hubspot_id("Owner", "others.sdr_user_id"),
            "customer_success_owner": hubspot_id("Owner", "others.csm_user_id"),
            "notes_last_updated": seconds(instant_of("version.last_activity_on")),
            "hs_merged_object_ids": "merged.record_ids",
            "createdate": seconds("version.created_at"),
            "hs_lastmodifieddate": seconds(modified),
            "hs_object_id": hubspot_id("Company", "version.account_id"),
        },
        source=f"""{delivery.current("account_version", whole=True)} as version
        left join {others} as others on others.account_id = version.account_id
        left join {owners} as owners on owners.account_id = version.account_id
        left join {losers} as merged on merged.survivor_id = version.account_id
        left join {merges(delivery, "account")} as loser on loser.record_id = version.account_id
        where {delivery.is_due("version", f"greatest({modified}, merged.merged_at)")}
            and loser.record_id is null""",
        order="version.is_deleted, version.account_id",
        created_at="version.created_at",
        updated_at=modified,
        is_archived="version.is_deleted",
        history={
            "hubspot_owner_id": "coalesce(owners.hubspot_owner_id, [])",
            "sales_development_owner": "coalesce(owners.sales_development_owner, [])",
        },
    )


def owner(delivery: Delivery) -> HubspotObject:
    """Owners; whoever left is archived."""
    team = (
        "[struct_pack(id := cast(hash(staff.team) % 100000000 as varchar), name := staff.team, "
        '"primary" := true)]'
    )
    return HubspotObject(
        path="/crm/v3/owners",
        record_id=hubspot_id("Owner", "staff.user_id"),
        properties={},
        fields={
            "email": "staff.email",
            "type": "'PERSON'",
            "firstName": "staff.first_name",
            "lastName": "staff.last_name",
            "userId": f"cast({hubspot_id('User', 'staff.user_id')} as bigint)",
            "teams": team,
        },
        source=f"{delivery.happened('sales_user')} as staff",
        order="staff.left_on is not null, staff.user_id",
        created_at=_HIRED,
        updated_at="staff.modified_at",
        is_archived="staff.left_on is not null",
    )


def user(delivery: Delivery) -> HubspotObject:
    """Users, with the properties that owners lack."""
    return HubspotObject(
        path="/crm/v3/objects/users",
        record_id=hubspot_id("UserObject", "staff.user_id"),
        properties={
            "hs_given_name": "staff.first_name",
            "hs_family_name": "staff.last_name",
            "hs_email": "staff.email",
            "hs_job_title": "staff.title",
            "hs_standard_time_zone": "staff.time_zone",
            "hs_internal_user_id": hubspot_id("User", "staff.user_id"),
            "hubspot_owner_id": hubspot_id("Owner", "staff.user_id"),
            "department": "staff.department",
            "user_role": "staff.role",
            "team": "staff.team",
            "region": "staff.region",
            "manager_owner_id": hubspot_id("Owner", "staff.manager_user_id"),
            "hs_object_id": hubspot_id("UserObject", "staff.user_id"),
        },
        source=f"{delivery.happened('sales_user')} as staff",
        order="staff.user_id",
        created_at=_HIRED,
        updated_at="staff.modified_at",
    )


def product(delivery: Delivery) -> HubspotObject:
    """The product library."""
    return HubspotObject(
        path="/crm/v3/objects/products",
        record_id=hubspot_id("Product", "goods.product_id"),
        properties={
            "name": "goods.product_name",
            "hs_sku": "goods.product_code",
            "hs_product_type": "case when goods.is_recurring then 'service' else 'non_inventory' "
            "end",
            "product_family": "goods.product_family",
            "price": "goods.list_price_monthly",
            "recurringbillingfrequency": "case when goods.is_recurring then 'monthly' end",
            "hs_active": "goods.is_active",
            "createdate": seconds(ALWAYS),
            "hs_lastmodifieddate": seconds("goods.modified_at"),
            "hs_object_id": hubspot_id("Product", "goods.product_id"),
        },
        source=f"{delivery.happened('product')} as goods",
        order="goods.product_id",
        created_at=ALWAYS,
        updated_at="goods.modified_at",
    )


def ticket(delivery: Delivery) -> HubspotObject:
    """Tickets: support cases."""
    return HubspotObject(
        path="/crm/v3/objects/tickets",
        record_id=hubspot_id("Ticket", "asked.case_id"),
        properties={
            "subject": "asked.subject",
            "hs_pipeline": "'0'",
            "hs_pipeline_stage": "case when asked.closed_at is null then '1' else '4' end",
            "hs_ticket_priority": "upper(asked.priority)",
            "hs_ticket_category": "asked.category",
            "createdate": seconds("asked.opened_at"),
            "closed_date": seconds("asked.closed_at"),
            "hs_lastmodifieddate": seconds("asked.modified_at"),
            "hs_object_id": hubspot_id("Ticket", "asked.case_id"),
        },
        source=f"{delivery.happened('support_case')} as asked",
        order="asked.case_id",
        created_at="asked.opened_at",
        updated_at="asked.modified_at",
        associations={
            "companies": associated(
                hubspot_id("Company", "asked.account_id"), "ticket_to_company", is_primary=True
            ),
            "contacts": associated(
                contact_of(delivery, "null::bigint", "asked.contact_id"), "ticket_to_contact"
            ),
        },
    )
