{{ config(meta={'dagster': {'ref': {'name': 'fct_email_send'}}}) }}

-- Rates divide one flag by another, so each must imply the other. A failing row is a mail that is both
-- delivered and bounced, or that a person opened or clicked though nobody did.
select
    email_send_id,
    is_delivered,
    is_bounced,
    is_opened,
    is_opened_by_person,
    is_clicked,
    is_clicked_by_person
from {{ ref('fct_email_send') }}
where
    (is_delivered and is_bounced)
    or (is_opened_by_person and not is_opened)
    or (is_clicked_by_person and not is_clicked)
    or (is_behind_privacy_proxy and not is_opened)
    or first_opened_by_person_at < first_opened_at
    or first_clicked_by_person_at < first_clicked_at
