{%- set original_texts = {
    'is_direct': 'is_direct',
    'is_active': 'is_active',
    'start_date': 'start_date',
    'end_date': 'end_date',
    'created_at': 'created_at',
    'modified_at': 'modified_at',
    'is_deleted': 'is_deleted',
} -%}

with source as (
    select * from {{ source('raw_files', 'account_contact_relation') }}
),

typed as (
    select
        source.*,
        {{ parse_boolean('is_direct') }} as typed_is_direct,
        {{ parse_boolean('is_active') }} as typed_is_active,
        {{ parse_date('start_date') }} as typed_start_date,
        {{ parse_date('end_date') }} as typed_end_date,
        {{ parse_timestamp('created_at') }} as typed_created_at,
        {{ parse_timestamp('modified_at') }} as typed_modified_at,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as account_contact_relation_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ surrogate_key('_source_name', 'account_id') }} as account_id,
        {{ surrogate_key('_source_name', 'contact_id') }} as contact_id,
        {{ clean_text('roles') }} as roles,
        typed_is_direct as is_direct,
        typed_is_active as is_active,
        typed_start_date as start_date,
        typed_end_date as end_date,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
