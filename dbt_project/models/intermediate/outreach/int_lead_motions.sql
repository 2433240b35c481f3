-- One row a lead: whether it came to us or we went to it, by the first qualifying touch. What the CRM says
-- holds. Else a lead of a source that stands for our own search is outbound, and so is one whom we had
-- contacted shortly before: a form that is filled in after a sequence is an answer to it.
with leads as (
    select
        lead_id,
        person_id,
        lead_source,
        motion,
        created_at
    from {{ ref('int_leads_prepared') }}
),

touches as (
    select
        person_id,
        booked_at
    from {{ ref('int_sales_touches') }}
    where direction = 'outbound' and person_id is not null
),

contacted as (
    select distinct leads.lead_id
    from leads
    inner join touches
        on
            leads.person_id = touches.person_id
            and leads.created_at > touches.booked_at
            and leads.created_at <= {{ add_seconds('touches.booked_at', 86400 * var('outbound_lookback_days')) }}
),

final as (
    select
        leads.lead_id,
        case
            when leads.motion in ('inbound', 'outbound') then leads.motion
            when lower(leads.lead_source) in ({{ text_list(var('outbound_sources')) }}) then 'outbound'
            when contacted.lead_id is not null then 'outbound'
            else 'inbound'
        end as motion,
        coalesce(leads.motion in ('inbound', 'outbound'), false) as is_motion_recorded
    from leads
    left join contacted
        on leads.lead_id = contacted.lead_id
)

select * from final
