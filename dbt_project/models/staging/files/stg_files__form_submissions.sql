{%- set original_texts = {
    'submitted_at': 'submitted_at',
    'created_at': 'created_at',
    'modified_at': 'modified_at',
    'is_deleted': 'is_deleted',
} -%}

with source as (
    select * from {{ source('raw_files', 'form_submission') }}
),

typed as (
    select
        source.*,
        {{ parse_timestamp('submitted_at') }} as typed_submitted_at,
        {{ parse_timestamp('created_at') }} as typed_created_at,
        {{ parse_timestamp('modified_at') }} as typed_modified_at,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as form_submission_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ clean_text('form_name') }} as form_name,
        typed_submitted_at as submitted_at,
        {{ clean_text('page_url') }} as page_url,
        {{ surrogate_key('_source_name', 'lead_id') }} as lead_id,
        {{ surrogate_key('_source_name', 'contact_id') }} as contact_id,
        lower({{ clean_text('email') }}) as email,
        {{ email_domain('email') }} as email_domain,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
