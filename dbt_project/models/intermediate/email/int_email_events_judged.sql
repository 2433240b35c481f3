{{ config(materialized='table') }}

-- One row an e-mail event, with who did it: a person, a mail gateway that looks at everything before the
-- mail arrives, or a privacy proxy that opens for its owner whether they read or not.
with events as (
    select * from {{ source('resolved', 'email_event') }}
),

-- Few programs do very many things: each is judged once.
agents as (
    select distinct user_agent
    from events
    where user_agent is not null
),

known_agents as (
    select
        agents.user_agent,
        coalesce(bool_or(patterns.kind = 'scanner'), false) as is_scanner,
        coalesce(bool_or(patterns.kind = 'privacy_proxy'), false) as is_privacy_proxy
    from agents
    inner join {{ ref('mail_user_agent') }} as patterns
        on
            (patterns.is_whole and lower(trim(agents.user_agent)) = patterns.pattern)
            or (not patterns.is_whole and position(patterns.pattern in lower(agents.user_agent)) > 0)
    group by agents.user_agent
),

-- People click one link after the other; a gateway follows all within a second, whatever it calls itself.
clicks as (
    select
        mail_send_id,
        occurred_at,
        link_url
    from events
    where event_type = 'clicked' and mail_send_id is not null and link_url is not null
),

swept as (
    select events.email_event_id
    from events
    inner join clicks
        on
            events.mail_send_id = clicks.mail_send_id
            and clicks.occurred_at between
            {{ add_seconds('events.occurred_at', '-' ~ var('sweep_seconds')) }}
            and {{ add_seconds('events.occurred_at', var('sweep_seconds')) }}
    where events.event_type in ('opened', 'clicked')
    group by events.email_event_id
    having count(distinct clicks.link_url) >= {{ var('sweep_links') }}
),

judged as (
    select
        events.*,
        case
            when events.event_type not in ('opened', 'clicked') then null
            when events.is_machine_by_source then 'source'
            when coalesce(known_agents.is_scanner, false) then 'scanner'
            when swept.email_event_id is not null then 'sweep'
        end as machine_reason,
        events.event_type = 'opened' and coalesce(known_agents.is_privacy_proxy, false) as is_privacy_proxy,
        events.event_type = 'clicked'
        and coalesce({{ regexp_is_match('lower(events.link_url)', var('unsubscribe_link')) }}, false)
            as is_unsubscribe_click
    from events
    left join known_agents
        on events.user_agent = known_agents.user_agent
    left join swept
        on events.email_event_id = swept.email_event_id
),

final as (
    select
        email_event_id,
        source_name,
        mail_send_id,
        event_type,
        occurred_at,
        mail_name,
        campaign_id,
        lead_id,
        contact_id,
        email,
        link_url,
        machine_reason,
        is_privacy_proxy,
        is_unsubscribe_click,
        event_type = 'opened' and machine_reason is null and not is_privacy_proxy as is_human_open,
        event_type = 'clicked' and machine_reason is null and not is_unsubscribe_click as is_human_click
    from judged
)

select * from final
