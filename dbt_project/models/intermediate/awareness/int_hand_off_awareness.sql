-- Hand-offs with the awareness of the person at that time: as the hand-off itself says (raw), else as the CRM had it
-- then; and the highest stage that the individual had reached by then (effective). A later stage is no merit of it.
with hand_offs as (
    select * from {{ ref('int_hand_offs_prepared') }}
    where person_id is not null
),

individuals as (
    select * from {{ ref('int_individuals') }}
),

changes as (
    select * from {{ ref('int_awareness_changes') }}
),

identified as (
    select
        hand_offs.hand_off_id,
        hand_offs.handed_off_at,
        hand_offs.handed_off_on,
        hand_offs.awareness_stage as recorded_stage_number,
        coalesce(contact_individuals.individual_id, lead_individuals.individual_id) as individual_id
    from hand_offs
    left join individuals as contact_individuals
        on contact_individuals.entity = 'contact' and hand_offs.contact_id = contact_individuals.record_id
    left join individuals as lead_individuals
        on lead_individuals.entity = 'lead' and hand_offs.lead_id = lead_individuals.record_id
),

known as (
    select
        identified.hand_off_id,
        changes.stage_number,
        max(changes.stage_number) over (partition by identified.hand_off_id) as highest_stage_number,
        row_number() over (
            partition by identified.hand_off_id
            order by changes.changed_at desc, changes.awareness_change_id asc
        ) as place_from_end
    from identified
    inner join changes
        on
            identified.individual_id = changes.individual_id
            and identified.handed_off_at >= changes.changed_at
),

final as (
    select
        identified.hand_off_id,
        identified.handed_off_on,
        coalesce(identified.recorded_stage_number, known.stage_number) as stage_number,
        greatest(
            coalesce(identified.recorded_stage_number, known.highest_stage_number),
            coalesce(known.highest_stage_number, identified.recorded_stage_number)
        ) as effective_stage_number
    from identified
    left join known
        on
            identified.hand_off_id = known.hand_off_id
            and known.place_from_end = 1
)

select * from final
