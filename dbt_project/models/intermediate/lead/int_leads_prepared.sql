{{ config(materialized='table') }}

-- Every business flag of a lead is decided here, once, and read everywhere else.
with leads as (
    select * from {{ source('resolved', 'lead') }}
),

status_map as (
    select
        lower(trim(status)) as status_key,
        lead_stage
    from {{ source('config', 'lead_status') }}
),

persons as (
    select
        record_id as lead_id,
        person_id
    from {{ ref('int_person_records') }}
    where entity = 'lead'
),

mapped as (
    select
        leads.*,
        persons.person_id,
        cast('{{ var("as_of_date") }}' as date) as as_of_date,
        {{ business_date('leads.created_at') }} as created_on,
        coalesce(status_map.lead_stage, 'unmapped') as mapped_lead_stage,
        -- The CRM sets its flag itself when a lead is converted; the status text can be typed by anyone.
        coalesce(leads.is_converted, status_map.lead_stage = 'converted', false) as is_converted_lead
    from leads
    inner join persons
        on leads.lead_id = persons.lead_id
    left join status_map
        on lower(trim(leads.lead_status)) = status_map.status_key
),

final as (
    select
        lead_id,
        person_id,
        source_name,
        source_record_id as source_lead_id,
        converted_account_id,
        converted_contact_id,
        converted_opportunity_id,
        campaign_id,
        owner_id,
        lead_source,
        motion,
        industry,
        country,
        lead_status,
        case when is_converted_lead then 'converted' else mapped_lead_stage end as lead_stage,
        is_converted_lead as is_converted,
        case when is_converted_lead then converted_date end as converted_on,
        created_at,
        created_on,
        modified_at,
        {{ business_date('modified_at') }} as modified_on,
        as_of_date
    from mapped
)

select * from final
