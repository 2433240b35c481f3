-- One row a segment and period of sending: what became of the mails sent in it.
{%- set last_day = add_days('sent_on', var('mail_reaction_days')) %}

with sends as (
    select
        mail_name,
        campaign_id,
        sent_on,
        is_bounced,
        is_delivered,
        is_behind_privacy_proxy,
        -- What happens long after the sending would make old mails look better than young ones.
        coalesce({{ business_date('first_opened_at') }} <= {{ last_day }}, false) as is_opened,
        coalesce({{ business_date('first_opened_by_person_at') }} <= {{ last_day }}, false) as is_opened_by_person,
        coalesce({{ business_date('first_clicked_by_person_at') }} <= {{ last_day }}, false) as is_clicked_by_person
    from {{ ref('int_email_sends_prepared') }}
    where sent_at is not null and not is_sent_after_as_of
),

campaigns as (
    select
        campaign_id,
        campaign_name
    from {{ source('resolved', 'campaign') }}
),

periods as (
    select * from {{ ref('int_date_periods') }}
),

all_time as (
    select * from {{ ref('int_all_time_period') }}
),

-- A type that no mail has a value for is not a dimension of the company.
present as (
    select
        count(campaign_id) > 0 as has_campaign,
        count(mail_name) > 0 as has_mail
    from sends
),

segmented as (
    select
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        sends.*
    from sends
    union all
    select
        'campaign' as segment_type,
        coalesce(sends.campaign_id, '(none)') as segment_id,
        coalesce(campaigns.campaign_name, sends.campaign_id, '(none)') as segment,
        sends.*
    from sends
    cross join present
    left join campaigns
        on sends.campaign_id = campaigns.campaign_id
    where present.has_campaign
    union all
    select
        'mail' as segment_type,
        coalesce(sends.mail_name, '(none)') as segment_id,
        coalesce(sends.mail_name, '(none)') as segment,
        sends.*
    from sends
    cross join present
    where present.has_mail
),

days as (
    select
        segment_type,
        segment_id,
        segment,
        sent_on,
        count(*) as sent_count,
        count(*) filter (where not is_bounced) as not_bounced_count,
        count(*) filter (where is_delivered) as delivered_count,
        count(*) filter (where is_delivered and is_opened) as opened_count,
        count(*) filter (where is_delivered and not is_behind_privacy_proxy) as judgeable_count,
        count(*) filter (
            where is_delivered and not is_behind_privacy_proxy and is_opened_by_person
        ) as opened_by_person_count,
        count(*) filter (where is_delivered and is_clicked_by_person) as clicked_by_person_count,
        count(*) filter (
            where is_delivered and not is_behind_privacy_proxy and is_opened_by_person and is_clicked_by_person
        ) as opened_and_clicked_count
    from segmented
    group by
        segment_type,
        segment_id,
        segment,
        sent_on
),

placed as (
    {{ placed_in_periods('days', 'sent_on') }}
),

final as (
    select
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        sum(sent_count) as sent_count,
        sum(not_bounced_count) as not_bounced_count,
        sum(delivered_count) as delivered_count,
        sum(opened_count) as opened_count,
        sum(judgeable_count) as judgeable_count,
        sum(opened_by_person_count) as opened_by_person_count,
        sum(clicked_by_person_count) as clicked_by_person_count,
        sum(opened_and_clicked_count) as opened_and_clicked_count
    from placed
    group by
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment
)

select * from final
