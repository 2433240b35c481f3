"""Planted defects of accounts.

Belongs here: rules A01 to A19 that can be planted on one record. Does not belong here: duplicates
(A10), and what comes about by itself in a busy company (``chance``).
"""

from __future__ import annotations

from cultivar_demo.dirt.defect import Defect, one_of

LIVE = """
    select version.account_id from record.account_version as version
    where version.account_id not in (
        select record_id from record.not_counted where entity = 'account'
    )
    group by version.account_id
    having not arg_max(version.is_deleted, version.version_at)
"""
"""Accounts that the CRM holds at the end."""

PROSPECTS = f"""
    select account_id from ({LIVE})
    semi join (
        select account_id from record.account_version group by account_id
        having bool_and(account_type = 'Prospect')
    ) using (account_id)
    anti join record.opportunity using (account_id)
"""
"""Live accounts that never were more than a prospect, without any deal."""

TARGETS = f"select account_id from ({LIVE}) anti join record.opportunity using (account_id)"

NOBODY = 987_654_321
"""An id that no record has."""

DEFECTS = (
    Defect(
        "A01", "account", PROSPECTS,
        {"account_version": {"account_name": one_of("Test", "n/a", "asdf", "Unknown", "tbd")}},
        share=0.004, at_least=2, field="account_name", breaks_a_copy=True,
    ),
    Defect(
        "A02", "account", LIVE, {"account_version": {"website": "null"}},
        share=0.03, at_least=3, field="website",
    ),
    Defect(
        "A03", "account", PROSPECTS,
        {
            "account_version": {
                "website": one_of(
                    "https://www.facebook.com/our-page", "https://gmail.com",
                    "https://www.linkedin.com/company/us", "https://nodomain", "www.gmx.de",
                )
            }
        },
        share=0.01, at_least=3, field="website",
    ),
    Defect(
        "A04", "account", PROSPECTS,
        {"account_version": {"industry": one_of("Sofware", "IT / Tech", "Other stuff", "FinServ")}},
        share=0.01, at_least=2, field="industry",
    ),
    Defect(
        "A05", "account", LIVE,
        {"account_version": {"employee_count": "null", "annual_revenue_usd": "null"}},
        share=0.02, at_least=2, field="employee_count",
    ),
    Defect(
        "A06", "account", PROSPECTS,
        {"account_version": {"country": one_of("Untied States", "Deutshland", "XX", "Narnia")}},
        share=0.01, at_least=2, field="country",
    ),
    Defect(
        "A07", "account", PROSPECTS,
        {"account_version": {"owner_user_id": "(select min(user_id) from record.sales_user "
                             "where left_on is not null)"}},
        share=0.01, at_least=2, field="owner_id",
    ),
    Defect(
        "A08", "account", PROSPECTS,
        {"account_version": {"owner_user_id": """(
            select min(staff.user_id) from record.sales_user as staff
            where staff.left_on is null and staff.role = 'ae' and staff.region <> (
                select any_value(home.region) from record.account as home
                where home.account_id = altered.account_id
            )
        )"""}},
        share=0.01, at_least=1, field="owner_id",
    ),
    Defect(
        "A13", "account", PROSPECTS,
        {"account_version": {"employee_count": "([-5, 900000000, -120])[1 + picked.number % 3]"}},
        share=0.005, at_least=2, field="employee_count",
    ),
    Defect(
        "A16", "account", LIVE, {"account_version": {"enriched_on": "date '2019-04-01'"}},
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
        share=0.002, at_least=2, field="parent_account_id", breaks_a_copy=True,
    ),
)  # fmt: skip
