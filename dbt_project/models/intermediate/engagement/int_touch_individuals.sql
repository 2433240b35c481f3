-- Touches of ours and theirs with the individual of theirs and the company: the contact's, else the lead's.
with touches as (
    select * from {{ ref('int_sales_touches') }}
),

individuals as (
    select * from {{ ref('int_individuals') }}
),

final as (
    select
        touches.activity_id,
        coalesce(contact_individuals.individual_id, lead_individuals.individual_id) as individual_id,
        coalesce(contact_individuals.company_id, lead_individuals.company_id) as company_id,
        touches.opportunity_id,
        touches.touch_kind,
        touches.direction,
        touches.is_automated,
        touches.user_id,
        touches.user_role,
        touches.occurred_at,
        touches.occurred_on,
        touches.is_human_reply,
        touches.in_reply_to_activity_id,
        -- A meeting is a touch when it was held, not when it was booked.
        touches.direction = 'outbound'
        and not touches.is_planned
        and (touches.touch_kind <> 'meeting' or touches.is_held_meeting) as is_done_by_us
    from touches
    left join individuals as contact_individuals
        on contact_individuals.entity = 'contact' and touches.contact_id = contact_individuals.record_id
    left join individuals as lead_individuals
        on lead_individuals.entity = 'lead' and touches.lead_id = lead_individuals.record_id
)

select * from final
