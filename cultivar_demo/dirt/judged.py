"""What rules are applied to: the live records at the end of the last day.

Belongs here: temporary views ``judged_<entity>`` over schema ``record``, one row a record with all
that rules ask of it, and a few macros. Does not belong here: any rule. Live are records that are
neither deleted nor merged nor excluded; what is quarantined is judged as well.
"""

from __future__ import annotations

import datetime as dt

import duckdb

from cultivar_demo.constants import STAGES
from cultivar_demo.settings import REPORTING_TIME_ZONE

NOT_JUDGED = "reason in ('deleted', 'merged') or starts_with(reason, 'excluded')"
"""Reasons of ``record.not_counted`` for which no rule applies."""

_DOMAIN = r"regexp_replace(split_part(lower({0}), '://', 2), '^www\.|/.*$', '', 'g')"

_TABLES = {
    "judged_account": """
        select version.*, base.domain, base.territory_id, base.entered_crm_at,
            {website_domain} as website_domain
        from {accounts} as version
        join record.account as base using (account_id)
        where {is_live}
    """,
    "judged_contact": """
        select version.*, base.account_id, base.created_at, base.lead_source, base.person_id,
            base.employment_id, person.first_name, person.last_name, person.country,
            person.consent_status, job.email, job.phone, job.mobile_phone,
            lower(split_part(job.email, '@', 2)) as email_domain
        from {contacts} as version
        join record.contact as base using (contact_id)
        join record.person as person using (person_id)
        join record.employment as job using (employment_id)
        where {is_live} and (base.account_id is null or base.account_id not in (
            select record_id from record.not_counted
            where entity = 'account' and starts_with(reason, 'excluded')
        ))
    """,
    "judged_lead": """
        select version.*, base.created_at, base.lead_source, base.campaign_id, base.person_id,
            base.employment_id, base.account_id, person.first_name, person.last_name,
            person.country, person.consent_status, job.email, job.phone, job.mobile_phone,
            job.title, lower(split_part(job.email, '@', 2)) as email_domain,
            version.lead_status not in ('Converted', 'Disqualified') and not version.is_converted
                as is_open
        from {leads} as version
        join record.lead as base using (lead_id)
        join record.person as person using (person_id)
        join record.employment as job using (employment_id)
        where {is_live}
    """,
    "judged_opportunity": """
        select version.*, base.* exclude (opportunity_id),
            stage.stage_order, stage.state, stage.expected_days, stage.stage_category,
            coalesce(stage.state = 'open', false) as is_open
        from {opportunities} as version
        join record.opportunity as base using (opportunity_id)
        left join judged_stage as stage using (stage)
        where {is_live} and (base.account_id is null or base.account_id not in (
            select record_id from record.not_counted
            where entity = 'account' and starts_with(reason, 'excluded')
        ))
    """,
    "judged_subscription": "select * from {subscriptions} as version",
    "judged_activity": """
        select touch_id, kind, direction, is_automated, user_id, lead_id, contact_id, account_id,
            opportunity_id, created_at, occurred_at, meeting_outcome,
            occurred_at <= judged_until() as is_done
        from record.touch
    """,
    "judged_quiet": """
        select coalesce(touch.account_id, contact.account_id) as account_id,
            touch.opportunity_id, touch.lead_id, touch.contact_id,
            judged_day(max(touch.occurred_at)) as last_on
        from record.touch as touch
        left join record.contact as contact on contact.contact_id = touch.contact_id
        where touch.occurred_at <= judged_until()
        group by all
    """,
}
"""Temporary table → query."""

_VERSIONS = {
    "accounts": ("account_version", "account_id"),
    "contacts": ("contact_version", "contact_id"),
    "leads": ("lead_version", "lead_id"),
    "opportunities": ("opportunity_version", "opportunity_id"),
    "subscriptions": ("subscription_version", "subscription_id"),
}


def open_judged(
    connection: duckdb.DuckDBPyConnection, last_day: dt.date, cutoff: dt.datetime
) -> None:
    """Make the temporary tables and macros; ``judged_usage`` is made by who knows of usage.

    Macros: ``judged_today()`` the last day, ``judged_until()`` its end, ``judged_day(stamp)`` the
    day of a stamp in the reporting time zone, ``judged_weekdays(a, b)`` Mondays to Fridays from
    day ``a`` (inclusive) to ``b`` (exclusive).
    """
    stages = ", ".join(
        f"('{stage.name}', {stage.order}, '{stage.state}', {stage.expected_days}, "
        f"'{stage.forecast_category}')"
        for stage in STAGES
    )
    for statement in (
        f"create or replace temp macro judged_today() as date '{last_day}'",
        f"create or replace temp macro judged_until() as timestamp '{cutoff}'",
        "create or replace temp macro judged_day(stamp) as "
        f"cast(timezone('{REPORTING_TIME_ZONE}', timezone('UTC', stamp)) as date)",
        # Whole weeks have five; of the rest, those that are no weekend.
        """
        create or replace temp macro judged_weekdays(a, b) as (b - a) // 7 * 5 + len(
            list_filter(range(1, 7), lambda n: n <= (b - a) % 7
                and (isodow(a) + n - 2) % 7 < 5))
        """,
        f"""
        create or replace temp table judged_stage as
        select * from (values {stages})
            as _(stage, stage_order, state, expected_days, stage_category)
        """,
    ):
        connection.execute(statement)
    latest = {
        name: f"(from record.{table} qualify row_number() over "
        f"(partition by {key} order by version_at desc) = 1)"
        for name, (table, key) in _VERSIONS.items()
    }
    for name, query in _TABLES.items():
        entity = name.removeprefix("judged_")
        is_live = f"""not version.is_deleted and version.{entity}_id not in (
            select record_id from record.not_counted where entity = '{entity}' and ({NOT_JUDGED})
        )"""
        text = query.format(
            is_live=is_live, website_domain=_DOMAIN.format("version.website"), **latest
        )
        connection.execute(f"create or replace temp table {name} as {text}")


def close_judged(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop the temporary tables; nobody else reads them."""
    for name in (*_TABLES, "judged_stage", "judged_usage"):
        connection.execute(f"drop table {name}")
