with persons as (
    select * from {{ ref('int_persons_merged') }}
),

final as (
    select
        cast(person_id as varchar) as person_id,
        cast(source_name as varchar) as source_name,
        cast(contact_id as varchar) as contact_id,
        cast(lead_id as varchar) as lead_id,
        cast(account_id as varchar) as account_id,
        cast(owner_id as varchar) as owner_id,
        cast(first_name as varchar) as first_name,
        cast(last_name as varchar) as last_name,
        cast(full_name as varchar) as full_name,
        cast(title as varchar) as title,
        cast(department as varchar) as department,
        cast(company_name as varchar) as company_name,
        cast(email as varchar) as email,
        cast(email_domain as varchar) as email_domain,
        cast(phone as varchar) as phone,
        cast(mobile_phone as varchar) as mobile_phone,
        cast(city as varchar) as city,
        cast(state as varchar) as state,
        cast(postal_code as varchar) as postal_code,
        cast(country as varchar) as country,
        cast(industry as varchar) as industry,
        cast(lead_source as varchar) as lead_source,
        cast(campaign_id as varchar) as campaign_id,
        cast(lead_status as varchar) as lead_status,
        cast(lead_stage as varchar) as lead_stage,
        is_converted,
        cast(converted_on as date) as converted_on,
        cast(converted_opportunity_id as varchar) as converted_opportunity_id,
        has_opted_out_of_email,
        is_do_not_call,
        is_email_bounced,
        cast(contact_record_count as integer) as contact_record_count,
        cast(lead_record_count as integer) as lead_record_count,
        cast(last_activity_date as date) as last_activity_date,
        cast(created_at as timestamp with time zone) as created_at,
        cast({{ business_date('created_at') }} as date) as created_on,
        cast(modified_at as timestamp with time zone) as modified_at
    from persons
)

select * from final
