{{ config(materialized='table') }}

-- Which person a contact or lead record stands for. A lead that was converted into an admitted contact
-- is that contact; any other lead is a person of its own.
with contacts as (
    select
        contact_id,
        source_name
    from {{ source('gate', 'contact') }}
),

leads as (
    select
        lead_id,
        source_name,
        converted_contact_id
    from {{ source('gate', 'lead') }}
),

contact_records as (
    select
        'contact' as entity,
        contact_id as record_id,
        source_name,
        {{ surrogate_key("'contact'", 'contact_id') }} as person_id,
        contact_id
    from contacts
),

lead_records as (
    select
        'lead' as entity,
        leads.lead_id as record_id,
        leads.source_name,
        coalesce(
            {{ surrogate_key("'contact'", 'contacts.contact_id') }},
            {{ surrogate_key("'lead'", 'leads.lead_id') }}
        ) as person_id,
        contacts.contact_id
    from leads
    left join contacts
        on leads.converted_contact_id = contacts.contact_id
),

final as (
    select * from contact_records
    union all
    select * from lead_records
)

select * from final
