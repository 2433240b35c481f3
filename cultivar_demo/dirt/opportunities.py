"""Planted defects of opportunities.

Belongs here: rules O01 to O30 that can be planted on one record. Does not belong here: what comes
about by itself in a busy company (``chances``).
"""

from __future__ import annotations

from cultivar_demo.dirt.defect import Defect, one_of
from cultivar_demo.dirt.pools import (
    LEFT_USER,
    LOST,
    NOBODY,
    OPEN,
    OPEN_NEW,
    QUALIFIED,
    WON,
    at_last,
    deals,
)

_WITHOUT_LINES = "latest.opportunity_id not in (select opportunity_id from main.line_item)"
_SMALL_WON = deals(
    "latest.is_won and deal.opportunity_type = 'New Business' and latest.amount < 12000 "
    "and latest.opportunity_id in (select opportunity_id from main.line_item) "
    "and latest.opportunity_id in (select opportunity_id from main.subscription_version)"
)
_LOST_WITH_LINES = deals(
    "latest.is_closed and not latest.is_won "
    "and latest.opportunity_id in (select opportunity_id from main.line_item)"
)
_SMALL_LOST = deals(
    f"latest.is_closed and not latest.is_won and latest.amount < 20000 and {_WITHOUT_LINES}"
)
_CLOSED_RENEWAL = deals(
    """
    latest.is_closed and not latest.is_won and deal.opportunity_type = 'Renewal'
    and deal.account_id in (
        select account_id from main.subscription_version group by account_id
        having count(distinct subscription_id) = 1
    )
    """
)
_SERIOUS = deals(
    """
    not latest.is_closed and latest.stage in ('Economic Buyer', 'Proof of Value')
    and latest.opportunity_id in (
        select opportunity_id from main.opportunity_version group by opportunity_id
        having list_unique(arg_max(stage, version_at, 2)) = 1 and count(*) > 1
    )
    """
)
"""Deals that did not enter their stage with their last version."""

_EARLY = deals("not latest.is_closed and latest.stage in ('Meeting Set', 'Discovery', 'Scope')")

DEFECTS = (
    Defect(
        "O01", "opportunity", OPEN_NEW, {"opportunity": {"account_id": "null"}},
        share=0.01, field="account_id", breaks_a_copy=True,
    ),
    Defect(
        "O01", "opportunity", OPEN_NEW,
        {"opportunity": {"account_id": f"{NOBODY} + picked.number"}},
        share=0.005, field="account_id", detail="an account that does not exist",
        breaks_a_copy=True,
    ),
    Defect(
        "O22", "opportunity", OPEN_NEW, {"opportunity": {"currency": "'CHF'"}},
        share=0.005, field="currency_code", breaks_a_copy=True,
    ),
    Defect(
        "O02", "opportunity", LOST,
        {"opportunity_version": {"stage": at_last("stage", one_of("Dead", "Closed - Old"))}},
        share=0.01, field="stage",
    ),
    Defect(
        "O03", "opportunity", QUALIFIED, {"opportunity_version": {"amount": "null"}},
        share=0.01, field="amount_original", detail="no amount",
    ),
    Defect(
        "O03", "opportunity", _SMALL_LOST, {"opportunity_version": {"amount": "-altered.amount"}},
        share=0.01, field="amount_original", detail="an absurd amount",
    ),
    Defect(
        "O05", "opportunity", LOST,
        {"opportunity_version": {"close_date": at_last("close_date", "date '2027-02-15'")}},
        share=0.005, field="close_date",
    ),
    Defect(
        "O06", "opportunity", LOST,
        {"opportunity_version": {"close_date": at_last(
            "close_date",
            "(select cast(deal.created_at as date) - 20 from main.opportunity as deal "
            "where deal.opportunity_id = altered.opportunity_id)",
        )}},
        share=0.01, at_least=2, field="close_date",
    ),
    Defect(
        "O07", "opportunity", WON,
        {"opportunity_version": {"probability": at_last("probability", "0.9")}},
        share=0.01, at_least=2, field="probability",
    ),
    Defect(
        "O08", "opportunity", OPEN,
        {"opportunity_version": {"next_step": "null", "next_step_on": "null"}},
        share=0.03, field="next_step", detail="no next step",
    ),
    Defect(
        "O12", "opportunity", LOST,
        {"opportunity_version": {"loss_reason": "null", "loss_detail": "null"}},
        share=0.02, at_least=2, field="loss_reason",
    ),
    Defect(
        "O16", "opportunity", OPEN, {"opportunity_version": {"owner_user_id": LEFT_USER}},
        share=0.01, field="owner_id",
    ),
    Defect(
        "O17", "opportunity", WON, {"opportunity": {"lead_source": "null", "campaign_id": "null"}},
        share=0.02, at_least=2, field="lead_source", detail="no source",
    ),
    Defect(
        "O19", "opportunity", _LOST_WITH_LINES,
        {"opportunity_version": {"amount": "altered.amount + 250"}},
        share=0.01, field="amount_original",
    ),
    Defect(
        "O25", "opportunity", OPEN,
        {"opportunity_version": {"close_date": at_last("close_date", "date '2028-06-30'")}},
        share=0.01, field="close_date", detail="closing in the far future",
    ),
    Defect(
        "O26", "opportunity", QUALIFIED,
        {"opportunity_version": {"amount": "case when altered.amount is not null then 90 end"}},
        share=0.01, field="amount_original",
    ),
    # Entered twice: everything that was sold, and the amount; what is billed is right.
    Defect(
        "O27", "opportunity", _SMALL_WON,
        {
            "opportunity_version": {"amount": "2 * altered.amount"},
            "line_item": {
                "quantity": "2 * altered.quantity", "total_price": "2 * altered.total_price",
            },
        },
        share=0.01, field="amount_original",
    ),
    Defect(
        "O28", "opportunity", _CLOSED_RENEWAL,
        {"opportunity_version": {"close_date": "altered.close_date + 120"}},
        share=0.05, field="close_date",
    ),
    Defect(
        "O21", "opportunity", _EARLY,
        {"opportunity_version": {"forecast_category": at_last("forecast_category", "'commit'")}},
        share=0.02, field="forecast_category",
    ),
    # Back a stage without a word.
    Defect(
        "O18", "opportunity", _SERIOUS,
        {"opportunity_version": {
            "stage": at_last("stage", "'Scope'"), "change_reason": at_last("change_reason", "null"),
        }},
        share=0.02, field="stage",
    ),
)  # fmt: skip
