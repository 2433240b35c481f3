{{ config(meta={'dagster': {'ref': {'name': 'fct_email_send'}}}) }}

-- Events that are lost on the way lower every rate; events that multiply raise it. A failing row is a
-- source whose admitted events of known mails, or mails sent, are not those of the mart.
with events as (
    select
        source_name,
        count(*) filter (where mail_send_id is not null) as events_admitted,
        count(distinct mail_send_id) filter (where event_type = 'sent') as mails_sent
    from {{ source('resolved', 'email_event') }}
    group by source_name
),

facts as (
    select
        source_name,
        sum(event_count) as events_in_mart,
        count(sent_at) as mails_in_mart
    from {{ ref('fct_email_send') }}
    group by source_name
)

select
    events.source_name,
    events.events_admitted,
    facts.events_in_mart,
    events.mails_sent,
    facts.mails_in_mart
from events
left join facts
    on events.source_name = facts.source_name
where
    events.events_admitted <> coalesce(facts.events_in_mart, 0)
    or events.mails_sent <> coalesce(facts.mails_in_mart, 0)
