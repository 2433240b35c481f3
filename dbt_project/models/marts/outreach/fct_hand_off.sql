with hand_offs as (
    select * from {{ ref('int_hand_offs_prepared') }}
),

companies as (
    select * from {{ ref('int_companies') }}
),

acts as (
    select * from {{ ref('int_hand_off_first_acts') }}
),

final as (
    select
        hand_offs.hand_off_id,
        hand_offs.source_name,
        hand_offs.source_record_id as source_hand_off_id,
        hand_offs.lead_id,
        hand_offs.contact_id,
        hand_offs.person_id,
        companies.account_id,
        hand_offs.company_id,
        hand_offs.from_user_id,
        hand_offs.to_user_id,
        hand_offs.opportunity_id,
        hand_offs.motion,
        hand_offs.lead_source,
        companies.account_segment,
        hand_offs.handed_off_at,
        hand_offs.handed_off_on,
        hand_offs.attempt_number,
        hand_offs.previous_hand_off_id,
        hand_offs.awareness_stage,
        cast(hand_offs.context_field_count as bigint) as context_field_count,
        hand_offs.due_on,
        hand_offs.decision,
        hand_offs.decided_at,
        hand_offs.decided_on,
        hand_offs.rejection_reason,
        acts.acted_at as receiver_acted_at,
        cast({{ seconds_between('hand_offs.handed_off_at', 'acts.acted_at') }} as bigint) as seconds_to_act,
        hand_offs.is_decided,
        hand_offs.is_pending_young,
        hand_offs.is_accepted,
        hand_offs.is_accepted_into_cycle,
        hand_offs.is_answered_in_time
    from hand_offs
    left join companies
        on hand_offs.company_id = companies.company_id
    left join acts
        on hand_offs.hand_off_id = acts.hand_off_id
)

select * from final
