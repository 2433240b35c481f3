{%- set original_texts = {
    'has_responded': 'HasResponded',
    'first_responded_date': 'FirstRespondedDate',
    'created_at': 'CreatedDate',
    'modified_at': first_filled('LastModifiedDate', 'SystemModstamp'),
    'is_deleted': 'IsDeleted',
} -%}

with source as (
    select * from {{ source('raw_salesforce', 'campaign_member') }}
),

typed as (
    select
        source.*,
        {{ parse_boolean('HasResponded', blank=false) }} as typed_has_responded,
        {{ parse_date('FirstRespondedDate') }} as typed_first_responded_date,
        {{ parse_timestamp('CreatedDate') }} as typed_created_at,
        {{ parse_timestamp(first_filled('LastModifiedDate', 'SystemModstamp')) }} as typed_modified_at,
        {{ parse_boolean('IsDeleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ salesforce_key('_record_id') }} as campaign_member_id,
        _source_name as source_name,
        {{ salesforce_id('_record_id') }} as source_record_id,
        {{ salesforce_key('CampaignId') }} as campaign_id,
        coalesce({{ salesforce_key('LeadId') }}, {{ salesforce_key_of('LeadOrContactId', '00Q') }}) as lead_id,
        coalesce({{ salesforce_key('ContactId') }}, {{ salesforce_key_of('LeadOrContactId', '003') }}) as contact_id,
        {{ clean_text('Status') }} as member_status,
        typed_has_responded as has_responded,
        typed_first_responded_date as first_responded_date,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
