{%- set original_texts = {
    'annual_revenue': 'AnnualRevenue',
    'employee_count': 'NumberOfEmployees',
    'is_converted': 'IsConverted',
    'converted_date': 'ConvertedDate',
    'has_opted_out_of_email': 'HasOptedOutOfEmail',
    'is_synchronised_with_marketing': 'IsSynchronisedWithMarketing',
    'is_do_not_call': 'DoNotCall',
    'is_email_bounced': 'IsEmailBounced',
    'email_bounced_at': 'EmailBouncedDate',
    'lead_score': 'LeadScore',
    'review_on': 'ReviewDate',
    'last_activity_date': 'LastActivityDate',
    'created_at': 'CreatedDate',
    'modified_at': first_filled('LastModifiedDate', 'SystemModstamp'),
    'is_deleted': 'IsDeleted',
    'address': unparsed_address('', 'Address'),
} -%}

with source as (
    select * from {{ source('raw_salesforce', 'lead') }}
),

typed as (
    select
        source.*,
        {{ parse_decimal('AnnualRevenue') }} as typed_annual_revenue,
        {{ parse_integer('NumberOfEmployees') }} as typed_employee_count,
        {{ parse_boolean('IsConverted', blank=false) }} as typed_is_converted,
        {{ parse_date('ConvertedDate') }} as typed_converted_date,
        {{ parse_boolean('HasOptedOutOfEmail', blank=false) }} as typed_has_opted_out_of_email,
        {{ parse_boolean('IsSynchronisedWithMarketing') }} as typed_is_synchronised_with_marketing,
        {{ parse_boolean('DoNotCall', blank=false) }} as typed_is_do_not_call,
        {{ parse_boolean('IsEmailBounced', blank=false) }} as typed_is_email_bounced,
        {{ parse_timestamp('EmailBouncedDate') }} as typed_email_bounced_at,
        {{ parse_double('LeadScore') }} as typed_lead_score,
        {{ parse_date('ReviewDate') }} as typed_review_on,
        {{ parse_date('LastActivityDate') }} as typed_last_activity_date,
        {{ parse_timestamp('CreatedDate') }} as typed_created_at,
        {{ parse_timestamp(first_filled('LastModifiedDate', 'SystemModstamp')) }} as typed_modified_at,
        {{ parse_boolean('IsDeleted', blank=false) }} as typed_is_deleted,
        case when {{ is_json('Address') }} then true end as typed_address
    from source
),

final as (
    select
        {{ salesforce_key('_record_id') }} as lead_id,
        _source_name as source_name,
        {{ salesforce_id('_record_id') }} as source_record_id,
        {{ salesforce_key('MasterRecordId') }} as merged_into_lead_id,
        {{ clean_text('FirstName') }} as first_name,
        {{ clean_text('LastName') }} as last_name,
        coalesce(
            {{ clean_text('Name') }},
            nullif(concat_ws(' ', {{ clean_text('FirstName') }}, {{ clean_text('LastName') }}), '')
        ) as full_name,
        {{ clean_text('Title') }} as title,
        {{ clean_text('Company') }} as company_name,
        lower({{ clean_text('Email') }}) as email,
        {{ email_domain('Email') }} as email_domain,
        {{ clean_text('Phone') }} as phone,
        {{ clean_text('MobilePhone') }} as mobile_phone,
        {{ clean_text('Website') }} as website,
        {{ website_domain('Website') }} as website_domain,
        {{ clean_text('Industry') }} as industry,
        typed_annual_revenue as annual_revenue,
        typed_employee_count as employee_count,
        {{ salesforce_address_part('City', 'Address', 'city') }} as city,
        {{ salesforce_address_part('State', 'Address', 'state') }} as state,
        {{ salesforce_address_part('PostalCode', 'Address', 'postalCode') }} as postal_code,
        {{ salesforce_address_part('Country', 'Address', 'country') }} as country,
        {{ clean_text('LeadSource') }} as lead_source,
        {{ sales_motion('Motion') }} as motion,
        {{ clean_text('Status') }} as lead_status,
        {{ clean_text('Rating') }} as rating,
        {{ salesforce_key('CampaignId') }} as campaign_id,
        {{ salesforce_owner_key('OwnerId') }} as owner_id,
        typed_is_converted as is_converted,
        typed_converted_date as converted_date,
        {{ salesforce_key('ConvertedAccountId') }} as converted_account_id,
        {{ salesforce_key('ConvertedContactId') }} as converted_contact_id,
        {{ salesforce_key('ConvertedOpportunityId') }} as converted_opportunity_id,
        typed_has_opted_out_of_email as has_opted_out_of_email,
        typed_is_do_not_call as is_do_not_call,
        typed_is_email_bounced as is_email_bounced,
        typed_email_bounced_at as email_bounced_at,
        {{ clean_text('ConsentStatus') }} as consent_status,
        typed_is_synchronised_with_marketing as is_synchronised_with_marketing,
        typed_lead_score as lead_score,
        {{ clean_text('DisqualifiedReason') }} as disqualified_reason,
        {{ clean_text('MarketingQualifiedReason') }} as marketing_qualified_reason,
        typed_review_on as review_on,
        typed_last_activity_date as last_activity_date,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
