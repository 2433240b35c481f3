{{ config(materialized='table') }}

-- One row an opportunity that sales accepted (P03): by the first hand-off that was, whoever passed a second lead
-- onto it later, and with the qualification as it was recorded at that time.
with hand_offs as (
    select * from {{ ref('int_hand_offs_prepared') }}
    where is_accepted and person_id is not null
),

opportunities as (
    select
        opportunity_id,
        qualification_field_count,
        source_name,
        created_at
    from {{ ref('int_opportunities_prepared') }}
),

ordered as (
    select
        hand_offs.hand_off_id,
        hand_offs.opportunity_id,
        hand_offs.from_user_id,
        hand_offs.motion,
        hand_offs.company_id,
        hand_offs.decided_at,
        hand_offs.decided_on,
        opportunities.source_name,
        opportunities.qualification_field_count,
        -- An opportunity may be made some time after the lead was taken.
        greatest(hand_offs.decided_at, opportunities.created_at) as known_at,
        row_number() over (
            partition by hand_offs.opportunity_id order by hand_offs.decided_at, hand_offs.hand_off_id
        ) as place
    from hand_offs
    inner join opportunities
        on hand_offs.opportunity_id = opportunities.opportunity_id
),

accepted as (
    select * from ordered
    where place = 1
),

changes as (
    select
        opportunity_id,
        source_name,
        opportunity_field_history_id,
        changed_at,
        {{ parse_integer('old_value') }} as old_count,
        {{ parse_integer('new_value') }} as new_count
    from {{ source('resolved', 'opportunity_field_history') }}
    where {{ is_qualification_field('field_name') }} and changed_at is not null
),

watched as (
    select distinct source_name
    from changes
),

placed as (
    select
        changes.opportunity_id,
        changes.old_count,
        changes.new_count,
        changes.changed_at <= accepted.known_at as is_before,
        row_number() over (
            partition by changes.opportunity_id, changes.changed_at <= accepted.known_at
            order by changes.changed_at, changes.opportunity_field_history_id
        ) as place,
        row_number() over (
            partition by changes.opportunity_id, changes.changed_at <= accepted.known_at
            order by changes.changed_at desc, changes.opportunity_field_history_id desc
        ) as place_from_end
    from changes
    inner join accepted
        on changes.opportunity_id = accepted.opportunity_id
),

-- What the last change before made of it, else what the first one after found; never changed, it is as it was.
told as (
    select
        opportunity_id,
        max(new_count) filter (where is_before and place_from_end = 1) as count_before,
        max(old_count) filter (where not is_before and place = 1) as count_after
    from placed
    group by opportunity_id
),

final as (
    select
        accepted.opportunity_id,
        accepted.hand_off_id,
        accepted.from_user_id,
        accepted.motion,
        accepted.company_id,
        accepted.decided_at as accepted_at,
        accepted.decided_on as accepted_on,
        case
            when told.opportunity_id is not null then coalesce(told.count_before, told.count_after)
            when watched.source_name is not null then accepted.qualification_field_count
        end as qualification_field_count
    from accepted
    left join told
        on accepted.opportunity_id = told.opportunity_id
    left join watched
        on accepted.source_name = watched.source_name
)

select * from final
