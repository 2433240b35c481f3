"""Contacts and leads that break rules P01 to P33.

Belongs here: one query a condition and object. Does not belong here: planting.
"""

from __future__ import annotations

from cultivar_demo.constants import LEAD_SOURCES
from cultivar_demo.dirt.chances.accounts import COMPANY_DOMAIN
from cultivar_demo.dirt.chances.chance import Chance, texts

MISSPELT_DOMAINS = ("gmial.com", "hotmial.com", "gmai.com", "yahooo.com", "outlok.com")
ROLE_ADDRESSES = ("info", "sales", "office", "contact", "support", "admin")
DISPOSABLE_DOMAINS = ("mailinator.com",)
FREE_MAIL_DOMAINS = ("gmail.com", "outlook.com", "web.de", "gmx.de", "yahoo.com", "hotmail.com")
NAME_PLACEHOLDERS = ("test", "unknown", "asdf", "n/a", "tbd")
EMPTY_TITLES = ("Ninja", "Wizard of light bulb moments", "Human being", "Employee no. 7")
"""Nobody can read from them who decides what."""
COMPETITOR_DOMAINS = ("brightboard.io", "datalarch.com", "quantiva.com", "meridian-bi.com")

RESPONSE_HOURS = 24
"""A new lead without a touch is late after these."""
STALE_DAYS = 90
UNENGAGED_MONTHS = 18
QUALIFYING_SCORE = 55
"""Points from which a lead is marketing-qualified."""
LARGEST_JUMP = 2
"""Awareness stages that a person may rise at once."""

_IS_NO_ADDRESS = (
    r"(not regexp_full_match(email, '[^@\s]+@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}') "
    f"or email_domain in {texts(MISSPELT_DOMAINS)})"
)
_IS_NO_PHONE = r"coalesce(not regexp_full_match({0}, '\+[0-9][0-9 ()./-]{{7,18}}'), false)"
_RECORD_ID = "^([0-8][0-9A-Za-z]{2}|a[0-9][0-9A-Za-z])[0-9A-Za-z]{12}([A-Z0-5]{3})?$"
_IS_NO_NAME = " or ".join(
    rf"""lower(trim({name})) in {texts(NAME_PLACEHOLDERS)} or regexp_matches({name}, '[0-9@]')
    or (len({name}) > 3 and {name} = upper({name}) and {name} <> lower({name}))"""
    for name in ("first_name", "last_name")
)

_NEEDS_CONSENT = "country in (select country from main.account where region = 'EMEA')"

_STATUS = """
    not ((lead_status = 'Converted') = is_converted)
    or (is_converted and (converted_at is null or converted_contact_id is null))
"""

_ADDRESSES = """
    select contact_id, null as lead_id, contact.person_id, lower(job.email) as address
    from record.contact join record.employment as job using (employment_id)
    union all
    select null, lead_id, lead.person_id, lower(job.email)
    from record.lead join record.employment as job using (employment_id)
"""
"""Who is reached under which address; tools know people by it."""

_SPOKEN = f"""
    select address, occurred_at, kind, direction, is_automated
    from record.touch as touch join ({_ADDRESSES}) as own
        on own.contact_id = touch.contact_id or own.lead_id = touch.lead_id
    where occurred_at <= judged_until()
"""

_MAILED = f"""
    select lower(job.email) as address, sent_at, false as by_sales
    from record.email_send join record.employment as job using (employment_id)
    union all
    select address, occurred_at, true from ({_SPOKEN})
    where kind = 'email' and direction = 'outbound' and is_automated
"""
"""Marketing's mails and those that sequences of sales send by themselves, by address."""

_UNSUBSCRIBED = """
    select lower(job.email) from record.email_send join record.employment as job
        using (employment_id)
    where unsubscribed_at <= judged_until() and job.email is not null
"""

_HEARD = f"""
    select lower(job.email) as address,
        -- Behind a privacy proxy nobody sees the reader open a mail.
        greatest(
            case when proxy_opened_at is null then opened_at end, clicked_at, unsubscribed_at
        ) as heard_at
    from record.email_send join record.employment as job using (employment_id)
    union all
    select address, occurred_at from ({_SPOKEN}) where direction = 'inbound' or kind = 'meeting'
    union all
    select address, occurred_at
    from record.web_visit join ({_ADDRESSES}) using (person_id) where kind = 'form_submit'
"""
"""Signs of life by address. What somebody only looks at is not told."""

_MARKETED = """
    select employment_id, bool_or(is_opted_out) as is_opted_out, max(changed_at) as changed_at
    from (
        select base.employment_id, arg_max(has_opted_out_of_email, version_at) as is_opted_out,
            max(version_at) as changed_at
        from record.lead_version join record.lead as base using (lead_id) group by all
        union all
        select base.employment_id, arg_max(has_opted_out_of_email, version_at), max(version_at)
        from record.contact_version join record.contact as base using (contact_id) group by all
        union all
        select employment_id, coalesce(unsubscribed_at <= judged_until(), false),
            list_max(list_filter(
                [
                    sent_at, delivered_at, soft_bounced_at, hard_bounced_at, opened_at, clicked_at,
                    unsubscribed_at
                ],
                lambda stamp: stamp <= judged_until()
            ))
        from record.email_send where sent_at <= judged_until()
    ) group by all
"""
"""What the marketing tool knows of an address: whoever opts out in one place does so in all."""

_PRIMARY = """
    select deal.primary_contact_id from judged_opportunity as deal where deal.is_open
    union all
    select part.contact_id from record.opportunity_role as part
    join judged_opportunity as deal using (opportunity_id)
    where part.role = 'Champion' and deal.is_open
"""


def _both(rule: str, field: str, condition: str, detail: str = "") -> tuple[Chance, Chance]:
    """The same condition of contacts and leads; ``{entity}`` is the object."""
    contact, lead = (
        Chance(
            rule, entity, field,
            f"select {entity}_id from judged_{entity} where "
            + condition.replace("{entity}", entity),
            detail,
        )
        for entity in ("contact", "lead")
    )  # fmt: skip
    return contact, lead


def _lead(rule: str, field: str, condition: str, detail: str = "") -> Chance:
    query = f"select lead_id from judged_lead where {condition}"
    return Chance(rule, "lead", field, query, detail)


def _contact(rule: str, field: str, condition: str, detail: str = "") -> Chance:
    query = f"select contact_id from judged_contact where {condition}"
    return Chance(rule, "contact", field, query, detail)


CHANCES = (
    *_both("P01", "last_name", "coalesce(trim(last_name), '') = ''", "no last name"),
    *_both(
        "P01", "email",
        "email is null and phone is null and mobile_phone is null "
        "and coalesce(trim(last_name), '') <> ''",
        "neither an address nor a phone",
    ),
    *_both("P02", "email", f"email is not null and {_IS_NO_ADDRESS}"),
    *_both(
        "P03", "email",
        f"split_part(email, '@', 1) in {texts(ROLE_ADDRESSES)} and last_name is not null",
    ),
    *_both("P04", "email", f"email_domain in {texts(DISPOSABLE_DOMAINS)}"),
    _lead("P05", "email", f"email_domain in {texts(FREE_MAIL_DOMAINS)}"),
    *_both(
        "P06", "phone", f"{_IS_NO_PHONE.format('phone')} or {_IS_NO_PHONE.format('mobile_phone')}"
    ),
    *_both("P07", "title", "coalesce(trim(title), '') = ''"),
    *_both("P07", "title", f"title in {texts(EMPTY_TITLES)}", "a title that tells nothing"),
    _contact("P08", "account_id", "account_id is null"),
    Chance(
        "P09", "contact", "email",
        rf"""
        select contact_id from judged_contact as contact
        join (select account_id, {COMPANY_DOMAIN} as domain from judged_account) as home
            using (account_id)
        where regexp_full_match(email, '[^@\s]+@([A-Za-z0-9-]+\.)+[A-Za-z]{{2,}}')
            and domain is not null and email_domain <> domain
        """,
    ),
    *(
        Chance(
            "P10", entity, "email",
            f"""
            select {entity}_id, min({entity}_id) over address as cluster_id
            from judged_{entity} where email is not null {condition}
            window address as (partition by lower(email))
            qualify count(*) over address > 1
            """,
            "same address", is_clustered=True,
        )
        for entity, condition in (("contact", ""), ("lead", "and not is_converted"))
    ),
    _lead(
        "P11", "owner_id",
        "not is_converted and (owner_user_id is null or owner_user_id in "
        "(select user_id from record.sales_user where left_on <= judged_today()))",
    ),
    _lead(
        "P12", "lead_status",
        "lead_status = 'New' and is_open "
        f"and created_at < judged_until() - interval {RESPONSE_HOURS} hour "
        "and lead_id not in (select lead_id from judged_quiet where lead_id is not null)",
    ),
    _lead("P13", "lead_status", _STATUS),
    *_both("P14", "email_bounced_at", "email_bounced_at < created_at"),
    _lead("P14", "converted_date", "converted_at < created_at"),
    _lead(
        "P15", "campaign_id",
        "lead_status in ('Marketing Qualified', 'Sales Accepted', 'Sales Qualified') "
        "and (lead_source is null or campaign_id is null)",
    ),
    _lead("P16", "lead_source", f"lead_source not in {texts(LEAD_SOURCES)}"),
    *_both(
        "P17", "email_bounced_at",
        f"""
        is_email_bounced and {{entity}}_id in (
            select own.{{entity}}_id from judged_{{entity}} as own
            join ({_MAILED}) as mail on mail.address = lower(own.email)
            where mail.sent_at > own.email_bounced_at + interval 1 day
                and (not by_sales or judged_day(mail.sent_at) - 1 > judged_day(email_bounced_at))
        )
        """,
    ),
    *(
        chance
        for column in ("is_marketable", "is_in_sequence")
        for chance in _both(
            "P17", column,
            f"{column} and is_email_bounced "
            "and email_bounced_at < judged_until() - interval 1 day",
            "a dead address that will be mailed",
        )
    ),
    *_both(
        "P18", "has_opted_out_of_email",
        f"""
        has_opted_out_of_email and {{entity}}_id in (
            select own.{{entity}}_id from judged_{{entity}} as own
            join (
                select {{entity}}_id, min(version_at) as opted_out_at
                from record.{{entity}}_version where has_opted_out_of_email group by {{entity}}_id
            ) as gone using ({{entity}}_id)
            join ({_MAILED}) as mail on mail.address = lower(own.email)
            where mail.sent_at > gone.opted_out_at
                and (not by_sales or judged_day(mail.sent_at) > judged_day(gone.opted_out_at))
        )
        """,
        "mailed after the opt-out",
    ),
    *_both(
        "P18", "is_in_sequence",
        f"is_in_sequence and (has_opted_out_of_email or is_do_not_call "
        f"or lower(email) in ({_UNSUBSCRIBED}))",
        "in a sequence against their will",
    ),
    *_both("P19", "consent_status", f"consent_status is null and {_NEEDS_CONSENT}"),
    _contact("P20", "is_email_bounced", f"is_email_bounced and contact_id in ({_PRIMARY})"),
    _lead(
        "P21", "lead_status",
        f"is_open and judged_day(created_at) < judged_today() - {STALE_DAYS} and lead_id not in ("
        "select lead_id from judged_quiet "
        f"where lead_id is not null and last_on >= judged_today() - {STALE_DAYS})",
    ),
    Chance(
        "P22", "contact", "awareness_stage",
        f"""
        select distinct contact_id from (
            select contact_id, awareness_stage - lag(awareness_stage) over (
                partition by contact_id order by version_at
            ) as step from record.contact_version
        ) semi join judged_contact using (contact_id)
        where step < 0 or step > {LARGEST_JUMP}
        """,
    ),
    *_both("P23", "last_name", _IS_NO_NAME),
    *_both(
        "P24", "first_name",
        f"regexp_matches(first_name, '{_RECORD_ID}') or regexp_matches(last_name, '{_RECORD_ID}')",
    ),
    *_both(
        "P25", "email", f"email_domain in {texts(COMPETITOR_DOMAINS)}", "a competitor's address"
    ),
    _lead(
        "P25", "email",
        f"is_open and email_domain in (select {COMPANY_DOMAIN} from judged_account "
        "where account_type = 'Partner')",
        "a partner's address",
    ),
    _lead("P26", "email", "is_open and email in (select email from judged_contact)"),
    _lead("P27", "review_on", "lead_status = 'Recycled' and review_on < judged_today()"),
    _lead(
        "P28", "score",
        f"score >= {QUALIFYING_SCORE} and lead_status in ('New', 'Working') "
        "and version_at < judged_until() - interval 1 day",
        "above the threshold and not qualified",
    ),
    _lead(
        "P28", "score",
        f"score < {QUALIFYING_SCORE} and lead_status = 'Marketing Qualified'",
        "qualified below the threshold",
    ),
    _lead(
        "P29", "disqualified_reason",
        "lead_status = 'Disqualified' and disqualified_reason is null",
    ),
    Chance(
        "P30", "lead", "owner_id",
        f"""
        select lead_id from judged_lead as lead
        join (
            select domain, any_value(account_id) as account_id,
                any_value(owner_user_id) as owner_user_id
            from (select * replace ({COMPANY_DOMAIN} as domain) from judged_account)
            group by domain having count(*) = 1
        ) as home on home.domain = lead.email_domain
        where lead.is_open and lead.owner_user_id <> home.owner_user_id
            -- Whoever works the account's territory may own its leads.
            and not exists (
                select 1 from judged_account as account
                join record.territory using (territory_name)
                join record.territory_assignment as span
                    on span.territory_id = territory.territory_id
                where account.account_id = home.account_id and span.user_id = lead.owner_user_id
                    and span.valid_from <= judged_today()
                    and coalesce(span.valid_to > judged_today(), true)
            )
        """,
    ),
    *_both(
        "P31", "has_opted_out_of_email",
        "not has_opted_out_of_email and employment_id in (select employment_id from "
        "record.email_send where unsubscribed_at < judged_until() - interval 1 day)",
    ),
    *_both(
        "P31", "has_opted_out_of_email",
        f"""
        not has_opted_out_of_email and not coalesce(
            (select bool_or(is_converted) from record.lead_version as own
            where '{{entity}}' = 'lead' and own.lead_id = judged_{{entity}}.{{entity}}_id), false
        ) and employment_id in (
            select employment_id from ({_MARKETED})
            where is_opted_out and changed_at < judged_until() - interval 1 day
        )
        """,
    ),
    *(
        Chance(
            "P31", "marketing_person", f"{entity}_id",
            f"""
            select base.employment_id
            from record.{entity}_version as version join record.{entity} as base using ({entity}_id)
            where {entity}_id not in (select record_id from record.merge where entity = '{entity}')
            group by all
            having arg_max(is_deleted, version.version_at)
                and max(version.version_at) < judged_until() - interval 1 day
            """,
            "deleted in the CRM",
        )
        for entity in ("lead", "contact")
    ),
    *_both(
        "P31", "is_synchronised_with_marketing",
        """
        version_at < judged_until() - interval 1 day and employment_id in (
            select record_id from record.marketing_drift where lead_status is null
        )
        """,
        "not in the marketing tool",
    ),
    _lead(
        "P31", "lead_status",
        f"""
        exists (
            select 1 from record.marketing_drift as drift
            where drift.record_id = employment_id and drift.lead_status <> judged_lead.lead_status
        ) and employment_id in (
            select employment_id from ({_MARKETED})
            where changed_at < judged_until() - interval 1 day
        )
        """,
        "another stage in the marketing tool",
    ),
    _contact(
        "P32", "email",
        f"""
        not has_opted_out_of_email and not is_email_bounced and email is not null
        and created_at < judged_until() - interval {UNENGAGED_MONTHS} month
        and lower(email) not in (
            select address from ({_HEARD})
            where heard_at > judged_until() - interval {UNENGAGED_MONTHS} month
                and address is not null
        )
        """,
    ),
    Chance(
        "P33", "contact", "account_id",
        """
        select contact_id from judged_contact
        where (account_id is not null
            and account_id not in (select account_id from record.account_version))
            or (owner_user_id is not null
                and owner_user_id not in (select user_id from record.sales_user))
        """,
    ),
    _lead(
        "P33", "campaign_id",
        """
        (campaign_id is not null and campaign_id not in (select campaign_id from record.campaign))
        or (owner_user_id is not null
            and owner_user_id not in (select user_id from record.sales_user))
        """,
    ),
)  # fmt: skip
