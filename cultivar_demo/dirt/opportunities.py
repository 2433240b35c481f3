"""Planted defects of opportunities.

Belongs here: rules O01 to O30 that can be planted on one record. Does not belong here: what comes
about by itself in a busy company (``chance``).
"""

from __future__ import annotations

from cultivar_demo.dirt.accounts import NOBODY
from cultivar_demo.dirt.defect import Defect, one_of


def _deals(condition: str) -> str:
    """Live deals whose last version fulfils ``condition``."""
    return f"""
    select opportunity_id from (
        from record.opportunity_version
        qualify row_number() over (partition by opportunity_id order by version_at desc) = 1
    ) as latest
    where not latest.is_deleted and ({condition})
    """


OPEN = _deals("not latest.is_closed")
WON = _deals("latest.is_won")
LOST = _deals("latest.is_closed and not latest.is_won")

_LAST = """altered.version_at = (
    select max(other.version_at) from main.opportunity_version as other
    where other.opportunity_id = altered.opportunity_id
)"""
"""Whether a version is the deal's last: what was right before stays right."""

DEFECTS = (
    Defect(
        "O01", "opportunity", OPEN, {"opportunity": {"account_id": "null"}},
        share=0.01, at_least=2, field="account_id", breaks_a_copy=True,
    ),
    Defect(
        "O02", "opportunity", LOST,
        {"opportunity_version": {
            "stage": f"case when {_LAST} then {one_of('Dead', 'Closed - Old')} "
                     "else altered.stage end",
        }},
        share=0.01, at_least=2, field="stage",
    ),
    Defect(
        "O05", "opportunity", LOST,
        {"opportunity_version": {
            "close_date": f"case when {_LAST} then date '2027-02-15' else altered.close_date end",
        }},
        share=0.005, at_least=1, field="close_date",
    ),
    Defect(
        "O06", "opportunity", LOST,
        {"opportunity_version": {
            "close_date": f"case when {_LAST} then (select cast(deal.created_at as date) - 20 "
                          "from main.opportunity as deal "
                          "where deal.opportunity_id = altered.opportunity_id) "
                          "else altered.close_date end",
        }},
        share=0.01, at_least=2, field="close_date",
    ),
    Defect(
        "O07", "opportunity", WON,
        {"opportunity_version": {
            "probability": f"case when {_LAST} then 0.9 else altered.probability end",
        }},
        share=0.01, at_least=2, field="probability",
    ),
    Defect(
        "O08", "opportunity", OPEN,
        {"opportunity_version": {"next_step": "null", "next_step_on": "null"}},
        share=0.03, at_least=2, field="next_step",
    ),
    Defect(
        "O12", "opportunity", LOST,
        {"opportunity_version": {"loss_reason": "null", "loss_detail": "null"}},
        share=0.02, at_least=2, field="loss_reason",
    ),
    Defect(
        "O17", "opportunity", OPEN,
        {"opportunity": {"lead_source": "null", "campaign_id": "null"}},
        share=0.02, at_least=2, field="lead_source",
    ),
    Defect(
        "O22", "opportunity", OPEN, {"opportunity": {"currency": "'CHF'"}},
        share=0.005, at_least=2, field="currency_code", breaks_a_copy=True,
    ),
    Defect(
        "O16", "opportunity", OPEN,
        {"opportunity_version": {"owner_user_id": "(select min(user_id) from record.sales_user "
                                 "where left_on is not null)"}},
        share=0.01, at_least=1, field="owner_id",
    ),
    Defect(
        "O01", "opportunity", OPEN,
        {"opportunity": {"account_id": f"{NOBODY} + picked.number"}},
        share=0.005, at_least=1, field="account_id", detail="an account that does not exist",
        breaks_a_copy=True,
    ),
)  # fmt: skip
