{%- set original_texts = {
    'occurred_at': 'occurred_at',
    'is_machine_by_source': 'is_machine_by_source',
    'created_at': 'created_at',
    'modified_at': 'modified_at',
    'is_deleted': 'is_deleted',
} -%}

with source as (
    select * from {{ source('raw_files', 'email_event') }}
),

typed as (
    select
        source.*,
        {{ parse_timestamp('occurred_at') }} as typed_occurred_at,
        {{ parse_boolean('is_machine_by_source') }} as typed_is_machine_by_source,
        {{ parse_timestamp('created_at') }} as typed_created_at,
        {{ parse_timestamp('modified_at') }} as typed_modified_at,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as email_event_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ email_event_type('event_type') }} as event_type,
        typed_occurred_at as occurred_at,
        {{ surrogate_key('_source_name', 'mail_send_id') }} as mail_send_id,
        {{ clean_text('mail_name') }} as mail_name,
        {{ surrogate_key('_source_name', 'campaign_id') }} as campaign_id,
        {{ surrogate_key('_source_name', 'lead_id') }} as lead_id,
        {{ surrogate_key('_source_name', 'contact_id') }} as contact_id,
        lower({{ clean_text('email') }}) as email,
        {{ email_domain('email') }} as email_domain,
        {{ clean_text('link_url') }} as link_url,
        {{ clean_text('user_agent') }} as user_agent,
        typed_is_machine_by_source as is_machine_by_source,
        {{ clean_text('bounce_reason') }} as bounce_reason,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
