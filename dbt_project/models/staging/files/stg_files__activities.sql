{%- set original_texts = {
    'activity_type': 'activity_type',
    'is_done': 'is_done',
    'activity_date': 'activity_date',
    'started_at': 'started_at',
    'ended_at': 'ended_at',
    'call_duration_seconds': 'call_duration_seconds',
    'created_at': 'created_at',
    'modified_at': 'modified_at',
    'is_deleted': 'is_deleted',
    'is_automated': 'is_automated',
    'is_personalised': 'is_personalised',
    'meeting_outcome_at': 'meeting_outcome_at',
    'sequence_step_number': 'sequence_step_number',
} -%}

with source as (
    select * from {{ source('raw_files', 'activity') }}
),

typed as (
    select
        source.*,
        nullif({{ activity_type('activity_type') }}, 'unmapped') as typed_activity_type,
        {{ parse_boolean('is_done') }} as typed_is_done,
        {{ parse_date('activity_date') }} as typed_activity_date,
        {{ parse_timestamp('started_at') }} as typed_started_at,
        {{ parse_timestamp('ended_at') }} as typed_ended_at,
        {{ parse_integer('call_duration_seconds') }} as typed_call_duration_seconds,
        {{ parse_boolean('is_automated') }} as typed_is_automated,
        {{ parse_boolean('is_personalised') }} as typed_is_personalised,
        {{ parse_timestamp('meeting_outcome_at') }} as typed_meeting_outcome_at,
        {{ parse_integer('sequence_step_number') }} as typed_sequence_step_number,
        {{ parse_timestamp('created_at') }} as typed_created_at,
        {{ parse_timestamp('modified_at') }} as typed_modified_at,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as activity_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ activity_type('activity_type') }} as activity_type,
        {{ clean_text('subject') }} as subject,
        {{ clean_text('activity_status') }} as activity_status,
        typed_is_done as is_done,
        typed_activity_date as activity_date,
        typed_started_at as started_at,
        typed_ended_at as ended_at,
        {{ surrogate_key('_source_name', 'lead_id') }} as lead_id,
        {{ surrogate_key('_source_name', 'contact_id') }} as contact_id,
        {{ surrogate_key('_source_name', 'account_id') }} as account_id,
        {{ surrogate_key('_source_name', 'opportunity_id') }} as opportunity_id,
        {{ surrogate_key('_source_name', 'owner_id') }} as owner_id,
        typed_call_duration_seconds as call_duration_seconds,
        {{ clean_text('call_disposition') }} as call_disposition,
        {{ activity_direction('direction') }} as direction,
        typed_is_automated as is_automated,
        typed_is_personalised as is_personalised,
        {{ reply_kind('reply_kind') }} as reply_kind,
        {{ surrogate_key('_source_name', 'in_reply_to_activity_id') }} as in_reply_to_activity_id,
        {{ meeting_outcome('meeting_outcome') }} as meeting_outcome,
        typed_meeting_outcome_at as meeting_outcome_at,
        {{ surrogate_key('_source_name', 'rescheduled_from_activity_id') }} as rescheduled_from_activity_id,
        {{ surrogate_key('_source_name', 'sequence_enrollment_id') }} as sequence_enrollment_id,
        {{ clean_text('sequence_name') }} as sequence_name,
        typed_sequence_step_number as sequence_step_number,
        {{ clean_text('message_variant') }} as message_variant,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
