{%- set original_texts = {
    'has_opted_out_of_email': 'has_opted_out_of_email',
    'is_synchronised_with_marketing': 'is_synchronised_with_marketing',
    'is_do_not_call': 'is_do_not_call',
    'is_email_bounced': 'is_email_bounced',
    'email_bounced_at': 'email_bounced_at',
    'is_in_sequence': 'is_in_sequence',
    'is_marketable': 'is_marketable',
    'last_activity_date': 'last_activity_date',
    'created_at': 'created_at',
    'modified_at': 'modified_at',
    'is_deleted': 'is_deleted',
} -%}

with source as (
    select * from {{ source('raw_files', 'contact') }}
),

typed as (
    select
        source.*,
        {{ parse_boolean('has_opted_out_of_email') }} as typed_has_opted_out_of_email,
        {{ parse_boolean('is_synchronised_with_marketing') }} as typed_is_synchronised_with_marketing,
        {{ parse_boolean('is_do_not_call') }} as typed_is_do_not_call,
        {{ parse_boolean('is_email_bounced') }} as typed_is_email_bounced,
        {{ parse_timestamp('email_bounced_at') }} as typed_email_bounced_at,
        {{ parse_boolean('is_in_sequence') }} as typed_is_in_sequence,
        {{ parse_boolean('is_marketable') }} as typed_is_marketable,
        {{ parse_date('last_activity_date') }} as typed_last_activity_date,
        {{ parse_timestamp('created_at') }} as typed_created_at,
        {{ parse_timestamp('modified_at') }} as typed_modified_at,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as contact_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ surrogate_key('_source_name', 'account_id') }} as account_id,
        {{ surrogate_key('_source_name', 'merged_into_contact_id') }} as merged_into_contact_id,
        {{ clean_text('first_name') }} as first_name,
        {{ clean_text('last_name') }} as last_name,
        coalesce(
            {{ clean_text('full_name') }},
            nullif(concat_ws(' ', {{ clean_text('first_name') }}, {{ clean_text('last_name') }}), '')
        ) as full_name,
        {{ clean_text('title') }} as title,
        {{ clean_text('department') }} as department,
        lower({{ clean_text('email') }}) as email,
        {{ email_domain('email') }} as email_domain,
        {{ clean_text('phone') }} as phone,
        {{ clean_text('mobile_phone') }} as mobile_phone,
        {{ clean_text('city') }} as city,
        {{ clean_text('state') }} as state,
        {{ clean_text('postal_code') }} as postal_code,
        {{ clean_text('country') }} as country,
        {{ clean_text('lead_source') }} as lead_source,
        {{ clean_text('awareness_stage') }} as awareness_stage,
        {{ surrogate_key('_source_name', 'owner_id') }} as owner_id,
        typed_has_opted_out_of_email as has_opted_out_of_email,
        typed_is_do_not_call as is_do_not_call,
        typed_is_email_bounced as is_email_bounced,
        typed_email_bounced_at as email_bounced_at,
        typed_is_in_sequence as is_in_sequence,
        typed_is_marketable as is_marketable,
        {{ clean_text('consent_status') }} as consent_status,
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
