{%- set original_texts = {
    'has_responded': 'has_responded',
    'first_responded_date': 'first_responded_date',
    'created_at': 'created_at',
    'modified_at': 'modified_at',
    'is_deleted': 'is_deleted',
} -%}

with source as (
    select * from {{ source('raw_files', 'campaign_member') }}
),

typed as (
    select
        source.*,
        {{ parse_boolean('has_responded') }} as typed_has_responded,
        {{ parse_date('first_responded_date') }} as typed_first_responded_date,
        {{ parse_timestamp('created_at') }} as typed_created_at,
        {{ parse_timestamp('modified_at') }} as typed_modified_at,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as campaign_member_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ surrogate_key('_source_name', 'campaign_id') }} as campaign_id,
        {{ surrogate_key('_source_name', 'lead_id') }} as lead_id,
        {{ surrogate_key('_source_name', 'contact_id') }} as contact_id,
        {{ clean_text('member_status') }} as member_status,
        typed_has_responded as has_responded,
        typed_first_responded_date as first_responded_date,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
