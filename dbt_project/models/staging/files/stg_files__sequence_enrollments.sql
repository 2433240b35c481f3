{%- set original_texts = {
    'enrolled_at': 'enrolled_at',
    'ended_at': 'ended_at',
    'exit_reason': 'exit_reason',
    'created_at': 'created_at',
    'modified_at': 'modified_at',
    'is_deleted': 'is_deleted',
} -%}

with source as (
    select * from {{ source('raw_files', 'sequence_enrollment') }}
),

typed as (
    select
        source.*,
        {{ parse_timestamp('enrolled_at') }} as typed_enrolled_at,
        {{ parse_timestamp('ended_at') }} as typed_ended_at,
        nullif({{ sequence_exit_reason('exit_reason') }}, 'unmapped') as typed_exit_reason,
        {{ parse_timestamp('created_at') }} as typed_created_at,
        {{ parse_timestamp('modified_at') }} as typed_modified_at,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as sequence_enrollment_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ clean_text('sequence_name') }} as sequence_name,
        {{ surrogate_key('_source_name', 'lead_id') }} as lead_id,
        {{ surrogate_key('_source_name', 'contact_id') }} as contact_id,
        {{ surrogate_key('_source_name', 'owner_id') }} as owner_id,
        typed_enrolled_at as enrolled_at,
        typed_ended_at as ended_at,
        {{ sequence_exit_reason('exit_reason') }} as exit_reason,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
