"""Accounts that break rules A01 to A19.

Belongs here: one query a condition. Does not belong here: planting.
"""

from __future__ import annotations

from cultivar_demo.constants import INDUSTRIES
from cultivar_demo.dirt.chances.chance import Chance, texts

PLACEHOLDERS = ("test", "asdf", "n/a", "unknown", "tbd")
NO_COMPANY_DOMAINS = (
    "facebook.com", "linkedin.com", "apps.apple.com", "play.google.com", "gmail.com", "gmx.de",
    "outlook.com", "web.de", "aol.com", "hotmail.com",
)  # fmt: skip
"""Social networks, shops of apps, free mail."""

MOST_EMPLOYEES = 5_000_000
MOST_REVENUE_USD = 1_000_000_000_000
REVENUE_AN_EMPLOYEE_USD = (1_000, 10_000_000)
"""Beyond these, employees and revenue contradict each other."""

DEEPEST = 5
"""Levels of parents that a family of companies may have."""

QUIET_DAYS = 30
ENRICHED_WITHIN_DAYS = 365
LICENCES_EXCEEDED = 1.1

_DOMAIN_IS_NONE = (
    f"(website_domain in {texts(NO_COMPANY_DOMAINS)} "
    r"or not regexp_full_match(website_domain, '([a-z0-9-]+\.)+[a-z]{2,}'))"
)
COMPANY_DOMAIN = f"case when not {_DOMAIN_IS_NONE} then website_domain end"
"""SQL over ``judged_account``: the domain by which its people are known."""

ONE_OF_A_DOMAIN = f"""
    select website_domain as domain, any_value(account_id) as account_id from judged_account
    where {COMPANY_DOMAIN} is not null group by website_domain having count(*) = 1
"""
"""Accounts that alone have their domain: what only tells a domain is theirs."""

_WORKSPACE_HOME = f"""
    select workspace_id, paid_at, closed_at,
        coalesce(payer.account_id, home.account_id) as account_id
    from record.workspace as made
    left join judged_account as payer
        on payer.account_id = made.account_id and payer.entered_crm_at <= made.paid_at
    left join ({ONE_OF_A_DOMAIN}) as home
        on home.domain = lower(split_part(made.creator_email, '@', 2))
    where coalesce(payer.account_id, home.account_id) is not null
"""
"""Whose a workspace is as far as the product tells: it learns the account with the payment."""

_LAST_WORKED = f"""
    select account_id, max(last_on) as last_on from (
        select account_id, last_on from judged_quiet where lead_id is null
        union all
        -- What was done with a lead names the lead only.
        select coalesce(lead.converted_account_id, home.account_id), last_on
        from judged_quiet join judged_lead as lead using (lead_id)
        left join ({ONE_OF_A_DOMAIN}) as home on home.domain = lead.email_domain
    ) where account_id is not null group by account_id
"""

ACTIVE_LICENCES = """
    select account_id, sum(quantity) as seats
    from record.subscription_charge semi join (
        select product_id from record.product where product_family = 'Platform'
    ) using (product_id)
    where charge_id not in (
        select record_id from record.not_counted where entity = 'subscription_charge'
    )
    and judged_today() >= effective_from
    and judged_today() < least(effective_to, coalesce(amended_effective_to, effective_to))
    group by account_id
"""

CHANCES = (
    Chance(
        "A01", "account", "account_name",
        f"""
        select account_id from judged_account
        where coalesce(trim(account_name), '') = ''
            or lower(trim(account_name)) in {texts(PLACEHOLDERS)}
        """,
    ),
    Chance(
        "A02", "account", "website",
        "select account_id from judged_account where website is null",
    ),
    Chance(
        "A03", "account", "website",
        f"select account_id from judged_account where website is not null and {_DOMAIN_IS_NONE}",
    ),
    Chance(
        "A04", "account", "industry",
        "select account_id from judged_account "
        f"where industry is not null and industry not in {texts(INDUSTRIES)}",
    ),
    Chance(
        "A05", "account", "employee_count",
        "select account_id from judged_account "
        "where employee_count is null and annual_revenue_usd is null",
        "neither employees nor revenue",
    ),
    Chance(
        "A05", "account", "annual_revenue",
        f"""
        select account_id from judged_account
        where employee_count between 1 and {MOST_EMPLOYEES}
            and annual_revenue_usd between 0 and {MOST_REVENUE_USD}
            and annual_revenue_usd / employee_count not between
                {REVENUE_AN_EMPLOYEE_USD[0]} and {REVENUE_AN_EMPLOYEE_USD[1]}
        """,
        "employees and revenue contradict each other",
    ),
    Chance(
        "A06", "account", "country",
        "select account_id from judged_account where country is null "
        "or country not in (select country from main.account)",
    ),
    Chance(
        "A06", "account", "state",
        """
        select account_id from judged_account
        where state is not null and country in (select country from main.account)
            and (country, state) not in (
                select (country, state) from main.account where state is not null
            )
        """,
        "no state of the country",
    ),
    Chance(
        "A07", "account", "owner_id",
        """
        select account_id from judged_account left join record.sales_user as owner
            on owner.user_id = owner_user_id
        where owner.user_id is null or owner.left_on <= judged_today()
        """,
    ),
    Chance(
        "A08", "account", "owner_id",
        """
        select account_id from judged_account
        join record.territory using (territory_name)
        semi join record.territory_assignment as own
            on own.user_id = owner_user_id and own.valid_from <= judged_today()
            and coalesce(own.valid_to > judged_today(), true)
        anti join record.territory_assignment as covered
            on covered.user_id = owner_user_id and covered.valid_from <= judged_today()
            and coalesce(covered.valid_to > judged_today(), true)
            and covered.territory_id = territory.territory_id
        """,
    ),
    Chance(
        "A09", "account", "parent_account_id",
        """
        select account_id from judged_account
        where parent_account_id is not null
            and parent_account_id not in (select account_id from record.account_version)
        """,
        "a parent that does not exist",
    ),
    Chance(
        "A09", "account", "parent_account_id",
        f"""
        with recursive family as (
            select account_id, parent_account_id, 1 as depth
            from judged_account where parent_account_id is not null
            union all
            select family.account_id, above.parent_account_id, depth + 1
            from family join judged_account as above
                on above.account_id = family.parent_account_id
            where above.parent_account_id is not null and depth < {DEEPEST}
        )
        select distinct account_id from family where depth = {DEEPEST}
        """,
        "a loop, or too deep",
    ),
    Chance(
        "A10", "account", "account_name",
        r"""
        select account_id, min(account_id) over name as cluster_id from judged_account
        where account_name is not null
        window name as (partition by lower(trim(regexp_replace(account_name, '\s+', ' ', 'g'))))
        qualify count(*) over name > 1
        """,
        "same name", is_clustered=True,
    ),
    Chance(
        "A10", "account", "website",
        f"""
        select account_id, min(account_id) over site as cluster_id
        from judged_account where {COMPANY_DOMAIN} is not null
        window site as (partition by website_domain)
        qualify count(*) over site > 1
        """,
        "same domain", is_clustered=True,
    ),
    Chance(
        "A11", "account", "account_type",
        """
        select account_id from judged_account
        anti join judged_opportunity as deal
            on deal.account_id = judged_account.account_id and deal.state = 'won'
        anti join judged_subscription as contract
            on contract.account_id = judged_account.account_id and contract.status = 'Active'
        where account_type = 'Customer'
        """,
        "a customer without a contract",
    ),
    Chance(
        "A11", "account", "account_type",
        """
        select account_id from judged_account
        where account_type <> 'Customer' and account_id in (
            select account_id from judged_subscription where status = 'Active'
        )
        """,
        "a contract without a customer",
    ),
    Chance(
        "A12", "account", "last_activity_date",
        f"""
        select account_id from judged_account
        -- The list names domains.
        where website_domain in (
            select home.domain from record.target_list_membership as span
            join record.account as home using (account_id)
            where valid_from <= judged_today() and coalesce(valid_to > judged_today(), true)
        ) and account_id not in (
            select account_id from ({_LAST_WORKED})
            where last_on >= judged_today() - {QUIET_DAYS}
        )
        """,
    ),
    Chance(
        "A13", "account", "employee_count",
        f"""
        select account_id from judged_account
        where employee_count not between 0 and {MOST_EMPLOYEES}
            or annual_revenue_usd not between 0 and {MOST_REVENUE_USD}
        """,
    ),
    Chance(
        "A14", "account", "account_id",
        """
        select account_id from judged_account
        where account_type = 'Customer' and account_id not in (
            select account_id from judged_contact where account_id is not null
        )
        """,
        "a customer without a contact",
    ),
    Chance(
        "A14", "account", "account_id",
        """
        select account_id from judged_account
        where account_type = 'Customer'
            and account_id in (select account_id from judged_contact)
            and account_id not in (
                select contact.account_id from judged_contact as contact
                join record.opportunity_role as part using (contact_id)
                where part.role in ('Economic Buyer', 'Champion')
                    and contact.account_id is not null
            )
        """,
        "a customer without an economic buyer or champion",
    ),
    Chance(
        "A15", "account", "account_type",
        f"""
        select account_id from judged_account
        where account_type = 'Former Customer' and account_id in (
            select account_id from judged_usage join ({_WORKSPACE_HOME}) using (workspace_id)
        )
        """,
        "use of a churned account",
    ),
    Chance(
        "A15", "account", "account_type",
        f"""
        select account_id from judged_account
        where account_id in (
            select account_id from judged_subscription
            where status = 'Active' and started_on <= judged_today() - 30
        ) and account_id not in (
            select account_id from judged_usage join ({_WORKSPACE_HOME}) using (workspace_id)
        )
        """,
        "no use by a paying account",
    ),
    Chance(
        "A16", "account", "enriched_on",
        "select account_id from judged_account "
        f"where enriched_on < judged_today() - {ENRICHED_WITHIN_DAYS}",
    ),
    Chance(
        "A17", "account", "segment",
        f"""
        select account_id from judged_account
        where employee_count between 0 and {MOST_EMPLOYEES} and segment <> case
            when employee_count < 200 then 'smb'
            when employee_count < 2000 then 'mid_market' else 'enterprise' end
        """,
    ),
    Chance(
        "A17", "account", "territory",
        """
        select account_id from judged_account
        join (select distinct country, region from main.account) as place using (country)
        join record.territory as entered using (territory_name)
        where entered.region <> place.region
        """,
        "the territory of another region",
    ),
    Chance(
        "A18", "account", "account_id",
        f"""
        select account_id from judged_account
        join ({ACTIVE_LICENCES}) as licence using (account_id)
        join (
            select account_id, count(distinct workspace_user_id) as users
            from judged_usage join ({_WORKSPACE_HOME}) using (workspace_id)
            where paid_at is not null and closed_at is null
            group by account_id
        ) as used using (account_id)
        where users > {LICENCES_EXCEEDED} * seats
        """,
    ),
    Chance(
        "A19", "account", "parent_account_id",
        """
        select account_id from judged_account
        where (parent_account_id is not null
            and parent_account_id not in (select account_id from record.account_version))
            or (owner_user_id is not null
                and owner_user_id not in (select user_id from record.sales_user))
        """,
    ),
)  # fmt: skip
