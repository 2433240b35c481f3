{%- set original_texts = {
    'is_done': 'IsClosed',
    'activity_date': 'ActivityDate',
    'ended_at': 'CompletedDateTime',
    'call_duration_seconds': 'CallDurationInSeconds',
    'created_at': 'CreatedDate',
    'modified_at': first_filled('LastModifiedDate', 'SystemModstamp'),
    'is_deleted': 'IsDeleted',
    'is_automated': 'IsAutomated',
    'is_personalised': 'IsPersonalised',
    'sequence_step_number': 'SequenceStepNumber',
} -%}

with source as (
    select * from {{ source('raw_salesforce', 'task') }}
),

typed as (
    select
        source.*,
        {{ parse_boolean('IsAutomated') }} as typed_is_automated,
        {{ parse_boolean('IsPersonalised') }} as typed_is_personalised,
        {{ parse_integer('SequenceStepNumber') }} as typed_sequence_step_number,
        {{ parse_boolean('IsClosed', blank=false) }} as typed_is_done,
        {{ parse_date('ActivityDate') }} as typed_activity_date,
        {{ parse_timestamp('CompletedDateTime') }} as typed_ended_at,
        {{ parse_integer('CallDurationInSeconds') }} as typed_call_duration_seconds,
        {{ parse_timestamp('CreatedDate') }} as typed_created_at,
        {{ parse_timestamp(first_filled('LastModifiedDate', 'SystemModstamp')) }} as typed_modified_at,
        {{ parse_boolean('IsDeleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ salesforce_key('_record_id') }} as activity_id,
        _source_name as source_name,
        {{ salesforce_id('_record_id') }} as source_record_id,
        {{ salesforce_task_type() }} as activity_type,
        {{ clean_text('Subject') }} as subject,
        {{ clean_text('Status') }} as activity_status,
        typed_is_done as is_done,
        typed_activity_date as activity_date,
        cast(null as timestamp with time zone) as started_at,
        typed_ended_at as ended_at,
        {{ salesforce_key_of('WhoId', '00Q') }} as lead_id,
        {{ salesforce_key_of('WhoId', '003') }} as contact_id,
        coalesce({{ salesforce_key_of('WhatId', '001') }}, {{ salesforce_key('AccountId') }}) as account_id,
        {{ salesforce_key_of('WhatId', '006') }} as opportunity_id,
        {{ salesforce_owner_key('OwnerId') }} as owner_id,
        typed_call_duration_seconds as call_duration_seconds,
        {{ clean_text('CallDisposition') }} as call_disposition,
        {{ activity_direction(first_filled('Direction', 'CallType')) }} as direction,
        typed_is_automated as is_automated,
        typed_is_personalised as is_personalised,
        {{ reply_kind('ReplyKind') }} as reply_kind,
        {{ salesforce_key('InReplyToId') }} as in_reply_to_activity_id,
        cast(null as varchar) as meeting_outcome,
        cast(null as timestamp with time zone) as meeting_outcome_at,
        cast(null as varchar) as rescheduled_from_activity_id,
        {{ salesforce_key('SequenceEnrollmentId') }} as sequence_enrollment_id,
        {{ clean_text('SequenceName') }} as sequence_name,
        typed_sequence_step_number as sequence_step_number,
        {{ clean_text('MessageVariant') }} as message_variant,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
