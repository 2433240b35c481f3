{%- set original_texts = {
    'has_opted_out_of_email': 'hs_email_optout',
    'is_synchronised_with_marketing': 'is_synchronised_with_marketing',
    'is_do_not_call': 'do_not_call',
    'email_bounced_at': 'hs_email_bounced_at',
    'is_in_sequence': 'hs_sequences_is_enrolled',
    'is_marketable': 'hs_marketable_status',
    'last_activity_date': 'notes_last_updated',
    'created_at': 'created_at_text',
    'modified_at': first_filled('lastmodifieddate', '"updatedAt"'),
    'is_deleted': 'archived',
} -%}

with source as (
    select * from {{ source('raw_hubspot', 'contact') }}
),

{{ hubspot_merged() }},

-- A contact that is a lead is none of sales until it is converted, and a mere subscriber never was either.
contacts as (
    select
        source.*,
        merged.survivor_id,
        {{ hubspot_contact_since() }} as created_at_text
    from source
    left join merged
        on source._source_name = merged._source_name and source._record_id = merged.merged_id
    where {{ hubspot_is_contact() }}
),

typed as (
    select
        contacts.*,
        {{ parse_boolean('hs_email_optout', blank=false) }} as typed_has_opted_out_of_email,
        {{ parse_boolean('is_synchronised_with_marketing') }} as typed_is_synchronised_with_marketing,
        {{ parse_boolean('do_not_call', blank=false) }} as typed_is_do_not_call,
        {{ hubspot_timestamp('hs_email_bounced_at') }} as typed_email_bounced_at,
        {{ parse_boolean('hs_sequences_is_enrolled') }} as typed_is_in_sequence,
        {{ parse_boolean('hs_marketable_status') }} as typed_is_marketable,
        {{ hubspot_day_of('notes_last_updated') }} as typed_last_activity_date,
        {{ hubspot_timestamp('created_at_text') }} as typed_created_at,
        {{ hubspot_timestamp(first_filled('lastmodifieddate', '"updatedAt"')) }} as typed_modified_at,
        {{ parse_boolean('archived', blank=false) }} as typed_is_deleted
    from contacts
),

final as (
    select
        {{ hubspot_key('_record_id') }} as contact_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ hubspot_key(hubspot_company_id()) }} as account_id,
        {{ hubspot_key('survivor_id') }} as merged_into_contact_id,
        {{ clean_text('firstname') }} as first_name,
        {{ clean_text('lastname') }} as last_name,
        nullif(concat_ws(' ', {{ clean_text('firstname') }}, {{ clean_text('lastname') }}), '') as full_name,
        {{ clean_text('jobtitle') }} as title,
        {{ clean_text('department') }} as department,
        lower({{ clean_text('email') }}) as email,
        {{ email_domain('email') }} as email_domain,
        {{ clean_text('phone') }} as phone,
        {{ clean_text('mobilephone') }} as mobile_phone,
        {{ clean_text('city') }} as city,
        {{ clean_text('state') }} as state,
        {{ clean_text('zip') }} as postal_code,
        {{ clean_text('country') }} as country,
        {{ first_filled('lead_source', 'hs_analytics_source') }} as lead_source,
        {{ clean_text('awareness_stage') }} as awareness_stage,
        {{ hubspot_key('hubspot_owner_id') }} as owner_id,
        typed_has_opted_out_of_email as has_opted_out_of_email,
        typed_is_do_not_call as is_do_not_call,
        {{ clean_text('hs_email_hard_bounce_reason_enum') }} is not null as is_email_bounced,
        typed_email_bounced_at as email_bounced_at,
        typed_is_in_sequence as is_in_sequence,
        typed_is_marketable as is_marketable,
        {{ clean_text('hs_legal_basis') }} as consent_status,
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
