"""The segments that the second opinion looks at, beside the whole company.

Belongs here: one or two dimensions a family. Does not belong here: all dimensions of fct_kpi.
"""

from __future__ import annotations

from tests.second_opinion.company import Company, Record
from tests.second_opinion.results import WHOLE

NONE = "(none)"


def account_segments(company: Company, account_id: str | None) -> list[tuple[str, str]]:
    """Of a customer: the whole, the industry and the territory of the account as it is now."""
    account = company.account(account_id)
    return [
        WHOLE,
        ("industry", (account.industry if account else None) or NONE),
        ("territory", (account.territory if account else None) or NONE),
    ]


def deal_segments(company: Company, deal: Record) -> list[tuple[str, str]]:
    """Of a deal: the whole, its type, and its account's size band as it is now."""
    account = company.account(deal.account_id)
    return [
        WHOLE,
        ("opportunity_type", deal.opportunity_type or NONE),
        ("account_segment", (account.account_segment if account else None) or NONE),
    ]


def owner_name(company: Company, user_id: str | None) -> str:
    user = company.users.get(user_id or "")
    return (user.user_name if user else None) or user_id or NONE
