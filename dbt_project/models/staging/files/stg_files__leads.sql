{%- set original_texts = {
    'annual_revenue': 'annual_revenue',
    'employee_count': 'employee_count',
    'is_converted': 'is_converted',
    'converted_date': 'converted_date',
    'has_opted_out_of_email': 'has_opted_out_of_email',
    'is_synchronised_with_marketing': 'is_synchronised_with_marketing',
    'is_do_not_call': 'is_do_not_call',
    'is_email_bounced': 'is_email_bounced',
    'email_bounced_at': 'email_bounced_at',
    'lead_score': 'lead_score',
    'review_on': 'review_on',
    'last_activity_date': 'last_activity_date',
    'created_at': 'created_at',
    'modified_at': 'modified_at',
    'is_deleted': 'is_deleted',
} -%}

with source as (
    select * from {{ source('raw_files', 'lead') }}
),

typed as (
    select
        source.*,
        {{ parse_decimal('annual_revenue') }} as typed_annual_revenue,
        {{ parse_integer('employee_count') }} as typed_employee_count,
        {{ parse_boolean('is_converted') }} as typed_is_converted,
        {{ parse_date('converted_date') }} as typed_converted_date,
        {{ parse_boolean('has_opted_out_of_email') }} as typed_has_opted_out_of_email,
        {{ parse_boolean('is_synchronised_with_marketing') }} as typed_is_synchronised_with_marketing,
        {{ parse_boolean('is_do_not_call') }} as typed_is_do_not_call,
        {{ parse_boolean('is_email_bounced') }} as typed_is_email_bounced,
        {{ parse_timestamp('email_bounced_at') }} as typed_email_bounced_at,
        {{ parse_double('lead_score') }} as typed_lead_score,
        {{ parse_date('review_on') }} as typed_review_on,
        {{ parse_date('last_activity_date') }} as typed_last_activity_date,
        {{ parse_timestamp('created_at') }} as typed_created_at,
        {{ parse_timestamp('modified_at') }} as typed_modified_at,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as lead_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ surrogate_key('_source_name', 'merged_into_lead_id') }} as merged_into_lead_id,
        {{ clean_text('first_name') }} as first_name,
        {{ clean_text('last_name') }} as last_name,
        coalesce(
            {{ clean_text('full_name') }},
            nullif(concat_ws(' ', {{ clean_text('first_name') }}, {{ clean_text('last_name') }}), '')
        ) as full_name,
        {{ clean_text('title') }} as title,
        {{ clean_text('company_name') }} as company_name,
        lower({{ clean_text('email') }}) as email,
        {{ email_domain('email') }} as email_domain,
        {{ clean_text('phone') }} as phone,
        {{ clean_text('mobile_phone') }} as mobile_phone,
        {{ clean_text('website') }} as website,
        {{ website_domain('website') }} as website_domain,
        {{ clean_text('industry') }} as industry,
        typed_annual_revenue as annual_revenue,
        typed_employee_count as employee_count,
        {{ clean_text('city') }} as city,
        {{ clean_text('state') }} as state,
        {{ clean_text('postal_code') }} as postal_code,
        {{ clean_text('country') }} as country,
        {{ clean_text('lead_source') }} as lead_source,
        {{ sales_motion('motion') }} as motion,
        {{ clean_text('lead_status') }} as lead_status,
        {{ clean_text('rating') }} as rating,
        {{ surrogate_key('_source_name', 'campaign_id') }} as campaign_id,
        {{ surrogate_key('_source_name', 'owner_id') }} as owner_id,
        typed_is_converted as is_converted,
        typed_converted_date as converted_date,
        {{ surrogate_key('_source_name', 'converted_account_id') }} as converted_account_id,
        {{ surrogate_key('_source_name', 'converted_contact_id') }} as converted_contact_id,
        {{ surrogate_key('_source_name', 'converted_opportunity_id') }} as converted_opportunity_id,
        typed_has_opted_out_of_email as has_opted_out_of_email,
        typed_is_do_not_call as is_do_not_call,
        typed_is_email_bounced as is_email_bounced,
        typed_email_bounced_at as email_bounced_at,
        {{ clean_text('consent_status') }} as consent_status,
        typed_is_synchronised_with_marketing as is_synchronised_with_marketing,
        typed_lead_score as lead_score,
        {{ clean_text('disqualified_reason') }} as disqualified_reason,
        {{ clean_text('marketing_qualified_reason') }} as marketing_qualified_reason,
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
