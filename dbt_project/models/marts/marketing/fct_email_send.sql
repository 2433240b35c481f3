with sends as (
    select * from {{ ref('int_email_sends_prepared') }}
),

final as (
    select
        email_send_id,
        source_name,
        mail_name,
        campaign_id,
        person_id,
        lead_id,
        contact_id,
        email,
        sent_at,
        sent_on,
        delivered_at,
        soft_bounced_at,
        hard_bounced_at,
        first_opened_at,
        first_opened_by_person_at,
        first_clicked_at,
        first_clicked_by_person_at,
        unsubscribed_at,
        complained_at,
        is_delivered,
        is_bounced,
        is_opened,
        is_opened_by_person,
        is_behind_privacy_proxy,
        is_clicked,
        is_clicked_by_person,
        is_unsubscribed,
        is_complained,
        open_by_person_count,
        click_by_person_count,
        machine_event_count,
        event_count,
        is_sent_after_as_of
    from sends
)

select * from final
