with persons as (
    select * from {{ ref('int_persons_merged') }}
),

final as (
    select
        person_id,
        source_name,
        contact_id,
        lead_id,
        account_id,
        owner_id,
        first_name,
        last_name,
        full_name,
        title,
        department,
        company_name,
        email,
        email_domain,
        phone,
        mobile_phone,
        city,
        state,
        postal_code,
        country,
        industry,
        lead_source,
        campaign_id,
        lead_status,
        lead_stage,
        is_converted,
        converted_on,
        converted_opportunity_id,
        has_opted_out_of_email,
        is_do_not_call,
        is_email_bounced,
        cast(contact_record_count as integer) as contact_record_count,
        cast(lead_record_count as integer) as lead_record_count,
        last_activity_date,
        created_at,
        {{ business_date('created_at') }} as created_on,
        modified_at,
        custom_fields
    from persons
)

select * from final
