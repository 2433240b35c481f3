with members as (
    select * from {{ source('gate', 'campaign_member') }}
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
        cast(members.campaign_member_id as varchar) as campaign_touch_id,
        cast(members.source_name as varchar) as source_name,
        cast(members.source_record_id as varchar) as source_campaign_member_id,
        cast(members.campaign_id as varchar) as campaign_id,
        cast(coalesce(contact_persons.person_id, lead_persons.person_id) as varchar) as person_id,
        cast(members.lead_id as varchar) as lead_id,
        cast(members.contact_id as varchar) as contact_id,
        cast(coalesce(status_map.status, 'unmapped') as varchar) as member_status,
        cast(members.member_status as varchar) as member_status_original,
        cast(status_map.status_rank as integer) as status_rank,
        -- The company's ladder says which statuses are a response; the source's own flag is the fallback.
        coalesce(status_map.is_responded, members.has_responded, false) as is_responded,
        cast(members.created_at as timestamp with time zone) as touched_at,
        cast({{ business_date('members.created_at') }} as date) as touched_on,
        cast(members.first_responded_date as date) as first_responded_on,
        cast(members.modified_at as timestamp with time zone) as modified_at
    from members
    left join status_map
        on lower(trim(members.member_status)) = status_map.status_key
    left join persons as contact_persons
        on contact_persons.entity = 'contact' and members.contact_id = contact_persons.record_id
    left join persons as lead_persons
        on lead_persons.entity = 'lead' and members.lead_id = lead_persons.record_id
)

select * from final
