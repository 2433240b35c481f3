{{ config(materialized='table') }}

-- Which person a contact or lead record stands for, copies of records left out.
with records as (
    select * from {{ source('identity', 'xref_person') }}
),

final as (
    select
        entity,
        record_id,
        source_name,
        person_id,
        surviving_contact_id as contact_id
    from records
    where
        is_admitted
        and record_id = case entity when 'contact' then surviving_contact_id else surviving_lead_id end
)

select * from final
