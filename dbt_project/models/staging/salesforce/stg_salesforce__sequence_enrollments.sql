{%- set original_texts = {
    'enrolled_at': first_filled('Enrolled_At__c', 'CreatedDate'),
    'ended_at': 'Ended_At__c',
    'exit_reason': 'Exit_Reason__c',
    'created_at': 'CreatedDate',
    'modified_at': first_filled('LastModifiedDate', 'SystemModstamp'),
    'is_deleted': 'IsDeleted',
} -%}

with source as (
    select * from {{ source('raw_salesforce', 'sequence_enrollment') }}
),

typed as (
    select
        source.*,
        {{ parse_timestamp(first_filled('Enrolled_At__c', 'CreatedDate')) }} as typed_enrolled_at,
        {{ parse_timestamp('Ended_At__c') }} as typed_ended_at,
        nullif({{ sequence_exit_reason('Exit_Reason__c') }}, 'unmapped') as typed_exit_reason,
        {{ parse_timestamp('CreatedDate') }} as typed_created_at,
        {{ parse_timestamp(first_filled('LastModifiedDate', 'SystemModstamp')) }} as typed_modified_at,
        {{ parse_boolean('IsDeleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ salesforce_key('_record_id') }} as sequence_enrollment_id,
        _source_name as source_name,
        {{ salesforce_id('_record_id') }} as source_record_id,
        {{ clean_text('Sequence_Name__c') }} as sequence_name,
        {{ salesforce_key('Lead__c') }} as lead_id,
        {{ salesforce_key('Contact__c') }} as contact_id,
        {{ salesforce_owner_key(first_filled('OwnerId', 'CreatedById')) }} as owner_id,
        typed_enrolled_at as enrolled_at,
        typed_ended_at as ended_at,
        {{ sequence_exit_reason('Exit_Reason__c') }} as exit_reason,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
