{%- set original_texts = {
    'opened_at': 'opened_at',
    'first_responded_at': 'first_responded_at',
    'closed_at': 'closed_at',
    'modified_at': 'modified_at',
    'is_deleted': 'is_deleted',
} -%}

with source as (
    select * from {{ source('raw_files', 'support_ticket') }}
),

typed as (
    select
        source.*,
        {{ parse_timestamp('opened_at') }} as typed_opened_at,
        {{ parse_timestamp('first_responded_at') }} as typed_first_responded_at,
        {{ parse_timestamp('closed_at') }} as typed_closed_at,
        {{ parse_timestamp('modified_at') }} as typed_modified_at,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as support_ticket_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ surrogate_key('_source_name', 'account_id') }} as account_id,
        {{ surrogate_key('_source_name', 'contact_id') }} as contact_id,
        {{ clean_text('subject') }} as subject,
        {{ clean_text('ticket_status') }} as ticket_status,
        {{ clean_text('priority') }} as priority,
        typed_opened_at as opened_at,
        typed_first_responded_at as first_responded_at,
        typed_closed_at as closed_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
