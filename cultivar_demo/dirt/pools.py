"""From which records victims are chosen: queries over the truth.

Belongs here: sets of records that several kinds of dirt choose from. Does not belong here: choosing
(``records``).
"""

from __future__ import annotations

LIVE_ACCOUNTS = """
    select account_id from main.account_version group by account_id
    having not arg_max(is_deleted, version_at)
"""

PROSPECTS = f"""
    select account_id from ({LIVE_ACCOUNTS})
    semi join (
        select account_id from main.account_version group by account_id
        having bool_and(account_type = 'Prospect')
    ) using (account_id)
    anti join main.opportunity using (account_id)
"""
"""Live accounts that never were more than a prospect, without any deal."""

_ALONE = """
    select person_id from (
        select person_id from main.lead union all select person_id from main.contact
    ) group by person_id having count(*) = 1
"""
"""People with one record only, so that a change of their data breaks just that one."""

LIVE_LEADS = f"""
    select lead.lead_id from main.lead as lead
    semi join (
        select lead_id from main.lead_version group by lead_id
        having not bool_or(is_deleted) and not bool_or(is_converted)
    ) using (lead_id)
    semi join ({_ALONE}) as alone on alone.person_id = lead.person_id
    anti join main.hand_off as passed on passed.lead_id = lead.lead_id
"""
"""Leads that were neither passed on, converted nor deleted, of people without another record."""

LIVE_CONTACTS = f"""
    select contact.contact_id from main.contact as contact
    semi join (
        select contact_id from main.contact_version group by contact_id
        having not bool_or(is_deleted)
    ) using (contact_id)
    semi join ({_ALONE}) as alone on alone.person_id = contact.person_id
    anti join main.opportunity as deal on deal.primary_contact_id = contact.contact_id
"""
"""Contacts that were never a lead, of people without another record."""

CONVERTED_LEADS = """
    select lead_id from main.lead_version group by lead_id
    having bool_or(is_converted) and not bool_or(is_deleted)
        and bool_and(converted_opportunity_id is null)
"""
"""Converted without a deal of their own."""


def deals(condition: str) -> str:
    """Live deals whose last version fulfils ``condition`` (columns of ``latest`` and ``deal``)."""
    return f"""
    select latest.opportunity_id from (
        from main.opportunity_version
        qualify row_number() over (partition by opportunity_id order by version_at desc) = 1
    ) as latest
    join main.opportunity as deal using (opportunity_id)
    where not latest.is_deleted and ({condition})
    """


OPEN = deals("not latest.is_closed")
OPEN_NEW = deals("not latest.is_closed and deal.opportunity_type = 'New Business'")
QUALIFIED = deals(
    "not latest.is_closed and latest.stage not in ('Meeting Set', 'Discovery') "
    "and latest.amount is not null"
)
WON = deals("latest.is_won")
LOST = deals("latest.is_closed and not latest.is_won")

IS_LAST = """altered.version_at = (
    select max(other.version_at) from main.opportunity_version as other
    where other.opportunity_id = altered.opportunity_id
)"""
"""SQL: whether an altered version is the deal's last; what was right before stays right."""


def at_last(column: str, value: str) -> str:
    """SQL for ``column``: ``value`` in a deal's last version, unchanged before."""
    return f"case when {IS_LAST} then {value} else altered.{column} end"


NOBODY = 987_654_321
"""An id that no record has."""

LEFT_USER = "(select max(user_id) from main.sales_user where left_on is not null and role = 'ae')"
"""SQL: somebody who once sold and is no longer there; NULL where nobody left."""
