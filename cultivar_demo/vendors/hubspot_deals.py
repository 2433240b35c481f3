"""HubSpot's deals, their pipeline and line items.

Belongs here: deals with the history of their properties. Does not belong here: contracts (billing
has them).
"""

from __future__ import annotations

from cultivar_demo.constants import STAGES
from cultivar_demo.vendors.clocks import ALWAYS, instant_of
from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.files import day_text, seconds
from cultivar_demo.vendors.hubspot_identity import choice, contact_of
from cultivar_demo.vendors.hubspot_object import (
    HubspotObject,
    associated,
    association,
    value_history,
)
from cultivar_demo.vendors.identifiers import hubspot_id, uuid

PIPELINE = "default"

_STAGE_FIRST = 214_300_000
STAGE_IDS = {
    stage.name: {"won": "closedwon", "lost": "closedlost"}.get(
        stage.state, str(_STAGE_FIRST + stage.order)
    )
    for stage in STAGES
}
"""Name of a stage → its id in the pipeline: the account's own stages have numbers."""

_FORECAST_CATEGORIES = {
    "omitted": "OMIT",
    "pipeline": "PIPELINE",
    "best_case": "BEST_CASE",
    "commit": "COMMIT",
    "closed": "CLOSED",
}

_ROLE_KIND = "lower(replace(part.role, ' ', '_'))"


def stage_id(column: str) -> str:
    """SQL: the id of the stage; a stage that the pipeline lost keeps its old id."""
    return choice(column, STAGE_IDS, column)


def midnight(day: str) -> str:
    """SQL: UTC midnight of a calendar day, as HubSpot keeps closing days."""
    return f"strftime({day}, '%Y-%m-%dT00:00:00Z')"


def _share(column: str) -> str:
    """SQL: a chance in whole per cent, as people enter it."""
    return f"cast(cast(round(100 * {column}) as integer) / 100 as decimal(9, 2))"


def _stage_chance(column: str) -> str:
    return choice(column, {stage.name: f"{stage.probability:g}" for stage in STAGES})


def deal(delivery: Delivery) -> HubspotObject:
    """Deals."""
    owner = hubspot_id("Owner", "owner_user_id")
    properties = {
        "dealstage": stage_id("stage"),
        "amount": "amount",
        "closedate": midnight("close_date"),
        "hs_forecast_probability": _share("probability"),
        "hs_manual_forecast_category": choice("forecast_category", _FORECAST_CATEGORIES),
        "hubspot_owner_id": owner,
        "hs_next_step": "next_step",
        "next_step_date": day_text("next_step_on"),
        "qualification_fields": "qualification_fields_filled",
        "stage_change_reason": "change_reason",
    }
    history = value_history(
        "record.opportunity_version", "opportunity_id", properties, delivery.until
    )
    modified = "greatest(version.modified_at, line.modified_at, part.modified_at)"
    return HubspotObject(
        path="/crm/v3/objects/deals",
        record_id=hubspot_id("Deal", "version.opportunity_id"),
        properties={
            "dealname": "deal.opportunity_name",
            "dealtype": "deal.opportunity_type",
            "pipeline": f"'{PIPELINE}'",
            "dealstage": stage_id("version.stage"),
            "amount": "version.amount",
            "deal_currency_code": "deal.currency",
            "closedate": midnight("version.close_date"),
            "hs_deal_stage_probability": _stage_chance("version.stage"),
            "hs_forecast_probability": _share("version.probability"),
            "hs_manual_forecast_category": choice(
                "version.forecast_category", _FORECAST_CATEGORIES
            ),
            "hs_is_closed": "version.is_closed",
            "hs_is_closed_won": "version.is_won",
            "closed_lost_reason": "version.loss_reason",
            "loss_detail": "version.loss_detail",
            "hs_next_step": "version.next_step",
            "next_step_date": day_text("version.next_step_on"),
            "qualification_fields": "version.qualification_fields_filled",
            "stage_change_reason": "version.change_reason",
            "hubspot_owner_id": hubspot_id("Owner", "version.owner_user_id"),
            "hs_created_by_user_id": hubspot_id("User", "deal.created_by_user_id"),
            "lead_source": "deal.lead_source",
            "source_campaign": uuid("Campaign", "deal.campaign_id"),
            "primary_contact": contact_of(delivery, "null::bigint", "deal.primary_contact_id"),
            "motion": "deal.motion",
            "sourced_by_role": "deal.sourced_by_role",
            "hand_off": hubspot_id("HandOff", "deal.hand_off_id"),
            "competitor": "deal.competitor",
            "is_target_account": "deal.is_target_account",
            "renewed_subscription": "renewed.subscription_name",
            "notes_last_updated": seconds(instant_of("version.last_activity_on")),
            "createdate": seconds("deal.created_at"),
            "hs_lastmodifieddate": seconds("version.modified_at"),
            "hs_object_id": hubspot_id("Deal", "version.opportunity_id"),
        },
        source=f"""{delivery.current("opportunity_version", whole=True)} as version
        join record.opportunity as deal on deal.opportunity_id = version.opportunity_id
        left join {history} as history on history.opportunity_id = version.opportunity_id
        left join {_contacts(delivery)} as part on part.opportunity_id = version.opportunity_id
        left join (
            select opportunity_id, max(modified_at) as modified_at
            from {delivery.happened("line_item", whole=True)} group by opportunity_id
        ) as line on line.opportunity_id = version.opportunity_id
        left join (
            select subscription_id, max(subscription_name) as subscription_name
            from record.subscription_version group by subscription_id
        ) as renewed on renewed.subscription_id = deal.renewed_subscription_id
        where {delivery.is_due("version", modified)}""",
        order="version.is_deleted, version.opportunity_id",
        created_at="deal.created_at",
        updated_at=modified,
        is_archived="version.is_deleted",
        associations={
            "companies": associated(
                hubspot_id("Company", "deal.account_id"), "deal_to_company", is_primary=True
            ),
            "contacts": "part.contacts",
        },
        history={name: f"history.{name}" for name in properties},
    )


def _contacts(delivery: Delivery) -> str:
    """SQL (in brackets): the contacts of each deal, with the labels of what they are."""
    contact = "part.hubspot_contact"
    entries = (
        f"[{association(contact, 'deal_to_contact')}, "
        f'struct_pack(id := {contact}, "type" := {_ROLE_KIND})]'
        f" || case when part.is_primary "
        f"then [{association(contact, 'primary_contact')}] else [] end"
    )
    return f"""(
        select opportunity_id, max(modified_at) as modified_at,
            flatten(list({entries} order by opportunity_role_id)) as contacts
        from (
            select part.*,
                {contact_of(delivery, "null::bigint", "part.contact_id")} as hubspot_contact
            from {delivery.happened("opportunity_role", whole=True)} as part
        ) as part
        group by opportunity_id
    )"""


def line_item(delivery: Delivery) -> HubspotObject:
    """Line items: price before, amount after the discount."""
    return HubspotObject(
        path="/crm/v3/objects/line_items",
        record_id=hubspot_id("LineItem", "line.line_item_id"),
        properties={
            "name": "goods.product_name",
            "hs_product_id": hubspot_id("Product", "line.product_id"),
            "hs_sku": "goods.product_code",
            "quantity": "line.quantity",
            "price": "line.list_price",
            "hs_discount_percentage": "cast(100 * line.discount_ratio as decimal(18, 2))",
            "amount": "line.total_price",
            "hs_line_item_currency_code": "deal.currency",
            "createdate": seconds("line.created_at"),
            "hs_lastmodifieddate": seconds("line.modified_at"),
            "hs_object_id": hubspot_id("LineItem", "line.line_item_id"),
        },
        source=f"""{delivery.happened("line_item")} as line
        left join record.opportunity as deal on deal.opportunity_id = line.opportunity_id
        left join record.product as goods on goods.product_id = line.product_id""",
        order="line.line_item_id",
        created_at="line.created_at",
        updated_at="line.modified_at",
        associations={
            "deals": associated(hubspot_id("Deal", "line.opportunity_id"), "line_item_to_deal")
        },
    )


def deal_pipeline(_: Delivery) -> HubspotObject:
    """The one pipeline, with the names of its stages."""
    stages = ", ".join(
        f"struct_pack(id := '{STAGE_IDS[stage.name]}', label := '{stage.name}', "
        f"displayOrder := {place}, metadata := struct_pack("
        f"isClosed := '{str(stage.state != 'open').lower()}', "
        f"probability := '{stage.probability:g}'), archived := false)"
        for place, stage in enumerate(STAGES)
    )
    return HubspotObject(
        path="/crm/v3/pipelines/deals",
        record_id=f"'{PIPELINE}'",
        properties={},
        fields={"label": "'Sales Pipeline'", "displayOrder": "0", "stages": f"[{stages}]"},
        source="(select 1 as number)",
        order="number",
        created_at=ALWAYS,
        updated_at=ALWAYS,
    )
