"""KPIs of mails, sequences, campaigns and attribution: M01 to M09.

Belongs here: what is counted of marketing and outreach. Does not belong here: the lead funnel.
"""

from __future__ import annotations

from cultivar_demo.constants import MEMBER_STATUSES
from cultivar_demo.ledger.book import Book

MAIL_SEGMENTS = ("campaign", "channel", "mail")

REACTION_DAYS = 14
"""Days from sending in which an open or click counts."""

SEQUENCE_DAYS = 45
"""Days from the enrolment in which a reply counts."""

ATTRIBUTION_DAYS = 180
"""Days before a deal's creation in which a touch counts (M08)."""


def mails(book: Book) -> None:
    """M01 to M03 of marketing mail: a row is a mail to a person; cohort by sending."""
    soon = f"coalesce(local_day({{0}}) - sent_on <= {REACTION_DAYS}, false)"
    book.run(
        f"""
        create temp table mail as
        select *, is_opened or is_proxied or send_id in (
            select m.send_id
            from machine_opening as m inner join email_send as s using (send_id)
            where local_day(m.occurred_at) - local_day(s.sent_at) <= {REACTION_DAYS}
        ) as is_raw_opened
        from (
            select s.send_id, local_day(s.sent_at) as sent_on,
                s.delivered_at is not null as is_delivered,
                s.proxy_opened_at is not null as is_proxied,
                {soon.format("s.opened_at")} as is_opened,
                {soon.format("s.clicked_at")} as is_clicked,
                s.unsubscribed_at is not null as is_unsubscribed,
                local_day(s.sent_at) + {REACTION_DAYS} <= {book.today} as is_known,
                c.campaign_name as campaign, c.channel, s.mail_name as mail
            from email_send as s left join campaign as c using (campaign_id)
        )
        """
    )
    for kpi_id, variant, counted, of in (
        ("M01", "human", "is_opened", "is_delivered and not is_proxied"),
        ("M01", "raw", "is_raw_opened", "is_delivered"),
        ("M02", "delivery_rate", "is_delivered", "true"),
        ("M03", "click_through_rate", "is_clicked", "is_delivered"),
        ("M03", "click_to_open_rate", "is_clicked and is_opened", "is_opened and not is_proxied"),
    ):
        denominator = f"cast(({of}) as int)"
        leaves_proxies = "not is_proxied" in of
        book.totals(
            kpi_id,
            f"""
            select '{variant}' as variant, sent_on as day,
                cast(({counted}) and ({of}) as int) as numerator, {denominator} as denominator,
                {denominator} as n,
                cast(is_delivered and is_proxied and {str(leaves_proxies).lower()} as int)
                    as n_excluded,
                cast(not is_known and {str(kpi_id != "M02").lower()} as int) as n_immature, mail.*
            from mail
            """,
            ratio=True,
            segments=MAIL_SEGMENTS,
        )
    book.totals(
        "M03",
        """
        select 'ad_click_through_rate' as variant, d.day, d.clicks as numerator,
            d.impressions as denominator, d.impressions as n, c.campaign_name as campaign, c.channel
        from campaign_cost_day as d inner join campaign as c using (campaign_id)
        """,
        ratio=True,
        segments=("campaign", "channel"),
    )
    book.note(
        "M01", "opened by the human within 14 days; recipients behind a proxy left out", "human"
    )
    book.note("M01", "opened by human, proxy or (basis recorded) mail gateway", "raw")
    book.note("M02", "a soft bounce delivered later is delivered")
    book.note("M03", "clicked by the human within 14 days", "click_through_rate")


def sequences(book: Book) -> None:
    """M04 and M05: replies to enrolments, and to each step."""
    known = f"enrolled_on + {SEQUENCE_DAYS} <= {book.today}"
    book.run(
        f"""
        create temp table enrolled as
        with mail as (
            select enrollment_id, count(*) as mails,
                count(*) filter (where touch_id not in (
                    select in_reply_to_touch_id from touch
                    where reply_kind = 'bounce' and in_reply_to_touch_id is not null
                )) as delivered
            from touch
            where enrollment_id is not null and direction = 'outbound' and kind = 'email'
            group by all
        ),
        reply as (
            select t.enrollment_id, min(r.occurred_at) as replied_at,
                arg_min(r.reply_kind, r.occurred_at) as reply_kind,
                arg_min(t.step_number, r.occurred_at) as step_number
            from touch as r
            inner join touch as t on t.touch_id = r.in_reply_to_touch_id
            where t.enrollment_id is not null
                and r.reply_kind in ('positive', 'neutral', 'negative')
            group by all
        )
        select e.enrollment_id, local_day(e.enrolled_at) as enrolled_on,
            q.sequence_name as sequence,
            u.user_name as owner, coalesce(m.delivered, 0) > 0 as is_delivered,
            coalesce(local_day(r.replied_at) - local_day(e.enrolled_at) <= {SEQUENCE_DAYS}, false)
                as is_replied,
            r.reply_kind = 'positive' as is_positive,
            coalesce(
                e.exit_reason = 'meeting'
                    and local_day(e.ended_at) - local_day(e.enrolled_at) <= {SEQUENCE_DAYS},
                false
            ) as has_meeting
        from enrollment as e
        inner join sequence as q using (sequence_id)
        left join sales_user as u using (user_id)
        left join mail as m using (enrollment_id)
        left join reply as r using (enrollment_id)
        """
    )
    for kpi_id, variant, counted, of in (
        ("M04", "reply_rate", "is_replied", "is_delivered"),
        ("M04", "positive_reply_rate", "is_positive", "is_replied"),
        ("M05", "meeting_rate", "has_meeting", "true"),
    ):
        judged = f"(({of}) and {known})"
        book.totals(
            kpi_id,
            f"""
            select '{variant}' as variant, enrolled_on as day,
                cast({judged} and coalesce({counted}, false) as int) as numerator,
                cast({judged} as int) as denominator, cast({judged} as int) as n,
                cast(not ({known}) as int) as n_excluded,
                cast(not ({known}) as int) as n_immature, e.*
            from enrolled as e
            """,
            ratio=True,
            segments=("sequence", "owner"),
        )
    book.run(
        f"""
        create or replace temp table _step as
        with bounced as (
            select distinct in_reply_to_touch_id as touch_id from touch
            where reply_kind = 'bounce' and in_reply_to_touch_id is not null
        ),
        answered as (
            select r.in_reply_to_touch_id as touch_id,
                bool_or(r.reply_kind = 'positive') as is_positive
            from touch as r
            inner join touch as t on t.touch_id = r.in_reply_to_touch_id
            inner join enrollment as e on e.enrollment_id = t.enrollment_id
            where r.reply_kind in ('positive', 'neutral', 'negative')
                and local_day(r.occurred_at) - local_day(e.enrolled_at) <= {SEQUENCE_DAYS}
            group by all
        )
        select local_day(e.enrolled_at) as day,
            q.sequence_name || ' / ' || t.step_number || ' / ' || coalesce(t.variant, '-')
                as sequence_step,
            b.touch_id is null as is_delivered, a.touch_id is not null as is_replied,
            coalesce(a.is_positive, false) as is_positive
        from touch as t
        inner join enrollment as e using (enrollment_id)
        inner join sequence as q using (sequence_id)
        left join bounced as b using (touch_id)
        left join answered as a using (touch_id)
        where t.direction = 'outbound' and t.kind = 'email'
            and local_day(e.enrolled_at) + {SEQUENCE_DAYS} <= {book.today}
        """
    )
    for variant, counted, of in (
        ("step_delivered", "is_delivered", "true"),
        ("step_replied", "is_replied", "is_delivered"),
        ("step_positive", "is_positive", "is_delivered"),
    ):
        book.totals(
            "M05",
            f"select '{variant}' as variant, day, cast({counted} and ({of}) as int) as numerator, "
            f"cast({of} as int) as denominator, cast({of} as int) as n, sequence_step from _step",
            ratio=True,
            segments=("sequence_step",),
            grains=("all_time", "fiscal_quarter"),
        )
    book.note(
        "M04", "enrolments with a delivered mail; people's replies within 45 days", "reply_rate"
    )
    book.note("M05", "ended with a meeting within 45 days", "meeting_rate")
    book.note("M05", "mail steps; a reply within 45 days counts for the mail it answers")


def campaign_return(book: Book) -> None:
    """M06 of a campaign and channel over all time, by the primary campaign of deals and leads."""
    book.run(
        """
        create or replace temp table _campaign as
        with deals as (
            select campaign_id, coalesce(sum(amount_usd) filter (where state = 'won'), 0) as won,
                count(*) filter (where state = 'won') as won_n,
                coalesce(sum(amount_usd), 0) as pipeline
            from deal where not is_renewal group by campaign_id
        ),
        leads as (
            select l.campaign_id, count(distinct l.lead_id) as leads,
                count(distinct e.lead_id) as qualified
            from lead_case as l
            left join lead_entry as e
                on e.lead_id = l.lead_id and e.stage = 'marketing_qualified'
            group by l.campaign_id
        ),
        accepted as (
            select d.campaign_id, count(*) as accepted
            from accepted_deal as a inner join deal as d using (opportunity_id)
            group by d.campaign_id
        )
        select one.segment_type, one.segment, sum(c.actual_cost_usd) as cost,
            coalesce(sum(d.won), 0) as won, coalesce(sum(d.won_n), 0) as won_n,
            coalesce(sum(d.pipeline), 0) as pipeline, coalesce(sum(l.leads), 0) as leads,
            coalesce(sum(l.qualified), 0) as qualified, coalesce(sum(a.accepted), 0) as accepted
        from campaign as c
        left join deals as d using (campaign_id)
        left join leads as l using (campaign_id)
        left join accepted as a using (campaign_id),
        unnest([{'segment_type': 'all', 'segment': 'all'},
            {'segment_type': 'channel', 'segment': c.channel},
            {'segment_type': 'campaign', 'segment': c.campaign_name}]) as _(one)
        where c.is_leaf
        group by all
        """
    )
    margin = (
        "(select cast(margin as decimal(9, 6)) from trailing_year where segment = 'all' "
        "and months = 12 order by day desc limit 1)"
    )
    for variant, numerator, denominator in (
        ("roi", f"won * {margin} - cost", "cost"),
        ("pipeline_per_cost", "pipeline", "cost"),
        ("cost_per_lead", "cost", "leads"),
        ("cost_per_marketing_qualified", "cost", "qualified"),
        ("cost_per_accepted", "cost", "accepted"),
        ("cost_per_won", "cost", "won_n"),
    ):
        book.period_rows(
            "M06",
            f"""
            select '{variant}' as variant, p.period_grain, p.period_start, p.period_end,
                segment_type, segment, {numerator} as numerator, {denominator} as denominator,
                cast({numerator} as double) / nullif(cast({denominator} as double), 0) as value,
                leads as n, 0 as n_excluded
            from _campaign
            cross join (
                select distinct period_grain, period_start, period_end from day_period
                where period_grain = 'all_time'
            ) as p
            """,
        )
    book.note(
        "M06", "primary campaign of deal and lead; without renewals; amount won, margin of V12"
    )


def attribution(book: Book) -> None:
    """M07 and M08: credit of deals over responses of their people, by channel of the campaign."""
    responded = ", ".join(f"'{name}'" for name, _, is_response in MEMBER_STATUSES if is_response)
    book.run(
        f"""
        create temp table eligible_touch as
        with involved as (
            select r.opportunity_id, p.party_id
            from opportunity_role as r
            inner join contact as c using (contact_id)
            inner join job_party as p using (employment_id)
            union
            select opportunity_id, party_id from touch_party
            where opportunity_id is not null and party_id is not null
            union
            select h.opportunity_id, p.party_id
            from hand_off_case as h
            inner join lead as l using (lead_id)
            inner join job_party as p using (employment_id)
            where h.opportunity_id is not null
        ),
        member as (
            select v.member_id, any_value(v.campaign_id) as campaign_id, min(v.version_at) as at,
                any_value(coalesce(k.employment_id, l.employment_id)) as employment_id
            from campaign_member_version as v
            left join lead as l on l.lead_id = v.lead_id
            left join contact as k on k.contact_id = v.contact_id
            where v.member_status in ({responded})
            group by v.member_id
        ),
        answer as (
            select p.party_id, m.at, m.campaign_id
            from member as m inner join job_party as p using (employment_id)
        ),
        response as (
            select 'campaign_response' as kind, * from answer
            union all
            select 'click', p.party_id, s.clicked_at, s.campaign_id
            from email_send as s inner join job_party as p using (employment_id)
            where s.clicked_at is not null
            union all
            select 'form', f.party_id, f.occurred_at, null
            from form_act as f
            where not exists (
                select 1 from answer as a
                where a.party_id = f.party_id and local_day(a.at) = local_day(f.occurred_at)
            )
        )
        select d.opportunity_id, d.created_on, t.at, local_day(t.at) as touched_on,
            coalesce(c.channel, 'Direct') as channel,
            row_number() over deal as place,
            count(*) over (partition by d.opportunity_id) as touches
        from deal as d
        inner join involved as i using (opportunity_id)
        inner join response as t
            on t.party_id = i.party_id
            and case
                when t.kind = 'campaign_response' then local_day(t.at) <= d.created_on
                else t.at <= d.created_at
            end
        left join campaign as c on c.campaign_id = t.campaign_id
        where not d.is_renewal
        window deal as (
            partition by d.opportunity_id
            order by local_day(t.at), t.kind, c.campaign_name nulls last, t.at, t.party_id
        )
        """
    )
    book.run(
        """
        create or replace temp table _credit as
        with shared as (
            select opportunity_id, channel, one.variant, one.credit
            from eligible_touch, unnest([
                {'variant': 'first', 'credit': cast(place = 1 as int) * 1.0},
                {'variant': 'last', 'credit': cast(place = touches as int) * 1.0},
                {'variant': 'linear', 'credit': 1.0 / touches},
                {'variant': 'u_shaped', 'credit': case
                    when touches = 1 then 1.0
                    when touches = 2 then 0.5
                    when place in (1, touches) then 0.4
                    else 0.2 / (touches - 2)
                end}
            ]) as _(one)
        )
        select * from shared where credit > 0
        union all
        select d.opportunity_id, 'unattributed', m.variant, 1.0
        from deal as d
        cross join (values ('first'), ('last'), ('linear'), ('u_shaped')) as m(variant)
        where not d.is_renewal
            and d.opportunity_id not in (select opportunity_id from eligible_touch)
        """
    )
    book.totals(
        "M07",
        """
        select 'pipeline_' || variant as variant, d.created_on as day,
            cast(c.credit * coalesce(d.amount_usd, 0) as decimal(28, 8)) as numerator, c.channel
        from _credit as c inner join deal as d using (opportunity_id)
        union all
        select 'won_' || variant, d.close_date,
            cast(c.credit * coalesce(d.amount_usd, 0) as decimal(28, 8)), c.channel
        from _credit as c inner join deal as d using (opportunity_id)
        where d.state = 'won' and d.close_date is not null
        """,
        segments=("channel",),
        grains=("month", "quarter", "year", "fiscal_quarter", "fiscal_year", "all_time"),
    )
    book.totals(
        "M08",
        f"""
        with touched as (
            select distinct opportunity_id from eligible_touch
            where created_on - touched_on <= {ATTRIBUTION_DAYS} and channel != 'Direct'
        )
        select one.variant, d.created_on as day,
            case when t.opportunity_id is null then one.amount else 0 end as numerator,
            one.amount as denominator, d.motion, d.account_segment
        from deal as d
        left join touched as t using (opportunity_id),
        unnest([{{'variant': 'count', 'amount': 1.0::decimal(18, 2)}},
            {{'variant': 'amount', 'amount': coalesce(d.amount_usd, 0)}}]) as _(one)
        where not d.is_renewal
        """,
        ratio=True,
        segments=("motion", "account_segment"),
    )
    book.note(
        "M07",
        "campaign responses (by day), mail clicks, forms of the deal's people up to its creation; "
        "a form on the day of a response is that response; today's amount; without renewals",
    )
    book.note("M08", "deals without renewals and without such a touch of a campaign in 180 days")


def spray(book: Book) -> None:
    """M09: outbound touches without personalisation ÷ those where it is known."""
    book.totals(
        "M09",
        f"""
        select 'headline' as variant, local_day(t.occurred_at) as day,
            cast(not t.is_personalised as int) as numerator, 1 as denominator,
            u.user_name as owner, t.kind
        from touch as t
        left join sales_user as u using (user_id)
        where t.direction = 'outbound' and t.is_personalised is not null
            and t.occurred_at < {book.end}
        """,
        ratio=True,
        segments=("owner", "kind"),
    )
    book.note("M09", "unknown personalisation excluded")


def compute(book: Book) -> None:
    """All KPIs of this module."""
    mails(book)
    sequences(book)
    campaign_return(book)
    attribution(book)
    spray(book)
