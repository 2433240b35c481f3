{%- set original_texts = {
    'changed_at': 'changed_at',
    'created_at': 'created_at',
    'modified_at': 'modified_at',
    'is_deleted': 'is_deleted',
} -%}

with source as (
    select * from {{ source('raw_files', 'contact_history') }}
),

typed as (
    select
        source.*,
        {{ parse_timestamp('changed_at') }} as typed_changed_at,
        {{ parse_timestamp('created_at') }} as typed_created_at,
        {{ parse_timestamp('modified_at') }} as typed_modified_at,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as contact_history_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ surrogate_key('_source_name', 'contact_id') }} as contact_id,
        {{ clean_text('field_name') }} as field_name,
        {{ clean_text('old_value') }} as old_value,
        {{ clean_text('new_value') }} as new_value,
        typed_changed_at as changed_at,
        {{ surrogate_key('_source_name', 'changed_by_user_id') }} as changed_by_user_id,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
