{%- set original_texts = {
    'handed_off_at': 'handed_off_at',
    'attempt_number': 'attempt_number',
    'awareness_stage': 'awareness_stage',
    'context_field_count': 'context_field_count',
    'decided_at': 'decided_at',
    'created_at': 'created_at',
    'modified_at': 'modified_at',
    'is_deleted': 'is_deleted',
} -%}

with source as (
    select * from {{ source('raw_files', 'hand_off') }}
),


typed as (
    select
        source.*,
        {{ parse_timestamp('handed_off_at') }} as typed_handed_off_at,
        {{ parse_integer('attempt_number') }} as typed_attempt_number,
        {{ parse_integer('awareness_stage') }} as typed_awareness_stage,
        {{ parse_integer('context_field_count') }} as typed_context_field_count,
        {{ parse_timestamp('decided_at') }} as typed_decided_at,
        {{ parse_timestamp('created_at') }} as typed_created_at,
        {{ parse_timestamp('modified_at') }} as typed_modified_at,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as hand_off_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ surrogate_key('_source_name', 'lead_id') }} as lead_id,
        {{ surrogate_key('_source_name', 'contact_id') }} as contact_id,
        {{ surrogate_key('_source_name', 'account_id') }} as account_id,
        {{ surrogate_key('_source_name', 'from_user_id') }} as from_user_id,
        {{ surrogate_key('_source_name', 'to_user_id') }} as to_user_id,
        typed_handed_off_at as handed_off_at,
        typed_attempt_number as attempt_number,
        typed_awareness_stage as awareness_stage,
        typed_context_field_count as context_field_count,
        {{ hand_off_decision('decision') }} as decision,
        typed_decided_at as decided_at,
        {{ clean_text('rejection_reason') }} as rejection_reason,
        {{ surrogate_key('_source_name', 'opportunity_id') }} as opportunity_id,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
