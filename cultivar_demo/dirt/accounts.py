"""Planted defects of accounts.

Belongs here: rules A01 to A19 that can be planted on one record. Does not belong here: duplicates
(A10), and what comes about by itself in a busy company (``chances``).
"""

from __future__ import annotations

from cultivar_demo.dirt.defect import Defect, one_of
from cultivar_demo.dirt.pools import LEFT_USER, LIVE_ACCOUNTS, NOBODY, PROSPECTS

_ELSEWHERE = """(
    select min(own.user_id) from main.territory_assignment as own
    where own.role = 'ae' and own.valid_to is null
        and own.user_id in (select user_id from main.sales_user where left_on is null)
        and own.user_id not in (
            select covered.user_id from main.territory_assignment as covered
            where covered.valid_to is null and covered.territory_id = (
                select any_value(home.territory_id) from main.account as home
                where home.account_id = altered.account_id
            )
        )
)"""
"""SQL: somebody active who sells, yet not where the account is."""

_WITH_STATE = f"select account_id from ({PROSPECTS}) semi join (select account_id from main.account where state is not null) using (account_id)"  # noqa: E501
_WITH_REVENUE = f"select account_id from ({PROSPECTS}) semi join (select account_id from main.account where employee_count > 20) using (account_id)"  # noqa: E501

DEFECTS = (
    Defect(
        "A01", "account", PROSPECTS,
        {"account_version": {"account_name": one_of("Test", "n/a", "asdf", "Unknown", "tbd")}},
        share=0.004, field="account_name", breaks_a_copy=True,
    ),
    Defect(
        "A02", "account", LIVE_ACCOUNTS, {"account_version": {"website": "null"}},
        share=0.03, at_least=3, field="website",
    ),
    # Providers of which nobody's address is: use and leads are matched to accounts by domain.
    Defect(
        "A03", "account", PROSPECTS,
        {"account_version": {"website": one_of(
            "https://www.facebook.com/our-page", "https://aol.com",
            "https://www.linkedin.com/company/us", "https://nodomain", "https://www.hotmail.com",
        )}},
        share=0.01, at_least=3, field="website",
    ),
    Defect(
        "A04", "account", PROSPECTS,
        {"account_version": {"industry": one_of("Sofware", "IT / Tech", "Other stuff", "FinServ")}},
        share=0.01, at_least=2, field="industry",
    ),
    Defect(
        "A05", "account", LIVE_ACCOUNTS,
        {"account_version": {"employee_count": "null", "annual_revenue_usd": "null"}},
        share=0.02, at_least=2, field="employee_count", detail="neither employees nor revenue",
    ),
    Defect(
        "A05", "account", _WITH_REVENUE,
        {"account_version": {"annual_revenue_usd": "altered.employee_count"}},
        share=0.005, field="annual_revenue", detail="employees and revenue contradict each other",
    ),
    Defect(
        "A06", "account", PROSPECTS,
        {"account_version": {"country": one_of("Untied States", "Deutshland", "XX", "Narnia")}},
        share=0.01, at_least=2, field="country",
    ),
    Defect(
        "A06", "account", _WITH_STATE, {"account_version": {"state": one_of("ZZ", "Q1")}},
        share=0.01, field="state", detail="no state of the country",
    ),
    Defect(
        "A07", "account", PROSPECTS, {"account_version": {"owner_user_id": LEFT_USER}},
        share=0.01, at_least=2, field="owner_id",
    ),
    Defect(
        "A08", "account", PROSPECTS, {"account_version": {"owner_user_id": _ELSEWHERE}},
        share=0.01, field="owner_id",
    ),
    Defect(
        "A11", "account", PROSPECTS,
        {
            "account_version": {"account_type": "'Customer'"},
            "account_type_change": {"account_type": "'Customer'"},
        },
        share=0.005, field="account_type", detail="a customer without a contract",
    ),
    Defect(
        "A13", "account", PROSPECTS,
        {"account_version": {"employee_count": "([-5, 900000000, -120])[1 + picked.number % 3]"}},
        share=0.005, at_least=2, field="employee_count",
    ),
    Defect(
        "A16", "account", LIVE_ACCOUNTS, {"account_version": {"enriched_on": "date '2019-04-01'"}},
        share=0.02, at_least=2, field="enriched_on",
    ),
    Defect(
        "A17", "account", PROSPECTS,
        {"account_version": {"segment": "case when altered.segment = 'smb' then 'enterprise' "
                             "else 'smb' end"}},
        share=0.01, at_least=2, field="segment",
    ),
    Defect(
        "A19", "account", PROSPECTS,
        {"account_version": {"parent_account_id": f"{NOBODY} + picked.number"}},
        share=0.002, field="parent_account_id", breaks_a_copy=True,
    ),
)  # fmt: skip
