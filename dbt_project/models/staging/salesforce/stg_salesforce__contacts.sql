{%- set original_texts = {
    'has_opted_out_of_email': 'HasOptedOutOfEmail',
    'is_synchronised_with_marketing': 'IsSynchronisedWithMarketing',
    'is_do_not_call': 'DoNotCall',
    'is_email_bounced': 'IsEmailBounced',
    'email_bounced_at': 'EmailBouncedDate',
    'last_activity_date': 'LastActivityDate',
    'created_at': 'CreatedDate',
    'modified_at': first_filled('LastModifiedDate', 'SystemModstamp'),
    'is_deleted': 'IsDeleted',
    'address': unparsed_address('Mailing', 'MailingAddress'),
} -%}

with source as (
    select * from {{ source('raw_salesforce', 'contact') }}
),

typed as (
    select
        source.*,
        {{ parse_boolean('HasOptedOutOfEmail', blank=false) }} as typed_has_opted_out_of_email,
        {{ parse_boolean('IsSynchronisedWithMarketing') }} as typed_is_synchronised_with_marketing,
        {{ parse_boolean('DoNotCall', blank=false) }} as typed_is_do_not_call,
        {{ parse_boolean('IsEmailBounced', blank=false) }} as typed_is_email_bounced,
        {{ parse_timestamp('EmailBouncedDate') }} as typed_email_bounced_at,
        {{ parse_date('LastActivityDate') }} as typed_last_activity_date,
        {{ parse_timestamp('CreatedDate') }} as typed_created_at,
        {{ parse_timestamp(first_filled('LastModifiedDate', 'SystemModstamp')) }} as typed_modified_at,
        {{ parse_boolean('IsDeleted', blank=false) }} as typed_is_deleted,
        case when {{ is_json('MailingAddress') }} then true end as typed_address
    from source
),

final as (
    select
        {{ salesforce_key('_record_id') }} as contact_id,
        _source_name as source_name,
        {{ salesforce_id('_record_id') }} as source_record_id,
        {{ salesforce_key('AccountId') }} as account_id,
        {{ salesforce_key('MasterRecordId') }} as merged_into_contact_id,
        {{ clean_text('FirstName') }} as first_name,
        {{ clean_text('LastName') }} as last_name,
        coalesce(
            {{ clean_text('Name') }},
            nullif(concat_ws(' ', {{ clean_text('FirstName') }}, {{ clean_text('LastName') }}), '')
        ) as full_name,
        {{ clean_text('Title') }} as title,
        {{ clean_text('Department') }} as department,
        lower({{ clean_text('Email') }}) as email,
        {{ email_domain('Email') }} as email_domain,
        {{ clean_text('Phone') }} as phone,
        {{ clean_text('MobilePhone') }} as mobile_phone,
        {{ salesforce_address_part('MailingCity', 'MailingAddress', 'city') }} as city,
        {{ salesforce_address_part('MailingState', 'MailingAddress', 'state') }} as state,
        {{ salesforce_address_part('MailingPostalCode', 'MailingAddress', 'postalCode') }} as postal_code,
        {{ salesforce_address_part('MailingCountry', 'MailingAddress', 'country') }} as country,
        {{ clean_text('LeadSource') }} as lead_source,
        {{ clean_text('AwarenessStage') }} as awareness_stage,
        {{ salesforce_owner_key('OwnerId') }} as owner_id,
        typed_has_opted_out_of_email as has_opted_out_of_email,
        typed_is_do_not_call as is_do_not_call,
        typed_is_email_bounced as is_email_bounced,
        typed_email_bounced_at as email_bounced_at,
        {{ salesforce_is_in_sequence() }} as is_in_sequence,
        cast(null as boolean) as is_marketable,
        {{ clean_text('ConsentStatus') }} as consent_status,
        typed_is_synchronised_with_marketing as is_synchronised_with_marketing,
        typed_last_activity_date as last_activity_date,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
