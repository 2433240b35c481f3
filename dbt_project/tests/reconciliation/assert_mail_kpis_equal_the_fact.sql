{{ config(meta={'dagster': {'ref': {'name': 'fct_kpi'}}}) }}

-- The tall table must tell what the mails tell. A failing row is a mail KPI over all time whose parts a
-- plain count over fct_email_send does not give.
with mails as (
    select
        *,
        {{ add_days('sent_on', var('mail_reaction_days')) }} as last_day
    from {{ ref('fct_email_send') }}
    where sent_at is not null and not is_sent_after_as_of
),

facts as (
    select
        count(*) as sent,
        count(*) filter (where is_bounced) as bounced,
        count(*) filter (where is_delivered) as delivered,
        count(*) filter (where is_delivered and is_behind_privacy_proxy) as behind_proxy,
        count(*) filter (
            where
            is_delivered
            and not is_behind_privacy_proxy
            and {{ business_date('first_opened_by_person_at') }} <= last_day
        ) as opened,
        count(*) filter (
            where is_delivered and {{ business_date('first_clicked_by_person_at') }} <= last_day
        ) as clicked
    from mails
),

expected as (
    select
        'M01' as kpi_id,
        opened as numerator,
        delivered - behind_proxy as denominator
    from facts
    union all
    select
        'M02' as kpi_id,
        sent - bounced as numerator,
        sent as denominator
    from facts
    union all
    select
        'M03' as kpi_id,
        clicked as numerator,
        delivered as denominator
    from facts
),

published as (
    select
        kpi_id,
        numerator,
        denominator
    from {{ ref('fct_kpi') }}
    where is_headline and segment_type = 'all' and period_grain = 'all_time'
)

select
    expected.kpi_id,
    expected.numerator,
    expected.denominator,
    published.numerator as published_numerator,
    published.denominator as published_denominator
from expected
left join published
    on expected.kpi_id = published.kpi_id
where
    expected.numerator <> coalesce(published.numerator, 0)
    or expected.denominator <> coalesce(published.denominator, 0)
