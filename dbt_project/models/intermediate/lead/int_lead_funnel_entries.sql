-- One row a lead and step of the funnel, at its first entry: inquiry, marketing_qualified, sales_accepted, and
-- opportunity, where sales took the lead with a deal. Where no hand-offs are kept, a lead came to a deal when it
-- was converted with one.
with events as (
    select * from {{ ref('int_lead_lifecycle_events') }}
    where occurred_on is not null
),

leads as (
    select * from {{ ref('int_leads_prepared') }}
),

hand_offs as (
    select * from {{ ref('int_hand_offs_prepared') }}
),

kept as (
    select count(*) as hand_off_count from hand_offs
),

taken as (
    select
        lead_id,
        min(decided_on) as entered_on
    from hand_offs
    where is_accepted_into_cycle and lead_id is not null
    group by lead_id
),

converted as (
    select
        leads.lead_id,
        leads.converted_on as entered_on
    from leads
    cross join kept
    where kept.hand_off_count = 0 and leads.converted_opportunity_id is not null and leads.converted_on is not null
),

final as (
    select
        lead_id,
        case when event_type = 'created' then 'inquiry' else event_type end as step,
        occurred_on as entered_on
    from events
    where event_type in ('created', 'marketing_qualified', 'sales_accepted')
    union all
    select
        taken.lead_id,
        'opportunity' as step,
        taken.entered_on
    from taken
    inner join leads
        on taken.lead_id = leads.lead_id
    union all
    select
        lead_id,
        'opportunity' as step,
        entered_on
    from converted
)

select * from final
