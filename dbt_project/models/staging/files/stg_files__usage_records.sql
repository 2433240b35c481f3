{%- set original_texts = {
    'used_on': 'used_on',
    'usage_quantity': 'usage_quantity',
    'modified_at': 'modified_at',
    'is_deleted': 'is_deleted',
} -%}

with source as (
    select * from {{ source('raw_files', 'usage_record') }}
),

typed as (
    select
        source.*,
        {{ parse_date('used_on') }} as typed_used_on,
        {{ parse_decimal('usage_quantity', 18, 4) }} as typed_usage_quantity,
        {{ parse_timestamp('modified_at') }} as typed_modified_at,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as usage_record_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ surrogate_key('_source_name', 'subscription_id') }} as subscription_id,
        {{ surrogate_key('_source_name', 'account_id') }} as account_id,
        {{ clean_text('metering_id') }} as metering_id,
        typed_used_on as used_on,
        {{ clean_text('feature_name') }} as feature_name,
        typed_usage_quantity as usage_quantity,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
