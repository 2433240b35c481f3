{%- set original_texts = {
    'handed_off_at': first_filled('Handed_Off_At__c', 'CreatedDate'),
    'attempt_number': 'Attempt__c',
    'awareness_stage': 'Awareness_Stage__c',
    'context_field_count': 'Context_Fields_Filled__c',
    'decided_at': 'Decided_At__c',
    'created_at': 'CreatedDate',
    'modified_at': first_filled('LastModifiedDate', 'SystemModstamp'),
    'is_deleted': 'IsDeleted',
} -%}

with source as (
    select * from {{ source('raw_salesforce', 'hand_off') }}
),


typed as (
    select
        source.*,
        {{ parse_timestamp(first_filled('Handed_Off_At__c', 'CreatedDate')) }} as typed_handed_off_at,
        {{ parse_integer('Attempt__c') }} as typed_attempt_number,
        {{ parse_integer('Awareness_Stage__c') }} as typed_awareness_stage,
        {{ parse_integer('Context_Fields_Filled__c') }} as typed_context_field_count,
        {{ parse_timestamp('Decided_At__c') }} as typed_decided_at,
        {{ parse_timestamp('CreatedDate') }} as typed_created_at,
        {{ parse_timestamp(first_filled('LastModifiedDate', 'SystemModstamp')) }} as typed_modified_at,
        {{ parse_boolean('IsDeleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ salesforce_key('_record_id') }} as hand_off_id,
        _source_name as source_name,
        {{ salesforce_id('_record_id') }} as source_record_id,
        {{ salesforce_key('Lead__c') }} as lead_id,
        {{ salesforce_key('Contact__c') }} as contact_id,
        {{ salesforce_key('Account__c') }} as account_id,
        {{ salesforce_key(first_filled('From_User__c', 'CreatedById')) }} as from_user_id,
        {{ salesforce_owner_key(first_filled('To_User__c', 'OwnerId')) }} as to_user_id,
        typed_handed_off_at as handed_off_at,
        typed_attempt_number as attempt_number,
        typed_awareness_stage as awareness_stage,
        typed_context_field_count as context_field_count,
        {{ hand_off_decision('Decision__c') }} as decision,
        typed_decided_at as decided_at,
        {{ clean_text('Rejection_Reason__c') }} as rejection_reason,
        {{ salesforce_key('Opportunity__c') }} as opportunity_id,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
