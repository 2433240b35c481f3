{{ config(meta={'dagster': {'ref': {'name': 'fct_lead_lifecycle_event'}}}) }}

-- Lead flow and cohorts start from it. A failing row is a lead without its created event, or a converted
-- lead without its converted event.
with events as (
    select
        lead_id,
        count(*) filter (where event_type = 'created') as created_events,
        count(*) filter (where event_type = 'converted') as converted_events
    from {{ ref('fct_lead_lifecycle_event') }}
    group by lead_id
)

select
    leads.lead_id,
    events.created_events,
    events.converted_events
from {{ ref('int_leads_prepared') }} as leads
left join events
    on leads.lead_id = events.lead_id
where
    events.lead_id is null
    or events.created_events <> 1
    or events.converted_events <> case when leads.is_converted then 1 else 0 end
