with members as (
    select * from {{ source('resolved', 'campaign_member') }}
),

status_map as (
    select
        lower(trim(status)) as status_key,
        status,
        status_rank,
        is_responded
    from {{ source('config', 'campaign_member_status') }}
),

persons as (
    select * from {{ ref('int_person_records') }}
),

final as (
    select
        members.campaign_member_id as campaign_touch_id,
        members.source_name,
        members.source_record_id as source_campaign_member_id,
        members.campaign_id,
        coalesce(contact_persons.person_id, lead_persons.person_id) as person_id,
        members.lead_id,
        members.contact_id,
        coalesce(status_map.status, 'unmapped') as member_status,
        members.member_status as member_status_original,
        cast(status_map.status_rank as integer) as status_rank,
        -- The company's ladder says which statuses are a response; the source's own flag is the fallback.
        coalesce(status_map.is_responded, members.has_responded, false) as is_responded,
        members.created_at as touched_at,
        {{ business_date('members.created_at') }} as touched_on,
        members.first_responded_date as first_responded_on,
        members.modified_at
    from members
    left join status_map
        on lower(trim(members.member_status)) = status_map.status_key
    left join persons as contact_persons
        on contact_persons.entity = 'contact' and members.contact_id = contact_persons.record_id
    left join persons as lead_persons
        on lead_persons.entity = 'lead' and members.lead_id = lead_persons.record_id
)

select * from final
