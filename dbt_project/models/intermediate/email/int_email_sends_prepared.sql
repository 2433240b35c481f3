{{ config(materialized='table') }}

-- Every flag of a mail is decided here, once, and read everywhere else.
with events as (
    select * from {{ ref('int_email_events_judged') }}
    where mail_send_id is not null
),

persons as (
    select * from {{ ref('int_person_records') }}
),

run_date as (
    select cast('{{ var("as_of_date") }}' as date) as as_of_date
),

mails as (
    select
        mail_send_id,
        min(source_name) as source_name,
        max(mail_name) as mail_name,
        max(campaign_id) as campaign_id,
        max(lead_id) as lead_id,
        max(contact_id) as contact_id,
        max(email) as email,
        min(occurred_at) filter (where event_type = 'sent') as sent_at,
        min(occurred_at) filter (where event_type = 'delivered') as delivered_at,
        max(occurred_at) filter (where event_type = 'delivered') as last_delivered_at,
        min(occurred_at) filter (where event_type = 'soft_bounced') as soft_bounced_at,
        min(occurred_at) filter (where event_type = 'hard_bounced') as hard_bounced_at,
        max(occurred_at) filter (where event_type in ('soft_bounced', 'hard_bounced')) as last_bounced_at,
        min(occurred_at) filter (where event_type = 'opened') as first_opened_at,
        min(occurred_at) filter (where is_human_open) as first_opened_by_person_at,
        min(occurred_at) filter (where event_type = 'clicked' and not is_unsubscribe_click) as first_clicked_at,
        min(occurred_at) filter (where is_human_click) as first_clicked_by_person_at,
        min(occurred_at) filter (where event_type = 'unsubscribed') as unsubscribed_at,
        min(occurred_at) filter (where event_type = 'complained') as complained_at,
        count(*) filter (where is_human_open) as open_by_person_count,
        count(*) filter (where is_human_click) as click_by_person_count,
        count(*) filter (where machine_reason is not null) as machine_event_count,
        count(*) as event_count,
        bool_or(is_privacy_proxy) as is_behind_privacy_proxy
    from events
    group by mail_send_id
),

-- The latest word counts: a soft bounce that is tried again is delivered, and a mail that was taken can
-- still come back.
judged as (
    select
        *,
        {{ business_date('sent_at') }} as sent_on,
        coalesce(last_bounced_at > coalesce(last_delivered_at, '1900-01-01'), false) as is_bounced,
        first_opened_at is not null as is_opened,
        first_opened_by_person_at is not null as is_opened_by_person,
        first_clicked_at is not null as is_clicked,
        first_clicked_by_person_at is not null as is_clicked_by_person
    from mails
),

final as (
    select
        judged.mail_send_id as email_send_id,
        judged.source_name,
        judged.mail_name,
        judged.campaign_id,
        coalesce(contact_persons.person_id, lead_persons.person_id) as person_id,
        judged.lead_id,
        judged.contact_id,
        judged.email,
        judged.sent_at,
        judged.sent_on,
        judged.delivered_at,
        judged.soft_bounced_at,
        judged.hard_bounced_at,
        judged.first_opened_at,
        judged.first_opened_by_person_at,
        judged.first_clicked_at,
        judged.first_clicked_by_person_at,
        judged.unsubscribed_at,
        judged.complained_at,
        -- Who opened or clicked has got it, also where no delivery was told.
        not judged.is_bounced
        and (judged.delivered_at is not null or judged.is_opened or judged.is_clicked) as is_delivered,
        judged.is_bounced,
        judged.is_opened,
        judged.is_opened_by_person,
        judged.is_behind_privacy_proxy,
        judged.is_clicked,
        judged.is_clicked_by_person,
        judged.unsubscribed_at is not null as is_unsubscribed,
        judged.complained_at is not null as is_complained,
        cast(judged.open_by_person_count as bigint) as open_by_person_count,
        cast(judged.click_by_person_count as bigint) as click_by_person_count,
        cast(judged.machine_event_count as bigint) as machine_event_count,
        cast(judged.event_count as bigint) as event_count,
        coalesce(judged.sent_on > run_date.as_of_date, false) as is_sent_after_as_of
    from judged
    cross join run_date
    left join persons as contact_persons
        on contact_persons.entity = 'contact' and judged.contact_id = contact_persons.record_id
    left join persons as lead_persons
        on lead_persons.entity = 'lead' and judged.lead_id = lead_persons.record_id
)

select * from final
